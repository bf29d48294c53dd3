import { VoronoiceError } from '@shared/contract/errors';
import type { Iteration, WorkKind } from '@shared/contract/work';
import { createProgress } from '@shared/domain/progress';
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

/**
 * The same context for work that is part of other work: its steps, weighed as if it stood alone, become one fraction.
 */
export function within(context: JobContext, kind: WorkKind, report: (fraction: number) => void): JobContext {
  const tracker = createProgress(kind, 0);
  return {
    ...context,
    progress: (step, done, total) => report(tracker.update({ step, done, total }, 0).fraction ?? 0),
  };
}
