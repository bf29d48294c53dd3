/** Lets one call through every `ms`, and the last one of a burst always. */
export class Throttle {
  readonly #ms: number;
  #timer: NodeJS.Timeout | null = null;
  #waiting: (() => void) | null = null;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Calls now, or when the time has come unless another call takes its place. */
  run(call: () => void): void {
    if (this.#timer !== null) {
      this.#waiting = call;
      return;
    }
    call();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting !== null) this.run(waiting);
    }, this.#ms);
  }

  /** Forgets what waits: something newer has been sent. */
  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting = null;
  }
}
