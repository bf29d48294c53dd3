/** A disk that sleeps may take longer to wake up: it is asked again, and nothing is lost meanwhile. */
const PATIENCE_MS = 5_000;
/** Threads that drives that hang may hold: Node has four for all files. */
const MOST_HELD = 2;

/** `silent`: the disk does not answer. `unasked`: others do not, and hold all threads that they may. */
export type Answer<T> =
  { readonly type: 'answer'; readonly value: T } | { readonly type: 'silent' } | { readonly type: 'unasked' };

/** Asks disks without waiting for one that hangs, as a drive in a network does whose server is gone. */
export class Patience {
  /** Paths of which nothing has been said yet, after their time. */
  readonly #held = new Set<string>();

  /** @param question Rejects never. */
  async ask<T>(path: string, question: (path: string) => Promise<T>): Promise<Answer<T>> {
    if (this.#held.has(path)) return { type: 'silent' };
    if (this.#held.size >= MOST_HELD) return { type: 'unasked' };
    const answer = question(path).finally(() => this.#held.delete(path));
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<null>((resolve) => {
      timer = setTimeout(() => {
        this.#held.add(path);
        resolve(null);
      }, PATIENCE_MS);
    });
    const value = await Promise.race([answer.then((given) => ({ given })), over]);
    clearTimeout(timer);
    return value === null ? { type: 'silent' } : { type: 'answer', value: value.given };
  }
}
