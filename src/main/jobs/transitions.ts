import { type Failure, VoronoiceError } from '@shared/contract/errors';
import type { JobProgress, JobSnapshot, StepTime } from '@shared/contract/jobs';
import type { JobRequest, JobResult } from '@shared/jobs';
import type { Iteration } from '@shared/contract/work';
import { assertNever } from '@shared/domain/assertNever';

/** What can happen to a job. */
export type JobEvent =
  /** It waits until it is let go on. */
  | { readonly type: 'held' }
  | { readonly type: 'released' }
  /** It has another place among those that wait. */
  | { readonly type: 'moved'; readonly rank: number }
  | { readonly type: 'started' }
  | { readonly type: 'progressed'; readonly progress: JobProgress }
  | { readonly type: 'iterated'; readonly iteration: Iteration }
  /** A disk does not answer; null: all do again. */
  | { readonly type: 'waited'; readonly silentDisk: string | null }
  | { readonly type: 'done'; readonly result: JobResult; readonly times: readonly StepTime[] }
  | { readonly type: 'failed'; readonly failure: Failure; readonly times: readonly StepTime[] }
  /** The app ended while it was under way. */
  | { readonly type: 'interrupted' };

/** The picture of the k-means needs no more; k-means has 25 iterations, an automatic choice runs it a few times. */
const MAX_ITERATIONS = 200;

export function newJob(options: {
  readonly id: string;
  readonly request: JobRequest;
  readonly subject: string;
  readonly voice: string | null;
  readonly rank: number;
  readonly now: number;
}): JobSnapshot {
  const { id, request, subject, voice, rank, now } = options;
  return {
    id,
    sequence: 1,
    request,
    subject,
    voice,
    state: 'queued',
    rank,
    held: false,
    createdAt: now,
    startedAt: null,
    finishedAt: null,
    silentDisk: null,
    progress: null,
    times: [],
    iterations: [],
    failure: null,
    result: null,
  };
}

export function isFinished(job: JobSnapshot): boolean {
  return job.state !== 'queued' && job.state !== 'running';
}

/**
 * The job after an event; the sequence grows by one. A finished job stays as it is: what comes late is returned
 * unchanged.
 */
export function advance(job: JobSnapshot, event: JobEvent, now: number): JobSnapshot {
  if (isFinished(job)) return job;
  const next = { ...job, sequence: job.sequence + 1 };
  /** What has ended waits for no disk. */
  const ended = { ...next, silentDisk: null };
  switch (event.type) {
    case 'held':
      return { ...next, held: true };
    case 'released':
      return { ...next, held: false };
    case 'moved':
      return { ...next, rank: event.rank };
    case 'started':
      return { ...next, state: 'running', held: false, startedAt: now };
    case 'progressed':
      return { ...next, progress: event.progress };
    case 'iterated':
      return { ...next, iterations: [...job.iterations, event.iteration].slice(-MAX_ITERATIONS) };
    case 'waited':
      return { ...next, silentDisk: event.silentDisk };
    case 'done':
      return { ...ended, state: 'done', finishedAt: now, times: [...event.times], result: event.result };
    case 'failed':
      return {
        ...ended,
        state: event.failure.code === 'JOB_CANCELLED' ? 'cancelled' : 'failed',
        finishedAt: now,
        times: [...event.times],
        failure: event.failure,
      };
    case 'interrupted': {
      const { code, message, details } = new VoronoiceError(
        'JOB_INTERRUPTED',
        'The app ended while this job was under way.',
      );
      // When it ended is not known: the app was not there to see it.
      return { ...ended, state: 'interrupted', failure: { code, message, details } };
    }
    default:
      return assertNever(event);
  }
}
