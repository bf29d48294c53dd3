import { blendWeights, type Neighbors, tieLimit } from '../measures/measures';
import { NEIGHBORS } from '../rvc';

/** What each frame of a take is blended of. */
export interface TakePlan {
  /** 8 for each frame: rows of the voice; -1 where nothing was found, or nobody knows where it is from. */
  readonly rows: Int32Array;
  /** Their weights in the blend. */
  readonly weights: Float32Array;
}

/**
 * Weighs neighbors as RVC blends them. A frame that found its true neighbors, to rounding, is blended of these: equal
 * neighbors sound equal, whoever found them.
 *
 * @param found Labels are rows of the voice, equal rows by one name.
 * @param truth The true neighbors, named the same way.
 * @param limits Squared distance of each frame up to which two distances are one.
 */
export function planTake(found: Neighbors, truth: Neighbors, limits: Float32Array): TakePlan {
  const rows = found.labels.slice();
  const weights = new Float32Array(rows.length);
  const own = new Float32Array(NEIGHBORS);
  for (const [frame, limit] of limits.entries()) {
    const source = isTruth(found, truth, frame, limit) ? truth : found;
    const first = frame * NEIGHBORS;
    blendWeights(own, source.distances, source.labels, frame);
    weights.set(own, first);
    rows.set(source.labels.subarray(first, first + NEIGHBORS), first);
  }
  return { rows, weights };
}

/** Whether a frame found its true neighbors, or others that are as near as the last of them and no nearer. */
function isTruth(found: Neighbors, truth: Neighbors, frame: number, limit: number): boolean {
  const first = frame * NEIGHBORS;
  const last = truth.distances[first + NEIGHBORS - 1] ?? Infinity;
  for (let cell = first; cell < first + NEIGHBORS; cell++) {
    const row = found.labels[cell] ?? -1;
    const distance = found.distances[cell] ?? Infinity;
    const other = truth.labels.subarray(first, first + NEIGHBORS).indexOf(row);
    const known = other < 0 ? Infinity : (truth.distances[first + other] ?? Infinity);
    const isTie = distance <= tieLimit(last) && last <= tieLimit(distance);
    if (row < 0 || !(Math.abs(known - distance) <= limit || isTie)) return false;
  }
  return true;
}
