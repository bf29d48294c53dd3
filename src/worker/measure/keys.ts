import { rowKeys } from '@shared/domain/maths/rowKeys';
import type { Matrix } from '../engine';
import { rowCopies } from '../rowCopies';

/** Rows that are copied at a time: a copy of all of them costs more than what is made of it. */
const COPIED_ROWS = 32;

/** The numbers of a matrix's rows, the same for rows of equal bytes (maths/rowKeys.ts). */
export function keysOf(matrix: Matrix): Float64Array {
  const { rows, columns } = matrix;
  const keys = new Float64Array(rows);
  for (const { first, cells } of rowCopies(matrix, rows, COPIED_ROWS)) keys.set(rowKeys(cells, columns), first);
  return keys;
}
