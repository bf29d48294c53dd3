import * as v from 'valibot';
import { Nprobe } from '../contract/build';
import { Measurement, VerdictLevel } from '../contract/measurement';
import { filePath, opaqueId } from '../contract/primitives';
import { asking, keptIn, named, traces } from './fields';
import { defineKind, definePage } from './kind';

/** Values of nprobe that are measured beside the stored one, at most. */
export const MOST_NPROBES = 32;

/** Nobody waits for it, as when a whole library is checked: whatever else wants the processor goes first. */
const background = v.exactOptional(v.literal(true));

export const MeasureRequest = v.strictObject({
  kind: v.literal('measure'),
  index: filePath,
  ...asking,
  traces,
  /** Empty: the ladder of domain/measures/curve.ts. The stored value is always measured. */
  nprobes: v.pipe(v.array(Nprobe), v.maxLength(MOST_NPROBES)),
  background,
});
export type MeasureRequest = v.InferOutput<typeof MeasureRequest>;

/** Says how good an index is, in figures. */
export const measure = defineKind({
  request: MeasureRequest,
  result: Measurement,
  steps: {
    read: { weight: 15, grows: 0.6 },
    truth: { weight: 11 },
    curve: { weight: 27, grows: 0.2 },
    cost: { weight: 31, grows: 0.3 },
    map: { weight: 16, grows: 0.6 },
  },
  sizedBy: 'truth',
  variety: ({ features, queries }) => ((queries ?? features) === null ? 'stored' : 'features'),
  process: 'own',
  reads: ({ index, features, queries }) => [index, ...named(features, queries)],
  writes: ({ traces: folder }) => keptIn(folder),
  changes: () => null,
  page: definePage({
    request: v.strictObject({
      kind: v.literal('measure'),
      index: opaqueId,
      /** Token of a second folder of features that asks; null: the voice's own, or the index's vectors. */
      queries: v.nullable(opaqueId),
      background,
    }),
    result: v.strictObject({ kind: v.literal('measure'), level: VerdictLevel }),
    shows: () => null,
  }),
});
