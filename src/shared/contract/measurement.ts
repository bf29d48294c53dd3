import * as v from 'valibot';
import { count, finite, opaqueId, RecipeId, share, shortText, Spread, timestamp } from './primitives';
import { Moment } from './sound';
import { IndexFacts, ListSummary } from './voices';

/** A number with its 95 % interval. */
export const Figure = v.strictObject({ value: finite, low: finite, high: finite });
export type Figure = v.InferOutput<typeof Figure>;

/** A share of 0..1, of which `n` were looked at; of all that there are, the interval has no width. */
export const Share = v.strictObject({ ...Figure.entries, n: count });
export type Share = v.InferOutput<typeof Share>;

/**
 * What the answers of an index are held against: exact search over all usable frames of the voice, whatever the index
 * holds; where these are not known, over its own contents; and where several indexes are compared without them, over the
 * contents of the fullest.
 */
export const Reference = v.picklist(['voice', 'itself', 'another']);
export type Reference = v.InferOutput<typeof Reference>;

/**
 * Who asked: frames kept apart while the index was built, another folder of features, the voice's own frames, or vectors
 * of the index. The last two leave themselves out, with every frame of equal bytes.
 */
export const QueryOrigin = v.picklist(['held-out', 'second-folder', 'voice', 'stored']);
export type QueryOrigin = v.InferOutput<typeof QueryOrigin>;

export const QuerySet = v.strictObject({ n: count, seed: count, origin: QueryOrigin });
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

/** How near answers come to those of the reference. */
export const Likeness = v.strictObject({
  recall: Figure,
  closeness: Figure,
  /** Share of the moments that come out the same: `blend.same` with its interval, null where that is. */
  same: v.nullable(Figure),
  /** Null when no step size is known (frames that are not consecutive). */
  blend: v.nullable(BlendSummary),
});
export type Likeness = v.InferOutput<typeof Likeness>;

/** Quality at one nprobe. */
export const QualityPoint = v.strictObject({
  /** Null for an index without groups. */
  nprobe: v.nullable(count),
  ...Likeness.entries,
  /** Share of frames with at least one missing neighbor. */
  missing: Figure,
  /** Share of frames without any neighbor. */
  empty: Figure,
  /** Share of windows of 20 consecutive frames with a missing neighbor; null when frames are not consecutive. */
  droppedBlocks: v.nullable(Figure),
  normRatio: finite,
});
export type QualityPoint = v.InferOutput<typeof QualityPoint>;

const Cost = v.strictObject({ p50: finite, p95: finite });

/** Milliseconds of search per second of audio (50 frames), the best of several warm runs. */
export const SearchCost = v.strictObject({ oneThread: Cost, allThreads: Cost });
export type SearchCost = v.InferOutput<typeof SearchCost>;

export const CurvePoint = v.strictObject({
  ...QualityPoint.entries,
  /** Timed here; never falls while nprobe rises. */
  msPerSecond: SearchCost,
  /** The same, computed for the slowest FAISS of a host (domain/measures/searchTime.ts). */
  hostMs: finite,
});
export type CurvePoint = v.InferOutput<typeof CurvePoint>;
/** What is known of a width before its searches are timed. */
export type UntimedPoint = Omit<CurvePoint, 'msPerSecond'>;

/** The nprobe to store, by domain/measures/searchWidth.ts. */
export const Suggestion = v.strictObject({ nprobe: count, reason: v.picklist(['target', 'stored', 'best']) });
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
        origin: v.nullable(count),
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

/** Neighbors as they can be heard, nearest first; null where one is missing or nobody knows where it is from. */
const HeardNeighbors = v.pipe(v.array(v.nullable(Moment)), v.maxLength(8));

/** One search as it can be heard. */
export const HeardSearch = v.strictObject({
  /** The frame that asks; null where a folder asks that is not the voice's own. */
  asked: v.nullable(Moment),
  found: HeardNeighbors,
  truth: HeardNeighbors,
});
export type HeardSearch = v.InferOutput<typeof HeardSearch>;

/** The worst moments of a measurement, at most. */
export const MOST_WORST = 20;

/** Where in the recordings of the voice lies what was measured. */
export const HeardMoments = v.strictObject({
  /** Frames that asked, `to` not among them, in order; of very many stretches the first. Empty as `asked` is null. */
  asked: v.pipe(v.array(v.strictObject({ ...Moment.entries, frames: count })), v.maxLength(2_000)),
  /** The moments with the largest blend difference at the stored nprobe, none near another, the worst first. */
  worst: v.pipe(
    v.array(
      v.strictObject({
        ...HeardSearch.entries,
        /** In steps of the voice; null where nothing was found. */
        difference: v.nullable(finite),
      }),
    ),
    v.maxLength(MOST_WORST),
  ),
  /** The search of `story`: `found` and `truth` in its order. */
  story: v.nullable(HeardSearch),
  /** Share of the vectors whose frame is known: by their bytes, or by what lies nearest. */
  traced: share,
});
export type HeardMoments = v.InferOutput<typeof HeardMoments>;

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
  'features',
  'stale',
  'missing',
  'recall',
  'groups',
  'original',
  'name',
]);
export type VerdictCheck = v.InferOutput<typeof VerdictCheck>;

/** What each check may find, the good first. Each has words under `verdict.checks.<check>.<finding>` in the locale files. */
export const FINDINGS = {
  container: ['good', 'lossy', 'untried', 'unusable'],
  dimension: ['good', 'unknown'],
  empty: ['good', 'none', 'few', 'short'],
  ids: ['good', 'wrong', 'incomplete'],
  finite: ['good', 'broken', 'zeros'],
  scale: ['good', 'unusual', 'normalized'],
  metric: ['good', 'other'],
  missing: ['good', 'whole', 'unmeasured', 'some', 'dropped', 'nothing'],
  recall: ['good', 'low', 'poor', 'goodNeighbors', 'lowNeighbors', 'poorNeighbors'],
  groups: ['good', 'small', 'one'],
  stale: ['good', 'compressed', 'smaller', 'larger', 'version'],
  features: ['good', 'other', 'none'],
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

/** How an index and the frames of the voice relate (domain/measures/relation.ts). */
export const Relation = v.strictObject({
  /**
   * `whole`: all of the voice and nothing else; `part`: frames of the voice are missing; `more`: some of it is not of this
   * voice; `other`: it was not made of these features; `unknown`: that cannot be told.
   */
  kind: v.picklist(['whole', 'part', 'more', 'other', 'unknown']),
  /** What its vectors are: the frames to the bit or to rounding, centers of several, blends of neighbors. */
  vectors: v.picklist(['frames', 'rounded', 'compressed', 'expanded', 'unknown']),
  /** What that is known by. */
  by: v.picklist(['bytes', 'distance', 'record']),
  /** How much of the voice is in the index. */
  voiceInIndex: Share,
  /** How much of the index is of the voice. */
  indexOfVoice: Share,
  /** Frames that are not in it, unless they were left out on purpose, by file. */
  missing: v.strictObject({
    frames: count,
    /** Most missing frames first. */
    files: v.pipe(v.array(v.strictObject({ file: shortText, missing: count, frames: count })), v.maxLength(100)),
    /** Further files. */
    more: count,
  }),
  /** Mean squared distance from the frames to the nearest vector; null where the vectors are the frames. */
  distance: v.nullable(v.strictObject({ ...Figure.entries, n: count })),
});
export type Relation = v.InferOutput<typeof Relation>;

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
});
export type Evidence = v.InferOutput<typeof Evidence>;

/** What was measured of one index, all of it against one reference and by the same frames. */
export const Measurement = v.strictObject({
  facts: IndexFacts,
  bytes: count,
  /** SHA-256 of the file, hex: the same content keeps its history under any name. */
  hash: shortText,
  reference: Reference,
  queries: QuerySet,
  /** At the nprobe of the file, or the nearest that can be searched. */
  stored: QualityPoint,
  curve: v.pipe(v.array(CurvePoint), v.maxLength(32)),
  suggestion: Suggestion,
  /** What its contents allow: the answers if all of the index were searched; null unless the reference is the voice. */
  contents: v.nullable(Likeness),
  /** Null unless the reference is the voice. */
  relation: v.nullable(Relation),
  /** cos(expanded, original) of the frames; null when only the file is at hand, or nothing was expanded. */
  expansion: v.nullable(Spread),
  /** Null unless voices were merged and it is known how. */
  origins: v.nullable(Origins),
  lists: v.nullable(ListSummary),
  source: v.nullable(SourceCheck),
  map: v.nullable(VoiceMap),
  story: v.nullable(SearchStory),
  /** Null where the features are not known, and in what was measured before there was sound. */
  moments: v.optional(v.nullable(HeardMoments), null),
  evidence: Evidence,
  verdict: Verdict,
  seconds: finite,
});
export type Measurement = v.InferOutput<typeof Measurement>;

/** What the verdict on an index rests on: a measurement without its pictures. */
export const MeasurementOutline = v.pick(Measurement, [
  'queries',
  'stored',
  'suggestion',
  'evidence',
  'relation',
  'source',
]);
export type MeasurementOutline = v.InferOutput<typeof MeasurementOutline>;

export function measurementOutline({
  queries,
  stored,
  suggestion,
  evidence,
  relation,
  source,
}: Measurement): MeasurementOutline {
  return { queries, stored, suggestion, evidence, relation, source };
}

/** One line of an index's history. */
export const HistoryEntry = v.strictObject({
  job: opaqueId,
  at: timestamp,
  /** Of the file's content. */
  hash: shortText,
  recipe: v.nullable(RecipeId),
  nprobe: v.nullable(count),
  vectors: count,
  recall: finite,
  missing: finite,
  /** Share of moments that come out the same; null where that is not known. */
  same: v.nullable(share),
  reference: Reference,
  origin: QueryOrigin,
  level: VerdictLevel,
});
export type HistoryEntry = v.InferOutput<typeof HistoryEntry>;

/** The newest measurement of a file as it is now, and how the index changed over time. */
export const IndexMeasurements = v.strictObject({ latest: v.nullable(Measurement), history: v.array(HistoryEntry) });
export type IndexMeasurements = v.InferOutput<typeof IndexMeasurements>;

/** What a job found: one measurement for each index. */
export const JobMeasurements = v.array(
  v.strictObject({ index: v.nullable(opaqueId), name: shortText, measurement: Measurement }),
);
export type JobMeasurements = v.InferOutput<typeof JobMeasurements>;

/** So many indexes can be asked about at once: the answer must not hold up the page. */
export const MOST_OUTLINES = 100;
