import { toFailure, VoronoiceError } from '@shared/contract/errors';
import type { JobSnapshot, StepTime } from '@shared/contract/jobs';
import { type JobKind, type JobRequest, type JobResult, type RequestOf, type ResultOf, workKinds } from '@shared/jobs';
import { createProgress, type ProgressTracker } from '@shared/jobs/progress';
import type { Log } from '../../supervisor/log';
import type { Journal } from './journal';
import { isJobWork, type JobWork, type PreparedJob, repeatWork } from './kinds';
import { type Job, JobList, type JobListOptions } from './list';
import type { PaceHistory } from './paces';
import { advance, isFinished, type JobEvent, newJob } from './transitions';
import type { Work, WorkObserver } from '../../supervisor/processes';

const TICK_MS = 1_000;

/** Work of a job under way, in a process of its own. */
export interface RunningJob extends Work<ResultOf<JobKind>> {
  /** Settles when the process is gone and its memory is back; never rejects. */
  readonly gone: () => Promise<void>;
}

export interface JobQueueOptions extends JobListOptions {
  readonly journal: Pick<Journal, 'read' | 'write' | 'remove'>;
  readonly prepare: (request: JobRequest, jobId: string) => PreparedJob;
  readonly run: (work: JobWork, jobId: string, observer: WorkObserver) => RunningJob;
  /** Takes a finished work's result into the library. */
  readonly complete: (work: JobWork, value: ResultOf<JobKind>, job: JobSnapshot) => Promise<JobResult>;
  /** How long such work took before. */
  readonly paces: Pick<PaceHistory, 'past' | 'record'>;
  /** Removes what an unfinished work has left behind. */
  readonly sweep: (work: JobWork, jobId: string) => Promise<void>;
  /** Nothing runs any more. @param ended what ran since the queue last began, in order */
  readonly rested: (ended: readonly JobSnapshot[]) => void;
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

/**
 * The jobs: one runs, the others wait in their order. Every change of state goes to the journal, which may write it
 * later; progress does not, and reaches the page at most every 100 ms.
 */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #list: JobList;
  #running: { readonly id: string; readonly cancel: () => void; readonly over: Promise<void> } | null = null;
  /** What ran since the queue last began. */
  #ended: JobSnapshot[] = [];
  #closed = false;

  /**
   * A job that was under way when the app ended becomes `interrupted`, and what it left is swept. Those that waited wait
   * on, held: nothing begins before somebody asks for it.
   */
  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#list = new JobList(options);
    for (const { snapshot, work } of options.journal.read()) {
      if (!isJobWork(work)) continue;
      const job = this.#list.hold(snapshot, work);
      if (snapshot.state === 'queued') this.#apply(job, { type: 'held' });
      if (snapshot.state !== 'running') continue;
      this.#apply(job, { type: 'interrupted' });
      void this.#sweep(job);
    }
    this.#list.prune();
  }

  get isBusy(): boolean {
    return this.#running !== null;
  }

  /** What runs now; null while nothing does. */
  get work(): JobWork | null {
    return this.#running === null ? null : this.#list.find(this.#running.id).work;
  }

  /** Oldest first. */
  list(): JobSnapshot[] {
    return this.#list.all.map((job) => job.snapshot);
  }

  /** What runs, then what waits in its order. */
  unfinished(): JobSnapshot[] {
    const running = this.#list.all.filter(({ snapshot }) => snapshot.state === 'running');
    return [...running, ...this.#list.waiting].map(({ snapshot }) => snapshot);
  }

  get(id: string): JobSnapshot {
    return this.#list.find(id).snapshot;
  }

  /** @throws VoronoiceError when the request cannot be turned into work */
  start(request: JobRequest): string {
    const id = this.#options.createId();
    return this.#enqueue(id, request, this.#options.prepare(request, id));
  }

  /** Starts a finished job again as a new one, with the same settings. */
  rerun(id: string): string {
    const { snapshot, work } = this.#list.find(id);
    if (!isFinished(snapshot)) throw new VoronoiceError('BAD_REQUEST', 'This job is still under way.');
    const newId = this.#options.createId();
    const { request, subject, voice } = snapshot;
    return this.#enqueue(newId, request, { work: repeatWork(work, newId), subject, voice });
  }

  cancel(id: string): void {
    const job = this.#list.find(id);
    if (this.#running?.id === id) this.#running.cancel();
    else this.#fail(job, new VoronoiceError('JOB_CANCELLED', 'The job was cancelled before it began.'));
  }

  /** Takes finished jobs off the list. */
  dismiss(ids: readonly string[]): void {
    this.#list.dismiss(ids);
  }

  /** Brings back what was taken off the list since the app has started. */
  restore(ids: readonly string[]): void {
    this.#list.restore(ids);
  }

  /** What waits now goes on waiting when what runs has ended. What is asked for later runs all the same. */
  pause(): void {
    for (const job of this.#list.waiting) if (!job.snapshot.held) this.#apply(job, { type: 'held' });
  }

  /** Lets everything that waits go on. */
  resume(): void {
    for (const job of this.#list.waiting) if (job.snapshot.held) this.#apply(job, { type: 'released' });
    this.#next();
  }

  /**
   * Puts a waiting job before another, or behind all (null). Where either has begun in the meantime, it happened too
   * late: a job that runs is not moved, and before one that runs means first.
   */
  move(id: string, before: string | null): void {
    const job = this.#list.find(id);
    const { waiting } = this.#list;
    if (!waiting.includes(job) || before === id) return;
    const others = waiting.filter((other) => other !== job);
    const found = others.findIndex(({ snapshot }) => snapshot.id === before);
    const place = before === null ? others.length : Math.max(0, found);
    const ranks = waiting.map(({ snapshot }) => snapshot.rank);
    others.toSpliced(place, 0, job).forEach((moved, position) => {
      const rank = ranks[position] ?? 0;
      if (moved.snapshot.rank !== rank) this.#apply(moved, { type: 'moved', rank });
    });
  }

  /** Stops what runs and waits until it has stopped. Nothing starts any more; what waits does so until the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = this.#running;
    running?.cancel();
    await running?.over;
    for (const job of this.#list.all) job.throttle.clear();
  }

  #enqueue(id: string, request: JobRequest, { work, subject, voice }: PreparedJob): string {
    const { lastRank: rank } = this.#list;
    const job = this.#list.hold(newJob({ id, request, subject, voice, rank, now: this.#options.now() }), work);
    this.#options.journal.write(job);
    this.#options.changed(job.snapshot);
    this.#next();
    return id;
  }

  #next(): void {
    if (this.#running !== null || this.#closed) return;
    const job = this.#list.waiting.find(({ snapshot }) => !snapshot.held);
    if (job === undefined) {
      this.#rest();
      return;
    }
    const { id } = job.snapshot;
    this.#apply(job, { type: 'started' });
    const startedAt = this.#options.monotonic();
    const tracker = createProgress(job.work.kind, startedAt, this.#options.paces.past(job.work), endOf(job.work));
    const running = this.#run(job, {
      progress: (progress) =>
        this.#apply(job, { type: 'progressed', progress: tracker.update(progress, this.#options.monotonic()) }),
      iteration: (iteration) => this.#apply(job, { type: 'iterated', iteration }),
      silent: (path) => this.#apply(job, { type: 'waited', silentDisk: path }),
    });
    // A step that says nothing for long still takes time, and what is left must not stand still.
    const ticking = setInterval(() => {
      const progress = tracker.at(this.#options.monotonic());
      if (progress !== null) this.#apply(job, { type: 'progressed', progress });
    }, TICK_MS);
    const over = this.#await(job, running, tracker).finally(() => {
      clearInterval(ticking);
      this.#running = null;
      this.#ended.push(job.snapshot);
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

  #rest(): void {
    const ended = this.#ended;
    this.#ended = [];
    if (ended.length > 0) this.#options.rested(ended);
  }

  async #await(job: Job, running: RunningJob, tracker: ProgressTracker): Promise<void> {
    try {
      const value = await running.result;
      this.#options.paces.record(job.work, tracker.pace(this.#options.monotonic()));
      const result = await this.#options.complete(job.work, value, job.snapshot);
      await running.gone();
      this.#apply(job, { type: 'done', result, times: tracker.times(this.#options.monotonic()) });
    } catch (error) {
      const times = tracker.times(this.#options.monotonic());
      await running.gone();
      await this.#sweep(job);
      this.#fail(job, error, times);
    }
  }

  async #sweep({ work, snapshot }: Job): Promise<void> {
    await this.#options.sweep(work, snapshot.id).catch((reason: unknown) => this.#options.log.warn(String(reason)));
  }

  #fail(job: Job, error: unknown, times: readonly StepTime[] = []): void {
    const failure = toFailure(error);
    if (this.#closed && failure.code === 'JOB_CANCELLED') {
      this.#apply(job, { type: 'interrupted' });
      return;
    }
    if (failure.code !== 'JOB_CANCELLED')
      this.#options.log.warn(`job ${job.snapshot.id}: ${failure.code} ${failure.message}`);
    this.#apply(job, { type: 'failed', failure, times });
  }

  #apply(job: Job, event: JobEvent): void {
    const before = job.snapshot;
    job.snapshot = advance(before, event, this.#options.now());
    if (job.snapshot === before) return;
    if (event.type === 'progressed' || event.type === 'iterated') {
      job.throttle.run(() => this.#options.changed(job.snapshot));
      return;
    }
    job.throttle.clear();
    this.#options.journal.write(job);
    this.#options.changed(job.snapshot);
    if (isFinished(job.snapshot)) this.#list.prune();
  }
}
