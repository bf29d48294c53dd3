import { NEIGHBORS } from '../rvc';
import type { Neighbors } from './measures';

/** Copies of a frame that are looked past. What is repeated more often is silence. */
export const USUAL_COPIES = 8;

/**
 * A frame that is searched among others finds itself first, which says nothing. This share of its squared norm is how far
 * a copy may be off (rounding, 8-bit codes) and still be the frame itself.
 */
const SELF_TOLERANCE = 5e-4;

/** Squared distance up to which a vector is the frame itself, of frames with these L2 norms. */
export function selfLimits(norms: Float32Array): Float32Array {
  return norms.map((norm) => SELF_TOLERANCE * norm * norm);
}

/**
 * The first eight neighbors of each frame without the frame itself and every copy of it. Where even so the `k` are all
 * found and hardly any is no copy, the nearest copies fill up: nothing is missing there.
 *
 * @param asked `k` neighbors of each frame, nearest first, `k` at least 8; missing ones come last.
 * @param limits From {@link selfLimits}.
 * @returns `copies`: how many each has; as many as `k` may have been more
 */
export function withoutSelf(
  asked: Neighbors,
  k: number,
  limits: Float32Array,
): { readonly neighbors: Neighbors; readonly copies: Int32Array } {
  const frames = limits.length;
  const distances = new Float32Array(frames * NEIGHBORS).fill(Infinity);
  const labels = new Int32Array(frames * NEIGHBORS).fill(-1);
  const copies = new Int32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const limit = limits[frame] ?? 0;
    const [first, end] = [frame * k, (frame + 1) * k];
    const isMissing = (cell: number): boolean => (asked.labels[cell] ?? -1) < 0;
    const isCopy = (cell: number): boolean => !isMissing(cell) && (asked.distances[cell] ?? Infinity) <= limit;
    let filled = frame * NEIGHBORS;
    const take = (cell: number): void => {
      labels[filled] = asked.labels[cell] ?? -1;
      distances[filled] = asked.distances[cell] ?? Infinity;
      filled += 1;
    };
    const last = (frame + 1) * NEIGHBORS;
    let seen = 0;
    for (let cell = first; cell < end && filled < last; cell++) {
      if (isCopy(cell)) seen += 1;
      else take(cell);
    }
    for (let cell = first; cell < end && filled < last; cell++) if (isCopy(cell)) take(cell);
    copies[frame] = seen;
  }
  return { neighbors: { distances, labels }, copies };
}

/**
 * The found neighbors under the names of the true ones, where they are the same vectors, to rounding: an index numbers
 * its vectors in an order of its own. Others keep a name that no true one has.
 *
 * @param found,truth Of one frame, from its first cell on.
 * @param vectors,trueVectors 8 x dimension each, from their first cell on.
 * @param limit Squared distance up to which two vectors are one.
 */
export function renamed(
  labels: Int32Array,
  found: Neighbors,
  truth: Neighbors,
  first: number,
  vectors: Float32Array,
  trueVectors: Float32Array,
  limit: number,
): void {
  const dimension = vectors.length / NEIGHBORS;
  const reach = Math.sqrt(limit);
  for (let place = 0; place < NEIGHBORS; place++) {
    const label = found.labels[first + place] ?? -1;
    labels[place] = label < 0 ? label : label + UNNAMED;
    if (label < 0) continue;
    const away = Math.sqrt(Math.max(0, found.distances[first + place] ?? 0));
    for (let other = 0; other < NEIGHBORS; other++) {
      const name = truth.labels[first + other] ?? -1;
      // What lies at another distance from the frame is another vector.
      const apart = Math.abs(away - Math.sqrt(Math.max(0, truth.distances[first + other] ?? 0)));
      if (name < 0 || apart > reach + 1e-3 * away) continue;
      if (isWithin(vectors, place * dimension, trueVectors, other * dimension, dimension, limit)) {
        labels[place] = name;
        break;
      }
    }
  }
}

/** Above any row number that vectors in memory can have. */
const UNNAMED = 2 ** 30;

function isWithin(
  left: Float32Array,
  leftFirst: number,
  right: Float32Array,
  rightFirst: number,
  dimension: number,
  limit: number,
): boolean {
  let sum = 0;
  for (let column = 0; column < dimension; column++) {
    const apart = (left[leftFirst + column] ?? 0) - (right[rightFirst + column] ?? 0);
    sum += apart * apart;
    if (sum > limit) return false;
  }
  return true;
}
