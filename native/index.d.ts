/**
 * FAISS for Node and Electron.
 *
 * Two layers share these classes:
 * - the synchronous API of faiss-node 0.5.1 (plain number arrays), kept so that existing programs run unchanged;
 * - asynchronous work on {@link Matrix} and typed arrays, where vectors stay in native memory and every long call can be
 *   cancelled. This is what new code uses.
 *
 * Every failure is an {@link FaissError} with a `code`; nothing aborts the process.
 *
 * Asynchronous calls run one at a time, in the order they were made. Until an object's calls are done, synchronous
 * calls that would disturb them fail with `ARGUMENT` ("busy"). `close()` may be called at any time: work under way
 * keeps its share of the memory until it ends.
 *
 * Importing this package throws an error with code `ENGINE_MISSING` where no binary fits the machine; its message
 * says what to do.
 */

/** The closed list of reasons a call can fail. */
export type FaissErrorCode =
  | 'ARGUMENT' // the call itself is wrong: type, range, shape
  | 'DIMENSION' // vectors of another dimension than the index
  | 'TOO_FEW_POINTS' // fewer training points than groups
  | 'NOT_FINITE' // NaN or infinity in the vectors
  | 'NOT_TRAINED' // the index must be trained first
  | 'FACTORY' // the index description is not understood
  | 'UNSUPPORTED' // this index type cannot do that
  | 'CORRUPT' // bytes that are not an index
  | 'IO' // the file cannot be opened, read or written; `errno` says why
  | 'MEMORY' // memory ran out
  | 'CANCELLED' // the signal was aborted
  | 'CLOSED' // the object was closed
  | 'FAISS'; // anything else FAISS refuses

export interface FaissError extends Error {
  readonly code: FaissErrorCode;
  /** System error name such as `ENOSPC`, only with code `IO`. */
  readonly errno?: string;
}

export enum MetricType {
  METRIC_INNER_PRODUCT = 0,
  METRIC_L2 = 1,
  METRIC_L1 = 2,
  METRIC_Linf = 3,
  METRIC_Lp = 4,
  METRIC_Canberra = 20,
  METRIC_BrayCurtis = 21,
  METRIC_JensenShannon = 22,
  METRIC_Jaccard = 23,
}

/** Result of the synchronous search: `n * k` values, row by row, padded with label -1. */
export interface SearchResult {
  distances: number[];
  labels: number[];
}

/** Result of an asynchronous search: `n * k` values, row by row. A missing neighbor has label -1. */
export interface Neighbors {
  readonly k: number;
  /** Squared L2 distances (or inner products), as FAISS returns them. */
  readonly distances: Float32Array;
  readonly labels: Int32Array;
}

export interface Cancellable {
  /** Aborting makes the call reject with code `CANCELLED` at FAISS's next interruption point. */
  readonly signal?: AbortSignal;
}

/** One k-means iteration, as FAISS reports it. */
export interface KmeansIteration {
  /** 0-based. */
  readonly iteration: number;
  readonly iterations: number;
  /** Sum of squared distances of the training points to their centroid. */
  readonly objective: number;
  /** FAISS's imbalance factor of the assignment; 1 is even. */
  readonly imbalance: number;
  /** Empty groups that were refilled by splitting another. */
  readonly splits: number;
}

export interface TrainOptions extends Cancellable {
  /** Train on the first `rows` rows only. Default: all. */
  readonly rows?: number;
  /** Called after each k-means iteration of the coarse quantizer (best effort, on the JS thread). */
  readonly onIteration?: (iteration: KmeansIteration) => void;
}

export interface RangeOptions extends Cancellable {
  /** First row, default 0. */
  readonly from?: number;
  /** Number of rows, default all up to the end. */
  readonly count?: number;
  /** Rows finished so far and the total, at least a few times a second (best effort). */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface SearchOptions extends RangeOptions {
  /** Groups searched (IVF only); the stored value stays as it is. */
  readonly nprobe?: number;
  /** OpenMP threads for this call; default: the process-wide setting. */
  readonly threads?: number;
}

/** Number formats of .npy files that can be read, with byte order. */
export type NpyType = '<f4' | '>f4' | '<f2' | '<f8';

export interface FileRegion {
  /** Byte offset of the first value. */
  readonly offset: number;
  readonly type: NpyType;
  /** Rows stored in the file. */
  readonly rows: number;
  /** Column-major file (`fortran_order: True`). Default false. */
  readonly fortran?: boolean;
  /** First row of the matrix to fill. */
  readonly at: number;
}

/** Rows x columns of float32 in native memory, row-major. Filled with zeros at creation. */
export class Matrix {
  constructor(rows: number, columns: number);
  /** Copies `data` (length a multiple of `columns`). */
  static from(data: Float32Array, columns: number): Matrix;
  readonly rows: number;
  readonly columns: number;
  /** Native memory held, in bytes. */
  readonly byteLength: number;
  /**
   * Reads `region.rows` rows of `columns` values from a file of any name into this matrix, converting on the fly and
   * without passing through V8. Rejects `IO` when the file is shorter than the region.
   */
  readRegion(path: string, region: FileRegion): Promise<void>;
  /** Writes a new .npy v1.0 file (`<f4`, C order), fsynced. Refuses an existing file; on failure none remains. */
  writeNpy(path: string, options?: Cancellable & { readonly from?: number; readonly count?: number }): Promise<void>;
  /** A copy of `count` rows from `from`. */
  toFloat32Array(from?: number, count?: number): Float32Array;
  /** Overwrites rows from `at` with `data` (length a multiple of `columns`). */
  set(at: number, data: Float32Array): void;
  /** A new matrix of the given rows, in that order (repeats allowed). */
  gather(rows: Int32Array): Promise<Matrix>;
  /** Rearranges rows in place so that new row i is old row `order[i]`; `order` is a permutation of all rows. */
  permute(order: Int32Array): Promise<void>;
  /** Shuffles all rows in place; the same seed gives the same order everywhere. Returns the order (new i = old order[i]). */
  shuffle(seed: number): Promise<Int32Array>;
  /** Keeps the first `rows` rows and gives the rest of the memory back. */
  truncate(rows: number): void;
  /** L2 norm of every row. */
  norms(): Promise<Float32Array>;
  /** Divides each row by max(eps, its L2 norm), in place; returns the original norms. */
  normalize(eps?: number): Promise<Float32Array>;
  /** Multiplies row i by `factors[i]`, in place. */
  scaleRows(factors: Float32Array): Promise<void>;
  /** Indexes of the rows holding a NaN or an infinity, ascending. */
  nonFiniteRows(): Promise<Int32Array>;
  /** Frees the native memory now; later calls fail with `CLOSED`. */
  close(): void;
}

/** Facts about an index. IVF fields are null for other types. */
export interface IndexDescription {
  /** FAISS class name, e.g. `IndexIVFFlat`. */
  readonly type: string;
  readonly dimension: number;
  readonly ntotal: number;
  readonly isTrained: boolean;
  readonly metric: number;
  readonly nlist: number | null;
  readonly nprobe: number | null;
  /** Bytes per stored vector, null when the type has none. */
  readonly codeSize: number | null;
}

export class Index {
  constructor(dimension: number);
  ntotal(): number;
  getDimension(): number;
  isTrained(): boolean;
  add(x: number[]): void;
  train(x: number[]): void;
  search(x: number[], k: number): SearchResult;
  write(path: string): void;
  toBuffer(): Buffer;
  static read(path: string): Index;
  static fromBuffer(source: Buffer): Index;
  static fromFactory(dimension: number, factory: string, metric?: MetricType): Index;
  mergeFrom(other: Index): void;
  removeIds(ids: number[]): number;

  /** Reads an index file of any name, off the thread. */
  static open(path: string, options?: Cancellable): Promise<Index>;
  /** Writes a new file, fsynced; resolves to its size in bytes. Refuses an existing file; on failure none remains. */
  save(path: string, options?: Cancellable): Promise<number>;
  /**
   * Trains on a matrix. IVF k-means follows FAISS's defaults for a coarse quantizer (10 iterations, seed 1234, at most
   * 256 points a group) and finds exactly the centroids that FAISS finds with the same threads.
   */
  train(x: Matrix, options?: TrainOptions): Promise<void>;
  /** Adds rows with ids ntotal, ntotal + 1, … For IVF the inverted lists are sized exactly, without slack. */
  add(x: Matrix, options?: RangeOptions): Promise<void>;
  /** k nearest stored vectors of each row. */
  search(x: Matrix | Float32Array, k: number, options?: SearchOptions): Promise<Neighbors>;
  /** Sets a parameter by FAISS's ParameterSpace name, e.g. `nprobe`, `k_factor_rf`, `quantizer_efSearch`. */
  setParameter(name: string, value: number): void;
  describe(): IndexDescription;
  /** Vectors in each inverted list; fails `UNSUPPORTED` when the index has none. */
  listSizes(): Int32Array;
  /** Ids stored in one inverted list. */
  listIds(list: number): Int32Array;
  /** Coarse centroids, nlist x dimension; fails `UNSUPPORTED` when the index has none. */
  centroids(): Promise<Matrix>;
  /** Stored vectors of ids from..from+count-1, as this index remembers them. */
  reconstruct(options?: RangeOptions): Promise<Matrix>;
  /** The inverted list each row belongs to, nearest first when `nprobe` > 1 (rows x nprobe values). */
  assign(x: Matrix | Float32Array, options?: RangeOptions & { readonly nprobe?: number }): Promise<Int32Array>;
  /** Frees the native memory now; later calls fail with `CLOSED`. */
  close(): void;
}

export class IndexFlatL2 extends Index {
  static read(path: string): IndexFlatL2;
  static fromBuffer(source: Buffer): IndexFlatL2;
  mergeFrom(other: IndexFlatL2): void;
}

export class IndexFlatIP extends Index {
  static read(path: string): IndexFlatIP;
  static fromBuffer(source: Buffer): IndexFlatIP;
  mergeFrom(other: IndexFlatIP): void;
}

/**
 * Exact k nearest rows of `base` for each row of `queries`, without an index. Label -1 pads when base has fewer than k
 * rows.
 */
export function knn(
  queries: Matrix | Float32Array,
  base: Matrix,
  k: number,
  options?: SearchOptions & { readonly metric?: MetricType; readonly baseRows?: number },
): Promise<Neighbors>;

export interface KmeansOptions extends Cancellable {
  /** Default 25. */
  readonly iterations?: number;
  /** Default 1234, as FAISS. */
  readonly seed?: number;
  /** Normalize centroids after each iteration and assign by inner product, as faiss.Kmeans does. Default false. */
  readonly spherical?: boolean;
  /** At most this many training points a centroid, sampled by seed. Default 256, as FAISS. */
  readonly maxPointsPerCentroid?: number;
  readonly onIteration?: (iteration: KmeansIteration) => void;
}

/** FAISS k-means; resolves to k centroids and the objective of the last iteration. */
export function kmeans(
  x: Matrix,
  k: number,
  options?: KmeansOptions,
): Promise<{ readonly centroids: Matrix; readonly objective: number }>;

export interface EngineInfo {
  /** FAISS version, e.g. `1.7.3`. */
  readonly faiss: string;
  /** Instruction set FAISS was compiled for, e.g. `generic`, `avx2`. */
  readonly simd: string;
  /** Instruction set of this package's own search through IVF,Flat lists with L2, chosen for the processor at load. */
  readonly scan: 'avx512' | 'avx2' | 'portable';
  readonly threads: number;
}

export function engineInfo(): EngineInfo;
/** OpenMP threads for every later call; at least 1. */
export function setThreads(threads: number): void;
