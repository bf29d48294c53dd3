import type { Neighbors } from './measures';

/**
 * A frame that the index holds finds itself first, which says nothing. This share of its squared norm is how far the
 * stored copy may be off (rounding, 8-bit codes) and still be the frame itself.
 */
const SELF_TOLERANCE = 5e-4;

/**
 * The row that is the asking frame itself, for each frame: the nearest, when it is as good as equal; else -1.
 *
 * @param truth `k` exact neighbors of each frame.
 * @param norms L2 norm of each frame.
 */
export function selfMatches(truth: Neighbors, k: number, norms: Float32Array): Int32Array {
  const self = new Int32Array(norms.length).fill(-1);
  for (let frame = 0; frame < norms.length; frame++) {
    const norm = norms[frame] ?? 0;
    const distance = truth.distances[frame * k] ?? Infinity;
    if (distance <= SELF_TOLERANCE * norm * norm) self[frame] = truth.labels[frame * k] ?? -1;
  }
  return self;
}

/** Share of frames that the index holds themselves, 0..1. */
export function selfShare(self: Int32Array): number {
  return self.length === 0 ? 0 : self.filter((label) => label >= 0).length / self.length;
}

/**
 * The first `k` neighbors of each frame without the frame itself.
 *
 * @param asked `k + 1` neighbors of each frame.
 * @param self Row to leave out, -1 for none.
 */
export function withoutSelf(asked: Neighbors, k: number, self: Int32Array): Neighbors {
  const width = k + 1;
  const distances = new Float32Array(self.length * k);
  const labels = new Int32Array(self.length * k).fill(-1);
  for (let frame = 0; frame < self.length; frame++) {
    let filled = 0;
    for (let cell = frame * width; cell < (frame + 1) * width && filled < k; cell++) {
      const label = asked.labels[cell] ?? -1;
      if (label >= 0 && label === self[frame]) continue;
      labels[frame * k + filled] = label;
      distances[frame * k + filled] = asked.distances[cell] ?? 0;
      filled += 1;
    }
  }
  return { distances, labels };
}
