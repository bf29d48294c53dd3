import type { StepContext } from '../context';

/** A context for the part of each step that lies between two shares of it, `0 <= from <= to <= 1`. */
export function part<Step extends string>(context: StepContext<Step>, from: number, to: number): StepContext<Step> {
  return {
    ...context,
    progress: (step, done, total) => context.progress(step, from + (to - from) * (total > 0 ? done / total : 0), 1),
  };
}
