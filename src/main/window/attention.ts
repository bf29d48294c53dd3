import type { JobSnapshot } from '@shared/contract/jobs';
import { isFinished } from '../jobs/transitions';

/** The parts of the system that a running job speaks to. */
export interface AttentionOptions {
  /** 0 to 1; -1 takes the bar away, 2 shows that something is under way. */
  readonly setProgressBar: (fraction: number) => void;
  readonly keepAwake: () => () => void;
  readonly isFocused: () => boolean;
  readonly notify: (job: JobSnapshot) => void;
}

/** Taskbar progress, no sleep while a job runs, and a notification when one ends behind the person's back. */
export class Attention {
  readonly #options: AttentionOptions;
  #running: string | null = null;
  #letSleep: (() => void) | null = null;

  constructor(options: AttentionOptions) {
    this.#options = options;
  }

  follow(job: JobSnapshot): void {
    if (job.state === 'running') {
      this.#running = job.id;
      this.#letSleep ??= this.#options.keepAwake();
      this.#options.setProgressBar(job.progress?.fraction ?? 2);
      return;
    }
    if (this.#running !== job.id || !isFinished(job)) return;
    this.#running = null;
    this.#letSleep?.();
    this.#letSleep = null;
    this.#options.setProgressBar(-1);
    if (job.state !== 'cancelled' && !this.#options.isFocused()) this.#options.notify(job);
  }
}
