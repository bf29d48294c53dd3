import { stat } from 'node:fs/promises';
import type { Log } from '../../supervisor/log';

/** A library's file is brought up to date once so much was written beside it. */
const MOST_BYTES = 4 * 2 ** 20;
const LOOK_MS = 10_000;

export interface CheckpointsOptions {
  /** Of the library. */
  readonly path: string;
  /** Brings its file up to date where main does not wait for it. */
  readonly settle: (path: string) => Promise<void>;
  readonly log: Log;
  readonly lookMs?: number;
}

/**
 * Looks now and then how much was written beside the library's file (`-wal`), and has it taken over into the file in a
 * thread of its own: it waits for the disk, which may take longer than a person waits for a window.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  readonly #timer: NodeJS.Timeout;
  #settling: Promise<void> | null = null;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => {
      this.#settling ??= this.#look();
    }, options.lookMs ?? LOOK_MS);
    this.#timer.unref();
  }

  /** Begins nothing any more, and waits for what is under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#settling;
  }

  async #look(): Promise<void> {
    const { path, settle, log } = this.#options;
    try {
      const { size } = await stat(`${path}-wal`);
      if (size > MOST_BYTES) await settle(path);
    } catch (error) {
      // Nothing is lost: SQLite takes it over by itself before it is much more, and when the app ends.
      log.warn(`The library is not brought up to date: ${String(error)}`);
    } finally {
      this.#settling = null;
    }
  }
}
