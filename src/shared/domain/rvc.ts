import type { Version } from '../contract/primitives';

/** The facts of RVC that everything here rests on. Each stands once, with the code it is read from. */

/**
 * Neighbors that RVC blends for every frame (infer/vc/pipeline.py, `index.search(npy, k=8)`). A list with fewer vectors
 * cannot answer alone, and an index with fewer never fully.
 */
export const NEIGHBORS = 8;

/** HuBERT takes a step of 320 samples at 16 kHz: one frame each 20 ms (fairseq's hubert_base, `conv_feature_layers`). */
export const FRAMES_PER_SECOND = 50;

export const FRAMES_PER_MINUTE = 60 * FRAMES_PER_SECOND;

/** FAISS's least number of training points a centroid before it warns (faiss/Clustering.h); RVC divides by it. */
export const POINTS_PER_CENTROID = 39;

/** RVC's lists grow with the root of N up to this factor (train/train_index.py); it binds above 389,000 frames only. */
const LISTS_PER_ROOT = 16;

/** Above this many frames RVC and Applio replace the voice by k-means centers before they index it. */
export const COMPRESS_ABOVE_FRAMES = 200_000;

/** That many of them: MiniBatchKMeans(n_clusters=10000) (RVC train/train_index.py, Applio extract_index.py). */
export const HOST_CLUSTERS = 10_000;

/** Rows of a batch of theirs: `batch_size=256 * config.n_cpu` (RVC train/train_index.py, Applio extract_index.py). */
export const BATCH_ROWS_PER_PROCESSOR = 256;

/** Rows a call of `add` (RVC train/train_index.py, `batch_size_add`). */
export const ADD_BATCH = 8_192;

/**
 * RVC's number of lists: max(1, min(floor(16 * sqrt(N)), floor(N / 39))) (train/train_index.py). Below 78 frames that is
 * one list, which is an exact search.
 */
export function rvcNlist(frames: number): number {
  return cappedNlist(frames, Math.floor(LISTS_PER_ROOT * Math.sqrt(frames)));
}

/** At least one list, and no more than leave {@link POINTS_PER_CENTROID} frames to each. */
export function cappedNlist(frames: number, nlist: number): number {
  return Math.max(1, Math.min(nlist, Math.floor(frames / POINTS_PER_CENTROID)));
}

/** Numbers a frame has for each version of RVC's models (train/train_index.py). */
export const DIMENSION_OF = { v1: 256, v2: 768 } as const satisfies Record<Version, number>;

/** The model version that features of this dimension belong to; null for a dimension that no RVC model has. */
export function versionOf(dimension: number): Version | null {
  switch (dimension) {
    case DIMENSION_OF.v1:
      return 'v1';
    case DIMENSION_OF.v2:
      return 'v2';
    default:
      return null;
  }
}
