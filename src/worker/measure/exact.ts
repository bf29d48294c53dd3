import type { Neighbors } from '@shared/domain/measures/measures';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import { type FeatureFile, type FeatureFolder, fillFeatures } from '../features/features';
import { unusableRows } from '../features/usable';

/** Vectors compared at a time: large enough for the matrix product to run at full speed, small beside any index. */
const BLOCK_ROWS = 16_384;

/** Part of the vectors to compare with; the reader closes it. */
export interface Block {
  readonly matrix: Matrix;
  /** Row number of the first. */
  readonly first: number;
}

/** Vectors that may be walked through several times: the frames of a voice, or what an index stores. */
export interface Originals {
  readonly frames: number;
  readonly blocks: () => AsyncIterable<Block>;
  /** These rows only, ascending and without repeats; the caller closes them. */
  readonly pick: (rows: Int32Array) => Promise<Matrix>;
}

/**
 * The frames in a folder of features.
 *
 * @param without Rows that are looked past.
 */
export function originalsOf(
  engine: Engine,
  folder: FeatureFolder,
  signal: AbortSignal,
  without: ReadonlySet<number> = new Set(),
): Originals {
  const blocks = (): AsyncIterable<Block> => featureBlocks(engine, folder, signal, without);
  return {
    frames: folder.frames,
    blocks,
    pick: (rows) => pickRows(engine, blocks(), rows, folder.dimension ?? 0),
  };
}

/** What an index stores. */
export function contentsOf(index: Index, signal: AbortSignal): Originals {
  return {
    frames: index.describe().ntotal,
    blocks: () => storedBlocks(index, signal),
    pick: (rows) => storedRows(index, rows, signal),
  };
}

/** The same blocks, each shown in passing. */
export async function* showing(blocks: AsyncIterable<Block>, show: (block: Block) => void): AsyncGenerator<Block> {
  for await (const block of blocks) {
    show(block);
    yield block;
  }
}

/** The vectors as the index remembers them, block by block, so that they never lie in memory twice. */
export async function* storedBlocks(index: Index, signal: AbortSignal): AsyncGenerator<Block> {
  const { ntotal } = index.describe();
  for (let first = 0; first < ntotal; first += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, ntotal - first);
    const matrix = await onEngine(() => index.reconstruct({ from: first, count, signal }));
    yield { matrix, first };
  }
}

/** These rows only, of all blocks; see {@link Originals}. */
async function pickRows(
  engine: Engine,
  blocks: AsyncIterable<Block>,
  rows: Int32Array,
  dimension: number,
): Promise<Matrix> {
  const picked = new engine.Matrix(rows.length, dimension);
  try {
    let at = 0;
    for await (const { matrix, first } of blocks) {
      try {
        let end = at;
        while (end < rows.length && (rows[end] ?? 0) < first + matrix.rows) end += 1;
        const wanted = await onEngine(() => matrix.gather(rows.slice(at, end).map((row) => row - first)));
        picked.set(at, wanted.toFloat32Array());
        wanted.close();
        at = end;
      } finally {
        matrix.close();
      }
    }
    return picked;
  } catch (error) {
    picked.close();
    throw error;
  }
}

/**
 * Stored vectors of these ids only.
 *
 * @param ids Ascending, without repeats.
 * @returns ids.length x dimension; the caller closes it
 */
export function storedRows(index: Index, ids: Int32Array, signal: AbortSignal): Promise<Matrix> {
  return onEngine(() => index.reconstruct({ ids, signal }));
}

/** Squares of this stay finite, and no frame comes near it; a quiet one may come near zero. */
const FAR = 1e15;

/** What stands in the place of a row that is looked past. */
export function farRow(columns: number): Float32Array {
  return new Float32Array(columns).fill(FAR);
}

/** The original features, several files at a time; rows that are unusable or left out lie far away. */
export function featureBlocks(
  engine: Engine,
  folder: FeatureFolder,
  signal: AbortSignal,
  without: ReadonlySet<number> = new Set(),
): AsyncGenerator<Block> {
  return blocksOfFiles(engine, folder, runsOf(folder.files), signal, without);
}

/** The same, each file by itself. */
export function fileBlocks(engine: Engine, folder: FeatureFolder, signal: AbortSignal): AsyncGenerator<Block> {
  const each = folder.files.map((file) => [file]);
  return blocksOfFiles(engine, folder, each, signal, new Set());
}

async function* blocksOfFiles(
  engine: Engine,
  folder: FeatureFolder,
  runs: readonly (readonly FeatureFile[])[],
  signal: AbortSignal,
  without: ReadonlySet<number>,
): AsyncGenerator<Block> {
  const far = farRow(folder.dimension ?? 0);
  let first = 0;
  for (const files of runs) {
    const matrix = await readFiles(engine, { ...folder, files }, signal);
    for (const row of (await unusableRows(matrix)).all) matrix.set(row, far);
    for (let row = 0; row < matrix.rows; row++) if (without.has(first + row)) matrix.set(row, far);
    const block = { matrix, first };
    first += matrix.rows;
    yield block;
  }
}

/** All rows of the files of a folder, one after the other; the caller closes them. */
export async function readFiles(
  engine: Engine,
  folder: Pick<FeatureFolder, 'path' | 'files' | 'dimension'>,
  signal: AbortSignal,
): Promise<Matrix> {
  const rows = folder.files.reduce((sum, { header }) => sum + header.rows, 0);
  const matrix = new engine.Matrix(rows, folder.dimension ?? 0);
  try {
    await fillFeatures(matrix, 0, folder, signal);
    return matrix;
  } catch (error) {
    matrix.close();
    throw error;
  }
}

/** Files that follow each other, as many as fit into a block; a larger file is one by itself. */
function runsOf(files: readonly FeatureFile[]): readonly (readonly FeatureFile[])[] {
  const runs: FeatureFile[][] = [];
  let rows = 0;
  for (const file of files) {
    rows += file.header.rows;
    const last = runs.at(-1);
    if (last !== undefined && rows <= BLOCK_ROWS) last.push(file);
    else {
      runs.push([file]);
      rows = file.header.rows;
    }
  }
  return runs;
}

/**
 * The `k` exact nearest of all blocks for every frame, nearest first; -1 pads when there are fewer.
 *
 * @param onBlock Called with the rows compared so far.
 */
export async function exactNeighbors(
  engine: Engine,
  frames: Matrix,
  blocks: AsyncIterable<Block>,
  k: number,
  signal: AbortSignal,
  onBlock: (rows: number) => void,
): Promise<Neighbors> {
  const best = {
    distances: new Float32Array(frames.rows * k).fill(Infinity),
    labels: new Int32Array(frames.rows * k).fill(-1),
  };
  for await (const { matrix, first } of blocks) {
    try {
      const { distances, labels } = await onEngine(() => engine.knn(frames, matrix, k, { signal }));
      for (let frame = 0; frame < frames.rows; frame++) merge(best, { distances, labels }, frame * k, k, first);
      onBlock(first + matrix.rows);
    } finally {
      matrix.close();
    }
  }
  return best;
}

/** Merges one frame's neighbors within a block, ascending, into the best so far, ascending. */
function merge(best: Neighbors, block: Neighbors, at: number, k: number, first: number): void {
  for (let cell = at; cell < at + k; cell++) {
    const label = block.labels[cell] ?? -1;
    const distance = block.distances[cell] ?? Infinity;
    if (label < 0 || distance >= (best.distances[at + k - 1] ?? Infinity)) return;
    let place = at + k - 1;
    for (; place > at && (best.distances[place - 1] ?? 0) > distance; place--) {
      best.distances[place] = best.distances[place - 1] ?? 0;
      best.labels[place] = best.labels[place - 1] ?? -1;
    }
    best.distances[place] = distance;
    best.labels[place] = first + label;
  }
}
