import { blendBlock, type Neighbors } from '@shared/domain/measures/measures';
import { NEIGHBORS } from '@shared/domain/rvc';
import { type Matrix, onEngine } from '../engine';

/** Frames whose gathered neighbors are in JavaScript memory at a time. */
const BLEND_ROWS = 256;

/** Blends frames from vectors that were fetched once. */
export interface Blender {
  /** The neighbors' vectors of frames `from` to `to`, 8 for each; what is missing has any. */
  readonly vectors: (neighbors: Neighbors, from: number, to: number) => Promise<Float32Array>;
  /**
   * @param visit Called part by part with the first frame, the blends (frames x dimension) and the vectors of the
   *   neighbors (frames x 8 x dimension).
   */
  readonly blend: (
    neighbors: Neighbors,
    visit: (from: number, blends: Float32Array, vectors: Float32Array) => void | Promise<void>,
  ) => Promise<void>;
  /** The blends of all frames, frames x dimension. */
  readonly blendAll: (neighbors: Neighbors) => Promise<Float32Array>;
  readonly close: () => void;
}

/**
 * @param vectors Taken over: closed with the blender.
 * @param ids What the rows of `vectors` are called in the neighbors to be blended.
 */
export function openBlender(vectors: Matrix, ids: Int32Array): Blender {
  const dimension = vectors.columns;
  const place = new Map(Array.from(ids, (id, position) => [id, position]));
  const vectorsOf: Blender['vectors'] = async ({ labels }, from, to) => {
    const rows = labels.slice(from * NEIGHBORS, to * NEIGHBORS).map((label) => place.get(label) ?? 0);
    const gathered = await onEngine(() => vectors.gather(rows));
    const cells = gathered.toFloat32Array();
    gathered.close();
    return cells;
  };
  const blend: Blender['blend'] = async (neighbors, visit) => {
    const { distances, labels } = neighbors;
    const frames = labels.length / NEIGHBORS;
    for (let from = 0; from < frames; from += BLEND_ROWS) {
      const to = Math.min(frames, from + BLEND_ROWS);
      const part = {
        distances: distances.subarray(from * NEIGHBORS, to * NEIGHBORS),
        labels: labels.subarray(from * NEIGHBORS, to * NEIGHBORS),
      };
      const cells = await vectorsOf(neighbors, from, to);
      const out = new Float32Array((to - from) * dimension);
      blendBlock(out, cells, part, dimension);
      await visit(from, out, cells);
    }
  };
  return {
    vectors: vectorsOf,
    blend,
    blendAll: async (neighbors) => {
      const out = new Float32Array((neighbors.labels.length / NEIGHBORS) * dimension);
      await blend(neighbors, (from, part) => out.set(part, from * dimension));
      return out;
    },
    close: () => vectors.close(),
  };
}

/** Every row that is among any of the neighbors, ascending; the first where there is none. */
export function uniqueLabels(all: readonly Neighbors[]): Int32Array {
  const seen = new Set<number>();
  for (const { labels } of all) for (const label of labels) if (label >= 0) seen.add(label);
  return seen.size === 0 ? Int32Array.of(0) : Int32Array.from(seen).sort();
}
