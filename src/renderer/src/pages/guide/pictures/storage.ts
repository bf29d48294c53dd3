/** Ways to keep the vectors of an index, by FAISS's name for them. `fastScan` alone breaks the programs that use an index. */
export const STORAGES = ['flat', 'sqfp16', 'sq8', 'refined', 'fastScan'] as const;
export type Storage = (typeof STORAGES)[number];

export interface Amount {
  readonly vectors: number;
  readonly dimension: number;
  /** Groups; 0 for none. */
  readonly nlist: number;
}

/** Bytes of one vector and its number. 4-bit PQ over two dimensions each takes a quarter of a byte a dimension. */
function bytesOfVector(storage: Storage, dimension: number): number {
  switch (storage) {
    case 'flat':
      return 4 * dimension + 8;
    case 'sqfp16':
      return 2 * dimension + 8;
    case 'sq8':
      return dimension + 8;
    case 'fastScan':
      return dimension / 4 + 8;
    case 'refined':
      return bytesOfVector('fastScan', dimension) + 4 * dimension;
  }
}

/** Size of a file in bytes, up to headers and tables that do not grow with the voice. */
export function storageBytes(storage: Storage, { vectors, dimension, nlist }: Amount): number {
  return vectors * bytesOfVector(storage, dimension) + nlist * (4 * dimension + 8);
}
