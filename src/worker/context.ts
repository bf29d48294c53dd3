import { VoronoiceError } from '@shared/contract/errors';
import type { Iteration } from '@shared/contract/work';
import type { StepOf, WorkKind } from '@shared/jobs';
import { createProgress } from '@shared/jobs/progress';
import type { Engine } from './engine';

/** How a part of a job stops and tells, where the engine comes from, and which steps it reports. */
export interface StepContext<Step extends string> {
  readonly signal: AbortSignal;
  /** `done` of `total` units of a step. */
  readonly progress: (step: Step, done: number, total: number) => void;
  readonly iteration: (iteration: Iteration) => void;
  readonly log: (level: 'info' | 'warning', text: string) => void;
  /** Loads the native engine when first needed; fails with `ENGINE_MISSING`. */
  readonly engine: () => Promise<Engine>;
  /** Names of the files of features that a person has left out of the voice at this path. */
  readonly leftOut: (voice: string) => ReadonlySet<string>;
}

/** What a job is given beside its request. */
export type JobContext<K extends WorkKind> = StepContext<StepOf<K>>;

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
export function within<K extends WorkKind>(
  context: StepContext<never>,
  kind: K,
  report: (fraction: number) => void,
): JobContext<K> {
  const tracker = createProgress(kind, 0);
  return {
    ...context,
    progress: (step, done, total) => report(tracker.update({ step, done, total }, 0).fraction ?? 0),
  };
}
