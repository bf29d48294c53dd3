import { toFailure, VoronoiceError } from '@shared/contract/errors';
import type { JobSnapshot } from '@shared/contract/jobs';
import { type JobKind, type JobRequest, type JobResult, type RequestOf, type ResultOf, workKinds } from '@shared/jobs';
import { createProgress, type ProgressTracker } from '@shared/jobs/progress';
import type { Log } from '../system/log';
import type { Journal } from './journal';
import { isJobWork, type JobWork, type PreparedJob, repeatWork } from './kinds';
import type { PaceHistory } from './paces';
import { Throttle } from './throttle';
import { advance, isFinished, type JobEvent, newJob } from './transitions';
import type { Work, WorkObserver } from '../../supervisor/processes';

const PUBLISH_MS = 100;
const TICK_MS = 1_000;
/** Finished jobs that stay on the list. */
export const KEPT_JOBS = 200;

/** Work of a job under way, in a process of its own. */
export interface RunningJob extends Work<ResultOf<JobKind>> {
  /** Settles when the process is gone and its memory is back; never rejects. */
  readonly gone: () => Promise<void>;
}

export interface JobQueueOptions {
  readonly journal: Pick<Journal, 'read' | 'write' | 'remove'>;
  readonly prepare: (request: JobRequest, jobId: string) => PreparedJob;
  readonly run: (work: JobWork, jobId: string, observer: WorkObserver) => RunningJob;
  /** Takes a finished work's result into the library. */
  readonly complete: (work: JobWork, value: ResultOf<JobKind>, job: JobSnapshot) => Promise<JobResult>;
  /** How long such work took before. */
  readonly paces: Pick<PaceHistory, 'past' | 'record'>;
  /** Removes what an unfinished work has left behind. */
  readonly sweep: (work: JobWork, jobId: string) => Promise<void>;
  readonly changed: (job: JobSnapshot) => void;
  readonly removed: (id: string) => void;
  readonly createId: () => string;
  readonly now: () => number;
  /** Milliseconds that never go back, for durations: the clock on the wall may be set. */
  readonly monotonic: () => number;
  readonly log: Log;
}

/** Milliseconds after which work ends by itself; null when it does not. */
function endOf<K extends JobKind>(work: RequestOf<K>): number | null {
  return workKinds[work.kind].endsAfter?.(work) ?? null;
}

interface Job {
  snapshot: JobSnapshot;
  readonly work: JobWork;
  readonly throttle: Throttle;
}

/**
 * The jobs: one runs, the others wait in the order they came. Every change of state goes to the journal, which may write it
 * later; progress does not, and reaches the page at most every 100 ms.
 */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #jobs = new Map<string, Job>();
  #running: { readonly id: string; readonly cancel: () => void; readonly over: Promise<void> } | null = null;
  #closed = false;

  /** Jobs that were under way when the app ended become `interrupted`, and what they left is swept. */
  constructor(options: JobQueueOptions) {
    this.#options = options;
    for (const { snapshot, work } of options.journal.read()) {
      if (!isJobWork(work)) continue;
      const job = this.#hold(snapshot, work);
      if (isFinished(snapshot)) continue;
      this.#apply(job, { type: 'interrupted' });
      void this.#sweep(job);
    }
    this.#prune();
  }

  get isBusy(): boolean {
    return this.#running !== null;
  }

  /** Oldest first. */
  list(): JobSnapshot[] {
    return [...this.#jobs.values()].map((job) => job.snapshot);
  }

  get(id: string): JobSnapshot {
    return this.#find(id).snapshot;
  }

  /** @throws VoronoiceError when the request cannot be turned into work */
  start(request: JobRequest): string {
    const id = this.#options.createId();
    return this.#enqueue(id, request, this.#options.prepare(request, id));
  }

  /** Starts a finished job again as a new one, with the same settings. */
  rerun(id: string): string {
    const { snapshot, work } = this.#find(id);
    if (!isFinished(snapshot)) throw new VoronoiceError('BAD_REQUEST', 'This job is still under way.');
    const newId = this.#options.createId();
    const { request, subject, voice } = snapshot;
    return this.#enqueue(newId, request, { work: repeatWork(work, newId), subject, voice });
  }

  cancel(id: string): void {
    const job = this.#find(id);
    if (this.#running?.id === id) this.#running.cancel();
    else this.#fail(job, new VoronoiceError('JOB_CANCELLED', 'The job was cancelled before it began.'));
  }

  /** Takes a finished job off the list. */
  dismiss(id: string): void {
    if (!isFinished(this.#find(id).snapshot)) throw new VoronoiceError('BAD_REQUEST', 'This job is still under way.');
    this.#drop(id);
  }

  /** Cancels everything and waits until nothing runs; nothing starts any more. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = this.#running;
    for (const job of this.#jobs.values()) if (!isFinished(job.snapshot)) this.cancel(job.snapshot.id);
    await running?.over;
    for (const job of this.#jobs.values()) job.throttle.clear();
  }

  #enqueue(id: string, request: JobRequest, { work, subject, voice }: PreparedJob): string {
    const job = this.#hold(newJob({ id, request, subject, voice, now: this.#options.now() }), work);
    this.#options.journal.write(job);
    this.#options.changed(job.snapshot);
    this.#next();
    return id;
  }

  #next(): void {
    if (this.#running !== null || this.#closed) return;
    const job = [...this.#jobs.values()].find(({ snapshot }) => snapshot.state === 'queued');
    if (job === undefined) return;
    const { id } = job.snapshot;
    this.#apply(job, { type: 'started' });
    const startedAt = this.#options.monotonic();
    const tracker = createProgress(job.work.kind, startedAt, this.#options.paces.past(job.work), endOf(job.work));
    const running = this.#run(job, {
      progress: (progress) =>
        this.#apply(job, { type: 'progressed', progress: tracker.update(progress, this.#options.monotonic()) }),
      iteration: (iteration) => this.#apply(job, { type: 'iterated', iteration }),
    });
    // A step that says nothing for long still takes time, and what is left must not stand still.
    const ticking = setInterval(() => {
      const progress = tracker.at(this.#options.monotonic());
      if (progress !== null) this.#apply(job, { type: 'progressed', progress });
    }, TICK_MS);
    const over = this.#await(job, running, tracker).finally(() => {
      clearInterval(ticking);
      this.#running = null;
      this.#next();
    });
    this.#running = { id, cancel: running.cancel, over };
  }

  /** A process that cannot even be started fails the job like one that dies. */
  #run({ work, snapshot }: Job, observer: WorkObserver): RunningJob {
    try {
      return this.#options.run(work, snapshot.id, observer);
    } catch (error) {
      const failed = error instanceof Error ? error : new Error(String(error));
      return { result: Promise.reject(failed), cancel: () => undefined, gone: () => Promise.resolve() };
    }
  }

  async #await(job: Job, running: RunningJob, tracker: ProgressTracker): Promise<void> {
    try {
      const value = await running.result;
      this.#options.paces.record(job.work, tracker.pace(this.#options.monotonic()));
      const result = await this.#options.complete(job.work, value, job.snapshot);
      await running.gone();
      this.#apply(job, { type: 'done', result });
    } catch (error) {
      await running.gone();
      await this.#sweep(job);
      this.#fail(job, error);
    }
  }

  async #sweep({ work, snapshot }: Job): Promise<void> {
    await this.#options.sweep(work, snapshot.id).catch((reason: unknown) => this.#options.log.warn(String(reason)));
  }

  #fail(job: Job, error: unknown): void {
    const failure = toFailure(error);
    if (failure.code !== 'JOB_CANCELLED')
      this.#options.log.warn(`job ${job.snapshot.id}: ${failure.code} ${failure.message}`);
    this.#apply(job, { type: 'failed', failure });
  }

  #apply(job: Job, event: JobEvent): void {
    const before = job.snapshot;
    job.snapshot = advance(before, event, this.#options.now());
    if (job.snapshot === before) return;
    if (job.snapshot.state === before.state) {
      job.throttle.run(() => this.#options.changed(job.snapshot));
      return;
    }
    job.throttle.clear();
    this.#options.journal.write(job);
    this.#options.changed(job.snapshot);
    if (isFinished(job.snapshot)) this.#prune();
  }

  #hold(snapshot: JobSnapshot, work: JobWork): Job {
    const job: Job = { snapshot, work, throttle: new Throttle(PUBLISH_MS) };
    this.#jobs.set(snapshot.id, job);
    return job;
  }

  /** Drops the oldest of the finished ones beyond the last 200. */
  #prune(): void {
    const finished = [...this.#jobs.values()].filter(({ snapshot }) => isFinished(snapshot));
    for (const { snapshot } of finished.slice(0, -KEPT_JOBS)) this.#drop(snapshot.id);
  }

  #drop(id: string): void {
    this.#jobs.delete(id);
    this.#options.journal.remove(id);
    this.#options.removed(id);
  }

  #find(id: string): Job {
    const job = this.#jobs.get(id);
    if (job === undefined) throw new VoronoiceError('BAD_REQUEST', 'There is no such job.');
    return job;
  }
}
