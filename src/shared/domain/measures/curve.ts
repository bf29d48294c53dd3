import type { CurvePoint, Suggestion } from '@shared/contract/measurement';

/** The curve is measured up to here: more groups than this are never worth their work for 8 neighbors. */
const LADDER_TOP = 64;

/** What a suggestion must reach to be called good. */
export const TARGET_RECALL = 0.95;

/** 5 % of the realtime budget: milliseconds of search per second of audio, on one thread, 95th percentile. */
export const BUDGET_MS_PER_SECOND = 50;

/**
 * The values of nprobe to measure: 1, 2, 4, and so on up to 64 or all lists, and the one stored in the file. Ascending,
 * without repeats.
 */
export function nprobeLadder(nlist: number, stored: number | null): number[] {
  const top = Math.min(nlist, LADDER_TOP);
  const ladder = new Set([top]);
  for (let nprobe = 1; nprobe < top; nprobe *= 2) ladder.add(nprobe);
  if (stored !== null) ladder.add(Math.min(Math.max(1, stored), nlist));
  return [...ladder].sort((left, right) => left - right);
}

export interface KneePoint {
  readonly nprobe: number;
  readonly recall: number;
}

/**
 * The knee of a curve: the point farthest above the chord from the first to the last point, in (log2 nprobe, recall),
 * both scaled to 0..1 (Satopaa et al. 2011). Before it each doubling of the work pays, after it less and less. A flat
 * curve has its knee at its first point, one that only gets steeper at its last.
 *
 * @param points Ascending in nprobe, at least one.
 */
export function knee<P extends KneePoint>(points: readonly [P, ...P[]]): P {
  const [first] = points;
  const last = points.at(-1) ?? first;
  const width = Math.log2(last.nprobe) - Math.log2(first.nprobe);
  const height = last.recall - first.recall;
  if (width <= 0 || height <= 0) return first;
  let best: P = last;
  let bestHeight = 0;
  for (const point of points) {
    const x = (Math.log2(point.nprobe) - Math.log2(first.nprobe)) / width;
    const y = (point.recall - first.recall) / height;
    if (y - x > bestHeight + 1e-12) {
      best = point;
      bestHeight = y - x;
    }
  }
  return best;
}

/**
 * The nprobe to store. The stored one, when it already leaves no frame with a missing neighbor and reaches a recall of
 * 0.95; else the smallest that does (`target`); else the knee among the values without missing neighbors, or the stored
 * one when that is higher (`stored`). Nothing that costs more than 5 % of the realtime budget is suggested, except that
 * the stored value stays when no other is left.
 *
 * @param curve Ascending in nprobe, of an index with lists.
 * @param stored The file's own nprobe.
 */
export function suggestNprobe(curve: readonly CurvePoint[], stored: number): Suggestion {
  const affordable = curve.flatMap((point) =>
    point.nprobe !== null && point.msPerSecond.oneThread.p95 <= BUDGET_MS_PER_SECOND
      ? [{ nprobe: point.nprobe, recall: point.recall.value, complete: point.missing.value === 0 }]
      : [],
  );
  const good = affordable.filter((point) => point.complete && point.recall >= TARGET_RECALL);
  if (good.some((point) => point.nprobe === stored)) return { nprobe: stored, reason: 'stored' };
  if (good[0] !== undefined) return { nprobe: good[0].nprobe, reason: 'target' };

  const complete = affordable.filter((point) => point.complete);
  const [first, ...rest] = complete.length > 0 ? complete : affordable;
  if (first === undefined) return { nprobe: stored, reason: 'stored' };
  const best = knee([first, ...rest]);
  const storedIsBetter = stored >= best.nprobe && [first, ...rest].some((point) => point.nprobe === stored);
  return storedIsBetter ? { nprobe: stored, reason: 'stored' } : { nprobe: best.nprobe, reason: 'knee' };
}
