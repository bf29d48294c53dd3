import type { Matrix } from './engine';

/** Rows of a matrix, row-major, from `first` on. */
export interface RowCopies {
  readonly first: number;
  readonly cells: Float32Array;
}

/**
 * The first rows of a matrix, copied a part at a time to one place, which the next part takes: an array for each would keep
 * the collector of memory at work.
 *
 * @param most Rows of a part.
 */
export function* rowCopies(matrix: Matrix, rows: number, most: number): Generator<RowCopies> {
  const { columns } = matrix;
  const place = new Float32Array(Math.min(most, rows) * columns);
  for (let first = 0; first < rows; first += most) {
    const cells = place.subarray(0, Math.min(most, rows - first) * columns);
    matrix.get(first, cells);
    yield { first, cells };
  }
}
