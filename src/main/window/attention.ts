import type { JobSnapshot } from '@shared/contract/jobs';

/** The parts of the system that running jobs speak to. */
export interface AttentionOptions {
  /** 0 to 1; -1 takes the bar away, 2 shows that something is under way. */
  readonly setProgressBar: (fraction: number) => void;
  readonly keepAwake: () => () => void;
  readonly isFocused: () => boolean;
  /** Tells of jobs that have ended, in one notification. */
  readonly notify: (ended: readonly JobSnapshot[]) => void;
}

/** Taskbar progress, no sleep while jobs run, and one notification when all have ended behind the person's back. */
export class Attention {
  readonly #options: AttentionOptions;
  #letSleep: (() => void) | null = null;

  constructor(options: AttentionOptions) {
    this.#options = options;
  }

  follow({ state, progress }: JobSnapshot): void {
    if (state !== 'running') return;
    this.#letSleep ??= this.#options.keepAwake();
    this.#options.setProgressBar(progress?.fraction ?? 2);
  }

  /** Nothing runs any more. @param ended what ran since the queue last began */
  rest(ended: readonly JobSnapshot[]): void {
    this.#letSleep?.();
    this.#letSleep = null;
    this.#options.setProgressBar(-1);
    const told = ended.filter(({ state }) => state !== 'cancelled');
    if (told.length > 0 && !this.#options.isFocused()) this.#options.notify(told);
  }
}
