import * as v from 'valibot';
import { JobRequest, JobResult, StepName } from '../jobs';
import { count, FailureSchema, filePath, finite, opaqueId, share, shortText, timestamp } from './primitives';
import { Iteration } from './work';

/** What main tells the page of a job. */

export const JobState = v.picklist(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']);
export type JobState = v.InferOutput<typeof JobState>;

export const JobProgress = v.strictObject({
  step: StepName,
  /** 1-based. */
  stepNumber: count,
  stepCount: count,
  /** Of the whole job, never falling; null while unknown. */
  fraction: v.nullable(share),
  elapsedMs: v.pipe(finite, v.minValue(0)),
  remainingMs: v.nullable(v.pipe(finite, v.minValue(0))),
});
export type JobProgress = v.InferOutput<typeof JobProgress>;

/** How long a step took. */
export const StepTime = v.strictObject({ step: StepName, ms: v.pipe(finite, v.minValue(0)) });
export type StepTime = v.InferOutput<typeof StepTime>;

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
  /** Its place among those that wait: the lowest runs next. */
  rank: v.optional(count, 0),
  /** Waits until it is let go on, also where nothing else runs. */
  held: v.optional(v.boolean(), false),
  createdAt: timestamp,
  startedAt: v.nullable(timestamp),
  finishedAt: v.nullable(timestamp),
  /** A path whose disk does not answer now, on which it waits; null: all of them do. */
  silentDisk: v.optional(v.nullable(filePath), null),
  progress: v.nullable(JobProgress),
  /** Of its steps in their order, once it has ended; none where it has not begun. */
  times: v.optional(v.pipe(v.array(StepTime), v.maxLength(30)), []),
  iterations: v.pipe(v.array(Iteration), v.maxLength(200)),
  failure: v.nullable(FailureSchema),
  result: v.nullable(JobResult),
});
export type JobSnapshot = v.InferOutput<typeof JobSnapshot>;
