import { type Matrix, onEngine } from '../engine';

/** Rows that are of no voice, ascending. */
export interface UnusableRows {
  /** With values that are no numbers. */
  readonly nonFinite: Int32Array;
  /** Nothing but zeros, as a download has where it never arrived; silence is not. */
  readonly zero: Int32Array;
  /** Both. */
  readonly all: Int32Array;
}

/** Finds the rows that nothing is to be made of. */
export async function unusableRows(matrix: Matrix): Promise<UnusableRows> {
  const nonFinite = await onEngine(() => matrix.nonFiniteRows());
  const norms = await onEngine(() => matrix.norms());
  const zero = Int32Array.from(norms.keys()).filter((row) => norms[row] === 0);
  return { nonFinite, zero, all: Int32Array.from([...nonFinite, ...zero]).sort() };
}
