import * as v from 'valibot';
import { count, filePath, finite, opaqueId, Problem, shortText, timestamp, Version } from './primitives';

/** What a model file (.pth) says of itself, read without Python and without running anything of it. */
export const ModelFacts = v.strictObject({
  type: v.literal('model'),
  /**
   * `voice`: what people share and load. `training`: a generator on its way, with the optimizer. `pretrained`: a
   * generator to start from. `discriminator`: the other half of a training. `embedder`: what makes features of sound.
   * `sovits`: a voice of so-vits-svc. `other`: something else of PyTorch.
   */
  what: v.picklist(['voice', 'training', 'pretrained', 'discriminator', 'embedder', 'sovits', 'other']),
  version: v.nullable(Version),
  /** Numbers a frame of features must have for it; null when the file does not tell. */
  dimension: v.nullable(count),
  /** Hertz. */
  sampleRate: v.nullable(finite),
  /** Whether it follows the pitch. */
  f0: v.nullable(v.boolean()),
  /** What its features were made by, where the file says so (Applio). */
  embedder: v.nullable(shortText),
  epochs: v.nullable(count),
  steps: v.nullable(count),
  name: v.nullable(shortText),
  author: v.nullable(shortText),
  /** The remark that the training left. */
  info: v.nullable(shortText),
  /** Written before PyTorch 1.6, as one pickle instead of a ZIP. */
  old: v.boolean(),
});
export type ModelFacts = v.InferOutput<typeof ModelFacts>;

/** Whether an index goes with a model (domain/voice/fit.ts). */
export const Fit = v.variant('fits', [
  v.strictObject({ fits: v.literal('yes') }),
  /** Both are of one kind, but not of one time. */
  v.strictObject({ fits: v.literal('doubtful'), reason: v.literal('age') }),
  v.strictObject({
    fits: v.literal('no'),
    reason: v.picklist(['dimension', 'embedder', 'noVoice']),
    /** What the model is of, and the index. */
    model: v.union([count, shortText]),
    index: v.union([count, shortText]),
  }),
  v.strictObject({ fits: v.literal('unknown') }),
]);
export type Fit = v.InferOutput<typeof Fit>;

/** A model file on disk. */
export const ModelFile = v.strictObject({
  id: opaqueId,
  path: filePath,
  name: shortText,
  bytes: count,
  modified: timestamp,
  /** Null when it cannot be read. */
  facts: v.nullable(ModelFacts),
  /** Why it cannot be read, or that it holds no voice. */
  problem: v.nullable(Problem),
  /** Whether the indexes of its voice fit it, by their ids. */
  fits: v.record(opaqueId, Fit),
});
export type ModelFile = v.InferOutput<typeof ModelFile>;
