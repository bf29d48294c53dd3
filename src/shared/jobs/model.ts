import * as v from 'valibot';
import { Fit, ModelFacts } from '../contract/models';
import { count, filePath, Problem } from '../contract/primitives';
import { ALIKE, defineKind, NOTHING } from './kind';

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
  reads: ({ path }) => [path],
  ...NOTHING,
  page: null,
});
