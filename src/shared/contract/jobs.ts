import * as v from 'valibot';
import { count, FailureSchema, finite, Host, opaqueId, RecipeId, share, shortText, timestamp } from './primitives';
import { ExportResult, Iteration, Nprobe, SampleResult, TrainResult } from './work';

/** What the page can ask for. It names things by id; main turns ids into paths. */
export const JobRequest = v.variant('kind', [
  v.strictObject({ kind: v.literal('sample') }),
  v.strictObject({
    kind: v.literal('train'),
    voice: opaqueId,
    recipe: RecipeId,
    nprobe: v.nullable(Nprobe),
    totalFea: v.boolean(),
  }),
  v.strictObject({
    kind: v.literal('export'),
    index: opaqueId,
    host: Host,
    /** Token of a folder the person chose; null: the root the voice lies in, or the one chosen before. */
    root: v.nullable(opaqueId),
    name: shortText,
    setAside: v.boolean(),
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
  v.strictObject({ kind: v.literal('train'), value: TrainResult, index: v.nullable(opaqueId) }),
  v.strictObject({ kind: v.literal('export'), value: ExportResult }),
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
