import * as v from 'valibot';
import { count, finite, shortText, Version } from './primitives';

/** What a model file (.pth) says of itself, read without Python and without running anything of it. */
export const ModelFacts = v.strictObject({
  type: v.literal('model'),
  /**
   * `voice`: what people share and load. `training`: a generator on its way, with the optimizer. `pretrained`: a
   * generator to start from. `discriminator`: the other half of a training. `other`: something else of PyTorch.
   */
  what: v.picklist(['voice', 'training', 'pretrained', 'discriminator', 'other']),
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
