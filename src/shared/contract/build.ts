import * as v from 'valibot';
import { count, finite, RecipeId, share, shortText } from './primitives';
import { Mark } from './sound';

/** How an index is to be built: a recipe, and what overrides it. */

export const Nprobe = v.pipe(count, v.minValue(1), v.maxValue(65_536));

/**
 * How distances are measured. `cosine` stores the vectors at norm 1 and compares them by inner product; hosts need `l2`
 * at the original norms.
 */
export const Metric = v.picklist(['l2', 'ip', 'cosine']);
export type Metric = v.InferOutput<typeof Metric>;

/** The frames are replaced by the centers of k-means. */
export const Compression = v.strictObject({
  clusters: v.pipe(count, v.minValue(1), v.maxValue(10_000_000)),
  /** `minibatch`: scikit-learn's MiniBatchKMeans, as RVC and Applio do; `kmeans`: FAISS's, slower and closer. */
  method: v.picklist(['minibatch', 'kmeans']),
});
export type Compression = v.InferOutput<typeof Compression>;

/** Alpha query expansion: every frame is blended with its nearest ones, weighted by max(0, cosine)^alpha. */
export const Expansion = v.strictObject({
  alpha: v.pipe(finite, v.minValue(0), v.maxValue(100)),
  neighbors: v.pipe(count, v.minValue(1), v.maxValue(1_000)),
  includeSelf: v.boolean(),
  /** Off, the result has norm 1, which hosts turn into a wrong sound. */
  restoreNorms: v.boolean(),
  repetitions: v.pipe(count, v.minValue(1), v.maxValue(10)),
  /** `fast`: through groups, at a recall of 0.99 or more; `exact`: every pair. */
  search: v.picklist(['fast', 'exact']),
});
export type Expansion = v.InferOutput<typeof Expansion>;

/** Usual in image search (Radenović et al. 2019 and its re-implementations), and safe for hosts. */
export const USUAL_EXPANSION: Expansion = {
  alpha: 3,
  neighbors: 10,
  includeSelf: true,
  restoreNorms: true,
  repetitions: 1,
  search: 'fast',
};

/** Which frames of the features are left out before anything else is done with them. */
export const Selection = v.strictObject({
  /** Marked by ear. Left out in records of earlier versions. */
  moments: v.optional(v.pipe(v.array(Mark), v.maxLength(20_000)), []),
  /** Names of .npy files. */
  files: v.pipe(v.array(shortText), v.maxLength(20_000)),
  /** Of several speakers (domain/voice/speakers.ts) the only one whose files are taken; left out: all are. */
  speaker: v.exactOptional(v.pipe(shortText, v.minLength(1))),
  /** Frames identical to the one before: digital silence. */
  silence: v.boolean(),
  /** Frames identical to any earlier one. */
  duplicates: v.boolean(),
  /** This share of the frames, those that lie farthest from all others. */
  outliers: v.pipe(share, v.maxValue(0.5)),
});
export type Selection = v.InferOutput<typeof Selection>;

export const NOTHING_LEFT_OUT: Selection = { moments: [], files: [], silence: false, duplicates: false, outliers: 0 };

/** Null for a selection that leaves nothing out. */
export function unlessEmpty(selection: Selection): Selection | null {
  const { moments, files, speaker, silence, duplicates, outliers } = selection;
  const isEmpty = moments.length === 0 && files.length === 0 && speaker === undefined && outliers === 0;
  return isEmpty && !silence && !duplicates ? null : selection;
}

export const BuildOptions = v.strictObject({
  recipe: RecipeId,
  /** FAISS index factory string; null: the recipe's. */
  factory: v.nullable(v.pipe(shortText, v.minLength(1))),
  metric: Metric,
  /** Groups a search looks into; null: the recipe's choice. */
  nprobe: v.nullable(Nprobe),
  /** Candidates an exact second look takes, as a multiple of those asked for; only with a refinement, null: FAISS's 1. */
  kFactor: v.nullable(v.pipe(finite, v.minValue(1), v.maxValue(1_000))),
  /** Null: the recipe's choice. */
  compression: v.nullable(v.union([v.literal('none'), Compression])),
  expansion: v.nullable(Expansion),
  selection: v.nullable(Selection),
});
export type BuildOptions = v.InferOutput<typeof BuildOptions>;

/** A recipe and nothing else. */
export function plain(recipe: RecipeId): BuildOptions {
  return {
    recipe,
    factory: null,
    metric: 'l2',
    nprobe: null,
    kFactor: null,
    compression: null,
    expansion: null,
    selection: null,
  };
}

/** What to choose among when the best is looked for; null: no limit. */
export const TuneLimits = v.strictObject({
  /** Size of the index file. */
  maxBytes: v.nullable(count),
  /** Milliseconds of search per second of audio, on one thread, 95th percentile. */
  maxMs: v.nullable(v.pipe(finite, v.minValue(0))),
  /** Share of the moments that come out the same as with the true neighbors. */
  minQuality: v.nullable(share),
});
export type TuneLimits = v.InferOutput<typeof TuneLimits>;
