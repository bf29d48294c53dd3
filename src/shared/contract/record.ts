import * as v from 'valibot';
import { BuildOptions, Compression, Expansion, Selection } from './build';
import { count, finite, share, shortText, Spread } from './primitives';

/** How an index was made of what: the part of a building's result that outlives it. */

/** Voices that are merged into one index, at most. */
export const MOST_SOURCES = 8;

/** What k-means made of the frames. */
export const CompressionReport = v.strictObject({
  ...Compression.entries,
  /** Frames before, vectors after. */
  frames: count,
  vectors: count,
  /** Centers that were no frame's nearest, and were left out. */
  unused: count,
  /** Mean squared distance of the frames to the center that stands for them. */
  meanSquaredDistance: finite,
});
export type CompressionReport = v.InferOutput<typeof CompressionReport>;

/** What expansion did to the frames. */
export const ExpansionReport = v.strictObject({
  ...Expansion.entries,
  /** Distribution of cos(expanded, original), as in `Measurement.expansion`. */
  strength: Spread,
  /** Share of the true neighbors that the search found, on a sample; 1 for an exact search. */
  recall: share,
});
export type ExpansionReport = v.InferOutput<typeof ExpansionReport>;

/** Frames that were left out, by the rule that caught them first. */
export const SelectionReport = v.strictObject({
  ...Selection.entries,
  frames: count,
  kept: count,
  dropped: v.strictObject({
    /** Left out in records of earlier versions. */
    moments: v.optional(count, 0),
    files: count,
    silence: count,
    duplicates: count,
    outliers: count,
  }),
});
export type SelectionReport = v.InferOutput<typeof SelectionReport>;

/** Vectors of one voice in a merged index: ids follow each other in the order of this list. */
export const Origin = v.strictObject({ name: shortText, vectors: count });
export type Origin = v.InferOutput<typeof Origin>;

/** Kept beside an index whose file cannot tell it (`<name>.index.json`): how it was made of what. */
export const BuildRecord = v.strictObject({
  format: v.literal(1),
  options: BuildOptions,
  compression: v.nullable(CompressionReport),
  expansion: v.nullable(ExpansionReport),
  selection: v.nullable(SelectionReport),
  /** Empty unless voices were merged. */
  origins: v.pipe(v.array(Origin), v.maxLength(2 * MOST_SOURCES)),
});
export type BuildRecord = v.InferOutput<typeof BuildRecord>;
