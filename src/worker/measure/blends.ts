import { blendBlock, type Neighbors } from '@shared/domain/measures/measures';
import { NEIGHBORS } from '@shared/domain/rvc';
import type { Matrix } from '../engine';

/** Frames blended at a time: their neighbors' vectors stay in the processor's cache. */
const BLEND_ROWS = 16;

/** Blends frames from vectors that were fetched once. */
export interface Blender {
  /**
   * The neighbors' vectors of frames `from` to `to`, at most 16 of them, 8 for each, until the next call; what is missing
   * has any.
   */
  readonly vectors: (neighbors: Neighbors, from: number, to: number) => Float32Array;
  /**
   * @param visit Called part by part with the first frame, the blends (frames x dimension) and the vectors of the
   *   neighbors (frames x 8 x dimension), which are overwritten after it.
   */
  readonly blend: (
    neighbors: Neighbors,
    visit: (from: number, blends: Float32Array, vectors: Float32Array) => void,
  ) => void;
  /** The blends of all frames, frames x dimension. */
  readonly blendAll: (neighbors: Neighbors) => Float32Array;
}

/**
 * @param matrix Taken over and closed: its rows are kept as numbers.
 * @param ids What the rows of `matrix` are called in the neighbors to be blended.
 */
export function openBlender(matrix: Matrix, ids: Int32Array): Blender {
  const dimension = matrix.columns;
  const stored = matrix.toFloat32Array();
  matrix.close();
  const place = new Map(Array.from(ids, (id, position) => [id, position]));
  const cells = new Float32Array(BLEND_ROWS * NEIGHBORS * dimension);
  const vectors: Blender['vectors'] = ({ labels }, from, to) => {
    for (let cell = from * NEIGHBORS, at = 0; cell < to * NEIGHBORS; cell++, at += dimension) {
      const row = place.get(labels[cell] ?? -1) ?? 0;
      cells.set(stored.subarray(row * dimension, (row + 1) * dimension), at);
    }
    return cells.subarray(0, (to - from) * NEIGHBORS * dimension);
  };
  const out = new Float32Array(BLEND_ROWS * dimension);
  const blend: Blender['blend'] = (neighbors, visit) => {
    const { distances, labels } = neighbors;
    const frames = labels.length / NEIGHBORS;
    for (let from = 0; from < frames; from += BLEND_ROWS) {
      const to = Math.min(frames, from + BLEND_ROWS);
      const part = {
        distances: distances.subarray(from * NEIGHBORS, to * NEIGHBORS),
        labels: labels.subarray(from * NEIGHBORS, to * NEIGHBORS),
      };
      const found = vectors(neighbors, from, to);
      const blends = out.subarray(0, (to - from) * dimension);
      blendBlock(blends, found, part, dimension);
      visit(from, blends, found);
    }
  };
  return {
    vectors,
    blend,
    blendAll: (neighbors) => {
      const all = new Float32Array((neighbors.labels.length / NEIGHBORS) * dimension);
      blend(neighbors, (from, part) => all.set(part, from * dimension));
      return all;
    },
  };
}

/** Every row that is among any of the neighbors, ascending; the first where there is none. */
export function uniqueLabels(all: readonly Neighbors[]): Int32Array {
  const seen = new Set<number>();
  for (const { labels } of all) for (const label of labels) if (label >= 0) seen.add(label);
  return seen.size === 0 ? Int32Array.of(0) : Int32Array.from(seen).sort();
}
