import * as v from 'valibot';
import { BuildOptions } from '../contract/build';
import { Measurement } from '../contract/measurement';
import { count, filePath, finite, MetricName, opaqueId, share, shortText, Version } from '../contract/primitives';
import { BuildRecord, MOST_SOURCES } from '../contract/record';
import { ListSummary } from '../contract/voices';
import { keptIn, memoryLimit, seed, Source, traces, weight } from './fields';
import { defineKind, definePage } from './kind';

export const TrainRequest = v.strictObject({
  kind: v.literal('train'),
  sources: v.pipe(v.array(Source), v.minLength(1), v.maxLength(MOST_SOURCES)),
  ...BuildOptions.entries,
  seed,
  /** Experiment name in the file name; null: the folder's own. */
  name: v.nullable(shortText),
  /** Where the index goes; it is created when missing. */
  out: filePath,
  totalFea: v.boolean(),
  /** Keep some frames apart until the index has been measured by them. */
  measure: v.boolean(),
  traces,
  memoryLimit,
});
export type TrainRequest = v.InferOutput<typeof TrainRequest>;

export const TrainResult = v.strictObject({
  index: filePath,
  vectors: count,
  dimension: count,
  version: v.nullable(Version),
  /** Null for an index without groups. */
  nlist: v.nullable(count),
  nprobe: v.nullable(count),
  metric: MetricName,
  factory: shortText,
  bytes: count,
  /** Null when the type has none, or they cannot be read without the engine. */
  lists: v.nullable(ListSummary),
  /** What the choice of nprobe rests on; null when the recipe fixes it. */
  coverage: v.nullable(
    v.strictObject({
      heldOut: count,
      seed,
      /** `best`: none within the budget of a search leaves enough moments the same, and this is the best of them. */
      reason: v.picklist(['target', 'best']),
      /** Share of held-out frames with a missing neighbor, by nprobe. */
      missing: v.array(v.strictObject({ nprobe: count, share })),
    }),
  ),
  record: BuildRecord,
  /** When it was asked for and there was something to keep apart. */
  measurement: v.nullable(Measurement),
  /** Frames left out and remarks, e.g. NaN frames by file, or an index that no host can use. */
  notes: v.pipe(
    v.array(
      v.strictObject({
        code: v.picklist([
          'NON_FINITE',
          'ZERO',
          'SPEAKERS',
          'REPEATED',
          'NORMALIZED',
          'SKIPPED',
          'TOTAL_FEA',
          'FOR_STUDY',
          'NOT_MEASURED',
        ]),
        file: v.nullable(v.string()),
        count,
        message: v.string(),
      }),
    ),
    v.maxLength(200),
  ),
  seconds: v.strictObject({
    read: finite,
    /** Selecting, compressing and expanding. */
    prepare: finite,
    train: finite,
    add: finite,
    measure: finite,
    write: finite,
    total: finite,
  }),
  peakRssBytes: count,
});
export type TrainResult = v.InferOutput<typeof TrainResult>;

/** Builds an index of one voice or several. */
export const train = defineKind({
  request: TrainRequest,
  result: TrainResult,
  steps: {
    read: { weight: 10 },
    select: { weight: 50, optional: true },
    arrange: { weight: 30, optional: true },
    compress: { weight: 220, optional: true },
    expand: { weight: 130, optional: true },
    train: { weight: 18, grows: 1.6 },
    add: { weight: 12 },
    measure: { weight: 37, grows: 0.95 },
    write: { weight: 6 },
    check: { weight: 17 },
  },
  sizedBy: 'read',
  variety: ({ recipe, factory, compression, expansion, selection, measure }) =>
    JSON.stringify([recipe, factory, compression, expansion, selection?.outliers, measure]),
  process: 'own',
  reads: ({ sources }) => sources.map(({ path }) => path),
  writes: ({ out, traces: folder }) => [{ folder: out, own: true }, ...keptIn(folder)],
  changes: ({ sources: [first], out }) => ({ folder: first?.path ?? out }),
  page: definePage({
    request: v.strictObject({
      kind: v.literal('train'),
      /** More than one: merged, into a voice of its own. */
      sources: v.pipe(
        v.array(v.strictObject({ type: v.picklist(['voice', 'index']), id: opaqueId, weight })),
        v.minLength(1),
        v.maxLength(MOST_SOURCES),
      ),
      ...BuildOptions.entries,
      /** Of the merged voice, and the experiment in the file name; null: the voice's, or those of all. */
      name: v.nullable(shortText),
      totalFea: v.boolean(),
    }),
    /** The measurement itself is fetched apart (`measurements.ofJob`); it is large. */
    result: v.strictObject({
      kind: v.literal('train'),
      value: v.omit(TrainResult, ['measurement']),
      index: v.nullable(opaqueId),
    }),
    shows: ({ value }) => value.index,
  }),
});
