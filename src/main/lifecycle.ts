/** How far the app is on its way to its end. */
export type Phase =
  | 'open'
  /** The person is asked whether what runs may be cancelled. */
  | 'asking'
  /** The person has agreed, and the windows close. */
  | 'agreed'
  /** No window is left; jobs are cancelled and workers stop. */
  | 'stopping'
  /** They did not stop in time, and are killed. */
  | 'killing'
  | 'over';

export type LifeEvent =
  /** A window is to close, or the app to quit, and may be held back. `busy`: there is something to ask about. */
  | { readonly type: 'close'; readonly busy: boolean }
  | { readonly type: 'answer'; readonly agreed: boolean }
  /** All windows are closed. */
  | { readonly type: 'quit' }
  /** Nothing runs any more. */
  | { readonly type: 'stopped' }
  /** The time that may be waited is over. */
  | { readonly type: 'overdue' };

/** What is to be done after an event. `hold`: what was about to happen must not happen now. */
export type Effect = 'hold' | 'ask' | 'stop' | 'kill' | 'quit';

export interface Step {
  readonly phase: Phase;
  readonly effects: readonly Effect[];
}

/** What comes next, in every phase and for every event. */
export function advanceLife(phase: Phase, event: LifeEvent): Step {
  const stay = (...effects: readonly Effect[]): Step => ({ phase, effects });
  const go = (next: Phase, ...effects: readonly Effect[]): Step => ({ phase: next, effects });
  switch (event.type) {
    case 'close':
      if (phase === 'open') return event.busy ? go('asking', 'hold', 'ask') : stay();
      // The job may have ended while the question is open; then there is nothing to wait for.
      if (phase === 'asking') return event.busy ? stay('hold') : stay();
      return stay();
    case 'answer':
      if (phase !== 'asking') return stay();
      return event.agreed ? go('agreed', 'quit') : go('open');
    case 'quit':
      if (phase === 'over') return stay();
      return phase === 'stopping' || phase === 'killing' ? stay('hold') : go('stopping', 'hold', 'stop');
    case 'stopped':
      return phase === 'stopping' || phase === 'killing' ? go('over', 'quit') : stay();
    case 'overdue':
      if (phase === 'stopping') return go('killing', 'kill');
      // What cannot even be killed must not keep the app from ending.
      return phase === 'killing' ? go('over', 'quit') : stay();
  }
}

/** How long jobs and workers may take to stop, and how long to die when they are killed. */
const STOP_MS = 8_000;
const KILL_MS = 2_000;

export interface LifecycleOptions {
  /** Whether the person agrees that what runs is cancelled. */
  readonly ask: () => Promise<boolean>;
  /** Cancels all jobs and ends all workers. */
  readonly stop: () => Promise<void>;
  /** Ends all workers by force. */
  readonly kill: () => void;
  /** Lets the app end. */
  readonly quit: () => void;
  readonly warn: (text: string) => void;
}

/** Ends the app in good order: asks first, stops what runs, and waits for it no longer than it should. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  #phase: Phase = 'open';

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  /** Takes an event. Returns whether what was about to happen may go on. */
  take(event: LifeEvent): boolean {
    const { phase, effects } = advanceLife(this.#phase, event);
    this.#phase = phase;
    for (const effect of effects) this.#do(effect);
    return !effects.includes('hold');
  }

  #do(effect: Effect): void {
    const { ask, stop, kill, quit, warn } = this.#options;
    switch (effect) {
      case 'hold':
        return;
      case 'ask':
        void ask().then(
          (agreed) => this.take({ type: 'answer', agreed }),
          () => this.take({ type: 'answer', agreed: false }),
        );
        return;
      case 'stop':
        this.#overdueIn(STOP_MS);
        void stop()
          .catch((error: unknown) => warn(String(error)))
          .then(() => this.take({ type: 'stopped' }));
        return;
      case 'kill':
        warn(`Something still runs after ${STOP_MS} ms and is killed.`);
        this.#overdueIn(KILL_MS);
        kill();
        return;
      case 'quit':
        // Not in the same turn: until its event has been answered, Electron takes itself to be quitting.
        setImmediate(quit);
        return;
    }
  }

  #overdueIn(milliseconds: number): void {
    setTimeout(() => this.take({ type: 'overdue' }), milliseconds).unref();
  }
}
