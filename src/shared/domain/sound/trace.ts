import type { Moment } from '../../contract/sound';

/** What the file with the trace of an index is called, after the content of the index. */
export const TRACE_ENDING = '.trace';

/** A file of features among those of a voice; their rows are counted on from file to file. */
export interface TracedFile {
  readonly name: string;
  readonly rows: number;
  /** When it was written last, in ms since 1970: voices may have files of the same names and lengths. */
  readonly modified: number;
  /** Position of its voice in `Origins.voices`; null: there is one voice only. */
  readonly voice: number | null;
}

/** Which frame of the voice each vector of an index is. */
export interface Trace {
  readonly files: readonly TracedFile[];
  /** The row of each id; -1 where none is known. */
  readonly rows: Int32Array;
}

/**
 * Finds the row of each vector by the numbers of their bytes (maths/rowKeys.ts). Of rows that are equal each is taken once
 * before any is taken again.
 *
 * @param vectors A number for each vector of the index.
 * @param frames A number for each row of the voice.
 * @param unusable The number of rows that stand for nothing.
 * @returns a row for each vector; -1 where none is equal
 */
export function traceByKeys(vectors: Float64Array, frames: Float64Array, unusable: number): Int32Array {
  const first = new Map<number, number>();
  const next = new Int32Array(frames.length).fill(-1);
  for (let row = frames.length - 1; row >= 0; row--) {
    const key = frames[row] ?? unusable;
    if (key === unusable) continue;
    next[row] = first.get(key) ?? -1;
    first.set(key, row);
  }
  const waiting = new Map(first);
  return Int32Array.from(vectors, (key) => {
    const row = waiting.get(key);
    if (row === undefined) return -1;
    const after = next[row] ?? -1;
    waiting.set(key, after >= 0 ? after : (first.get(key) ?? row));
    return row;
  });
}

/** The first of the rows that equal each, by the numbers of their bytes: equal frames sound alike. */
export function firstOfEqual(keys: Float64Array): Int32Array {
  const first = new Map<number, number>();
  return Int32Array.from(keys, (key, row) => {
    const known = first.get(key);
    if (known !== undefined) return known;
    first.set(key, row);
    return row;
  });
}

/** How much of it is traced. */
export function tracedShare(rows: Int32Array): number {
  let traced = 0;
  for (const row of rows) if (row >= 0) traced += 1;
  return rows.length === 0 ? 0 : traced / rows.length;
}

/** Says which moment a row is: null for -1 and for rows that there are not. */
export function momentsIn(files: readonly TracedFile[]): (row: number) => Moment | null {
  let end = 0;
  const ends = files.map(({ rows }) => (end += rows));
  return (row) => {
    if (row < 0 || row >= end) return null;
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (row < (ends[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    const file = files[low];
    if (file === undefined) return null;
    const frame = row - ((ends[low] ?? 0) - file.rows);
    return { file: file.name, frame, ...(file.voice === null ? {} : { voice: file.voice }) };
  };
}
