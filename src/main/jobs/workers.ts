import type { App } from 'electron';
import type { Effort } from '@shared/contract/effort';
import { VoronoiceError } from '@shared/contract/errors';
import type { Rates } from '@shared/contract/rates';
import type { LeftOut } from '@shared/contract/work';
import type { EngineProbe } from '../system/engineProbe';
import type { Log } from '../../supervisor/log';
import { type ForkWorker, WorkerPool } from '../../supervisor/processes';
import type { JobWork } from './kinds';
import type { JobQueueOptions } from './queue';
import { Reader } from './reader';
import { sweep } from '../../supervisor/sweep';

export interface Workers extends Pick<JobQueueOptions, 'run' | 'sweep'> {
  readonly pool: WorkerPool;
  readonly reader: Reader;
  /** Tries out how fast this computer is, with small files in a folder. */
  readonly probe: (folder: string) => Promise<Rates>;
}

/** Of the worker of a job, at this start of the app and at any later one. */
function nameOf({ kind }: JobWork, jobId: string): string {
  return `${kind}-${jobId}`;
}

/** What work may take of the computer, where jobs may take so much. */
export function effortOf(work: JobWork, usual: Effort): Effort {
  return work.kind === 'measure' && work.background === true ? { ...usual, priority: 'low' } : usual;
}

/** What a person has decided by the time that work begins. */
export interface Decided {
  /** What a job may take of the computer. */
  readonly effort: () => Effort;
  /** What is left out of voices. */
  readonly leftOut: () => LeftOut;
}

/** The processes that work: one that only reads, and one for each job. */
export function createWorkers(
  fork: ForkWorker,
  app: Pick<App, 'on'>,
  engine: Pick<EngineProbe, 'report'>,
  log: Log,
  { effort, leftOut }: Decided,
): Workers {
  const pool = new WorkerPool(fork, log, leftOut);
  app.on('child-process-gone', (_event, { name, reason, exitCode }) => {
    if (name !== undefined) pool.reportGone(name, reason, exitCode);
  });
  return {
    pool,
    reader: new Reader(pool),
    run: (work, jobId, observer) => {
      const worker = pool.start(nameOf(work, jobId), effortOf(work, effort()));
      const { result, cancel } = worker.run(work, observer);
      result.catch((error: unknown) => {
        if (error instanceof VoronoiceError && error.code === 'ENGINE_MISSING') engine.report(error.message);
      });
      return { result, cancel, gone: () => worker.stop() };
    },
    probe: async (folder) => {
      const request = { kind: 'probe', folder } as const;
      // The folder is everybody's: another copy may try itself there, too.
      const worker = pool.start(`probe-${process.pid}`, effort());
      try {
        return await worker.run(request).result;
      } finally {
        await worker.stop();
        await sweep(request, worker.serviceName);
      }
    },
    sweep: async (work, jobId) => {
      const swept = await sweep(work, nameOf(work, jobId));
      if (swept > 0) log.info(`${swept} temporary files of a job that did not end well were removed`);
    },
  };
}
