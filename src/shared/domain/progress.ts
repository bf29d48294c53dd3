import type { JobProgress } from '@shared/contract/jobs';
import type { StepProgress, WorkKind } from '@shared/contract/work';

export interface WorkStep {
  readonly step: string;
  /** Share of the work, in percent of a typical run without optional steps. */
  readonly weight: number;
  /** Counts only once it has begun: most runs do without it. */
  readonly optional?: true;
}

/** The steps of each kind of work, in order. A step that does not occur counts as done once a later one begins. */
export const WORK_STEPS = {
  scan: [{ step: 'scan', weight: 100 }],
  inspect: [{ step: 'inspect', weight: 100 }],
  sample: [{ step: 'generate', weight: 100 }],
  train: [
    { step: 'read', weight: 8 },
    { step: 'select', weight: 20, optional: true },
    { step: 'compress', weight: 200, optional: true },
    { step: 'expand', weight: 100, optional: true },
    { step: 'train', weight: 48 },
    { step: 'add', weight: 12 },
    { step: 'measure', weight: 24 },
    { step: 'write', weight: 5 },
    { step: 'check', weight: 3 },
  ],
  exportPlan: [{ step: 'plan', weight: 100 }],
  export: [
    { step: 'check', weight: 20 },
    { step: 'copy', weight: 60 },
    { step: 'verify', weight: 20 },
  ],
  measure: [
    { step: 'read', weight: 20 },
    { step: 'truth', weight: 30 },
    { step: 'curve', weight: 25 },
    { step: 'cost', weight: 15 },
    { step: 'map', weight: 10 },
  ],
  compare: [{ step: 'compare', weight: 100 }],
  repair: [{ step: 'copy', weight: 100 }],
  compress: [
    { step: 'read', weight: 8 },
    { step: 'select', weight: 20, optional: true },
    { step: 'compress', weight: 90 },
    { step: 'write', weight: 2 },
  ],
  expand: [
    { step: 'read', weight: 10 },
    { step: 'expand', weight: 85 },
    { step: 'write', weight: 5 },
  ],
  sift: [
    { step: 'read', weight: 20 },
    { step: 'select', weight: 80 },
  ],
  tune: [{ step: 'tune', weight: 100 }],
} as const satisfies Record<WorkKind, readonly WorkStep[]>;

/** Before this much is done, what remains cannot be told. */
const ETA_FROM_FRACTION = 0.03;

export interface ProgressTracker {
  /** Folds one report of the worker into the progress of the whole job. `now` in milliseconds, as at creation. */
  readonly update: (progress: StepProgress, now: number) => JobProgress;
}

/**
 * Progress of a whole job from the progress of its steps: weighted, never falling, 1 only when the last step is
 * complete. An optional step makes the whole longer when it begins. A step of another name than the table's leaves the
 * bar where it is. The time left is extrapolated and rounded, so that it does not flicker.
 */
export function createProgress(kind: keyof typeof WORK_STEPS, startedAt: number): ProgressTracker {
  const all: readonly WorkStep[] = WORK_STEPS[kind];
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

/** Weight reached at a share `within` of the step at `position`; whole numbers add up to exactly the total at the end. */
function fractionAt(steps: readonly WorkStep[], position: number, within: number): number {
  return weightOf(steps.slice(0, position)) + within * (steps[position]?.weight ?? 0);
}

function weightOf(steps: readonly WorkStep[]): number {
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
