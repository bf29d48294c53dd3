import * as v from 'valibot';
import {
  count,
  FailureSchema,
  filePath,
  finite,
  Host,
  MetricName,
  Problem,
  share,
  shortText,
  Version,
} from './primitives';
import { BuildOptions, Compression, Expansion, Nprobe, Selection, TuneLimits } from './build';
import { Figure, Measurement } from './measurement';
import { BuildRecord, CompressionReport, ExpansionReport, MOST_SOURCES, SelectionReport } from './record';
import { IndexFacts, IndexReport, ListSummary, ScanResult } from './voices';

/**
 * What a worker process can be asked to do, and what it answers. Requests carry real paths: they are made by main or by
 * the command line, never by the page.
 */

const seed = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(0xffff_ffff));
export const ScanRequest = v.strictObject({
  kind: v.literal('scan'),
  path: filePath,
  /** Folder with indexes built by the app, searched as `<builtRoot>/<voice id>/*`; null on the command line. */
  builtRoot: v.nullable(filePath),
});

export const InspectRequest = v.strictObject({ kind: v.literal('inspect'), path: filePath });

export const SampleRequest = v.strictObject({
  kind: v.literal('sample'),
  /** The folder that will hold `logs/<name>/3_feature768`. */
  root: filePath,
  name: shortText,
  minutes: v.pipe(finite, v.minValue(0.1), v.maxValue(600)),
  version: Version,
  seed,
});
export const SampleResult = v.strictObject({ folder: filePath, files: count, frames: count, bytes: count });

/** Where frames come from: an experiment folder, a folder of .npy files, or an index whose vectors are taken back. */
export const Source = v.strictObject({
  path: filePath,
  /** Its part of the whole, when several are merged; null for all: every frame of each. Only relative sizes count. */
  weight: v.nullable(v.pipe(finite, v.minValue(0))),
});
export type Source = v.InferOutput<typeof Source>;

/** Bytes of vectors that may be in memory; above it they are kept in a scratch file. Null: no limit. */
const memoryLimit = v.nullable(v.pipe(count, v.minValue(1)));

export const TrainRequest = v.strictObject({
  kind: v.literal('train'),
  sources: v.pipe(v.array(Source), v.minLength(1), v.maxLength(MOST_SOURCES)),
  ...BuildOptions.entries,
  seed,
  /** Experiment name in the file name; null: the folder's own. */
  name: v.nullable(shortText),
  /** Where the index goes; it is created when missing. */
  out: filePath,
  totalFea: v.boolean(),
  /** Keep some frames apart until the index has been measured by them. */
  measure: v.boolean(),
  memoryLimit,
});
export type TrainRequest = v.InferOutput<typeof TrainRequest>;

export const TrainResult = v.strictObject({
  index: filePath,
  vectors: count,
  dimension: count,
  version: v.nullable(Version),
  /** Null for an index without groups. */
  nlist: v.nullable(count),
  nprobe: v.nullable(count),
  metric: MetricName,
  factory: shortText,
  bytes: count,
  /** Null when the type has none, or they cannot be read without the engine. */
  lists: v.nullable(ListSummary),
  /** What the choice of nprobe rests on; null when the recipe fixes it. */
  coverage: v.nullable(
    v.strictObject({
      heldOut: count,
      seed,
      /** Share of held-out frames with a missing neighbour, by nprobe. */
      missing: v.array(v.strictObject({ nprobe: count, share })),
    }),
  ),
  record: BuildRecord,
  /** When it was asked for and there was something to keep apart. */
  measurement: v.nullable(Measurement),
  /** Frames left out and remarks, e.g. NaN frames by file, or an index that no host can use. */
  notes: v.pipe(
    v.array(
      v.strictObject({
        code: v.picklist(['NON_FINITE', 'SKIPPED', 'TOTAL_FEA', 'FOR_STUDY', 'NOT_MEASURED']),
        file: v.nullable(v.string()),
        count,
        message: v.string(),
      }),
    ),
    v.maxLength(200),
  ),
  seconds: v.strictObject({
    read: finite,
    /** Selecting, compressing and expanding. */
    prepare: finite,
    train: finite,
    add: finite,
    measure: finite,
    write: finite,
    total: finite,
  }),
  peakRssBytes: count,
});
export type TrainResult = v.InferOutput<typeof TrainResult>;

export const CompressRequest = v.strictObject({
  kind: v.literal('compress'),
  /** An experiment folder or a folder of .npy files. */
  folder: filePath,
  ...Compression.entries,
  selection: v.nullable(Selection),
  seed,
  /** The .npy file with the centers. */
  out: filePath,
  memoryLimit,
});
export type CompressRequest = v.InferOutput<typeof CompressRequest>;
export const CompressResult = v.strictObject({
  file: filePath,
  bytes: count,
  dimension: count,
  ...CompressionReport.entries,
  selection: v.nullable(SelectionReport),
  seconds: v.strictObject({ read: finite, compress: finite, write: finite, total: finite }),
  peakRssBytes: count,
});
export type CompressResult = v.InferOutput<typeof CompressResult>;

/** Expands frames that will ask, by the vectors of an index or of other features. The database is expanded by `train`. */
export const ExpandRequest = v.strictObject({
  kind: v.literal('expand'),
  folder: filePath,
  /** Who lends the neighbors: an experiment, a folder of features or an index. */
  by: filePath,
  ...Expansion.entries,
  seed,
  /** A folder for .npy files of the same names. */
  out: filePath,
});
export type ExpandRequest = v.InferOutput<typeof ExpandRequest>;
export const ExpandResult = v.strictObject({
  folder: filePath,
  files: count,
  frames: count,
  ...ExpansionReport.entries,
  seconds: v.strictObject({ read: finite, expand: finite, write: finite, total: finite }),
  peakRssBytes: count,
});
export type ExpandResult = v.InferOutput<typeof ExpandResult>;

/** Looks for frames that could be left out, and says what each rule would take. */
export const SiftRequest = v.strictObject({ kind: v.literal('sift'), folder: filePath, selection: Selection, seed });
export type SiftRequest = v.InferOutput<typeof SiftRequest>;
export const SiftResult = v.strictObject({
  report: SelectionReport,
  /** Frames by file, and how many of them each rule would take; at most 2,000, those that lose most first. */
  files: v.pipe(
    v.array(v.strictObject({ name: shortText, frames: count, silence: count, duplicates: count, outliers: count })),
    v.maxLength(2_000),
  ),
  /** Distances of the frames to the voice's typical sounds, relative to the median: counts for 0..5 in steps of 0.25. */
  distances: v.pipe(v.array(count), v.length(20)),
  seconds: finite,
});
export type SiftResult = v.InferOutput<typeof SiftResult>;

/** Tries several ways to build an index on a part of the voice. */
export const TuneRequest = v.strictObject({
  kind: v.literal('tune'),
  folder: filePath,
  budgetSeconds: v.pipe(finite, v.minValue(0), v.maxValue(86_400)),
  /** What to try; null: the usual candidates (domain/recipes/tuning.ts). */
  options: v.nullable(v.pipe(v.array(BuildOptions), v.minLength(1), v.maxLength(8))),
  limits: TuneLimits,
  seed,
});
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

export const ExportRequest = v.strictObject({
  kind: v.literal('export'),
  index: filePath,
  host: Host,
  /** The host's own folder: it holds `logs`. */
  root: filePath,
  /** Experiment (RVC) or model (Applio) name. */
  name: shortText,
  /** Move other indexes of this voice that the host would pick first out of the way (kept under a backup name). */
  setAside: v.boolean(),
});
export type ExportRequest = v.InferOutput<typeof ExportRequest>;

export const ExportWarning = v.strictObject({
  code: v.picklist(['TRAINED_IN_PATH', 'NON_ASCII_PATH', 'AMBIGUOUS_NAME', 'OTHER_INDEX', 'REPLACES', 'NAME_CHANGED']),
  details: v.record(v.string(), v.union([v.string(), finite])),
  /** A name or path that avoids it, when there is one. */
  proposal: v.nullable(v.string()),
});
export type ExportWarning = v.InferOutput<typeof ExportWarning>;

export const ExportPlan = v.strictObject({
  host: Host,
  targets: v.pipe(
    v.array(
      v.strictObject({ path: filePath, state: v.picklist(['new', 'same', 'replace']), backup: v.nullable(filePath) }),
    ),
    v.maxLength(4),
  ),
  /** Indexes the host might load instead. */
  others: v.pipe(v.array(filePath), v.maxLength(100)),
  /** A name under which both indexes could be listened to in turn; null when none is replaced, or no name is free. */
  beside: v.nullable(shortText),
  warnings: v.pipe(v.array(ExportWarning), v.maxLength(20)),
  /** What stops the export: the file itself would not work in this host. */
  problems: v.pipe(v.array(Problem), v.maxLength(20)),
});
export type ExportPlan = v.InferOutput<typeof ExportPlan>;

export const ExportPlanRequest = v.strictObject({ ...ExportRequest.entries, kind: v.literal('exportPlan') });

export const ExportResult = v.strictObject({
  host: Host,
  files: v.pipe(v.array(filePath), v.maxLength(4)),
  backups: v.pipe(v.array(filePath), v.maxLength(100)),
  warnings: v.pipe(v.array(ExportWarning), v.maxLength(20)),
  facts: IndexFacts,
});
export type ExportResult = v.InferOutput<typeof ExportResult>;

/** Frames that ask. All of them are used up to `most`; of more, whole files are chosen by seed. */
const Asking = {
  /** The features the index was made from; null: stored vectors ask, each leaving itself out. */
  features: v.nullable(filePath),
  /** Another folder of features, e.g. the singer who will be converted; it asks instead. */
  queries: v.nullable(filePath),
  seed,
  most: v.pipe(count, v.minValue(1), v.maxValue(100_000)),
};

export const MeasureRequest = v.strictObject({
  kind: v.literal('measure'),
  index: filePath,
  ...Asking,
  /** Empty: the ladder of domain/measures/curve.ts. The stored value is always measured. */
  nprobes: v.pipe(v.array(Nprobe), v.maxLength(32)),
});
export type MeasureRequest = v.InferOutput<typeof MeasureRequest>;

export const CompareRequest = v.strictObject({
  kind: v.literal('compare'),
  indexes: v.pipe(v.array(filePath), v.minLength(2), v.maxLength(4)),
  ...Asking,
});
export type CompareRequest = v.InferOutput<typeof CompareRequest>;
export const CompareResult = v.strictObject({ items: v.pipe(v.array(Measurement), v.minLength(2), v.maxLength(4)) });
export type CompareResult = v.InferOutput<typeof CompareResult>;

/** What is mended in an index file, without training. */
export const RepairChange = v.variant('type', [
  /** Another number of groups searched: 8 bytes of the file. */
  v.strictObject({ type: v.literal('nprobe'), nprobe: Nprobe }),
  /** A link that leads nowhere becomes a copy of the file it should have led to. */
  v.strictObject({ type: v.literal('link'), target: filePath }),
  /** A name that hosts can read. */
  v.strictObject({ type: v.literal('name'), name: shortText }),
  /** Takes a repair back: the backup gets its name again. */
  v.strictObject({ type: v.literal('undo'), backup: filePath }),
]);
export type RepairChange = v.InferOutput<typeof RepairChange>;

export const RepairRequest = v.strictObject({
  kind: v.literal('repair'),
  index: filePath,
  change: RepairChange,
  /** Write the mended file here and leave the original alone; null: in its place, the original kept as a backup. */
  out: v.nullable(filePath),
});
export type RepairRequest = v.InferOutput<typeof RepairRequest>;
export const RepairResult = v.strictObject({
  index: filePath,
  /** Where the original is kept; null when it was left alone or not needed. */
  backup: v.nullable(filePath),
  /** SHA-256 of the mended file, hex; null when its content is not new. */
  hash: v.optional(v.nullable(shortText), null),
  change: RepairChange,
  before: v.nullable(IndexFacts),
  after: IndexFacts,
});
export type RepairResult = v.InferOutput<typeof RepairResult>;

export const WorkRequest = v.variant('kind', [
  ScanRequest,
  InspectRequest,
  SampleRequest,
  TrainRequest,
  ExportPlanRequest,
  ExportRequest,
  MeasureRequest,
  CompareRequest,
  RepairRequest,
  CompressRequest,
  ExpandRequest,
  SiftRequest,
  TuneRequest,
]);
export type WorkRequest = v.InferOutput<typeof WorkRequest>;
export type WorkKind = WorkRequest['kind'];
export type RequestOf<K extends WorkKind> = Extract<WorkRequest, { kind: K }>;

/** The answer to each kind of request. */
export const workResults = {
  scan: ScanResult,
  inspect: IndexReport,
  sample: SampleResult,
  train: TrainResult,
  exportPlan: ExportPlan,
  export: ExportResult,
  measure: Measurement,
  compare: CompareResult,
  repair: RepairResult,
  compress: CompressResult,
  expand: ExpandResult,
  sift: SiftResult,
  tune: TuneResult,
} as const satisfies Record<WorkKind, v.GenericSchema>;
export type ResultOf<K extends WorkKind> = v.InferOutput<(typeof workResults)[K]>;

/** Work that loads the engine or writes files runs in a process of its own; the rest shares one reader process. */
export const READER_KINDS = ['scan', 'inspect', 'exportPlan'] as const satisfies readonly WorkKind[];

/** main -> worker */
export const WorkerCommand = v.variant('type', [
  v.strictObject({ type: v.literal('start'), id: count, request: WorkRequest }),
  v.strictObject({ type: v.literal('cancel'), id: count }),
]);
export type WorkerCommand = v.InferOutput<typeof WorkerCommand>;

/** One k-means iteration, for the live picture. */
export const Iteration = v.strictObject({ iteration: count, iterations: count, objective: finite, imbalance: finite });
export type Iteration = v.InferOutput<typeof Iteration>;

export const StepProgress = v.strictObject({
  step: shortText,
  /** Units of the step's own choosing: rows, bytes, iterations. */
  done: v.pipe(finite, v.minValue(0)),
  total: v.pipe(finite, v.minValue(0)),
});
export type StepProgress = v.InferOutput<typeof StepProgress>;

/** worker -> main. A heartbeat goes out at least once a second while work is under way. */
export const WorkerMessage = v.variant('type', [
  v.strictObject({ type: v.literal('ready') }),
  v.strictObject({ type: v.literal('beat'), id: count }),
  v.strictObject({ type: v.literal('progress'), id: count, progress: StepProgress }),
  v.strictObject({ type: v.literal('iteration'), id: count, iteration: Iteration }),
  v.strictObject({ type: v.literal('log'), id: count, level: v.picklist(['info', 'warning']), text: v.string() }),
  v.strictObject({ type: v.literal('result'), id: count, value: v.unknown() }),
  v.strictObject({ type: v.literal('failure'), id: count, failure: FailureSchema }),
]);
export type WorkerMessage = v.InferOutput<typeof WorkerMessage>;
