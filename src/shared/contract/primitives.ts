import * as v from 'valibot';
import { ERROR_CODES } from './errors';

/** Building blocks of the contract. Every string is bounded and every number finite, so that a payload cannot hurt. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const finite = v.pipe(v.number(), v.finite());
export const share = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1));
export const shortText = v.pipe(v.string(), v.maxLength(300));
export const filePath = v.pipe(v.string(), v.minLength(1), v.maxLength(32_767));
/** The name of a file in a folder that is known, and no way out of it. */
export const fileName = v.pipe(shortText, v.regex(/^(?!\.{1,2}$)[^/\\\0]+$/));
/** Names things across processes without saying where they are. */
export const opaqueId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{8,64}$/));
/** The farthest that a date can be from 1970, in milliseconds (ECMAScript, "Time Values and Time Range"). */
const FARTHEST = 8.64e15;
/** Milliseconds since 1970, UTC. */
export const timestamp = v.pipe(v.number(), v.minValue(-FARTHEST), v.maxValue(FARTHEST));

/** The time of a file, in the same; the nearest there is where a disk says what no date can be. */
export function timeOf({ mtimeMs }: { readonly mtimeMs: number }): number {
  return Math.max(-FARTHEST, Math.min(mtimeMs, FARTHEST));
}

export const Version = v.picklist(['v1', 'v2']);
export type Version = v.InferOutput<typeof Version>;

export const Host = v.picklist(['rvc', 'applio', 'mangio', 'wokada']);
export type Host = v.InferOutput<typeof Host>;

export const RecipeId = v.picklist(['balanced', 'best', 'small', 'rvc', 'applio']);
export type RecipeId = v.InferOutput<typeof RecipeId>;

export const MetricName = v.picklist(['l2', 'ip', 'other']);
export type MetricName = v.InferOutput<typeof MetricName>;

/** How values between 0 and 1 are spread: cos(expanded, original) of every frame. */
export const Spread = v.strictObject({
  mean: finite,
  p5: finite,
  median: finite,
  p95: finite,
  /** Counts for 0..1 in steps of 0.05. */
  bins: v.pipe(v.array(count), v.length(20)),
});
export type Spread = v.InferOutput<typeof Spread>;

const details = v.record(shortText, v.union([v.string(), finite, v.boolean(), v.null()]));

export const ErrorCodeSchema = v.picklist(ERROR_CODES);

export const FailureSchema = v.strictObject({
  code: ErrorCodeSchema,
  message: v.string(),
  details,
});

/** A remark that does not stop anything: a code from a closed list, with the values its sentence needs. */
export const Problem = v.strictObject({ code: ErrorCodeSchema, message: v.string(), details });
export type Problem = v.InferOutput<typeof Problem>;
