import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions } from '@shared/contract/build';
import { toError, VoronoiceError } from '@shared/contract/errors';
import type { StepName } from '@shared/jobs';
import type { TuneCandidate, TuneRequest, TuneResult } from '@shared/jobs/tune';
import { buildProblem } from '@shared/domain/recipes/buildProblem';
import { plannedBytes } from '@shared/domain/recipes/forecast';
import { chooseHeldOut } from '@shared/domain/measures/holdOut';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';
import { planIndex } from '@shared/domain/recipes/plan';
import { wilson } from '@shared/domain/maths/statistics';
import {
  fitsLimits,
  frontierOf,
  proposeCandidate,
  scaledOptions,
  searchWork,
  usualCandidates,
} from '@shared/domain/recipes/tuning';
import { compressFrames } from '../steps/compress';
import { expandFrames } from '../steps/expand';
import { addRows, groupRows, newIndex, setSearch } from '../steps/fill';
import { keepOnly } from '../steps/load';
import { bestNprobe, coverage } from '../steps/chooseNprobe';
import { type Engine, type Matrix, onEngine } from '../engine';
import { temporaryName } from '../files/atomic';
import { locateVoice } from '../features/experiment';
import { type FeatureFolder, fillFeatures, listFeatures, requireUsable } from '../features/features';
import type { JobContext, StepContext } from '../context';
import { type Block, type Originals } from '../measure/exact';
import { type AskingFrames, finiteFrames } from '../measure/frames';
import { foundOfOriginal, type OriginalTruth, originalTruth } from '../measure/original';
import { findTruth, measureCurve } from '../measure/quality';

/** Frames that the candidates are built of; more would not change their order. */
const MOST_FRAMES = 20_000;
/** Frames that ask each of them. */
const MOST_ASKING = 1_000;

/** What is tried, for the whole voice. */
interface Way {
  readonly id: string;
  readonly options: BuildOptions;
}

/** The part of the voice that everything is tried on. */
interface Trial {
  readonly engine: Engine;
  /** All finite. */
  readonly base: Matrix;
  readonly asking: AskingFrames;
  /** What the frames themselves would answer. */
  readonly truth: OriginalTruth;
  /** Frames of the whole voice. */
  readonly frames: number;
  /** Of the whole that is in `base`. */
  readonly share: number;
  readonly seed: number;
}

/**
 * Finds the best way to build the index of a voice: builds several of a part of it, asks each with frames kept apart,
 * and holds the answers against the original features, so that what compression and rounding cost counts too. Size is
 * that of the whole voice, computed; search time is measured and scaled to the whole.
 *
 * @throws `NO_FEATURES`, `FEATURES_…`, `NPY_…`, `TUNE_NO_TIME` when not even one could be tried, `OUT_OF_MEMORY`,
 *   `JOB_CANCELLED`
 */
export async function tune(request: TuneRequest, context: JobContext<'tune'>): Promise<TuneResult> {
  const start = performance.now();
  const deadline = AbortSignal.timeout(Math.round(request.budgetSeconds * 1_000));
  const timed: StepContext<StepName> = {
    ...context,
    signal: AbortSignal.any([context.signal, deadline]),
    progress: () => undefined,
  };
  const { seed, limits } = request;
  const folder = await listFeatures((await locateVoice(request.folder)).featuresPath, context.signal);
  requireUsable(folder);
  const engine = await context.engine();
  const trial = await prepare(engine, folder, seed, context);
  try {
    const ways = waysToTry(request, trial);
    const tried: TuneCandidate[] = [];
    for (const way of ways) {
      context.progress('tune', tried.length, ways.length);
      const began = performance.now();
      try {
        tried.push(await tryOut(trial, way, limits, timed, began));
      } catch (error) {
        if (deadline.aborted && !context.signal.aborted) break;
        throw error;
      }
    }
    if (tried.length === 0) {
      throw new VoronoiceError('TUNE_NO_TIME', `Nothing could be tried in ${request.budgetSeconds} seconds.`, {
        seconds: request.budgetSeconds,
      });
    }
    context.progress('tune', 1, 1);
    const frontier = frontierOf(tried);
    const candidates = tried.map((candidate, position) => ({ ...candidate, frontier: frontier[position] ?? false }));
    const proposed = proposeCandidate(candidates, limits);
    return {
      candidates,
      proposal: proposed === null ? null : (candidates[proposed]?.id ?? null),
      limits,
      sample: { frames: trial.base.rows, of: trial.frames, queries: trial.asking.matrix.rows, seed },
      untried: ways.length - tried.length,
      seconds: (performance.now() - start) / 1_000,
    };
  } finally {
    trial.base.close();
    trial.asking.matrix.close();
  }
}

function waysToTry(request: TuneRequest, { base, frames }: Trial): readonly Way[] {
  const dimension = base.columns;
  if (request.options === null) {
    return usualCandidates(frames).filter(({ options }) => buildProblem({ options, frames, dimension }) === null);
  }
  return request.options.map((options, position) => {
    const problem = buildProblem({ options, frames, dimension });
    if (problem !== null) throw toError(problem);
    return { id: `option-${position + 1}`, options };
  });
}

/** Loads whole files by seed: some that ask, others that the indexes are built of. */
async function prepare(
  engine: Engine,
  folder: FeatureFolder,
  seed: number,
  context: JobContext<'tune'>,
): Promise<Trial> {
  const sizes = folder.files.map(({ header }) => ({ frames: header.rows }));
  const apart = new Set(chooseHeldOut(sizes, seed).files);
  const order = Array.from(shuffledOrder(folder.files.length, createRandom(seed)));
  const asking = upTo(
    folder,
    order.filter((file) => apart.has(file)),
    MOST_ASKING,
  );
  const building = upTo(
    folder,
    order.filter((file) => !apart.has(file)),
    MOST_FRAMES,
  );
  if (asking.files.length === 0) {
    throw new VoronoiceError('FEATURES_TOO_FEW', 'No file can be kept apart to ask the others.', {
      files: folder.files.length,
      frames: folder.frames,
    });
  }
  const base = await load(engine, building, context);
  try {
    const matrix = await load(engine, asking, context);
    const runs = asking.files.map(({ header }) => header.rows);
    const frames = await finiteFrames(matrix, runs, null, seed);
    await keepOnly(base, new Set(await onEngine(() => base.nonFiniteRows())));
    return {
      engine,
      base,
      asking: frames,
      truth: await originalTruth(engine, originalsIn(base), frames, context.signal),
      frames: folder.frames,
      share: Math.min(1, base.rows / folder.frames),
      seed,
    };
  } catch (error) {
    base.close();
    throw error;
  }
}

/** As many of the files as fit, in the folder's order; at least one. */
function upTo(folder: FeatureFolder, order: readonly number[], most: number): FeatureFolder {
  const chosen = new Set<number>();
  let frames = 0;
  for (const file of order) {
    const rows = folder.files[file]?.header.rows ?? 0;
    if (chosen.size > 0 && frames + rows > most) continue;
    chosen.add(file);
    frames += rows;
  }
  return { ...folder, files: folder.files.filter((_, file) => chosen.has(file)), frames };
}

async function load(engine: Engine, folder: FeatureFolder, { signal }: JobContext<'tune'>): Promise<Matrix> {
  const matrix = new engine.Matrix(folder.frames, folder.dimension ?? 0);
  try {
    await fillFeatures(matrix, 0, folder, signal, () => undefined);
    return matrix;
  } catch (error) {
    matrix.close();
    throw error;
  }
}

async function tryOut(
  trial: Trial,
  { id, options }: Way,
  limits: TuneRequest['limits'],
  context: StepContext<StepName>,
  began: number,
): Promise<TuneCandidate> {
  const { engine, base, asking, frames, share, seed } = trial;
  const { signal } = context;
  const dimension = base.columns;
  const whole = planIndex({ options, frames, dimension });
  const scaled = scaledOptions(options, share);
  const plan = planIndex({ options: scaled, frames: base.rows, dimension });
  // A host compresses a long voice, not a short part of it.
  const compression =
    whole.compression === null
      ? null
      : (plan.compression ?? {
          ...whole.compression,
          clusters: Math.max(1, Math.round(whole.compression.clusters * share)),
        });
  const opened: { close(): void }[] = [];
  try {
    let vectors = base;
    if (compression !== null) {
      vectors = (await compressFrames(engine, base, compression, seed, context)).centers;
      opened.push(vectors);
    }
    if (plan.expansion !== null) {
      if (vectors === base) {
        vectors = await onEngine(() => base.gather(Int32Array.from({ length: base.rows }, (_, row) => row)));
        opened.push(vectors);
      }
      const scratch = temporaryName(join(tmpdir(), 'voronoice-tune'));
      await expandFrames(engine, vectors, { expansion: plan.expansion, base: null, seed, scratch }, context);
    }
    const built =
      compression === null ? plan : planIndex({ options: reduced(scaled), frames: vectors.rows, dimension });
    const index = newIndex(engine, built);
    opened.push(index);
    await groupRows(index, vectors, vectors.rows, context);
    await addRows(index, vectors, 0, vectors.rows, context);
    const asked = { engine, index, base: vectors, rows: vectors.rows, heldOut: asking.matrix };
    const covered = built.nprobeCandidates.length > 0 ? await coverage(asked, built, seed, context) : null;
    const nprobe = built.nlist === null ? null : (built.nprobe ?? bestNprobe(covered, built));
    setSearch(index, built, nprobe);

    const truth = await findTruth(engine, index, asking, context);
    const { points, found } = await measureCurve(engine, index, asking, truth, [nprobe], context);
    const [point, neighbors] = [points[0], found[0]];
    if (point === undefined || neighbors === undefined) throw new Error('One nprobe makes one point.');
    const original = await foundOfOriginal(engine, index, trial.truth, asking, neighbors, signal);
    const n = asking.matrix.rows;
    const different = original.blend?.different ?? 1;
    const work = searchWork({ vectors: vectors.rows, nlist: built.nlist, nprobe });
    const judged = {
      bytes: plannedBytes(whole) ?? whole.vectors * dimension * 4,
      msPerSecond:
        (point.msPerSecond.oneThread.p95 * searchWork({ vectors: whole.vectors, nlist: whole.nlist, nprobe })) / work,
      quality: wilson((1 - different) * n, n),
    };
    return {
      id,
      options,
      factory: whole.factory,
      nprobe,
      vectors: whole.vectors,
      ...judged,
      recall: original.recall,
      missing: point.missing.value,
      frontier: false,
      fits: fitsLimits(judged, limits),
      seconds: (performance.now() - began) / 1_000,
    };
  } finally {
    for (const resource of opened) resource.close();
  }
}

/** The options for what compression has left over: it is not compressed again, and groups follow the recipe's rule. */
function reduced(options: BuildOptions): BuildOptions {
  return { ...options, compression: 'none' };
}

function originalsIn(base: Matrix): Originals {
  return { frames: base.rows, blocks: () => blocksOf(base) };
}

const BLOCK_ROWS = 4_096;

async function* blocksOf(base: Matrix): AsyncGenerator<Block> {
  for (let first = 0; first < base.rows; first += BLOCK_ROWS) {
    const rows = Int32Array.from({ length: Math.min(BLOCK_ROWS, base.rows - first) }, (_, row) => first + row);
    yield { matrix: await onEngine(() => base.gather(rows)), first, nonFinite: new Int32Array(0) };
  }
}
