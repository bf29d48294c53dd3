import { stat } from 'node:fs/promises';
import type { Patience } from '../../system/patience';
import { inTurns } from '../../system/turns';

/** A look takes about 0.1 ms: however much there is to look at, it is 1/200 of the time. */
const PAUSE_FOR_EACH_MS = 20;

const GONE = 'gone';

/** Files and folders that nobody tells about: they are looked at again and again, the more of them the more seldom. */
export class Rounds {
  readonly #pauseMs: number;
  readonly #patience: Pick<Patience, 'ask'>;
  readonly #changed: (path: string) => void;
  /** What was seen last, by path; null: not looked at yet. */
  readonly #seen = new Map<string, string | null>();
  /** Which time it is that what is looked at is chosen: what is not wanted any more is known by the last. */
  #watches = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /** @param pauseMs The shortest pause between two rounds. */
  constructor(pauseMs: number, patience: Pick<Patience, 'ask'>, changed: (path: string) => void) {
    this.#pauseMs = pauseMs;
    this.#patience = patience;
    this.#changed = changed;
    this.#rest();
  }

  /**
   * Looks at these and nothing else. What they are like at first is no change, but for those that are known to be gone:
   * they may have come back already.
   */
  async watch(paths: readonly string[], gone: ReadonlySet<string>): Promise<void> {
    const watch = (this.#watches += 1);
    const wanted = new Set<string>();
    await inTurns(paths, (path) => {
      wanted.add(path);
      if (gone.has(path)) this.#seen.set(path, GONE);
      else if (!this.#seen.has(path)) this.#seen.set(path, null);
    });
    await inTurns([...this.#seen.keys()], (path) => {
      if (watch === this.#watches && !wanted.has(path)) this.#seen.delete(path);
    });
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #rest(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#round(), Math.max(this.#pauseMs, PAUSE_FOR_EACH_MS * this.#seen.size));
    this.#timer.unref();
  }

  /** One after another: a drive that does not answer takes one thread, not all of them, and counts as gone. */
  async #round(): Promise<void> {
    for (const path of this.#seen.keys()) {
      const answer = await this.#patience.ask(path, look);
      if (this.#closed) return;
      if (answer.type === 'unasked') continue;
      const now = answer.type === 'silent' ? GONE : answer.value;
      const before = this.#seen.get(path);
      if (before === undefined || before === now) continue;
      this.#seen.set(path, now);
      if (before !== null) this.#changed(path);
    }
    this.#rest();
  }
}

/** What tells one state of a file or folder from another; the second time changes with the rights. */
async function look(path: string): Promise<string> {
  return stat(path).then(
    ({ dev, ino, size, mtimeMs, ctimeMs }) => [dev, ino, size, mtimeMs, ctimeMs].join(' '),
    () => GONE,
  );
}
