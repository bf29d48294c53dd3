import * as v from 'valibot';
import { BuildOptions, TuneLimits } from '../contract/build';
import { Figure } from '../contract/measurement';
import { count, filePath, finite, opaqueId, shortText } from '../contract/primitives';
import { seed } from './fields';
import { ALIKE, defineKind, definePage, NOTHING } from './kind';

const search = {
  budgetSeconds: v.pipe(finite, v.minValue(0), v.maxValue(86_400)),
  /** What to try; null: the usual candidates (domain/recipes/tuning.ts). */
  options: v.nullable(v.pipe(v.array(BuildOptions), v.minLength(1), v.maxLength(8))),
  limits: TuneLimits,
};

export const TuneRequest = v.strictObject({ kind: v.literal('tune'), folder: filePath, ...search, seed });
export type TuneRequest = v.InferOutput<typeof TuneRequest>;

export const TuneCandidate = v.strictObject({
  id: shortText,
  /** What to build it with. */
  options: BuildOptions,
  factory: shortText,
  nprobe: v.nullable(count),
  /** For the whole voice: vectors kept, size of the file. */
  vectors: count,
  bytes: count,
  /** Milliseconds of search per second of audio, one thread, 95th percentile, on what was tried. */
  msPerSecond: finite,
  /** Share of frames whose blend differs from the true one by at most one step of the voice, against the original features. */
  quality: Figure,
  recall: Figure,
  missing: finite,
  /** No other candidate is better in one of quality, size and speed without being worse in another. */
  frontier: v.boolean(),
  /** It keeps every limit. */
  fits: v.boolean(),
  /** Seconds that trying it took. */
  seconds: finite,
});
export type TuneCandidate = v.InferOutput<typeof TuneCandidate>;

export const TuneResult = v.strictObject({
  candidates: v.pipe(v.array(TuneCandidate), v.maxLength(32)),
  /** Id of the proposed candidate; null when none keeps the limits. */
  proposal: v.nullable(shortText),
  limits: TuneLimits,
  /** Frames tried on, of all, and how many asked. */
  sample: v.strictObject({ frames: count, of: count, queries: count, seed }),
  /** Candidates that the time did not suffice for. */
  untried: count,
  seconds: finite,
});
export type TuneResult = v.InferOutput<typeof TuneResult>;

/** Tries several ways to build an index on a part of the voice. */
export const tune = defineKind({
  request: TuneRequest,
  result: TuneResult,
  steps: { tune: { weight: 100 } },
  ...ALIKE,
  endsAfter: ({ budgetSeconds }) => budgetSeconds * 1_000,
  process: 'own',
  reads: ({ folder }) => [folder],
  ...NOTHING,
  page: definePage({
    request: v.strictObject({ kind: v.literal('tune'), voice: opaqueId, ...search }),
    result: v.strictObject({ kind: v.literal('tune'), value: TuneResult }),
    shows: () => null,
  }),
});
