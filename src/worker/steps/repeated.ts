import type { Piece } from './load';

/** One of several sources that has rows of an earlier one. */
export interface RepeatedSource {
  readonly name: string;
  /** Rows of it that the other has, too, to the bit. */
  readonly frames: number;
  readonly of: string;
}

/**
 * Sources that were merged with themselves, or with a part of themselves.
 *
 * @param keys Asked for a number for each row, the same for rows of equal bytes.
 */
export function repeatedSources(
  pieces: readonly Piece[],
  keys: () => Float64Array,
  names: readonly string[],
): readonly RepeatedSource[] {
  if (names.length < 2) return [];
  const all = keys();
  const owners = new Map<number, number>();
  const shared = new Map<number, Map<number, number>>();
  let start = 0;
  for (const { source, rows } of pieces) {
    for (const key of all.subarray(start, start + rows)) {
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, source);
      else if (owner !== source) {
        const counts = shared.get(source) ?? new Map<number, number>();
        shared.set(source, counts.set(owner, (counts.get(owner) ?? 0) + 1));
      }
    }
    start += rows;
  }
  return [...shared].flatMap(([source, counts]) =>
    [...counts].map(([owner, frames]) => ({ name: names[source] ?? '', frames, of: names[owner] ?? '' })),
  );
}
