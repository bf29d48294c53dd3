import { rowKeys } from '@shared/domain/maths/rowKeys';
import type { Matrix } from '../engine';

/** Rows that are copied at a time, always to the same place: a copy of all of them costs more than what is made of it. */
const COPIED_ROWS = 32;

/** The numbers of a matrix's rows, the same for rows of equal bytes (maths/rowKeys.ts). */
export function keysOf(matrix: Matrix): Float64Array {
  const { rows, columns } = matrix;
  const keys = new Float64Array(rows);
  const room = new Float32Array(COPIED_ROWS * columns);
  for (let from = 0; from < rows; from += COPIED_ROWS) {
    const copy = room.subarray(0, Math.min(COPIED_ROWS, rows - from) * columns);
    matrix.get(from, copy);
    keys.set(rowKeys(copy, columns), from);
  }
  return keys;
}
