import * as v from 'valibot';
import { count, finite, share, shortText, Spread } from './primitives';
import { IndexFacts, IndexFile, ListSummary } from './voices';

/** A number with its 95 % interval. */
export const Figure = v.strictObject({ value: finite, low: finite, high: finite });
export type Figure = v.InferOutput<typeof Figure>;

/** Who asked: the frames used as queries. */
export const QueryOrigin = v.picklist(['held-out', 'second-folder', 'stored']);
export type QueryOrigin = v.InferOutput<typeof QueryOrigin>;

export const QuerySet = v.strictObject({
  n: count,
  seed: count,
  origin: QueryOrigin,
  /** The index has seen these frames, so its figures flatter. */
  optimistic: v.boolean(),
});
export type QuerySet = v.InferOutput<typeof QuerySet>;

/** The difference a listener could notice, in steps of the voice itself (1 = one typical 20 ms step). */
export const BlendSummary = v.strictObject({
  median: finite,
  p95: finite,
  /** Shares of frames below 0.25, from 0.25 to 1, and above 1; they add up to 1. */
  same: share,
  slight: share,
  different: share,
});
export type BlendSummary = v.InferOutput<typeof BlendSummary>;

/** Quality at one nprobe. */
export const QualityPoint = v.strictObject({
  /** Null for an index without groups. */
  nprobe: v.nullable(count),
  recall: Figure,
  closeness: Figure,
  /** Share of frames with at least one missing neighbor. */
  missing: Figure,
  /** Share of frames without any neighbor. */
  empty: Figure,
  /** Share of windows of 20 consecutive frames with a missing neighbor; null when frames are not consecutive. */
  droppedBlocks: v.nullable(Figure),
  /** Null when no step size is known (frames that are not consecutive). */
  blend: v.nullable(BlendSummary),
  normRatio: finite,
});
export type QualityPoint = v.InferOutput<typeof QualityPoint>;

const Cost = v.strictObject({ p50: finite, p95: finite });

/** Milliseconds of search per second of audio (50 frames). */
export const SearchCost = v.strictObject({ oneThread: Cost, allThreads: Cost });
export type SearchCost = v.InferOutput<typeof SearchCost>;

export const CurvePoint = v.strictObject({ ...QualityPoint.entries, msPerSecond: SearchCost });
export type CurvePoint = v.InferOutput<typeof CurvePoint>;

export const Suggestion = v.strictObject({
  nprobe: count,
  /** `target`: no frame misses and recall reaches 0.95; `knee`: the best that the realtime budget allows. */
  reason: v.picklist(['target', 'knee', 'stored']),
});
export type Suggestion = v.InferOutput<typeof Suggestion>;

/** The material: what the features folder is made of. */
export const SourceCheck = v.strictObject({
  frames: count,
  files: count,
  nonFinite: v.array(v.strictObject({ file: shortText, rows: count })),
  norm: v.strictObject({ mean: finite, p5: finite, p95: finite }),
  /** Share of frames identical to the one before (digital silence). */
  repeated: share,
  /** Files with the most repeated frames first, at most 20. */
  repeatedFiles: v.array(v.strictObject({ file: shortText, share, frames: count })),
});
export type SourceCheck = v.InferOutput<typeof SourceCheck>;

/** Groups on a plane by PCA of their centroids; at most 5,000. */
export const VoiceMap = v.strictObject({
  groups: v.pipe(
    v.array(
      v.strictObject({
        list: count,
        x: finite,
        y: finite,
        size: count,
        /** Position in `Measurement.origins.voices` of the voice with most vectors here; null: not merged, or empty. */
        origin: v.optional(v.nullable(count), null),
        /** The five truly nearest groups, nearest first. */
        nearest: v.pipe(v.array(v.strictObject({ list: count, distance: finite })), v.maxLength(5)),
      }),
    ),
    v.maxLength(5_000),
  ),
  /** Share of the variance that the two axes show. */
  explained: share,
});
export type VoiceMap = v.InferOutput<typeof VoiceMap>;

/** One real frame searched step by step, for the guided picture. */
export const SearchStory = v.strictObject({
  x: finite,
  y: finite,
  /** Groups in the order they would be searched, at most 16. */
  probes: v.pipe(v.array(v.strictObject({ list: count, distance: finite, size: count })), v.maxLength(16)),
  nprobe: count,
  /** What is found at `nprobe`, nearest first. */
  found: v.pipe(v.array(v.strictObject({ list: count, distance: finite, weight: share })), v.maxLength(8)),
  /** The true neighbors, nearest first. */
  truth: v.pipe(v.array(v.strictObject({ list: count, distance: finite })), v.maxLength(8)),
});
export type SearchStory = v.InferOutput<typeof SearchStory>;

/** Best first. */
export const VerdictLevel = v.picklist(['good', 'usable', 'repair', 'unusable']);
export type VerdictLevel = v.InferOutput<typeof VerdictLevel>;

/** One row of the table in domain/verdict/verdict.ts, in the order in which they are shown. */
export const VerdictCheck = v.picklist([
  'container',
  'dimension',
  'empty',
  'ids',
  'finite',
  'scale',
  'metric',
  'missing',
  'recall',
  'groups',
  'stale',
  'features',
  'original',
  'name',
]);
export type VerdictCheck = v.InferOutput<typeof VerdictCheck>;

/** What each check may find, the good first. Each has words under `verdict.checks.<check>.<finding>` in the locale files. */
export const FINDINGS = {
  container: ['good', 'lossy', 'untried', 'unusable'],
  dimension: ['good', 'unknown'],
  empty: ['good', 'none', 'few'],
  ids: ['good', 'wrong'],
  finite: ['good', 'broken'],
  scale: ['good', 'unusual', 'normalized'],
  metric: ['good', 'other'],
  missing: ['good', 'whole', 'unmeasured', 'some', 'dropped'],
  recall: ['good', 'low', 'poor'],
  groups: ['good', 'small', 'one'],
  stale: ['good', 'compressed', 'older', 'smaller', 'larger'],
  features: ['good', 'other'],
  original: ['good', 'changed'],
  name: ['good', 'trained', 'nonAscii', 'ambiguous'],
} as const satisfies Record<VerdictCheck, readonly string[]>;

export type VerdictFinding<Check extends VerdictCheck = VerdictCheck> = (typeof FINDINGS)[Check][number];

export const VerdictAction = v.picklist([
  'use',
  'setNprobe',
  'rebuild',
  'finish',
  'rename',
  'measure',
  'chooseFeatures',
]);
export type VerdictAction = v.InferOutput<typeof VerdictAction>;

export const VerdictRow = v.pipe(
  v.strictObject({
    check: VerdictCheck,
    finding: v.picklist(Object.values(FINDINGS).flat()),
    level: VerdictLevel,
    action: VerdictAction,
    values: v.record(shortText, v.union([v.string(), finite])),
  }),
  v.check(({ check, finding }) => FINDINGS[check].some((known) => known === finding)),
);
export type VerdictRow = v.InferOutput<typeof VerdictRow>;

export const HostMode = v.picklist(['rvc', 'rvcRealtime', 'applio', 'applioRealtime', 'mangio', 'wokada', 'deiteris']);
export type HostMode = v.InferOutput<typeof HostMode>;

export const Verdict = v.strictObject({
  level: VerdictLevel,
  /** The row that decides: the worst, the first of equals. */
  reason: VerdictRow,
  action: VerdictAction,
  /** Every row, in the order of the table. */
  rows: v.array(VerdictRow),
  hosts: v.record(HostMode, v.strictObject({ level: VerdictLevel, check: VerdictCheck })),
});
export type Verdict = v.InferOutput<typeof Verdict>;

/**
 * What a search finds at the stored nprobe, held against the original features instead of the vectors that the index
 * keeps. Frames that are in the features themselves leave themselves out.
 */
export const OriginalQuality = v.strictObject({
  recall: Figure,
  closeness: Figure,
  /** Null when no step size is known (frames that are not consecutive). */
  blend: v.nullable(BlendSummary),
  /**
   * Mean squared distance from the original frames to their nearest kept vector. Over all `n` finite frames when there
   * are few enough for that, and then its interval has no width; else over `n` of them, chosen by seed.
   */
  distance: v.optional(v.nullable(v.strictObject({ ...Figure.entries, n: count })), null),
});
export type OriginalQuality = v.InferOutput<typeof OriginalQuality>;

/** Where the vectors of a merged index are from. */
export const Origins = v.strictObject({
  voices: v.pipe(v.array(v.strictObject({ name: shortText, vectors: count })), v.maxLength(8)),
  /** For each entry of `lists.sorted`, the position of the voice with most vectors in that list; 0 for an empty one. */
  sorted: v.pipe(v.array(count), v.maxLength(2_000)),
});
export type Origins = v.InferOutput<typeof Origins>;

/** What the verdict rests on beside the search itself (domain/verdict/verdict.ts), so that it can be drawn again. */
export const Evidence = v.strictObject({
  idsSequential: v.nullable(v.boolean()),
  nonFinite: v.nullable(count),
  meanNorm: v.nullable(finite),
  /** Left out when there were no features to compare with. */
  stale: v.exactOptional(IndexFile.entries.stale),
  /** Its fewer vectors stand for all frames, so `smaller` is no fault. */
  compressed: v.boolean(),
  featuresDistanceRatio: v.nullable(finite),
  /** Share of frames that sound different from what the original features would give; null when that is not known. */
  changed: v.optional(v.nullable(share), null),
});
export type Evidence = v.InferOutput<typeof Evidence>;

/** What was added later is null in what an older version kept. */
export const Measurement = v.strictObject({
  facts: IndexFacts,
  bytes: count,
  /** SHA-256 of the file, hex: the same content keeps its history under any name. */
  hash: shortText,
  queries: QuerySet,
  stored: QualityPoint,
  curve: v.pipe(v.array(CurvePoint), v.maxLength(32)),
  suggestion: Suggestion,
  /** Against the original features, when the index holds other vectors (compressed or expanded); else null. */
  original: v.nullable(OriginalQuality),
  /** cos(expanded, original) of the frames; null when only the file is at hand, or nothing was expanded. */
  expansion: v.optional(v.nullable(Spread), null),
  /** Null unless voices were merged and it is known how. */
  origins: v.optional(v.nullable(Origins), null),
  lists: v.nullable(ListSummary),
  source: v.nullable(SourceCheck),
  map: v.nullable(VoiceMap),
  story: v.nullable(SearchStory),
  evidence: v.optional(v.nullable(Evidence), null),
  verdict: Verdict,
  seconds: finite,
});
export type Measurement = v.InferOutput<typeof Measurement>;
