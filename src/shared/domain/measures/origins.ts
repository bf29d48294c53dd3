import type { Origins } from '@shared/contract/measurement';
import { shownRanks } from './listSizes';

/** Vectors that follow each other by id, all of one voice. */
export interface OriginRange {
  readonly name: string;
  readonly vectors: number;
}

/** Which voice each inverted list holds most vectors of. */
export interface OriginTrace {
  readonly voices: Origins['voices'];
  /** Position in `voices` for each list; -1 for an empty one. The first of equals. */
  readonly byList: Int32Array;
  /** Vectors in each list. */
  readonly sizes: Int32Array;
}

/**
 * Traces the vectors of each list back to their voices.
 *
 * @param ranges In the order of the ids, from 0. A voice may come in several, under the same name: what is kept apart
 *   for measuring is added last.
 * @param lists The ids in each inverted list.
 */
export function traceOrigins(ranges: readonly OriginRange[], lists: Iterable<Int32Array>): OriginTrace {
  const names = [...new Set(ranges.map(({ name }) => name))];
  const voiceOfRange = ranges.map(({ name }) => names.indexOf(name));
  let end = 0;
  const ends = ranges.map(({ vectors }) => (end += vectors));
  const byList: number[] = [];
  const sizes: number[] = [];
  const counts = new Int32Array(names.length);
  for (const ids of lists) {
    counts.fill(0);
    for (const id of ids) {
      const voice = voiceOfRange[ends.findIndex((last) => id < last)];
      if (voice !== undefined) counts[voice] = (counts[voice] ?? 0) + 1;
    }
    byList.push(ids.length === 0 ? -1 : counts.indexOf(Math.max(...counts)));
    sizes.push(ids.length);
  }
  return {
    voices: names.map((name) => ({
      name,
      vectors: ranges.reduce((sum, range) => sum + (range.name === name ? range.vectors : 0), 0),
    })),
    byList: Int32Array.from(byList),
    sizes: Int32Array.from(sizes),
  };
}

/** The voices in the order of `ListSummary.sorted`: lists by size, largest first, of very many a sample by rank. */
export function sortedOrigins({ byList, sizes }: OriginTrace): number[] {
  const ranked = Array.from(sizes, (_, list) => list).sort((left, right) => (sizes[right] ?? 0) - (sizes[left] ?? 0));
  return shownRanks(ranked.length).map((rank) => Math.max(0, byList[ranked[rank] ?? 0] ?? 0));
}
