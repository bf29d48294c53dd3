import type { OriginalQuality } from '@shared/contract/measurement';
import {
  closenessPerFrame,
  type Neighbors,
  recallPerFrame,
  rowDistances,
  summarizeBlend,
} from '@shared/domain/measures/measures';
import { NEIGHBORS } from '@shared/domain/rvc';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';
import { selfMatches, selfShare, withoutSelf } from '@shared/domain/measures/selfMatch';
import { bootstrapMean, quantile } from '@shared/domain/maths/statistics';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import type { FeatureFolder } from '../features/features';
import { type Block, exactNeighbors, featureBlocks, type Originals, pickRows, storedBlocks, storedRows } from './exact';
import type { AskingFrames } from './frames';
import { openBlender, type Truth } from './quality';

/** The frames in a folder of features. */
export function originalsOf(engine: Engine, folder: FeatureFolder, signal: AbortSignal): Originals {
  return { frames: folder.frames, blocks: () => featureBlocks(engine, folder, signal) };
}

/** Stored vectors that are looked for among the frames, and frames that ask each other; more would not change the answer. */
const SAMPLE = 200;

/** Share of the stored vectors that are frames of the voice themselves, 0..1, on a sample. */
export async function heldShare(
  engine: Engine,
  index: Index,
  originals: Originals,
  seed: number,
  signal: AbortSignal,
): Promise<number> {
  const rows = shuffledOrder(index.describe().ntotal, createRandom(seed)).slice(0, SAMPLE).sort();
  const sample = await storedRows(engine, index, rows, signal);
  try {
    const nearest = await exactNeighbors(engine, sample, originals.blocks(), 1, signal, () => undefined);
    return selfShare(selfMatches(nearest, 1, await onEngine(() => sample.norms())));
  } finally {
    sample.close();
  }
}

/** Row numbers of the frames, moved out of the reach of an index's own: equal numbers would not mean equal vectors. */
const OTHER_ROWS = 2 ** 30;

/** What the frames themselves would answer those who ask. */
export interface OriginalTruth {
  /** Labels are row numbers of the frames, moved out of an index's reach. */
  readonly neighbors: Neighbors;
  /** What RVC would blend of them; null when no step size is known. */
  readonly blends: Float32Array | null;
  readonly nonFinite: ReadonlySet<number>;
}

/** Exact search over the frames; those that ask and are among them leave themselves out. */
export async function originalTruth(
  engine: Engine,
  originals: Originals,
  { matrix, step }: AskingFrames,
  signal: AbortSignal,
): Promise<OriginalTruth> {
  const nonFinite = new Set<number>();
  const blocks = noting(nonFinite, originals.blocks());
  const asked = await exactNeighbors(engine, matrix, blocks, NEIGHBORS + 1, signal, () => undefined);
  const truth = withoutSelf(asked, NEIGHBORS, selfMatches(asked, NEIGHBORS + 1, await onEngine(() => matrix.norms())));
  const pick = (rows: Int32Array): Promise<Matrix> => pickRows(engine, originals.blocks(), rows, matrix.columns);
  return {
    neighbors: { ...truth, labels: truth.labels.map((row) => (row < 0 ? row : row + OTHER_ROWS)) },
    blends: step === null ? null : await blendsOf(truth, matrix.columns, pick),
    nonFinite,
  };
}

/**
 * What an index of other vectors than the frames (compressed, expanded) finds, held against the frames themselves. Of
 * neighbors only distances can be compared: one counts as found when it is as near as the true eighth.
 *
 * @param found By the stored nprobe.
 */
export async function foundOfOriginal(
  engine: Engine,
  index: Index,
  { neighbors, blends }: OriginalTruth,
  { step, seed }: AskingFrames,
  found: Neighbors,
  signal: AbortSignal,
): Promise<Omit<OriginalQuality, 'distance'>> {
  const { dimension } = index.describe();
  const stored = (rows: Int32Array): Promise<Matrix> => storedRows(engine, index, rows, signal);
  const blend =
    step === null || blends === null
      ? null
      : summarizeBlend(rowDistances(await blendsOf(found, dimension, stored), blends, dimension), step);
  return {
    recall: bootstrapMean(recallPerFrame(found, neighbors), seed),
    closeness: bootstrapMean(closenessPerFrame(found, neighbors), seed),
    blend,
  };
}

/** The same, and how far the frames lie from what the index keeps. */
export async function againstOriginal(
  engine: Engine,
  index: Index,
  originals: Originals,
  frames: AskingFrames,
  found: Neighbors,
  signal: AbortSignal,
): Promise<OriginalQuality> {
  const truth = await originalTruth(engine, originals, frames, signal);
  return {
    ...(await foundOfOriginal(engine, index, truth, frames, found, signal)),
    distance: await distanceToKept(engine, index, originals, truth.nonFinite, frames.seed, signal),
  };
}

/** RVC's blend of each frame's neighbors. */
async function blendsOf(
  neighbors: Neighbors,
  dimension: number,
  pick: (rows: Int32Array) => Promise<Matrix>,
): Promise<Float32Array> {
  const blender = await openBlender([neighbors], dimension, pick);
  return blender.blendAll(neighbors).finally(() => blender.close());
}

/** Frames whose nearest kept vector is looked for: all when there are no more. */
const MOST_FRAMES = 20_000;
/** Of an index that keeps more vectors than this allows, fewer frames ask, */
const MOST_PAIRS = 200_000_000;
/** though never fewer than these. */
const LEAST_FRAMES = 2_000;

/** Mean squared distance from the finite frames to their nearest kept vector: what leaving vectors out costs. */
async function distanceToKept(
  engine: Engine,
  index: Index,
  originals: Originals,
  nonFinite: ReadonlySet<number>,
  seed: number,
  signal: AbortSignal,
): Promise<OriginalQuality['distance']> {
  const { dimension, ntotal } = index.describe();
  const most = Math.min(MOST_FRAMES, Math.max(LEAST_FRAMES, Math.floor(MOST_PAIRS / ntotal)));
  const all = Int32Array.from({ length: originals.frames }, (_, row) => row).filter((row) => !nonFinite.has(row));
  const rows =
    all.length <= most
      ? all
      : shuffledOrder(all.length, createRandom(seed))
          .slice(0, most)
          .sort()
          .map((place) => all[place] ?? 0);
  if (rows.length === 0) return null;
  const sample = await pickRows(engine, originals.blocks(), rows, dimension);
  try {
    const blocks = storedBlocks(index, signal);
    const { distances } = await exactNeighbors(engine, sample, blocks, 1, signal, () => undefined);
    const { value, low, high } = bootstrapMean(distances, seed);
    const n = rows.length;
    return n === all.length ? { value, low: value, high: value, n } : { value, low, high, n };
  } finally {
    sample.close();
  }
}

/** The same blocks; the rows that are not finite are noted in passing. */
async function* noting(nonFinite: Set<number>, blocks: AsyncIterable<Block>): AsyncGenerator<Block> {
  for await (const block of blocks) {
    for (const row of block.nonFinite) nonFinite.add(block.first + row);
    yield block;
  }
}

/**
 * How much farther the frames lie from the index than from the rest of their own voice: the median squared distance to
 * the nearest stored vector, over that to the nearest frame in another file. Null when there is only one file.
 */
export async function distanceRatio(
  engine: Engine,
  features: FeatureFolder,
  { matrix, files, seed }: AskingFrames,
  truth: Truth,
  signal: AbortSignal,
): Promise<number | null> {
  if (files === null || features.files.length < 2) return null;
  const rows = shuffledOrder(matrix.rows, createRandom(seed)).slice(0, SAMPLE);
  const sample = await onEngine(() => matrix.gather(rows));
  const nearest = new Float32Array(rows.length).fill(Infinity);
  let file = 0;
  try {
    for await (const block of featureBlocks(engine, features, signal)) {
      try {
        const { distances } = await onEngine(() => engine.knn(sample, block.matrix, 1, { signal }));
        rows.forEach((row, place) => {
          if (files[row] !== file) nearest[place] = Math.min(nearest[place] ?? Infinity, distances[place] ?? Infinity);
        });
      } finally {
        block.matrix.close();
      }
      file += 1;
    }
  } finally {
    sample.close();
  }
  const toIndex = Array.from(rows, (row) => truth.neighbors.distances[row * NEIGHBORS] ?? 0);
  const toVoice = quantile(nearest, 0.5);
  return toVoice > 0 ? quantile(toIndex, 0.5) / toVoice : null;
}
