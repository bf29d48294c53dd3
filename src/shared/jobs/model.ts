import * as v from 'valibot';
import { ModelFacts } from '../contract/models';
import { count, filePath, Problem, shortText } from '../contract/primitives';
import { ALIKE, defineKind, NOTHING } from './kind';

/** Whether an index goes with a model (domain/voice/fit.ts). */
const Fit = v.variant('fits', [
  v.strictObject({ fits: v.literal('yes') }),
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

export const ModelReport = v.strictObject({
  /** Null when it cannot be read; then `problems` says why. */
  facts: v.nullable(ModelFacts),
  bytes: count,
  problems: v.pipe(v.array(Problem), v.maxLength(10)),
  /** Null when no index was named. */
  fit: v.nullable(Fit),
});
export type ModelReport = v.InferOutput<typeof ModelReport>;

/** Says what a model file is, without running anything of it, and whether an index fits it. */
export const model = defineKind({
  request: v.strictObject({ kind: v.literal('model'), path: filePath, index: v.nullable(filePath) }),
  result: ModelReport,
  steps: { read: { weight: 100 } },
  ...ALIKE,
  process: 'reader',
  ...NOTHING,
  page: null,
});
