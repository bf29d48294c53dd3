import { randomUUID } from 'node:crypto';
import type { Effort } from '@shared/contract/effort';
import type { StepProgress } from '@shared/contract/work';
import { isReaderKind, type RequestOf, type ResultOf, type WorkKind } from '@shared/jobs';
import { CANCEL_MS, WorkerProcess } from '../supervisor/processes';
import { sweep } from '../supervisor/sweep';
import { cancelled } from '../worker/context';
import { loadEngine } from '../worker/engine';
import { run } from '../worker/run';
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

/** In this process. What waits for a drive that hangs does not stop when it is asked to: it is given up. */
export const workHere: DoWork = (request, { signal, effort, progress, said }) => {
  const work = run(request, {
    signal,
    progress: (step, done, total) => progress({ step, done, total }),
    iteration: () => undefined,
    log: (_level, text) => said(text),
    engine: () => loadEngine(effort.threads),
    leftOut: () => new Set(),
  });
  const givenUp = new Promise<never>((_, reject) => {
    const giveUp = (): void => void setTimeout(() => reject(cancelled()), CANCEL_MS).unref();
    signal.addEventListener('abort', giveUp, { once: true });
  });
  return Promise.race([work, givenUp]);
};

/**
 * In a process of its own, as the app does: a file that brings the engine down ends in a sentence, and what was half
 * written is swept up. What only reads needs no engine, and stays here.
 */
export function createWorkBeside(createFork: () => Promise<ForkBeside>): DoWork {
  return async (request, listener) => {
    if (isReaderKind(request.kind)) return workHere(request, listener);
    const { signal, effort, progress, said } = listener;
    const fork = await createFork();
    const name = `${request.kind}-${randomUUID()}`;
    const log = { info: () => undefined, warn: () => undefined };
    const worker: WorkerProcess = new WorkerProcess(
      () => fork(name, (reason, exitCode) => worker.reportGone(reason, exitCode)),
      name,
      effort,
      log,
    );
    const work = worker.run(request, { progress, said });
    signal.addEventListener('abort', work.cancel, { once: true });
    if (signal.aborted) work.cancel();
    try {
      return await work.result;
    } catch (error) {
      await worker.stop();
      // What is left where the disk does not answer bears the mark of this process; why the work ended says more.
      await sweep(request, name).catch(() => 0);
      throw error;
    } finally {
      signal.removeEventListener('abort', work.cancel);
      await worker.stop();
    }
  };
}
