import { randomUUID } from 'node:crypto';
import type { Effort } from '@shared/contract/effort';
import type { StepProgress } from '@shared/contract/work';
import { isReaderKind, type RequestOf, type ResultOf, type WorkKind } from '@shared/jobs';
import { WorkerProcess } from '../supervisor/processes';
import { ownThere, sweep } from '../supervisor/sweep';
import type { ForkBeside } from './fork';

/** Hears of a piece of work, says what it may take of the computer, and can stop it. */
export interface Listener {
  readonly signal: AbortSignal;
  readonly effort: Effort;
  readonly progress: (progress: StepProgress) => void;
  readonly said: (text: string) => void;
}

/** Does one piece of work. Rejects with a `VoronoiceError`; anything else is a fault of ours. */
export type DoWork = <K extends WorkKind>(request: RequestOf<K>, listener: Listener) => Promise<ResultOf<K>>;

const log = { info: () => undefined, warn: () => undefined };

/**
 * Work in processes of their own, as the app does it: a file that brings one down, and a drive that hangs, end in a sentence
 * and a code, and what was half written is swept up. What only reads shares one process.
 */
export class WorkBeside {
  readonly #createFork: () => Promise<ForkBeside>;
  #reader: WorkerProcess | null = null;

  constructor(createFork: () => Promise<ForkBeside>) {
    this.#createFork = createFork;
  }

  readonly do: DoWork = async (request, listener) => {
    if (!isReaderKind(request.kind)) return this.#alone(request, listener);
    if (!this.#reader?.isAlive) this.#reader = await this.#start('reader', listener.effort);
    return follow(this.#reader, request, listener);
  };

  /** Ends what is left of it. */
  async close(): Promise<void> {
    await this.#reader?.stop();
  }

  async #alone<K extends WorkKind>(request: RequestOf<K>, listener: Listener): Promise<ResultOf<K>> {
    // Waited for only when it is needed: the drive may hang.
    const there = ownThere(request);
    const worker = await this.#start(request.kind, listener.effort);
    try {
      return await follow(worker, request, listener);
    } catch (error) {
      await worker.stop();
      // What is left where the disk does not answer bears the mark of that process; why the work ended says more.
      if (!worker.isHeld) await sweep(request, worker.serviceName, await there).catch(() => 0);
      throw error;
    } finally {
      await worker.stop();
    }
  }

  async #start(kind: string, effort: Effort): Promise<WorkerProcess> {
    const fork = await this.#createFork();
    const name = `${kind}-${randomUUID()}`;
    const worker: WorkerProcess = new WorkerProcess(
      () => fork(name, (reason, exitCode) => worker.reportGone(reason, exitCode)),
      name,
      effort,
      log,
    );
    return worker;
  }
}

async function follow<K extends WorkKind>(
  worker: WorkerProcess,
  request: RequestOf<K>,
  { signal, progress, said }: Listener,
): Promise<ResultOf<K>> {
  const silent = (path: string | null): void =>
    said(
      path === null
        ? 'The drive answers again.'
        : `The drive of "${path}" does not answer. The work goes on when it does; Ctrl-C gives it up.`,
    );
  const work = worker.run(request, { progress, said, silent });
  signal.addEventListener('abort', work.cancel, { once: true });
  if (signal.aborted) work.cancel();
  try {
    return await work.result;
  } finally {
    signal.removeEventListener('abort', work.cancel);
  }
}
