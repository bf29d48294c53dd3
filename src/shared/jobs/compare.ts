import * as v from 'valibot';
import { Measurement } from '../contract/measurement';
import { count, filePath, opaqueId } from '../contract/primitives';
import { asking, keptIn, named, traces } from './fields';
import { ALIKE, defineKind, definePage } from './kind';

export const CompareRequest = v.strictObject({
  kind: v.literal('compare'),
  indexes: v.pipe(v.array(filePath), v.minLength(2), v.maxLength(4)),
  ...asking,
  traces,
});
export type CompareRequest = v.InferOutput<typeof CompareRequest>;

export const CompareResult = v.strictObject({ items: v.pipe(v.array(Measurement), v.minLength(2), v.maxLength(4)) });
export type CompareResult = v.InferOutput<typeof CompareResult>;

/** Measures several indexes by the same frames. */
export const compare = defineKind({
  request: CompareRequest,
  result: CompareResult,
  steps: { compare: { weight: 100 } },
  ...ALIKE,
  process: 'own',
  reads: ({ indexes, features, queries }) => [...indexes, ...named(features, queries)],
  writes: ({ traces: folder }) => keptIn(folder),
  changes: () => null,
  page: definePage({
    request: v.strictObject({
      kind: v.literal('compare'),
      indexes: v.pipe(v.array(opaqueId), v.minLength(2), v.maxLength(4)),
      /** As for `measure`. */
      queries: v.nullable(opaqueId),
    }),
    result: v.strictObject({ kind: v.literal('compare'), count }),
    shows: () => null,
  }),
});
