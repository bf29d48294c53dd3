import { rowKeys } from '@shared/domain/maths/rowKeys';
import type { Material } from './load';

/** One of several sources that has rows of an earlier one. */
export interface RepeatedSource {
  readonly name: string;
  /** Rows of it that the other has, too, to the bit. */
  readonly frames: number;
  readonly of: string;
}

const HASHED_ROWS = 16_384;

/** Sources that were merged with themselves, or with a part of themselves. */
export function repeatedSources({ matrix, pieces }: Material, names: readonly string[]): readonly RepeatedSource[] {
  if (names.length < 2) return [];
  const owners = new Map<number, number>();
  const shared = new Map<number, Map<number, number>>();
  let start = 0;
  for (const { source, rows } of pieces) {
    for (let from = start; from < start + rows; from += HASHED_ROWS) {
      const cells = matrix.toFloat32Array(from, Math.min(HASHED_ROWS, start + rows - from));
      for (const key of rowKeys(cells, matrix.columns)) {
        const owner = owners.get(key);
        if (owner === undefined) owners.set(key, source);
        else if (owner !== source) {
          const counts = shared.get(source) ?? new Map<number, number>();
          shared.set(source, counts.set(owner, (counts.get(owner) ?? 0) + 1));
        }
      }
    }
    start += rows;
  }
  return [...shared].flatMap(([source, counts]) =>
    [...counts].map(([owner, frames]) => ({ name: names[source] ?? '', frames, of: names[owner] ?? '' })),
  );
}
