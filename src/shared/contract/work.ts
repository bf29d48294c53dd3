import * as v from 'valibot';
import { Effort } from './effort';
import { StepName, WorkRequest } from '../jobs';
import { count, FailureSchema, filePath, finite, opaqueId } from './primitives';
import { LeftOutFiles } from './voices';

/** What passes between main and a worker process. */

/** The files that a person has left out of voices, by the id that a voice has in a home folder (`pathId`). */
export const LeftOut = v.strictObject({
  home: v.nullable(filePath),
  voices: v.record(opaqueId, LeftOutFiles),
});
export type LeftOut = v.InferOutput<typeof LeftOut>;

/** main -> worker */
export const WorkerCommand = v.variant('type', [
  v.strictObject({
    type: v.literal('start'),
    id: count,
    request: WorkRequest,
    effort: Effort,
    /** Missing: nothing is. */
    leftOut: v.exactOptional(LeftOut),
  }),
  v.strictObject({ type: v.literal('cancel'), id: count }),
]);
export type WorkerCommand = v.InferOutput<typeof WorkerCommand>;

/** One k-means iteration, for the live picture. */
export const Iteration = v.strictObject({ iteration: count, iterations: count, objective: finite, imbalance: finite });
export type Iteration = v.InferOutput<typeof Iteration>;

export const StepProgress = v.strictObject({
  step: StepName,
  /** Units of the step's own choosing: rows, bytes, iterations. */
  done: v.pipe(finite, v.minValue(0)),
  total: v.pipe(finite, v.minValue(0)),
});
export type StepProgress = v.InferOutput<typeof StepProgress>;

/** Items of a long list that are sent at once: main takes them in, and answers others before the next. */
export const PORTION = 100;

/** worker -> main. A heartbeat goes out at least once a second while work is under way. */
export const WorkerMessage = v.variant('type', [
  v.strictObject({ type: v.literal('ready') }),
  // `silent`: a path whose disk does not answer, on which the work waits.
  v.strictObject({ type: v.literal('beat'), id: count, silent: v.optional(v.nullable(filePath), null) }),
  v.strictObject({ type: v.literal('progress'), id: count, progress: StepProgress }),
  v.strictObject({ type: v.literal('iteration'), id: count, iteration: Iteration }),
  v.strictObject({ type: v.literal('log'), id: count, level: v.picklist(['info', 'warning']), text: v.string() }),
  // Ahead of a result, of whose list it is a part.
  v.strictObject({
    type: v.literal('portion'),
    id: count,
    list: v.string(),
    items: v.pipe(v.array(v.unknown()), v.maxLength(PORTION)),
  }),
  v.strictObject({ type: v.literal('result'), id: count, value: v.unknown() }),
  v.strictObject({ type: v.literal('failure'), id: count, failure: FailureSchema }),
]);
export type WorkerMessage = v.InferOutput<typeof WorkerMessage>;

/** How a worker is told the mark that its temporaries bear, so that they can be swept up when it dies. */
export const MARK_VARIABLE = 'VORONOICE_MARK';
