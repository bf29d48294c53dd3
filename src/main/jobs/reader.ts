import { FULL_EFFORT } from '@shared/contract/effort';
import type { ReaderKind, RequestOf, ResultOf } from '@shared/jobs';
import type { WorkerPool, WorkerProcess } from '../../supervisor/processes';

/**
 * The one process that only reads: it lives as long as the app, and a new one takes its place when it dies. Requests
 * under way then fail with `JOB_CRASHED`.
 */
export class Reader {
  readonly #pool: WorkerPool;
  #worker: WorkerProcess | null = null;
  #starts = 0;

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  async ask<K extends ReaderKind>(request: RequestOf<K>): Promise<ResultOf<K>> {
    // A person waits for it.
    if (!this.#worker?.isAlive) this.#worker = this.#pool.start(`reader-${++this.#starts}`, FULL_EFFORT);
    return this.#worker.run(request).result;
  }
}
