import type { JobProgress } from '../contract/jobs';
import { type StepName, type WorkKind, workKinds } from '.';
import type { Step } from './kind';

type NamedStep = Step & { readonly step: string };

/** Before this much is done, what remains cannot be told. */
const ETA_FROM_FRACTION = 0.03;

export interface ProgressTracker {
  /**
   * Folds one report, `done` of `total` units of a step, into the progress of the whole job. `now` in milliseconds, as
   * at creation.
   */
  readonly update: (
    report: { readonly step: StepName; readonly done: number; readonly total: number },
    now: number,
  ) => JobProgress;
}

/**
 * Progress of a whole job from the progress of its steps: weighted, never falling, 1 only when the last step is
 * complete. An optional step makes the whole longer when it begins. A step of another kind leaves the bar
 * where it is. The time left is extrapolated and rounded, so that it does not flicker.
 */
export function createProgress(kind: WorkKind, startedAt: number): ProgressTracker {
  const all = stepsOf(kind);
  let steps = all.filter(({ optional }) => optional !== true);
  let position = 0;
  let fraction: number | null = null;

  return {
    update: ({ step, done, total }, now) => {
      if (!steps.some((known) => known.step === step)) {
        const current = steps[position];
        steps = all.filter((known) => known.step === step || steps.includes(known));
        position = current === undefined ? 0 : steps.indexOf(current);
      }
      const found = steps.findIndex((candidate) => candidate.step === step);
      if (found > position) position = found;
      if (found === position) {
        const within = total > 0 ? Math.min(1, done / total) : 0;
        const reached = fractionAt(steps, position, within) / weightOf(steps);
        const known = total > 0 || reached > 0;
        if (known) fraction = Math.max(fraction ?? 0, reached);
      }
      const elapsedMs = Math.max(0, now - startedAt);
      return {
        step,
        stepNumber: position + 1,
        stepCount: steps.length,
        fraction,
        elapsedMs,
        remainingMs: remaining(fraction, elapsedMs),
      };
    },
  };
}

/** The steps of a kind, in order. A step that does not occur counts as done once a later one begins. */
function stepsOf(kind: WorkKind): readonly NamedStep[] {
  return Object.entries<Step>(workKinds[kind].steps).map(([step, { weight, optional }]) => ({
    step,
    weight,
    ...(optional === true ? { optional } : {}),
  }));
}

/** Weight reached at a share `within` of the step at `position`; whole numbers add up to exactly the total at the end. */
function fractionAt(steps: readonly NamedStep[], position: number, within: number): number {
  return weightOf(steps.slice(0, position)) + within * (steps[position]?.weight ?? 0);
}

function weightOf(steps: readonly NamedStep[]): number {
  return steps.reduce((sum, step) => sum + step.weight, 0);
}

function remaining(fraction: number | null, elapsedMs: number): number | null {
  if (fraction === null || fraction < ETA_FROM_FRACTION) return null;
  return roundDuration((elapsedMs * (1 - fraction)) / fraction);
}

/** To a second below 10 s, to 5 s below a minute, to 15 s below 5 minutes, else to a minute. */
export function roundDuration(milliseconds: number): number {
  const unit = milliseconds < 10_000 ? 1_000 : milliseconds < 60_000 ? 5_000 : milliseconds < 300_000 ? 15_000 : 60_000;
  return Math.round(milliseconds / unit) * unit;
}
