/** A piece of a file: `length` bytes from `offset`. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Reading without I/O: a walk asks for ranges of a file and is handed their bytes, so the same rules serve a file on
 * disk, a test's byte array and a stream. It never asks for a range beyond the size it was started with; a caller that
 * can only deliver fewer bytes (the file shrank meanwhile) hands over what it has.
 */
export type Walk<T> = Generator<ByteRange, T, Uint8Array>;

/** Runs a walk over bytes that are already in memory. */
export function walkBytes<T>(bytes: Uint8Array, walk: Walk<T>): T {
  let step = walk.next();
  while (step.done !== true) {
    const { offset, length } = step.value;
    step = walk.next(bytes.subarray(offset, offset + length));
  }
  return step.value;
}
