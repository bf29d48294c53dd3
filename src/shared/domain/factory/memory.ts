import type { ValidFactory } from './reading';
import { factoryBytes } from './size';

/** What a host holds: the index, and a copy of all vectors that it asks back with `reconstruct_n(0, ntotal)`. */
export function hostMemory(reading: ValidFactory, vectors: number, dimension: number): number | null {
  const size = factoryBytes(reading.parts, vectors, dimension);
  return size === null ? null : size.bytes + 4 * vectors * dimension;
}
