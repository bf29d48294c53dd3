import * as v from 'valibot';
import { BuildOptions, Nprobe, Selection, TuneLimits } from './build';
import { count, FailureSchema, finite, Host, opaqueId, share, shortText, timestamp } from './primitives';
import { VerdictLevel } from './measurement';
import { MOST_SOURCES } from './record';
import {
  ExportResult,
  Iteration,
  RepairResult,
  SampleResult,
  SiftResult,
  TrainResult,
  TuneRequest,
  TuneResult,
} from './work';

/** What the page can ask for. It names things by id; main turns ids into paths. */
export const JobRequest = v.variant('kind', [
  v.strictObject({ kind: v.literal('sample') }),
  v.strictObject({
    kind: v.literal('train'),
    /** More than one: merged. The result belongs to the first one's voice. */
    sources: v.pipe(
      v.array(
        v.strictObject({
          type: v.picklist(['voice', 'index']),
          id: opaqueId,
          /** As `Source.weight`. */
          weight: v.nullable(v.pipe(finite, v.minValue(0))),
        }),
      ),
      v.minLength(1),
      v.maxLength(MOST_SOURCES),
    ),
    ...BuildOptions.entries,
    /** Experiment name in the file name; null: the voice's. */
    name: v.nullable(shortText),
    totalFea: v.boolean(),
  }),
  v.strictObject({
    kind: v.literal('tune'),
    voice: opaqueId,
    budgetSeconds: TuneRequest.entries.budgetSeconds,
    options: TuneRequest.entries.options,
    limits: TuneLimits,
  }),
  v.strictObject({ kind: v.literal('sift'), voice: opaqueId, selection: Selection }),
  v.strictObject({
    kind: v.literal('export'),
    index: opaqueId,
    host: Host,
    /** Token of a folder the person chose; null: the root the voice lies in, or the one chosen before. */
    root: v.nullable(opaqueId),
    name: shortText,
    setAside: v.boolean(),
  }),
  v.strictObject({
    kind: v.literal('measure'),
    index: opaqueId,
    /** Token of a second folder of features that asks; null: the voice's own, or the index's vectors. */
    queries: v.nullable(opaqueId),
  }),
  v.strictObject({
    kind: v.literal('compare'),
    indexes: v.pipe(v.array(opaqueId), v.minLength(2), v.maxLength(4)),
    queries: v.nullable(opaqueId),
  }),
  v.strictObject({
    kind: v.literal('repair'),
    index: opaqueId,
    change: v.variant('type', [
      v.strictObject({ type: v.literal('nprobe'), nprobe: Nprobe }),
      /** The link becomes a copy of this index. */
      v.strictObject({ type: v.literal('link'), target: opaqueId }),
      v.strictObject({ type: v.literal('name'), name: shortText }),
      /** Takes back what this job did. */
      v.strictObject({ type: v.literal('undo'), job: opaqueId }),
    ]),
  }),
]);
export type JobRequest = v.InferOutput<typeof JobRequest>;
export type JobKind = JobRequest['kind'];

export const JobState = v.picklist(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']);
export type JobState = v.InferOutput<typeof JobState>;

export const JobProgress = v.strictObject({
  step: shortText,
  /** 1-based. */
  stepNumber: count,
  stepCount: count,
  /** Of the whole job, never falling; null while unknown. */
  fraction: v.nullable(share),
  elapsedMs: v.pipe(finite, v.minValue(0)),
  remainingMs: v.nullable(v.pipe(finite, v.minValue(0))),
});
export type JobProgress = v.InferOutput<typeof JobProgress>;

export const JobResult = v.variant('kind', [
  v.strictObject({ kind: v.literal('sample'), value: SampleResult }),
  /** The measurement itself is fetched apart (`measurements.ofJob`); it is large. */
  v.strictObject({
    kind: v.literal('train'),
    value: v.omit(TrainResult, ['measurement']),
    index: v.nullable(opaqueId),
  }),
  v.strictObject({ kind: v.literal('export'), value: ExportResult }),
  v.strictObject({ kind: v.literal('measure'), level: VerdictLevel }),
  v.strictObject({ kind: v.literal('compare'), count }),
  v.strictObject({ kind: v.literal('repair'), value: RepairResult, index: v.nullable(opaqueId) }),
  v.strictObject({ kind: v.literal('tune'), value: TuneResult }),
  v.strictObject({ kind: v.literal('sift'), value: SiftResult }),
]);
export type JobResult = v.InferOutput<typeof JobResult>;

export const JobSnapshot = v.strictObject({
  id: opaqueId,
  /** Grows with every change of this job; older snapshots are to be ignored. */
  sequence: count,
  request: JobRequest,
  /** Name of the voice or index it is about, for titles. */
  subject: shortText,
  /** The voice it belongs to, when there is one. */
  voice: v.nullable(opaqueId),
  state: JobState,
  createdAt: timestamp,
  startedAt: v.nullable(timestamp),
  finishedAt: v.nullable(timestamp),
  progress: v.nullable(JobProgress),
  iterations: v.pipe(v.array(Iteration), v.maxLength(200)),
  failure: v.nullable(FailureSchema),
  result: v.nullable(JobResult),
});
export type JobSnapshot = v.InferOutput<typeof JobSnapshot>;
