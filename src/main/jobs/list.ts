import { VoronoiceError } from '@shared/contract/errors';
import type { JobSnapshot } from '@shared/contract/jobs';
import type { Journal } from './journal';
import type { JobWork } from './kinds';
import { Throttle } from './throttle';
import { isFinished } from './transitions';

const PUBLISH_MS = 100;
/** Jobs that have ended and stay on the list; as many that were taken off it can be brought back. */
export const KEPT_JOBS = 200;

/** A job as main holds it. */
export interface Job {
  snapshot: JobSnapshot;
  readonly work: JobWork;
  readonly throttle: Throttle;
}

export interface JobListOptions {
  readonly journal: Pick<Journal, 'write' | 'remove'>;
  readonly changed: (job: JobSnapshot) => void;
  /** A job has left the list, and may come back. */
  readonly removed: (job: JobSnapshot) => void;
  /** A job will not come back: what was kept for it can go. */
  readonly forgotten: (id: string) => void;
}

/** Which jobs there are, and in which order those that wait will run. */
export class JobList {
  readonly #options: JobListOptions;
  /** Oldest first. */
  #jobs = new Map<string, Job>();
  /** Taken off the list while the app runs, in the order they were. */
  readonly #dismissed = new Map<string, Job>();

  constructor(options: JobListOptions) {
    this.#options = options;
  }

  get all(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  /** Those that have not begun, the next one first. */
  get waiting(): readonly Job[] {
    return this.all.filter(({ snapshot }) => snapshot.state === 'queued').sort(byRank);
  }

  /** The place behind all others. */
  get lastRank(): number {
    return this.all.reduce((last, { snapshot }) => Math.max(last, snapshot.rank), 0) + 1;
  }

  hold(snapshot: JobSnapshot, work: JobWork): Job {
    const job: Job = { snapshot, work, throttle: new Throttle(PUBLISH_MS) };
    this.#jobs.set(snapshot.id, job);
    return job;
  }

  /** @throws BAD_REQUEST when there is no such job */
  find(id: string): Job {
    const job = this.#jobs.get(id);
    if (job === undefined) throw new VoronoiceError('BAD_REQUEST', 'There is no such job.');
    return job;
  }

  /** Takes jobs that have ended off the list. @throws BAD_REQUEST, and takes none, when one of them has not */
  dismiss(ids: readonly string[]): void {
    const jobs = ids.map((id) => this.find(id));
    if (jobs.some(({ snapshot }) => !isFinished(snapshot)))
      throw new VoronoiceError('BAD_REQUEST', 'This job is still under way.');
    for (const job of jobs) {
      this.#dismissed.set(job.snapshot.id, job);
      this.#remove(job.snapshot);
    }
    for (const id of [...this.#dismissed.keys()].slice(0, -KEPT_JOBS)) {
      this.#dismissed.delete(id);
      this.#options.forgotten(id);
    }
  }

  /** Brings back what was taken off the list; what cannot come back any more is left out. */
  restore(ids: readonly string[]): void {
    const back = ids.flatMap((id) => this.#dismissed.get(id) ?? []);
    for (const job of back) {
      job.snapshot = { ...job.snapshot, sequence: job.snapshot.sequence + 1 };
      this.#dismissed.delete(job.snapshot.id);
      this.#options.journal.write(job);
      this.#options.changed(job.snapshot);
    }
    const all = [...this.all, ...back].sort(byAge);
    this.#jobs = new Map(all.map((job) => [job.snapshot.id, job]));
    this.prune();
  }

  /** Drops the oldest of those that have ended beyond the last 200. */
  prune(): void {
    const finished = this.all.filter(({ snapshot }) => isFinished(snapshot));
    for (const { snapshot } of finished.slice(0, -KEPT_JOBS)) {
      this.#remove(snapshot);
      this.#options.forgotten(snapshot.id);
    }
  }

  #remove(job: JobSnapshot): void {
    this.#jobs.delete(job.id);
    this.#options.journal.remove(job.id);
    this.#options.removed(job);
  }
}

function byAge(one: Job, other: Job): number {
  return one.snapshot.createdAt - other.snapshot.createdAt || byRank(one, other);
}

function byRank(one: Job, other: Job): number {
  return one.snapshot.rank - other.snapshot.rank;
}
