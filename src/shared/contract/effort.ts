import * as v from 'valibot';
import { count } from './primitives';

/** More than any computer of a person has. */
const MOST_THREADS = 1024;

export const Threads = v.pipe(count, v.minValue(1), v.maxValue(MOST_THREADS));

/** How much of the computer work may take. */
export const Effort = v.strictObject({
  /** Processor threads at most; null: all there are. */
  threads: v.nullable(Threads),
  /** `low`: whatever else wants the processor comes first. */
  priority: v.picklist(['normal', 'low']),
});
export type Effort = v.InferOutput<typeof Effort>;

export const FULL_EFFORT: Effort = { threads: null, priority: 'normal' };
