import { VoronoiceError } from '@shared/contract/errors';
import type { Iteration } from '@shared/contract/work';
import type { Engine } from './engine';

/** What a job is given beside its request: how to stop, how to tell, and where the engine comes from. */
export interface JobContext {
  readonly signal: AbortSignal;
  /** `done` of `total` units of a step named in `WORK_STEPS` (@shared/domain/progress). */
  readonly progress: (step: string, done: number, total: number) => void;
  readonly iteration: (iteration: Iteration) => void;
  readonly log: (level: 'info' | 'warning', text: string) => void;
  /** Loads the native engine when first needed; fails with `ENGINE_MISSING`. */
  readonly engine: () => Promise<Engine>;
}

/** Ends a job that was asked to stop, at a place where nothing is half done. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

export function cancelled(): VoronoiceError {
  return new VoronoiceError('JOB_CANCELLED', 'Cancelled. Nothing was written.');
}
