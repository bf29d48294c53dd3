/** A code book: for every pattern, the numbers it stands for. */
export type CodeBook = readonly (readonly number[])[];

/** The place of the pattern nearest to a piece (squared distance). */
export function codeOf(piece: readonly number[], book: CodeBook): number {
  const distances = book.map((pattern) =>
    pattern.reduce((sum, value, place) => sum + (value - (piece[place] ?? 0)) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

/** Cuts a vector into pieces of the code book's length; a rest that is too short for one is left out. */
export function cut(vector: readonly number[], length: number): number[][] {
  return Array.from({ length: Math.floor(vector.length / length) }, (_, piece) =>
    vector.slice(piece * length, (piece + 1) * length),
  );
}
