import * as v from 'valibot';
import { count } from './primitives';

/** More than any computer of a person has. */
const MOST_THREADS = 1024;

export const Threads = v.pipe(count, v.minValue(1), v.maxValue(MOST_THREADS));

/** Who goes before a job where both want the processor: `normal` the app's own window, `low` every other program, too. */
export const Priority = v.picklist(['normal', 'low']);

/** How much of the computer work may take. */
export const Effort = v.strictObject({
  /** Processor threads at most; null: all there are. */
  threads: v.nullable(Threads),
  /** `full`: nobody goes before it, as somebody waits for it or it has no window. */
  priority: v.picklist(['full', ...Priority.options]),
});
export type Effort = v.InferOutput<typeof Effort>;

export const FULL_EFFORT: Effort = { threads: null, priority: 'full' };
