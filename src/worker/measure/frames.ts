import { VoronoiceError } from '@shared/contract/errors';
import { rowKeys } from '@shared/domain/maths/rowKeys';
import { stepSize } from '@shared/domain/measures/measures';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import type { FeatureFolder } from '../features/features';
import { unusableRows } from '../features/usable';
import type { StepContext } from '../context';
import { readFiles, storedRows } from './exact';

/** The frames that ask an index for their neighbors. */
export interface AskingFrames {
  /** n x dimension, all finite. Whoever asked for the frames closes it. */
  readonly matrix: Matrix;
  /** Where each was taken from: rows of the folder or of what is built, or ids of the index. */
  readonly rows: Int32Array;
  /** Lengths of the stretches of consecutive frames, in order; empty when the frames stand alone. */
  readonly runs: readonly number[];
  /** The step the voice takes every 20 ms (domain/measures/measures.ts); null when the frames stand alone. */
  readonly step: number | null;
  readonly seed: number;
}

/**
 * Whole files of a folder, chosen by seed, up to `most` frames, or a stretch of one when all are longer; all of them
 * when there are no more. Frames that are not finite, or equal to one that asks already, are left out and end a stretch.
 *
 * @throws what reading features throws
 */
export async function framesOfFiles(
  engine: Engine,
  folder: FeatureFolder,
  { most, seed }: { readonly most: number; readonly seed: number },
  { signal }: Pick<StepContext<never>, 'signal'>,
): Promise<AskingFrames> {
  const positions = chooseFiles(folder, most, seed);
  const files = folder.files.filter((_, position) => positions.has(position));
  const rows = rowsOfFiles(folder, positions);
  const matrix = await readFiles(engine, { ...folder, files }, signal);
  const total = matrix.rows;
  if (total <= most) {
    const runs = files.map(({ header }) => header.rows);
    return finiteFrames({ matrix, rows, runs, seed });
  }
  // Consecutive frames, from where the seed says.
  const start = createRandom(seed).integer(total - most + 1);
  const part = Int32Array.from({ length: most }, (_, row) => start + row);
  const stretch = await onEngine(() => matrix.gather(part)).finally(() => matrix.close());
  return finiteFrames({ matrix: stretch, rows: rows.subarray(start, start + most), runs: [most], seed });
}

/** Stored vectors of the index itself, `most` of them by seed. */
export async function framesOfIndex(
  index: Index,
  { most, seed }: { readonly most: number; readonly seed: number },
  { signal }: Pick<StepContext<never>, 'signal'>,
): Promise<AskingFrames> {
  const rows = shuffledOrder(index.describe().ntotal, createRandom(seed)).slice(0, most).sort();
  const matrix = await storedRows(index, rows, signal);
  return finiteFrames({ matrix, rows, runs: [], seed });
}

/** Those of the frames that are usable, each once. Takes the matrix over. */
export async function finiteFrames(frames: Omit<AskingFrames, 'step'>): Promise<AskingFrames> {
  const { matrix } = frames;
  const bad = new Set((await unusableRows(matrix)).all);
  if (bad.size === matrix.rows) {
    const count = matrix.rows;
    matrix.close();
    throw new VoronoiceError('FEATURES_EMPTY', 'None of the frames that should ask holds usable numbers.', {
      frames: count,
    });
  }
  const finite = await withoutFrames({ ...frames, step: null }, bad);
  const cells = finite.matrix.toFloat32Array();
  const keys = rowKeys(cells, finite.matrix.columns);
  const asked = new Set<number>();
  const again = new Set<number>();
  for (const [row, key] of keys.entries()) {
    if (asked.has(key)) again.add(row);
    asked.add(key);
  }
  const step = stepSize(cells, finite.matrix.columns, finite.runs);
  return withoutFrames({ ...finite, step }, again);
}

/** Those that are left of the frames that ask. Takes them over. */
export async function withoutFrames(frames: AskingFrames, dropped: ReadonlySet<number>): Promise<AskingFrames> {
  if (dropped.size === 0) return frames;
  const { matrix, runs } = frames;
  const all = runs.length === 0 ? [matrix.rows] : runs;
  const { kept, pieces } = withoutRows(all, dropped);
  const left = await onEngine(() => matrix.gather(kept)).finally(() => matrix.close());
  const rows = kept.map((row) => frames.rows[row] ?? -1);
  return { ...frames, matrix: left, rows, runs: runs.length === 0 ? [] : pieces };
}

/** The rows that stay, and the stretches they form. */
function withoutRows(
  runs: readonly number[],
  bad: ReadonlySet<number>,
): { kept: Int32Array; pieces: readonly number[] } {
  const kept: number[] = [];
  const pieces: number[] = [];
  let row = 0;
  for (const run of runs) {
    pieces.push(0);
    for (const end = row + run; row < end; row++) {
      if (bad.has(row)) {
        pieces.push(0);
      } else {
        kept.push(row);
        pieces.push((pieces.pop() ?? 0) + 1);
      }
    }
  }
  return { kept: Int32Array.from(kept), pieces: pieces.filter((length) => length > 0) };
}

/** Positions of the files. */
function chooseFiles({ files, frames }: FeatureFolder, most: number, seed: number): ReadonlySet<number> {
  if (frames <= most) return new Set(files.keys());
  const chosen = new Set<number>();
  let total = 0;
  for (const position of shuffledOrder(files.length, createRandom(seed))) {
    const rows = files[position]?.header.rows ?? 0;
    if (total + rows > most) continue;
    chosen.add(position);
    total += rows;
  }
  return chosen.size > 0 ? chosen : new Set([0]);
}

/** The rows of these files, counted through the whole folder. */
function rowsOfFiles({ files }: FeatureFolder, positions: ReadonlySet<number>): Int32Array {
  const rows: number[] = [];
  let row = 0;
  for (const [position, { header }] of files.entries()) {
    const end = row + header.rows;
    if (positions.has(position)) for (; row < end; row++) rows.push(row);
    row = end;
  }
  return Int32Array.from(rows);
}
