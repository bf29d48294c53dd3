import { VoronoiceError } from '@shared/contract/errors';
import { stepSize } from '@shared/domain/measures/measures';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import { type FeatureFolder, listFeatures, requireUsable } from '../features/features';
import { type StepContext, throwIfCancelled } from '../context';
import { storedRows } from './exact';

/** The frames that ask an index for their neighbors. */
export interface AskingFrames {
  /** n x dimension, all finite. Whoever asked for the frames closes it. */
  readonly matrix: Matrix;
  /** Lengths of the stretches of consecutive frames, in order; empty when the frames stand alone. */
  readonly runs: readonly number[];
  /** The step the voice takes every 20 ms (domain/measures/measures.ts); null when the frames stand alone. */
  readonly step: number | null;
  readonly seed: number;
  /** Position of the file each frame is from, among those of its folder; null for stored vectors. */
  readonly files: Int32Array | null;
  /** For stored vectors: the row each one is, so that it can leave itself out. Null: not known beforehand. */
  readonly rows: Int32Array | null;
}

/**
 * Whole files of a folder, chosen by seed, up to `most` frames; all of them when there are no more. Frames that are not
 * finite are left out and end a stretch.
 *
 * @throws what reading features throws
 */
export async function framesOfFolder(
  engine: Engine,
  path: string,
  asked: { readonly most: number; readonly seed: number },
  context: Pick<StepContext<never>, 'signal'>,
): Promise<AskingFrames> {
  const folder = await listFeatures(path, context.signal);
  requireUsable(folder);
  return framesOfFiles(engine, folder, asked, context);
}

/** The same of files that have been listed. */
export async function framesOfFiles(
  engine: Engine,
  folder: FeatureFolder,
  { most, seed }: { readonly most: number; readonly seed: number },
  { signal }: Pick<StepContext<never>, 'signal'>,
): Promise<AskingFrames> {
  const chosen = chooseFiles(folder, most, seed);
  const total = chosen.reduce((sum, { header }) => sum + header.rows, 0);
  const matrix = new engine.Matrix(total, folder.dimension ?? 0);
  try {
    let at = 0;
    for (const { path: file, header } of chosen) {
      throwIfCancelled(signal);
      const { dataOffset: offset, rows, type, fortran } = header;
      const [from, here] = [at, { offset, rows, type, fortran, at }];
      await onEngine(() => matrix.readRegion(file, here), { path: file, purpose: 'read' });
      at = from + rows;
    }
    const files = new Int32Array(total);
    let filled = 0;
    for (const file of chosen) files.fill(folder.files.indexOf(file), filled, (filled += file.header.rows));
    return await finiteFrames(
      matrix,
      chosen.map(({ header }) => header.rows),
      files,
      seed,
    );
  } catch (error) {
    matrix.close();
    throw error;
  }
}

/** Stored vectors of the index itself, `most` of them by seed. Each knows which row it is. */
export async function framesOfIndex(
  engine: Engine,
  index: Index,
  { most, seed }: { readonly most: number; readonly seed: number },
  { signal }: StepContext<never>,
): Promise<AskingFrames> {
  const { ntotal } = index.describe();
  const rows = shuffledOrder(ntotal, createRandom(seed)).slice(0, most).sort();
  const matrix = await storedRows(engine, index, rows, signal);
  return { matrix, runs: [], step: null, seed, files: null, rows };
}

/**
 * The frames of `matrix` that are finite, with their stretches. Takes the matrix over.
 *
 * @param runs Lengths of the stretches of consecutive frames; they add up to the rows.
 * @param files See {@link AskingFrames.files}.
 */
export async function finiteFrames(
  matrix: Matrix,
  runs: readonly number[],
  files: Int32Array | null,
  seed: number,
): Promise<AskingFrames> {
  const bad = await onEngine(() => matrix.nonFiniteRows());
  if (bad.length === matrix.rows) {
    throw new VoronoiceError('FEATURES_EMPTY', 'None of the frames that should ask are finite numbers.', {
      frames: matrix.rows,
    });
  }
  if (bad.length === 0) return { matrix, runs, step: stepOf(matrix, runs), seed, files, rows: null };

  const { kept, pieces } = withoutRows(runs, new Set(bad));
  const clean = await onEngine(() => matrix.gather(kept));
  matrix.close();
  return {
    matrix: clean,
    runs: pieces,
    step: stepOf(clean, pieces),
    seed,
    files: files === null ? null : kept.map((row) => files[row] ?? -1),
    rows: null,
  };
}

function stepOf(matrix: Matrix, runs: readonly number[]): number | null {
  return stepSize(matrix.toFloat32Array(), matrix.columns, runs);
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

function chooseFiles({ files, frames }: FeatureFolder, most: number, seed: number): FeatureFolder['files'] {
  if (frames <= most) return files;
  const chosen = new Set<number>();
  let total = 0;
  for (const position of shuffledOrder(files.length, createRandom(seed))) {
    const rows = files[position]?.header.rows ?? 0;
    if (total + rows > most) continue;
    chosen.add(position);
    total += rows;
  }
  if (chosen.size > 0) return files.filter((_, position) => chosen.has(position));
  throw new VoronoiceError('FEATURES_TOO_FEW', `No file of the folder is short enough to ask with ${most} frames.`, {
    most,
    files: files.length,
  });
}
