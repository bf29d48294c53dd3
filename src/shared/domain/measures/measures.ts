import type { BlendSummary, Figure, Measurement, QualityPoint } from '@shared/contract/measurement';
import { bootstrapMean, quantileOfSorted, wilson } from '../maths/statistics';
import { NEIGHBORS } from '../rvc';

/** Frames of a block that RVC's realtime converts together with its context: one missing neighbor drops them all. */
const BLOCK_FRAMES = 20;

/** A found neighbor this much farther than the true 8th is a tie, not an error. */
const TIE_RELATIVE = 1e-4;
const TIE_ABSOLUTE = 1e-6;

/** The distance up to which a neighbor is as near as the last true one: rounding decides between them. */
export function tieLimit(last: number): number {
  return last * (1 + TIE_RELATIVE) + TIE_ABSOLUTE;
}

/** Band limits of the blend difference, in steps of the voice. */
export const BLEND_SLIGHT = 0.25;
const BLEND_DIFFERENT = 1;

/**
 * Neighbors of n frames, 8 each, row by row and nearest first: squared L2 distances to the vectors as they are stored,
 * and row numbers. A missing neighbor has the label -1 and any distance; missing ones come last.
 */
export interface Neighbors {
  readonly distances: Float32Array;
  readonly labels: Int32Array;
}

/** The neighbors of some frames only. */
export function ofFrames({ labels, distances }: Neighbors, frames: Int32Array): Neighbors {
  const some = {
    labels: new Int32Array(frames.length * NEIGHBORS),
    distances: new Float32Array(frames.length * NEIGHBORS),
  };
  for (const [place, frame] of frames.entries()) {
    const cells = [frame * NEIGHBORS, (frame + 1) * NEIGHBORS] as const;
    some.labels.set(labels.subarray(...cells), place * NEIGHBORS);
    some.distances.set(distances.subarray(...cells), place * NEIGHBORS);
  }
  return some;
}

/**
 * recall@8 of every frame: the share of the true neighbors that were found, 0..1. A found vector counts when it is one
 * of the true eight or, ties, lies at most 1e-4 (relative) + 1e-6 farther than the last of them. An index of fewer than
 * 8 vectors is measured against all it has.
 */
export function recallPerFrame(found: Neighbors, truth: Neighbors): Float32Array {
  const frames = frameCount(found, truth);
  const recall = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const first = frame * NEIGHBORS;
    const trueCount = validCount(truth.labels, first);
    if (trueCount === 0) continue;
    const limit = tieLimit(float(truth.distances, first + trueCount - 1));
    let hits = 0;
    for (let cell = first; cell < first + NEIGHBORS; cell++) {
      const label = whole(found.labels, cell);
      if (label < 0) continue;
      if (float(found.distances, cell) <= limit || contains(truth.labels, first, trueCount, label)) hits++;
    }
    recall[frame] = Math.min(1, hits / trueCount);
  }
  return recall;
}

/**
 * closeness@8 of every frame, 0..1: how near the found neighbors are compared with the true ones. With m of t true
 * neighbors found,
 *
 *     closeness = m / t * (sum of the m smallest true distances) / (sum of the m found distances)
 *
 * so a missing neighbor counts as infinitely far, and nothing found is 0. Found at distance 0 is as near as can be.
 */
export function closenessPerFrame(found: Neighbors, truth: Neighbors): Float32Array {
  const frames = frameCount(found, truth);
  const closeness = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const first = frame * NEIGHBORS;
    const trueCount = validCount(truth.labels, first);
    const foundCount = Math.min(trueCount, validCount(found.labels, first));
    if (foundCount === 0) continue;
    let trueSum = 0;
    let foundSum = 0;
    for (let cell = first; cell < first + foundCount; cell++) {
      trueSum += Math.max(0, float(truth.distances, cell));
      foundSum += Math.max(0, float(found.distances, cell));
    }
    const ratio = foundSum === 0 ? 1 : Math.min(1, trueSum / foundSum);
    closeness[frame] = (foundCount / trueCount) * ratio;
  }
  return closeness;
}

/** Neighbors missing of every frame, 0..8. */
export function missingPerFrame(labels: Int32Array): Uint8Array {
  const frames = labels.length / NEIGHBORS;
  const missing = new Uint8Array(frames);
  for (let frame = 0; frame < frames; frame++) missing[frame] = NEIGHBORS - validCount(labels, frame * NEIGHBORS);
  return missing;
}

/**
 * Share of windows of 20 consecutive frames with a missing neighbor, all windows within each run. The windows overlap,
 * so the interval is that of as many windows as fit side by side.
 *
 * @param missing From {@link missingPerFrame}.
 * @param runs Lengths of the runs of consecutive frames (files), in order; they add up to the frames.
 * @returns null when no run is long enough.
 */
export function droppedBlocks(missing: Uint8Array, runs: readonly number[]): Figure | null {
  let windows = 0;
  let dropped = 0;
  let first = 0;
  for (const run of runs) {
    let lastMissing = -1;
    for (let frame = first; frame < first + run; frame++) {
      if (missing[frame] !== 0) lastMissing = frame;
      if (frame - first < BLOCK_FRAMES - 1) continue;
      windows++;
      if (lastMissing > frame - BLOCK_FRAMES) dropped++;
    }
    first += run;
  }
  if (windows === 0) return null;
  const independent = Math.max(1, windows / BLOCK_FRAMES);
  return wilson((dropped / windows) * independent, independent);
}

/**
 * How a frame could be blended: `exact` when a stored vector equals it, where RVC itself divides by zero and gets NaN;
 * `none` when all neighbors are missing, NaN in RVC too.
 */
export type BlendKind = 'blended' | 'exact' | 'none';

/**
 * RVC's weights of the 8 neighbors of one frame: (1 / d)^2 of the squared distances d, normalized (infer/vc/pipeline.py).
 * A missing neighbor weighs 0. At distance 0 all weight goes to the rows at that distance.
 *
 * @param weights 8 values, overwritten; they add up to 1 unless the answer is `none`.
 */
export function blendWeights(
  weights: Float32Array,
  distances: Float32Array,
  labels: Int32Array,
  frame: number,
): BlendKind {
  const first = frame * NEIGHBORS;
  let nearest = Infinity;
  for (let neighbor = 0; neighbor < NEIGHBORS; neighbor++) {
    if (whole(labels, first + neighbor) >= 0) nearest = Math.min(nearest, float(distances, first + neighbor));
  }
  weights.fill(0);
  if (nearest === Infinity) return 'none';
  const exact = nearest <= 0;
  let sum = 0;
  for (let neighbor = 0; neighbor < NEIGHBORS; neighbor++) {
    if (whole(labels, first + neighbor) < 0) continue;
    const distance = float(distances, first + neighbor);
    // Relative to the nearest, so that tiny distances do not overflow.
    const weight = exact ? Number(distance <= 0) : (nearest / distance) ** 2;
    weights[neighbor] = weight;
    sum += weight;
  }
  for (let neighbor = 0; neighbor < NEIGHBORS; neighbor++) weights[neighbor] = float(weights, neighbor) / sum;
  return exact ? 'exact' : 'blended';
}

/**
 * The blend of one frame: the weighted mean of its neighbors.
 *
 * @param out `dimension` values, overwritten; zeros when nothing was found.
 * @param vectors 8 x dimension, row-major: the neighbors of this frame. Rows of missing ones are not read.
 * @param weights From {@link blendWeights}.
 */
export function blendFrame(out: Float32Array, vectors: Float32Array, weights: Float32Array): void {
  const dimension = out.length;
  out.fill(0);
  for (let neighbor = 0; neighbor < NEIGHBORS; neighbor++) {
    const weight = float(weights, neighbor);
    if (weight === 0) continue;
    const row = neighbor * dimension;
    for (let column = 0; column < dimension; column++) {
      out[column] = float(out, column) + weight * float(vectors, row + column);
    }
  }
}

/** How the frames of a block were blended. */
export interface BlendTally {
  readonly blended: number;
  readonly exact: number;
  readonly none: number;
}

/**
 * Blends a block of frames, so that the gathered neighbors of a whole query set never lie in memory at once.
 *
 * @param out frames x dimension, overwritten; a row of NaN where nothing was found, as in RVC.
 * @param vectors frames x 8 x dimension, row-major; rows of missing neighbors may hold anything.
 * @param neighbors Of these frames only.
 */
export function blendBlock(
  out: Float32Array,
  vectors: Float32Array,
  neighbors: Neighbors,
  dimension: number,
): BlendTally {
  const tally = { blended: 0, exact: 0, none: 0 };
  const weights = new Float32Array(NEIGHBORS);
  const frames = neighbors.labels.length / NEIGHBORS;
  for (let frame = 0; frame < frames; frame++) {
    const kind = blendWeights(weights, neighbors.distances, neighbors.labels, frame);
    const target = out.subarray(frame * dimension, (frame + 1) * dimension);
    if (kind === 'none') target.fill(Number.NaN);
    else
      blendFrame(target, vectors.subarray(frame * NEIGHBORS * dimension, (frame + 1) * NEIGHBORS * dimension), weights);
    tally[kind]++;
  }
  return tally;
}

/** L2 norm of every row. */
export function rowNorms(rows: Float32Array, dimension: number): Float32Array {
  const norms = new Float32Array(rows.length / dimension);
  for (let row = 0; row < norms.length; row++) {
    let squares = 0;
    for (let cell = row * dimension; cell < (row + 1) * dimension; cell++) squares += float(rows, cell) ** 2;
    norms[row] = Math.sqrt(squares);
  }
  return norms;
}

/** L2 distance between row i of `left` and row i of `right`; NaN where either holds NaN. */
export function rowDistances(left: Float32Array, right: Float32Array, dimension: number): Float32Array {
  const distances = new Float32Array(left.length / dimension);
  for (let row = 0; row < distances.length; row++) {
    let squares = 0;
    for (let cell = row * dimension; cell < (row + 1) * dimension; cell++) {
      squares += (float(left, cell) - float(right, cell)) ** 2;
    }
    distances[row] = Math.sqrt(squares);
  }
  return distances;
}

/**
 * The step that the voice itself takes every 20 ms: the median distance between consecutive frames of one run.
 *
 * @returns null when there are no two consecutive frames, or the voice stands still.
 */
export function stepSize(rows: Float32Array, dimension: number, runs: readonly number[]): number | null {
  const count = runs.reduce((sum, run) => sum + Math.max(0, run - 1), 0);
  const steps = new Float64Array(count);
  let first = 0;
  let filled = 0;
  for (const run of runs) {
    const cells = rows.subarray(first * dimension, (first + run) * dimension);
    const distances = rowDistances(cells.subarray(0, -dimension), cells.subarray(dimension), dimension);
    steps.set(distances, filled);
    filled += distances.length;
    first += run;
  }
  const median = count === 0 ? 0 : quantileOfSorted(steps.sort(), 0.5);
  return median > 0 ? median : null;
}

/**
 * What a listener could notice, from the distances between the blend of the index and the blend of exact search.
 * Below a quarter of a step counts as the same, up to one step as slightly different. A frame without a blend is
 * different; median and p95 are over the frames that have one.
 *
 * @param distances From {@link rowDistances}; NaN where the index found nothing.
 * @param step From {@link stepSize}.
 * @returns null when no frame has a blend.
 */
export function summarizeBlend(distances: Float32Array, step: number): BlendSummary | null {
  const differences = Float64Array.from(distances.filter((distance) => !Number.isNaN(distance)))
    .map((distance) => distance / step)
    .sort();
  if (differences.length === 0) return null;
  const same = differences.filter((difference) => difference < BLEND_SLIGHT).length;
  const upToSlight = differences.filter((difference) => difference <= BLEND_DIFFERENT).length;
  const n = distances.length;
  return {
    median: quantileOfSorted(differences, 0.5),
    p95: quantileOfSorted(differences, 0.95),
    same: same / n,
    slight: (upToSlight - same) / n,
    different: (n - upToSlight) / n,
  };
}

/**
 * Norm ratio: mean norm of the blends over mean norm of the frames that asked, both over the frames that have a blend.
 * Near 1 for a healthy index; about 0.1 for one whose vectors were normalized and not scaled back. 0 when no frame has
 * a blend.
 */
export function normRatio(blendNorms: Float32Array, queryNorms: Float32Array): number {
  let blends = 0;
  let queries = 0;
  for (let frame = 0; frame < blendNorms.length; frame++) {
    const norm = float(blendNorms, frame);
    if (Number.isNaN(norm)) continue;
    blends += norm;
    queries += float(queryNorms, frame);
  }
  return queries === 0 ? 0 : blends / queries;
}

/** Steps of 0.05 in which a spread counts. */
const SPREAD_BINS = 20;

/**
 * Expansion strength: how cos(expanded, original) is spread over the frames. 1 is a frame that did not move. A value
 * outside of 0..1 counts in the nearest bin.
 *
 * @throws RangeError when there are no values.
 */
export function cosineSpread(cosines: Float32Array): NonNullable<Measurement['expansion']> {
  const ascending = Float64Array.from(cosines).sort();
  const bins = new Array<number>(SPREAD_BINS).fill(0);
  let sum = 0;
  for (const cosine of ascending) {
    const bin = Math.min(SPREAD_BINS - 1, Math.max(0, Math.floor(cosine * SPREAD_BINS)));
    bins[bin] = (bins[bin] ?? 0) + 1;
    sum += cosine;
  }
  return {
    mean: sum / ascending.length,
    p5: quantileOfSorted(ascending, 0.05),
    median: quantileOfSorted(ascending, 0.5),
    p95: quantileOfSorted(ascending, 0.95),
    bins,
  };
}

/** What the quality at one nprobe is computed from. */
export interface QualityInput {
  readonly nprobe: number | null;
  readonly found: Neighbors;
  readonly truth: Neighbors;
  /** Lengths of the runs of consecutive frames; empty when the frames are not consecutive. */
  readonly runs: readonly number[];
  /** From {@link rowDistances}: between the blends of what was found and of the truth. */
  readonly differences: Float32Array;
  /** From {@link stepSize}; null when it is not known. */
  readonly step: number | null;
  readonly normRatio: number;
  readonly seed: number;
}

/** All measures of one nprobe, each share with its Wilson interval and each mean with its bootstrap interval. */
export function qualityPoint(input: QualityInput): QualityPoint {
  const missing = missingPerFrame(input.found.labels);
  const frames = missing.length;
  const blend = input.step === null ? null : summarizeBlend(input.differences, input.step);
  return {
    nprobe: input.nprobe,
    recall: bootstrapMean(recallPerFrame(input.found, input.truth), input.seed),
    closeness: bootstrapMean(closenessPerFrame(input.found, input.truth), input.seed),
    same: blend === null ? null : wilson(Math.round(blend.same * frames), frames),
    blend,
    missing: wilson(missing.filter((count) => count > 0).length, frames),
    empty: wilson(missing.filter((count) => count === NEIGHBORS).length, frames),
    droppedBlocks: droppedBlocks(missing, input.runs),
    normRatio: input.normRatio,
  };
}

function frameCount(found: Neighbors, truth: Neighbors): number {
  if (found.labels.length !== truth.labels.length || found.labels.length % NEIGHBORS !== 0) {
    throw new RangeError('Found and true neighbors must be of the same frames, 8 each.');
  }
  return found.labels.length / NEIGHBORS;
}

function validCount(labels: Int32Array, first: number): number {
  let count = 0;
  for (let cell = first; cell < first + NEIGHBORS; cell++) if (whole(labels, cell) >= 0) count++;
  return count;
}

function contains(labels: Int32Array, first: number, count: number, label: number): boolean {
  for (let cell = first; cell < first + count; cell++) if (whole(labels, cell) === label) return true;
  return false;
}

// Two readers, not one: a function that sees several array types is several times slower in V8.
function float(values: Float32Array, position: number): number {
  return values[position] ?? 0;
}

function whole(values: Int32Array, position: number): number {
  return values[position] ?? 0;
}
