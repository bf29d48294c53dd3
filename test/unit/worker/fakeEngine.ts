import { readFileSync, writeFileSync } from 'node:fs';
import type { Engine } from '../../../src/worker/engine';
import { dealt, ivfFlat, npy } from './support';

export interface FakeEngineOptions {
  /** Called with the name of every call, which may throw. */
  readonly onCall?: (call: string) => void;
  /** The least nprobe at which no search comes back short. */
  readonly enough?: number;
  /** What `save` writes instead of a sound index. */
  readonly garbage?: Uint8Array;
}

/** What was asked of the engine. */
export interface FakeEngine {
  readonly engine: () => Promise<Engine>;
  readonly calls: string[];
  /** First value of every row that was added, in the order of adding. */
  readonly added: number[];
  readonly trainedRows: number[];
  readonly open: Set<object>;
}

/**
 * An engine without FAISS: it reads `<f4` files, deals rows to lists in turn, and writes files that the walker accepts.
 * It fails like the real one where a test says so.
 */
export function fakeEngine({ onCall, enough = 1, garbage }: FakeEngineOptions = {}): FakeEngine {
  const calls: string[] = [];
  const added: number[] = [];
  const trainedRows: number[] = [];
  const open = new Set<object>();
  const call = async (name: string, signal?: AbortSignal): Promise<void> => {
    calls.push(name);
    onCall?.(name);
    await Promise.resolve();
    if (signal?.aborted === true) throw engineFailure('CANCELLED');
  };

  class Matrix {
    private data: Float32Array;

    constructor(
      private count: number,
      readonly columns: number,
    ) {
      this.data = new Float32Array(count * columns);
      open.add(this);
    }

    get rows(): number {
      return this.count;
    }

    row(at: number): Float32Array {
      return this.data.subarray(at * this.columns, (at + 1) * this.columns);
    }

    async readRegion(path: string, region: { offset: number; rows: number; at: number }): Promise<void> {
      await call('readRegion');
      const bytes = readFileSync(path).subarray(region.offset);
      const length = region.rows * this.columns;
      if (bytes.length < 4 * length) throw engineFailure('IO');
      this.data.set(new Float32Array(Uint8Array.from(bytes).buffer, 0, length), region.at * this.columns);
    }

    async nonFiniteRows(): Promise<Int32Array> {
      await call('nonFiniteRows');
      const bad = [];
      for (let at = 0; at < this.count; at++) if (!this.row(at).every(Number.isFinite)) bad.push(at);
      return Int32Array.from(bad);
    }

    async permute(order: Int32Array): Promise<void> {
      await call('permute');
      const old = this.data.slice();
      order.forEach((from, to) => {
        this.data.set(old.subarray(from * this.columns, (from + 1) * this.columns), to * this.columns);
      });
    }

    async norms(): Promise<Float32Array> {
      await call('norms');
      return Float32Array.from({ length: this.count }, (_, at) => Math.hypot(...this.row(at)));
    }

    get(at: number, values: Float32Array): void {
      values.set(this.data.subarray(at * this.columns, at * this.columns + values.length));
    }

    set(at: number, values: Float32Array): void {
      this.data.set(values, at * this.columns);
    }

    async gather(rows: Int32Array): Promise<Matrix> {
      await call('gather');
      const picked = new Matrix(rows.length, this.columns);
      rows.forEach((from, to) => picked.row(to).set(this.row(from)));
      return picked;
    }

    toFloat32Array(from = 0, count = this.count - from): Float32Array {
      return this.data.slice(from * this.columns, (from + count) * this.columns);
    }

    truncate(rows: number): void {
      this.count = rows;
    }

    async writeNpy(path: string, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
      await call('writeNpy', signal);
      const body = new Uint8Array(this.data.slice(0, this.count * this.columns).buffer);
      writeFileSync(path, npy(this.count, this.columns, { body }), { flag: 'wx' });
    }

    close(): void {
      open.delete(this);
    }
  }

  class Index {
    private nprobe = 1;
    private rows: Float32Array[] = [];

    private constructor(
      private readonly dimension: number,
      private readonly nlist: number,
    ) {
      open.add(this);
    }

    static fromFactory(dimension: number, factory: string): Index {
      const nlist = Number(/^IVF(\d+),Flat$/.exec(factory)?.[1]);
      return new Index(dimension, nlist);
    }

    async train(
      _matrix: Matrix,
      { rows, signal, onIteration }: { rows: number; signal?: AbortSignal; onIteration?: (stats: object) => void },
    ): Promise<void> {
      trainedRows.push(rows);
      for (let iteration = 0; iteration < 3; iteration++) {
        await call('train', signal);
        onIteration?.({ iteration, iterations: 3, objective: 10 - iteration, imbalance: 1.5, splits: 0 });
      }
    }

    async add(
      matrix: Matrix,
      { from, count, signal }: { from: number; count: number; signal?: AbortSignal },
    ): Promise<void> {
      await call('add', signal);
      for (let at = from; at < from + count; at++) {
        this.rows.push(matrix.row(at).slice());
        added.push(matrix.row(at)[0] ?? NaN);
      }
    }

    async search(
      matrix: Matrix,
      k: number,
      { from = 0, count = matrix.rows - from, nprobe, signal }: SearchOptions,
    ): Promise<Found> {
      await call('search', signal);
      const found = nearest(rowsOf(matrix, from, count), this.rows, k);
      // One frame of all comes back short.
      if (nprobe < enough && from === 0) found.labels[k - 1] = -1;
      return found;
    }

    async searchWidths(
      matrix: Matrix,
      k: number,
      nprobes: readonly number[],
      options: SearchOptions,
    ): Promise<Found[]> {
      return Promise.all(nprobes.map((nprobe) => this.search(matrix, k, { ...options, nprobe })));
    }

    describe(): object {
      const { dimension, nlist, nprobe } = this;
      return { type: 'IndexIVFFlat', dimension, ntotal: this.rows.length, nlist, nprobe };
    }

    listSizes(): Int32Array {
      return Int32Array.from(dealt(this.rows.length, this.nlist), (ids) => ids.length);
    }

    async reconstruct({
      from = 0,
      count = this.rows.length - from,
      ids = Int32Array.from({ length: count }, (_, at) => from + at),
    }: {
      from?: number;
      count?: number;
      ids?: Int32Array;
    }): Promise<Matrix> {
      await call('reconstruct');
      const rows = new Matrix(ids.length, this.dimension);
      for (const [at, id] of ids.entries()) rows.row(at).set(this.rows[id] ?? []);
      return rows;
    }

    setParameter(_name: string, value: number): void {
      this.nprobe = value;
    }

    async save(path: string, { signal }: { signal?: AbortSignal } = {}): Promise<number> {
      await call('save', signal);
      const bytes =
        garbage ??
        ivfFlat(dealt(this.rows.length, this.nlist), this.dimension, {
          nprobe: this.nprobe,
          vector: (id) => Float32Array.from(this.rows[id] ?? []),
        });
      writeFileSync(path, bytes, { flag: 'wx' });
      return bytes.length;
    }

    close(): void {
      open.delete(this);
    }
  }

  const rowsOf = (matrix: Matrix, from: number, count: number): Float32Array[] =>
    Array.from({ length: count }, (_, at) => matrix.row(from + at));
  const knn = async (frames: Matrix, base: Matrix, k: number): Promise<Found> => {
    await call('knn');
    return nearest(rowsOf(frames, 0, frames.rows), rowsOf(base, 0, base.rows), k);
  };

  const MetricType = { METRIC_INNER_PRODUCT: 0, METRIC_L2: 1 };
  const engine = { Matrix, Index, MetricType, knn, setThreads: () => undefined } as unknown as Engine;
  return { engine: () => Promise.resolve(engine), calls, added, trainedRows, open };
}

interface SearchOptions {
  readonly from?: number;
  readonly count?: number;
  readonly nprobe: number;
  readonly signal?: AbortSignal;
}

interface Found {
  readonly k: number;
  readonly distances: Float32Array;
  readonly labels: Int32Array;
}

/** By their first value, which is all that tells the frames of these tests apart. */
function nearest(frames: readonly Float32Array[], base: readonly Float32Array[], k: number): Found {
  const distances = new Float32Array(frames.length * k).fill(Infinity);
  const labels = new Int32Array(frames.length * k).fill(-1);
  const { ids, ascending } = inOrder(base);
  for (const [row, frame] of frames.entries()) {
    const value = frame[0] ?? 0;
    // Far enough apart that none is taken for a copy of another.
    const far = (place: number): number => 1_000 * ((ascending[place] ?? Infinity) - value) ** 2;
    let above = firstFrom(ascending, value);
    let below = above - 1;
    for (let place = row * k; place < Math.min((row + 1) * k, row * k + ids.length); place++) {
      const next = far(above) <= far(below) ? above++ : below--;
      distances[place] = far(next);
      labels[place] = ids[next] ?? -1;
    }
  }
  return { k, distances, labels };
}

interface Order {
  readonly ids: readonly number[];
  readonly ascending: readonly number[];
}

const orders = new WeakMap<readonly Float32Array[], Order>();

/** Rows by their first value, remembered while no row is added. */
function inOrder(base: readonly Float32Array[]): Order {
  const known = orders.get(base);
  if (known?.ids.length === base.length) return known;
  const ids = Array.from(base.keys()).sort((left, right) => (base[left]?.[0] ?? 0) - (base[right]?.[0] ?? 0));
  const order = { ids, ascending: ids.map((id) => base[id]?.[0] ?? 0) };
  orders.set(base, order);
  return order;
}

/** Where the values from `value` on begin. */
function firstFrom(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** An error as the engine throws it. */
export function engineFailure(code: string, errno?: string): Error {
  return Object.assign(new Error(`engine says ${code}`), { code, ...(errno === undefined ? {} : { errno }) });
}
