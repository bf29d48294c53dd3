import { setImmediate } from 'node:timers/promises';
import type { Selection } from '@shared/contract/build';
import type { SelectionReport } from '@shared/contract/record';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';
import { markedRows } from '@shared/domain/voice/marks';
import { takesFile } from '@shared/domain/voice/speakers';
import {
  centersFor,
  createRowSet,
  farthest,
  MOST_LEARNED,
  outlierCount,
  sameWords,
  typicalCenters,
} from '@shared/domain/voice/sifting';
import { type Engine, type Matrix, onEngine } from '../engine';
import { type StepContext, throwIfCancelled } from '../context';
import type { Material } from './load';

/** Rows that a selection leaves out, beside those that are not finite. */
export interface Selected {
  /** Ascending. */
  readonly dropped: Int32Array;
  readonly report: SelectionReport;
}

/** Rows that are in JavaScript's memory at a time. */
const COMPARED_ROWS = 2_048;
/** Rows that are copied at a time to be held against the typical sounds. */
const JUDGED_ROWS = 16_384;
/** The centers hardly move after that many. */
const KMEANS_ITERATIONS = 10;

/** Parts of the step `select`, by the time they take. */
const REPEATS_PART = 0.2;

/**
 * Applies the rules of a selection in their order: moments, files, silence, duplicates, outliers. A frame counts for the
 * first that catches it, and those that are of no voice for none: `report.frames` is without them.
 *
 * @param unusable Rows that are of no voice, ascending.
 * @throws `OUT_OF_MEMORY`, `JOB_CANCELLED`
 */
export async function selectFrames(
  engine: Engine,
  material: Material,
  unusable: Int32Array,
  selection: Selection,
  seed: number,
  context: StepContext<'select'>,
): Promise<Selected> {
  const { matrix, pieces } = material;
  const { progress } = context;
  progress('select', 0, 1);
  /** Rows that no later rule looks at. */
  const gone = new Uint8Array(matrix.rows);
  for (const row of unusable) gone[row] = 1;
  const frames = matrix.rows - unusable.length;
  const dropped: number[] = [];
  const drop = (row: number): number => {
    gone[row] = 1;
    return dropped.push(row);
  };

  for (const [row, marked] of markedRows(selection.moments, pieces).entries()) {
    if (marked === 1 && gone[row] === 0) drop(row);
  }
  const moments = dropped.length;

  const isTaken = takesFile(selection);
  let end = 0;
  for (const { name, rows } of pieces) {
    const start = end;
    end += rows;
    if (isTaken(name)) continue;
    for (let row = start; row < end; row++) if (gone[row] === 0) drop(row);
  }
  const files = dropped.length - moments;

  let silence = 0;
  if (selection.silence || selection.duplicates) {
    const share = selection.outliers > 0 ? REPEATS_PART : 1;
    const repeats = await findRepeats(material, gone, {
      ...context,
      progress: (step, done, total) => progress(step, done * share, total),
    });
    for (const [row, repeat] of repeats.entries()) {
      const silent = repeat === SILENCE && selection.silence;
      if (silent) silence += 1;
      if (silent || (repeat !== NEW && selection.duplicates)) drop(row);
    }
  }
  const duplicates = dropped.length - moments - files - silence;

  const remaining = frames - dropped.length;
  const outliers = outlierCount(remaining, selection.outliers);
  if (outliers > 0) {
    const rows = rowsLeft(gone);
    const { distances } = await toTypicalSounds(engine, matrix, rows, seed, {
      ...context,
      progress: (step, done, total) => progress(step, REPEATS_PART * total + (1 - REPEATS_PART) * done, total),
    });
    for (const place of farthest(distances, outliers)) drop(rows[place] ?? 0);
  }
  progress('select', 1, 1);
  return {
    dropped: Int32Array.from(dropped).sort(),
    report: {
      ...selection,
      frames,
      kept: remaining - outliers,
      dropped: { moments, files, silence, duplicates, outliers },
    },
  };
}

/** Rows that are still there, ascending. */
export function rowsLeft(gone: Uint8Array): Int32Array {
  return Int32Array.from(gone.keys()).filter((row) => gone[row] === 0);
}

/** What a row is, of those that came before it; rows that take no part are {@link NEW}. */
export const NEW = 0;
/** The row before it in the same recording is the same, to the bit. */
export const SILENCE = 1;
/** Some earlier row is the same. */
export const DUPLICATE = 2;

/**
 * Finds rows that are identical to an earlier one.
 *
 * @param gone Not 0 for rows that take no part: they repeat nothing, and nothing repeats them.
 * @returns {@link NEW}, {@link SILENCE} or {@link DUPLICATE} for every row
 */
export async function findRepeats(
  { matrix, pieces }: Material,
  gone: Uint8Array,
  { signal, progress }: StepContext<'select'>,
): Promise<Uint8Array> {
  const { rows, columns } = matrix;
  const repeats = new Uint8Array(rows);
  const follows = followers(pieces);
  let first = 0;
  let block = new Uint32Array(0);
  const wordsOf = (row: number): Uint32Array =>
    row < first ? wordsIn(matrix, row, 1) : block.subarray((row - first) * columns, (row - first + 1) * columns);
  const seen = createRowSet(rows, wordsOf);
  let before: Uint32Array = block;
  for (first = 0; first < rows; first += COMPARED_ROWS) {
    const count = Math.min(COMPARED_ROWS, rows - first);
    block = wordsIn(matrix, first, count);
    for (let row = first; row < first + count; row++) {
      const words = wordsOf(row);
      if (gone[row] === 0) {
        // A row that is not finite never equals one that is.
        const same = row > 0 && gone[row - 1] === 0 && sameWords(before, words);
        if (same) repeats[row] = follows[row] === 1 ? SILENCE : DUPLICATE;
        else if (!seen.add(row, words)) repeats[row] = DUPLICATE;
      }
      before = words;
    }
    progress('select', first + count, rows);
    await setImmediate();
    throwIfCancelled(signal);
  }
  return repeats;
}

/** 1 for every row that was recorded right after the one before it. */
function followers(pieces: Material['pieces']): Uint8Array {
  const follows = new Uint8Array(pieces.reduce((sum, { rows }) => sum + rows, 0));
  let start = 0;
  for (const { rows, recorded } of pieces) {
    if (recorded) follows.fill(1, start + 1, start + rows);
    start += rows;
  }
  return follows;
}

function wordsIn(matrix: Matrix, from: number, count: number): Uint32Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = matrix.toFloat32Array(from, count);
  return new Uint32Array(buffer as ArrayBuffer, byteOffset, length);
}

/** How rows lie to the sounds that they make again and again. */
export interface TypicalSounds {
  /** L2 distance of each row to the nearest of them. */
  readonly distances: Float32Array;
  /** Which of them that is. */
  readonly nearest: Int32Array;
  /** L2 distance of each of these sounds to the nearest other one; 0 where there is only one. */
  readonly apart: Float32Array;
}

/**
 * Learns the sounds that rows make again and again: centers of k-means on a sample of them, without those that hardly any
 * frame belongs to.
 *
 * @param rows Finite ones.
 */
export async function toTypicalSounds(
  engine: Engine,
  matrix: Matrix,
  rows: Int32Array,
  seed: number,
  { signal, progress }: StepContext<'select'>,
): Promise<TypicalSounds> {
  const distances = new Float32Array(rows.length);
  const nearest = new Int32Array(rows.length);
  if (rows.length === 0) return { distances, nearest, apart: new Float32Array(0) };
  const blocks = Math.ceil(rows.length / JUDGED_ROWS);
  const steps = KMEANS_ITERATIONS + blocks;
  const sounds = await typicalSounds(engine, matrix, rows, seed, signal, (done) => progress('select', done, steps));
  try {
    for (let block = 0; block < blocks; block++) {
      const start = block * JUDGED_ROWS;
      const some = await onEngine(() => matrix.gather(rows.slice(start, start + JUDGED_ROWS)));
      try {
        const found = await onEngine(() => engine.knn(some, sounds, 1, { signal }));
        distances.set(found.distances.map(lengthOf), start);
        nearest.set(found.labels, start);
      } finally {
        some.close();
      }
      progress('select', KMEANS_ITERATIONS + block + 1, steps);
    }
    const { distances: own } = await onEngine(() => engine.knn(sounds, sounds, 2, { signal }));
    // The nearest to each is itself.
    const apart = Float32Array.from({ length: sounds.rows }, (_, sound) =>
      sounds.rows === 1 ? 0 : lengthOf(own[2 * sound + 1] ?? 0),
    );
    return { distances, nearest, apart };
  } finally {
    sounds.close();
  }
}

function lengthOf(squared: number): number {
  return Math.sqrt(Math.max(0, squared));
}

/** The caller closes them. */
async function typicalSounds(
  engine: Engine,
  matrix: Matrix,
  rows: Int32Array,
  seed: number,
  signal: AbortSignal,
  onIteration: (done: number) => void,
): Promise<Matrix> {
  const order = shuffledOrder(rows.length, createRandom(seed)).subarray(0, MOST_LEARNED);
  const sample = await onEngine(() => matrix.gather(order.map((place) => rows[place] ?? 0)));
  try {
    const { centroids } = await onEngine(() =>
      engine.kmeans(sample, centersFor(sample.rows), {
        iterations: KMEANS_ITERATIONS,
        // FAISS takes a signed number.
        seed: seed & 0x7fff_ffff,
        signal,
        onIteration: ({ iteration }) => onIteration(iteration + 1),
      }),
    );
    try {
      const { labels } = await onEngine(() => engine.knn(sample, centroids, 1, { signal }));
      const sizes = new Int32Array(centroids.rows);
      for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
      return await onEngine(() => centroids.gather(typicalCenters(sizes)));
    } finally {
      centroids.close();
    }
  } finally {
    sample.close();
  }
}
