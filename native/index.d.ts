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
  | 'NOT_FINITE' // NaN or infinity in the vectors, or a norm over 4e18, whose square is not a number
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

export interface Progress {
  /** Work finished so far and the total, at least a few times a second (best effort). */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface RangeOptions extends Cancellable {
  /** First row, default 0. */
  readonly from?: number;
  /** Number of rows, default all up to the end. */
  readonly count?: number;
  /** Rows finished so far and the total, at least a few times a second (best effort). */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface AddOptions extends RangeOptions {
  /**
   * Nobody needs the rows any more: their memory goes back while the index takes as much, and they hold any values
   * afterwards, also where the call is cancelled. Default false.
   */
  readonly discard?: boolean;
}

export interface SearchOptions extends RangeOptions {
  /** Groups searched (IVF only); the stored value stays as it is. */
  readonly nprobe?: number;
  /** OpenMP threads for this call; default: the process-wide setting. */
  readonly threads?: number;
}

/** Number formats of .npy files that can be read, with byte order. */
export type NpyType = '<f2' | '<f4' | '<f8' | '>f2' | '>f4' | '>f8';

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
  /**
   * Zeros in a new file instead of memory, for voices larger than memory: the same as any other matrix for every call. The
   * system keeps in memory what it has room for. The file goes with the matrix (or the process); its name may be any that
   * does not exist yet, in a folder with room for all of it. Rejects `IO` (`EEXIST`, `ENOSPC`, …) when it cannot be made.
   *
   * Reading, writing, rearranging, {@link miniBatchKmeans}, {@link nearestCenters}, {@link kmeans}, and training and filling
   * an index hold only some of its pages at a time. What makes new rows of it makes them in a file beside, named `<path>.<number>`.
   */
  static scratch(rows: number, columns: number, path: string): Promise<Matrix>;
  readonly rows: number;
  readonly columns: number;
  /** Native memory held, in bytes; for a scratch matrix the size of its file. */
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
  /** Copies rows from `at` on into `data` (length a multiple of `columns`), as many as it holds. */
  get(at: number, data: Float32Array): void;
  /** Overwrites rows from `at` with `data` (length a multiple of `columns`). */
  set(at: number, data: Float32Array): void;
  /** A new matrix of the given rows, in that order (repeats allowed). */
  gather(rows: Int32Array): Promise<Matrix>;
  /**
   * Rearranges rows so that new row i is old row `order[i]`; `order` is a permutation of all rows. In memory it happens in
   * place. A scratch matrix is dealt to a second file in two passes, each byte written twice, and keeps the new file.
   * Cancelled, a scratch matrix is as before, and one in memory has all of its rows in some order.
   */
  permute(order: Int32Array, options?: Cancellable & Progress): Promise<void>;
  /**
   * Shuffles all rows, as {@link permute} moves them; the same seed gives the same order everywhere. Returns the order
   * (new i = old order[i]).
   */
  shuffle(seed: number, options?: Cancellable & Progress): Promise<Int32Array>;
  /** Keeps the first `rows` rows and gives the rest of the memory back. */
  truncate(rows: number): void;
  /** L2 norm of every row. */
  norms(): Promise<Float32Array>;
  /** Divides each row by max(eps, its L2 norm), in place; returns the original norms. */
  normalize(eps?: number): Promise<Float32Array>;
  /** Multiplies row i by `factors[i]`, in place. */
  scaleRows(factors: Float32Array): Promise<void>;
  /** Indexes of the rows that fail with `NOT_FINITE`: they hold a NaN, an infinity or too large values. Ascending. */
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

  /**
   * Reads an index file of any name, off the thread, or from its start what a descriptor of this process is open for, which
   * stays the caller's: what was looked at through it is what is read, wherever the name leads by then.
   */
  static open(file: string | number, options?: Cancellable): Promise<Index>;
  /** Writes a new file, fsynced; resolves to its size in bytes. Refuses an existing file; on failure none remains. */
  save(path: string, options?: Cancellable): Promise<number>;
  /**
   * Trains on a matrix. IVF k-means follows FAISS's defaults for a coarse quantizer (10 iterations, seed 1234, at most
   * 256 points a group) and its rules, so that it finds the centroids that FAISS finds, but for ties and rounding. It is
   * the engine's own: see {@link kmeans}. The groups of the rows are remembered for {@link add}.
   */
  train(x: Matrix, options?: TrainOptions): Promise<void>;
  /**
   * Adds rows with ids ntotal, ntotal + 1, … For IVF the inverted lists are sized exactly, without slack. Rows of the
   * matrix that the index was trained on, unchanged since, are not compared with the centroids again.
   *
   * The first rows from a scratch matrix go into lists in a scratch file beside it, from which the index is searched and
   * saved like any other; rows that follow are kept in memory. {@link removeIds} and {@link mergeFrom} refuse it.
   */
  add(x: Matrix, options?: AddOptions): Promise<void>;
  /** k nearest stored vectors of each row. */
  search(x: Matrix | Float32Array, k: number, options?: SearchOptions): Promise<Neighbors>;
  /**
   * The same of each of several `nprobes` (IVF only), which ascend. Where vectors are kept as they are or rounded number by
   * number, and compared by L2, all of them together take as long as the widest.
   */
  searchWidths(x: Matrix, k: number, nprobes: readonly number[], options?: RangeOptions): Promise<readonly Neighbors[]>;
  /**
   * Sets a parameter by FAISS's ParameterSpace name, e.g. `nprobe`, `k_factor_rf` (1 to 1024), `quantizer_efSearch` (1 to
   * 4096).
   */
  setParameter(name: string, value: number): void;
  describe(): IndexDescription;
  /** Vectors in each inverted list; fails `UNSUPPORTED` when the index has none. */
  listSizes(): Int32Array;
  /** Ids stored in one inverted list. */
  listIds(list: number): Int32Array;
  /** Coarse centroids, nlist x dimension; fails `UNSUPPORTED` when the index has none. */
  centroids(): Promise<Matrix>;
  /**
   * Stored vectors as this index remembers them, of ids from..from+count-1 or of `ids`, which ascend without repeats (else
   * `ARGUMENT`).
   */
  reconstruct(options?: RangeOptions & { readonly ids?: Int32Array }): Promise<Matrix>;
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

export interface KmeansResult {
  readonly centroids: Matrix;
  /** Of the last iteration: squared distances (with `spherical` products) of the training points to their centroids. */
  readonly objective: number;
  /** Products of points and centroids that were computed, in iterations that compare everything. */
  readonly compared: number;
}

/**
 * k-means with the rules of FAISS's `Clustering` (start, order of sums, splitting of large groups for empty ones): the same
 * centroids, but for ties and rounding. Most comparisons are left out because bounds on how far centers have moved show
 * that they change nothing (Yinyang k-means, Ding et al., ICML 2015); what comes near is compared by differences, so that
 * every point is assigned to the centroid that is exactly nearest, of equally near ones the first. The same with any
 * number of threads. Memory beside the points: a quarter of them.
 *
 * Rejects `TOO_FEW_POINTS`, `NOT_FINITE`.
 */
export function kmeans(x: Matrix, k: number, options?: KmeansOptions): Promise<KmeansResult>;

export interface ExpandOptions extends Cancellable {
  /** Rows to move towards. Default: the rows themselves. It is read only. */
  readonly base?: Matrix | undefined;
  /** Exponent of the weights, at least 0: the larger, the less far neighbors count. Default 3. */
  readonly alpha?: number;
  /**
   * Rows of the base that are blended, from 1 to one less than it has; default 10. Where the base is the rows
   * themselves, an included row is one of them.
   */
  readonly neighbors?: number;
  /** Blend the row itself too, with weight 1. Default true. */
  readonly includeSelf?: boolean;
  /** Give each row its norm back. Default true; otherwise all norms become 1. */
  readonly restoreNorms?: boolean;
  /** Do it again on the result, this many times in all. Default 1. */
  readonly repetitions?: number;
  /**
   * `exact`; `fast` (default): k-means lists, with as many of them searched as `targetRecall` takes, or exactly where
   * that is cheaper; or a fixed number of lists.
   */
  readonly search?: 'exact' | 'fast' | { readonly nlist: number; readonly nprobe: number };
  /** Recall that `fast` reaches on a sample, with a confidence of 95 %; 0..1, default 0.99. */
  readonly targetRecall?: number;
  /** Of k-means and of the sample, default 1234. The same seed and threads give the same rows. */
  readonly seed?: number;
  /**
   * A new file for the expanded rows meanwhile: as large as `x`, twice with repetitions. It is always removed. Without
   * it they take as much memory.
   */
  readonly scratch?: string;
  /** Rows finished so far, in proportion to the work, and the total: rows x repetitions (best effort). */
  readonly onProgress?: (done: number, total: number) => void;
}

/** How the neighbors were found; with repetitions, when it was found worst. */
export interface ExpansionSearch {
  readonly method: 'exact' | 'lists';
  readonly nlist: number | null;
  readonly nprobe: number | null;
  /** Part of the true neighbors that the lists lead to, on the sample; 1 when exact. */
  readonly recall: number;
  /** Rows of the sample, 0 when exact. */
  readonly sample: number;
}

export interface Expansion {
  /** cos(expanded, original) of each row; 1 for rows that stayed. */
  readonly cosines: Float32Array;
  readonly search: ExpansionSearch;
}

/**
 * Alpha query expansion (Radenović, Tolias, Chum, TPAMI 2019, arXiv 1711.02512), in place: each row becomes the sum of
 * the unit vectors of its nearest rows by cosine, weighted with max(0, cosine) ** alpha, brought to its own norm. On the
 * rows of a database itself this is database-side augmentation (Gordo et al., IJCV 2017).
 *
 * Unit vectors are x / max(1e-9, norm). A row is recognized among its neighbors by its number, so duplicates of it are
 * neighbors like others. A row without any weight stays as it was (but for its norm), and so does a row of zeros.
 *
 * Memory beyond `x` and `base`: about 20 bytes a row, 8 bytes a row and neighbor, and blocks of a fixed size. Nothing
 * changes in `x` before all rows are expanded: a call cancelled or failed before leaves it as it was (with repetitions:
 * as the last finished one left it). Rejects `ARGUMENT`, `DIMENSION`, `NOT_FINITE`, and `IO` for the scratch file.
 */
export function expand(x: Matrix, options?: ExpandOptions): Promise<Expansion>;

export interface MiniBatchKmeansOptions extends Cancellable {
  /** Rows of a batch. Default 256 x threads, as RVC sets it; at most all rows. */
  readonly batchSize?: number;
  /** Rows among which each initialization chooses. Default 3 x batchSize, or 3 x k where that is less than k. */
  readonly initSize?: number;
  /** Random initializations tried. The one nearest to at most 2,048 rows is used. Default 3. */
  readonly inits?: number;
  /** Passes over as many rows as there are, at most. Default 100; `maxNoImprovement` ends it long before. */
  readonly maxIterations?: number;
  /** Batches without a new least smoothed distance after which it ends. Default 10. */
  readonly maxNoImprovement?: number;
  /** Centers nearest to fewer rows than this share of the most popular one's are put elsewhere. Default 0.01. */
  readonly reassignmentRatio?: number;
  /** The same seed and `batchSize` give the same bytes on the same machine with the same threads. Default 1234. */
  readonly seed?: number;
  /** Work finished so far and its estimated total in parts, not rows: nobody knows how many batches it takes. */
  readonly onProgress?: (done: number, total: number) => void;
  /**
   * Called after each batch: `objective` is the smoothed mean squared distance x rows, `imbalance` that of the rows seen
   * so far, `splits` the centers put elsewhere.
   */
  readonly onIteration?: (iteration: KmeansIteration) => void;
}

export interface MiniBatchKmeansResult {
  /** At most k rows: centers that are no row's nearest are left out. */
  readonly centroids: Matrix;
  /** Rows each centroid is the mean of, all at least 1. */
  readonly sizes: Int32Array;
  /**
   * Mean over all rows of the squared L2 distance to the centroid that is the mean of them and others. To the nearest
   * centroid it is at most that: 0.2 % less at 210,000 x 768 and 10,000 centroids, some 1 % less with few rows each.
   */
  readonly meanSquaredDistance: number;
  /** Batches it took. */
  readonly steps: number;
  /** Centers left out, nearest to no row before the last step, and of these, counted apart, exact copies of another. */
  readonly removed: { readonly unused: number; readonly duplicates: number };
}

/**
 * Mini-batch k-means (Sculley, Web-Scale K-Means Clustering, WWW 2010) with the rules of scikit-learn's
 * `MiniBatchKMeans(init="random")` (sklearn/cluster/_kmeans.py, 1.2): batches drawn with repeats, centers that are means
 * of all rows they were given, random reassignment of rare ones, end by smoothed inertia. This is how RVC compresses a
 * large voice. Then one step of Lloyd's: every row is assigned, which shows the unused centers, and every center becomes
 * the mean of its rows. Quicker than {@link kmeans} and less exact.
 *
 * Nearest centers are found exactly but without most of the comparisons, by distances of principal coordinates, where the
 * rows allow it. Needs less than 500 MB besides the rows at 200,000 x 768.
 *
 * Rejects `TOO_FEW_POINTS` unless x has more than k rows, and `NOT_FINITE`.
 */
export function miniBatchKmeans(x: Matrix, k: number, options?: MiniBatchKmeansOptions): Promise<MiniBatchKmeansResult>;

/**
 * The nearest centroid of each row by squared L2, exactly, of equally near ones the first: `knn` with k = 1, several times
 * as quick where rows are like features of speech. Rejects `TOO_FEW_POINTS` without centroids, `DIMENSION`, `NOT_FINITE`.
 */
export function nearestCenters(
  x: Matrix,
  centroids: Matrix,
  options?: Cancellable & { readonly onProgress?: (done: number, total: number) => void },
): Promise<{ readonly labels: Int32Array; readonly distances: Float32Array }>;

export interface EngineInfo {
  /** FAISS version, e.g. `1.7.3`. */
  readonly faiss: string;
  /** Instruction set FAISS was compiled for, e.g. `generic`, `avx2`. */
  readonly simd: string;
  /** Instruction set of this package's own search through IVF,Flat and IVF,SQ lists with L2, chosen for the processor at load. */
  readonly scan: 'avx512' | 'avx2' | 'portable';
  /** The kernels that BLAS has chosen for the processor, e.g. `OpenBLAS SkylakeX`; `unknown` where it does not say. */
  readonly blas: string;
  readonly threads: number;
}

export function engineInfo(): EngineInfo;
/** OpenMP threads for every later call; at least 1. */
export function setThreads(threads: number): void;
