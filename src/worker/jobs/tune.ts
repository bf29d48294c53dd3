import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildOptions } from '@shared/contract/build';
import { toError, VoronoiceError } from '@shared/contract/errors';
import type { StepName } from '@shared/jobs';
import type { TuneCandidate, TuneRequest, TuneResult } from '@shared/jobs/tune';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';
import { buildProblem, measureProblem, requirePlan } from '@shared/domain/recipes/buildProblem';
import { plannedBytes } from '@shared/domain/recipes/forecast';
import { planIndex } from '@shared/domain/recipes/plan';
import {
  fitsLimits,
  frontierOf,
  proposeCandidate,
  scaledOptions,
  searchWork,
  usualCandidates,
} from '@shared/domain/recipes/tuning';
import type { JobContext, StepContext } from '../context';
import { type Engine, type Matrix, onEngine } from '../engine';
import { locateVoice } from '../voices/recognize';
import { type FeatureFolder, listFeatures, requireUsable } from '../features/features';
import { type Block, type Originals } from '../measure/exact';
import { keysOf } from '../measure/keys';
import { timeSearches } from '../measure/quality';
import { type Answers, askReference } from '../measure/reference';
import { Resources } from '../resources';
import { arrange, layOut } from '../steps/arrange';
import { chooseNprobe } from '../steps/chooseNprobe';
import { addRows, groupRows } from '../steps/fill';
import { heldAgainst } from '../steps/measure';
import { leaveOut } from '../steps/leaveOut';
import { chosenFiles, copyRows, featureSource, loadMaterial } from '../steps/load';
import { makeVectors, replacesFrames } from '../steps/vectors';

/** Frames that the candidates are built of and asked by; more would not change their order. */
const MOST_FRAMES = 20_000;

/** What is tried, for the whole voice. */
interface Way {
  readonly id: string;
  readonly options: BuildOptions;
}

/** The part of the voice that everything is tried on. */
interface Trial {
  readonly engine: Engine;
  /** All finite, and as `train` would lay them out. */
  readonly base: Matrix;
  /** Frames kept apart, and what the frames themselves would answer them. */
  readonly answers: Answers;
  /** Frames of the whole voice. */
  readonly frames: number;
  /** Frames of the sample, and their share of the whole. */
  readonly sampled: number;
  readonly share: number;
  readonly seed: number;
}

/**
 * Finds the best way to build the index of a voice: builds several of a part of it, asks each with frames kept apart,
 * and holds the answers against the original features, so that what compression and rounding cost counts too. Size is
 * that of the whole voice, computed; search time is measured and scaled to the whole. Each way runs the same steps as
 * `train`; of a voice that is not longer than the sample it tries the very trial that `train` measures.
 *
 * @throws `NO_FEATURES`, `FEATURES_…`, `NPY_…`, `NOT_MEASURABLE`, `TUNE_NO_TIME` when not even one could be tried,
 *   `OUT_OF_MEMORY`, `JOB_CANCELLED`
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
  const voice = await locateVoice(request.folder);
  const folder = await listFeatures(voice.featuresPath, context.signal, { without: context.leftOut(voice.path) });
  requireUsable(folder);
  const resources = new Resources();
  try {
    const trial = await prepare(await context.engine(), folder, seed, resources, context);
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
      sample: { frames: trial.base.rows, of: trial.frames, queries: trial.answers.frames.matrix.rows, seed },
      untried: ways.length - tried.length,
      seconds: (performance.now() - start) / 1_000,
    };
  } finally {
    resources.close();
  }
}

function waysToTry(request: TuneRequest, { base, frames }: Trial): readonly Way[] {
  const dimension = base.columns;
  if (request.options === null) {
    return usualCandidates(frames).filter(({ options }) => buildProblem({ options, frames, dimension }) === null);
  }
  return request.options.map((options, position) => {
    const problem = measureProblem(requirePlan({ options, frames, dimension }));
    if (problem !== null) throw toError(problem);
    return { id: `option-${position + 1}`, options };
  });
}

/** Loads whole files by seed, and lays them out as `train` does with all of them. */
async function prepare(
  engine: Engine,
  folder: FeatureFolder,
  seed: number,
  resources: Resources,
  context: JobContext<'tune'>,
): Promise<Trial> {
  const sample = sampleOf(folder, seed);
  const silent = { ...context, progress: () => undefined };
  const material = await loadMaterial(engine, featureSource('', sample), SCRATCH, silent);
  const base = resources.hold(material.matrix);
  const left = await leaveOut(engine, material, { selection: null, weights: [], seed }, silent);
  const rows = arrange(material.pieces, { dropped: left.rows, keys: () => keysOf(base), seed }, true);
  const asking = rows.heldOut === 0 ? null : await layOut(material, rows, { metric: 'l2' }, seed, silent);
  if (asking === null) {
    throw new VoronoiceError('FEATURES_TOO_FEW', 'No file can be kept apart to ask the others.', {
      files: material.pieces.length,
      frames: folder.frames,
    });
  }
  base.truncate(rows.kept);
  return {
    engine,
    base,
    answers: resources.hold(await askReference(engine, 'voice', originalsIn(base), asking, context.signal)),
    frames: folder.frames,
    sampled: rows.kept + rows.heldOut,
    share: sample.frames / folder.frames,
    seed,
  };
}

/** As many whole files as fit, in the order of the folder; at least one. */
function sampleOf(folder: FeatureFolder, seed: number): FeatureFolder {
  const { files } = folder;
  const chosen = new Set<number>();
  let frames = 0;
  for (const file of shuffledOrder(files.length, createRandom(seed))) {
    const rows = files[file]?.header.rows ?? 0;
    if (chosen.size > 0 && frames + rows > MOST_FRAMES) continue;
    chosen.add(file);
    frames += rows;
  }
  return chosenFiles(folder, (file) => chosen.has(file));
}

async function tryOut(
  trial: Trial,
  { id, options }: Way,
  limits: TuneRequest['limits'],
  context: StepContext<StepName>,
  began: number,
): Promise<TuneCandidate> {
  const { engine, base, answers, frames, share, seed } = trial;
  const { signal } = context;
  const dimension = base.columns;
  const whole = planIndex({ options, frames, dimension });
  // A host compresses a long voice, not a short part of it; the part stands for the whole.
  const scaled = scaledOptions({ ...options, compression: whole.compression ?? options.compression }, share);
  const plan = planIndex({ options: scaled, frames: trial.sampled, dimension });
  const resources = new Resources();
  try {
    const own = replacesFrames(plan) ? resources.hold(await copyRows(engine, base, base.rows, SCRATCH, signal)) : base;
    const stretches = [{ voice: 0, name: '', rows: base.rows }];
    const vectors = await makeVectors(engine, own, { plan, seed, scratch: SCRATCH.scratch, stretches }, context);
    if (vectors.matrix !== base) resources.hold(vectors.matrix);
    const index = resources.hold(await groupRows(engine, plan, vectors, context));
    await addRows(index, vectors.matrix, { from: 0, count: vectors.rows, discard: false }, context);
    const asked = { ...(await heldAgainst({ engine, index }, answers, context)), origin: 'held-out' } as const;
    const searchable = { engine, index, ...vectors, asking: answers.frames.matrix, asked, whole };
    const { nprobe, curve } = await chooseNprobe(searchable, plan, seed, context);
    const point = curve?.points.find((known) => known.nprobe === nprobe);
    if (point === undefined) throw new Error('What is chosen has been measured.');
    const [cost] = await timeSearches(index, answers.frames.matrix, [nprobe], context);
    if (cost === undefined) throw new Error('What is chosen is timed.');
    const work = searchWork({ vectors: vectors.rows, nlist: plan.nlist, nprobe });
    const judged = {
      bytes: plannedBytes(whole) ?? whole.vectors * dimension * 4,
      msPerSecond: (cost.oneThread.p95 * searchWork({ vectors: whole.vectors, nlist: whole.nlist, nprobe })) / work,
      quality: point.same ?? { value: 0, low: 0, high: 1 },
    };
    return {
      id,
      options,
      factory: whole.factory,
      nprobe,
      vectors: whole.vectors,
      ...judged,
      recall: point.recall,
      missing: point.missing.value,
      frontier: false,
      fits: fitsLimits(judged, limits),
      seconds: (performance.now() - began) / 1_000,
    };
  } finally {
    resources.close();
  }
}

/** The sample is small enough for memory; only expansion wants a scratch file. */
const SCRATCH = { memoryLimit: null, scratch: join(tmpdir(), 'voronoice-tune') };

function originalsIn(base: Matrix): Originals {
  return { frames: base.rows, blocks: () => blocksOf(base), pick: (rows) => onEngine(() => base.gather(rows)) };
}

const BLOCK_ROWS = 4_096;

async function* blocksOf(base: Matrix): AsyncGenerator<Block> {
  for (let first = 0; first < base.rows; first += BLOCK_ROWS) {
    const rows = Int32Array.from({ length: Math.min(BLOCK_ROWS, base.rows - first) }, (_, row) => first + row);
    yield { matrix: await onEngine(() => base.gather(rows)), first };
  }
}
