import { FULL_EFFORT } from '@shared/contract/effort';
import type { ReaderKind, RequestOf, ResultOf } from '@shared/jobs';
import type { WorkerPool, WorkerProcess } from '../../supervisor/processes';

/** A person who goes on, listening to one moment after another, asks sooner; one who rests needs the memory more. */
const REST_MS = 20_000;

/**
 * The one process that only reads: it lives while there is something to read, and a new one takes its place when it has
 * rested or died. Requests that were under way when it died fail with `JOB_CRASHED`.
 */
export class Reader {
  readonly #pool: WorkerPool;
  #worker: WorkerProcess | null = null;
  #starts = 0;
  #asked = 0;
  #rest: NodeJS.Timeout | null = null;

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  async ask<K extends ReaderKind>(request: RequestOf<K>): Promise<ResultOf<K>> {
    if (this.#rest !== null) clearTimeout(this.#rest);
    // A person waits for it.
    if (!this.#worker?.isAlive) this.#worker = this.#pool.start(`reader-${++this.#starts}`, FULL_EFFORT);
    this.#asked += 1;
    try {
      return await this.#worker.run(request).result;
    } finally {
      this.#asked -= 1;
      if (this.#asked === 0) {
        this.#rest = setTimeout(() => void this.#worker?.stop(), REST_MS);
        this.#rest.unref();
      }
    }
  }
}
