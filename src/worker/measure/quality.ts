import { availableParallelism } from 'node:os';
import type { CurvePoint, QualityPoint, SearchCost } from '@shared/contract/measurement';
import {
  blendBlock,
  type Neighbors,
  normRatio,
  qualityPoint,
  rowDistances,
  rowNorms,
  summarizeBlend,
} from '@shared/domain/measures/measures';
import { NEIGHBORS } from '@shared/domain/rvc';
import { selfMatches, withoutSelf } from '@shared/domain/measures/selfMatch';
import { quantile } from '@shared/domain/maths/statistics';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import { type StepContext, throwIfCancelled } from '../context';
import { exactNeighbors, storedBlocks, storedRows } from './exact';
import type { AskingFrames } from './frames';

/** RVC looks at 50 frames for each second of audio: one batch of the cost. */
const BATCH = 50;
/** Batches timed on one thread; more would take longer than they tell. */
const ONE_THREAD_BATCHES = 20;
/** Frames whose gathered neighbors are in JavaScript memory at a time. */
const BLEND_ROWS = 256;

/** The true neighbors of the frames among what the index stores, and how to leave the frames themselves out. */
export interface Truth {
  readonly neighbors: Neighbors;
  /** For each frame the row that is itself, or -1. */
  readonly self: Int32Array;
}

/** Exact search over the stored vectors; frames that are stored themselves do not find themselves. */
export async function findTruth(
  engine: Engine,
  index: Index,
  { matrix, rows }: AskingFrames,
  { signal, progress }: StepContext<'truth' | 'curve' | 'cost'>,
): Promise<Truth> {
  const { ntotal } = index.describe();
  const asked = await exactNeighbors(engine, matrix, storedBlocks(index, signal), NEIGHBORS + 1, signal, (done) =>
    progress('truth', done, ntotal),
  );
  const self = rows ?? selfMatches(asked, NEIGHBORS + 1, await onEngine(() => matrix.norms()));
  return { neighbors: withoutSelf(asked, NEIGHBORS, self), self };
}

/** What one nprobe found, and how long it took. */
interface Searched {
  readonly nprobe: number | null;
  readonly found: Neighbors;
  readonly cost: SearchCost;
}

export interface Curve {
  readonly points: readonly CurvePoint[];
  /** What was found at each point. */
  readonly found: readonly Neighbors[];
}

/**
 * Quality and cost at each nprobe, ascending.
 *
 * @param nprobes Null stands for an index without groups.
 */
export async function measureCurve(
  engine: Engine,
  index: Index,
  frames: AskingFrames,
  truth: Truth,
  nprobes: readonly (number | null)[],
  context: StepContext<'truth' | 'curve' | 'cost'>,
): Promise<Curve> {
  const searched: Searched[] = [];
  for (const [position, nprobe] of nprobes.entries()) {
    context.progress('curve', position, nprobes.length);
    searched.push(await searchTimed(index, frames.matrix, truth, nprobe, context.signal));
  }
  context.progress('curve', nprobes.length, nprobes.length);

  const blends = await openBlends(engine, index, frames, truth, searched, context.signal);
  try {
    const points: CurvePoint[] = [];
    for (const [position, { nprobe, found, cost }] of searched.entries()) {
      throwIfCancelled(context.signal);
      context.progress('cost', position, searched.length);
      points.push({ ...(await blends.point(nprobe, found)), msPerSecond: cost });
    }
    context.progress('cost', searched.length, searched.length);
    return { points, found: searched.map(({ found }) => found) };
  } finally {
    blends.close();
  }
}

/** Searches second by second of audio, as a host does, and keeps the time each takes. */
async function searchTimed(
  index: Index,
  matrix: Matrix,
  { self }: Truth,
  nprobe: number | null,
  signal: AbortSignal,
): Promise<Searched> {
  // One more than a host asks for, but only where one may have to be left out: some types answer differently then.
  const k = self.some((label) => label >= 0) ? NEIGHBORS + 1 : NEIGHBORS;
  const asked = { distances: new Float32Array(matrix.rows * k), labels: new Int32Array(matrix.rows * k) };
  const all: number[] = [];
  const one: number[] = [];
  const search = async (from: number, threads: number): Promise<{ ms: number; neighbors: Neighbors }> => {
    const count = Math.min(BATCH, matrix.rows - from);
    const options = { from, count, threads, signal, ...(nprobe === null ? {} : { nprobe }) };
    const start = performance.now();
    const neighbors = await onEngine(() => index.search(matrix, k, options));
    return { ms: ((performance.now() - start) * BATCH) / count, neighbors };
  };
  // The first search touches cold memory; hosts have searched before.
  await search(0, availableParallelism());
  for (let from = 0; from < matrix.rows; from += BATCH) {
    const { ms, neighbors } = await search(from, availableParallelism());
    all.push(ms);
    asked.distances.set(neighbors.distances, from * k);
    asked.labels.set(neighbors.labels, from * k);
    if (one.length < ONE_THREAD_BATCHES) one.push((await search(from, 1)).ms);
  }
  const spread = (ms: readonly number[]): { p50: number; p95: number } => ({
    p50: quantile(ms, 0.5),
    p95: quantile(ms, 0.95),
  });
  return {
    nprobe,
    found: k === NEIGHBORS ? asked : withoutSelf(asked, NEIGHBORS, self),
    cost: { oneThread: spread(one), allThreads: spread(all) },
  };
}

interface Blends {
  /** The measures of one nprobe. */
  readonly point: (nprobe: number | null, found: Neighbors) => Promise<QualityPoint>;
  readonly close: () => void;
}

/** Fetches every vector that any search found, once, and blends from there. */
async function openBlends(
  engine: Engine,
  index: Index,
  { matrix, runs, step, seed }: AskingFrames,
  truth: Truth,
  searched: readonly Searched[],
  signal: AbortSignal,
): Promise<Blends> {
  const dimension = matrix.columns;
  const all = [truth.neighbors, ...searched.map(({ found }) => found)];
  const queryNorms = await onEngine(() => matrix.norms());
  const blender = await openBlender(all, dimension, (rows) => storedRows(engine, index, rows, signal));
  try {
    const exact = await blender.blendAll(truth.neighbors);
    return {
      point: async (nprobe, found) => {
        const norms = new Float32Array(matrix.rows);
        const differences = new Float32Array(matrix.rows);
        await blender.blend(found, (from, part) => {
          norms.set(rowNorms(part, dimension), from);
          const same = exact.subarray(from * dimension, from * dimension + part.length);
          differences.set(rowDistances(part, same, dimension), from);
        });
        return qualityPoint({
          nprobe,
          found,
          truth: truth.neighbors,
          runs,
          blend: step === null ? null : summarizeBlend(differences, step),
          normRatio: normRatio(norms, queryNorms),
          seed,
        });
      },
      close: () => blender.close(),
    };
  } catch (error) {
    blender.close();
    throw error;
  }
}

/** Blends frames from vectors that were fetched once. */
export interface Blender {
  /** @param visit Called part by part with the first frame and its blends, frames x dimension. */
  readonly blend: (neighbors: Neighbors, visit: (from: number, part: Float32Array) => void) => Promise<void>;
  /** The blends of all frames, frames x dimension. */
  readonly blendAll: (neighbors: Neighbors) => Promise<Float32Array>;
  readonly close: () => void;
}

/**
 * @param all Everything that will be blended.
 * @param fetch Gives the vectors of ascending rows; they are closed with the blender.
 */
export async function openBlender(
  all: readonly Neighbors[],
  dimension: number,
  fetch: (rows: Int32Array) => Promise<Matrix>,
): Promise<Blender> {
  const ids = uniqueLabels(all);
  const place = new Map(Array.from(ids, (id, position) => [id, position]));
  const vectors = await fetch(ids);
  const blend: Blender['blend'] = async ({ distances, labels }, visit) => {
    const frames = labels.length / NEIGHBORS;
    for (let from = 0; from < frames; from += BLEND_ROWS) {
      const to = Math.min(frames, from + BLEND_ROWS);
      const part = {
        distances: distances.subarray(from * NEIGHBORS, to * NEIGHBORS),
        labels: labels.subarray(from * NEIGHBORS, to * NEIGHBORS),
      };
      const gathered = await onEngine(() => vectors.gather(part.labels.map((label) => place.get(label) ?? 0)));
      const out = new Float32Array((to - from) * dimension);
      blendBlock(out, gathered.toFloat32Array(), part, dimension);
      gathered.close();
      visit(from, out);
    }
  };
  return {
    blend,
    blendAll: async (neighbors) => {
      const out = new Float32Array((neighbors.labels.length / NEIGHBORS) * dimension);
      await blend(neighbors, (from, part) => out.set(part, from * dimension));
      return out;
    },
    close: () => vectors.close(),
  };
}

function uniqueLabels(all: readonly Neighbors[]): Int32Array {
  const seen = new Set<number>();
  for (const { labels } of all) for (const label of labels) if (label >= 0) seen.add(label);
  return Int32Array.from(seen).sort();
}
