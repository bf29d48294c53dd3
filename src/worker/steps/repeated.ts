import { rowKeys } from '@shared/domain/maths/rowKeys';
import type { Matrix } from '../engine';
import type { Piece } from './load';

/** One of several sources that has rows of an earlier one. */
export interface RepeatedSource {
  readonly name: string;
  /** Rows of it that the other has, too, to the bit. */
  readonly frames: number;
  readonly of: string;
}

const HASHED_ROWS = 16_384;

/** A number for each row of a matrix, the same for rows of equal bytes. */
export function keysOf(matrix: Matrix): Float64Array {
  const keys = new Float64Array(matrix.rows);
  for (let from = 0; from < matrix.rows; from += HASHED_ROWS) {
    const cells = matrix.toFloat32Array(from, Math.min(HASHED_ROWS, matrix.rows - from));
    keys.set(rowKeys(cells, matrix.columns), from);
  }
  return keys;
}

/**
 * Sources that were merged with themselves, or with a part of themselves.
 *
 * @param keys From {@link keysOf}.
 */
export function repeatedSources(
  pieces: readonly Piece[],
  keys: Float64Array,
  names: readonly string[],
): readonly RepeatedSource[] {
  if (names.length < 2) return [];
  const owners = new Map<number, number>();
  const shared = new Map<number, Map<number, number>>();
  let start = 0;
  for (const { source, rows } of pieces) {
    for (const key of keys.subarray(start, start + rows)) {
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
