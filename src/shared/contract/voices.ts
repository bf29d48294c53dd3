import * as v from 'valibot';
import { ModelFile } from './models';
import { BuildRecord } from './record';
import {
  count,
  filePath,
  finite,
  Host,
  MetricName,
  opaqueId,
  Problem,
  shortText,
  timestamp,
  Version,
} from './primitives';
import { VoiceSound } from './sound';

const listFigures = {
  nlist: count,
  /** Lists without a vector. */
  empty: count,
  /** Lists with fewer than 8 vectors, the empty ones included. */
  small: count,
  smallest: count,
  largest: count,
  /** FAISS's imbalance factor: nlist * sum(n^2) / (sum n)^2; 1 is even. */
  imbalance: finite,
};

/** How even the inverted lists are (MEASURES in docs/guide: "The groups"). */
export const ListSummary = v.strictObject({
  ...listFigures,
  /** Sizes, largest first, at most 2,000 of them (evenly picked by rank). */
  sorted: v.pipe(v.array(count), v.maxLength(2_000)),
});
export type ListSummary = v.InferOutput<typeof ListSummary>;

/** What speaks against the vectors that come back when all of them are asked for, as every host does. */
export const StructureFlaw = v.picklist([
  /** Asked for them, FAISS ends the process or gives others. */
  'idMap',
  'fastScan',
  /** FAISS cannot undo the change of the vectors. */
  'notInvertible',
  /** They come back with length 1. */
  'normalizing',
  /** They come back without some of their dimensions, or turned there and back. */
  'transformed',
  'rounded',
  /** Never tried with a host. */
  'notTried',
  /** Only a FAISS after 1.7.3 reads the file. */
  'newer',
  'listsElsewhere',
  'noLists',
]);
export type StructureFlaw = v.InferOutput<typeof StructureFlaw>;

const indexFacts = {
  /** FAISS class name, e.g. `IndexIVFFlat`. */
  type: shortText,
  vectors: count,
  dimension: count,
  metric: MetricName,
  nlist: v.nullable(count),
  nprobe: v.nullable(count),
  trained: v.boolean(),
  /** Of the index and every one inside it; left out when there are none. */
  flaws: v.exactOptional(v.pipe(v.array(StructureFlaw), v.minLength(1))),
};

/** What an index file says about itself, read without the engine. */
export const IndexFacts = v.strictObject({
  ...indexFacts,
  /** Null when the type has no inverted lists or they cannot be walked. */
  lists: v.nullable(ListSummary),
});
export type IndexFacts = v.InferOutput<typeof IndexFacts>;

/** The same without the sizes of the lists, which would fill the memory in a library of thousands. */
export const IndexOutline = v.strictObject({
  ...indexFacts,
  // Libraries of older versions have the sizes, too.
  lists: v.nullable(v.object(listFigures)),
});
export type IndexOutline = v.InferOutput<typeof IndexOutline>;

/** `inspect`: the facts, and what speaks against the file. */
export const IndexReport = v.strictObject({
  /** Null when the file is not an index at all; then `problems` says why. */
  facts: v.nullable(IndexFacts),
  bytes: count,
  problems: v.pipe(v.array(Problem), v.maxLength(50)),
  /** How it was made, when it was made here and that was kept beside it. */
  record: v.nullable(BuildRecord),
});
export type IndexReport = v.InferOutput<typeof IndexReport>;

export const IndexKind = v.picklist([
  /** Trained but empty: RVC's `trained_*.index`. */
  'trained',
  /** RVC's `added_*.index`, with the voice in it. */
  'added',
  /** Applio's `<model>.index`. */
  'applio',
  'other',
]);
export type IndexKind = v.InferOutput<typeof IndexKind>;

export const IndexFile = v.strictObject({
  id: opaqueId,
  path: filePath,
  name: shortText,
  kind: IndexKind,
  /** Where it lies: beside the features, in the host's index folder, in Voronoice's own folder, or opened by hand. */
  place: v.picklist(['voice', 'outside', 'built', 'opened']),
  link: v.picklist(['none', 'ok', 'dangling']),
  bytes: count,
  modified: timestamp,
  /** Of what is in it, however it is called and wherever it lies; left out where nothing of it can be read. */
  content: v.exactOptional(shortText),
  facts: v.nullable(IndexOutline),
  problem: v.nullable(Problem),
  /** Name of another index of its voice that is the same to the bit. */
  copyOf: v.exactOptional(shortText),
  /** What was done to the frames before they were indexed; null when nothing, or nothing is known. */
  made: v.nullable(
    v.strictObject({
      /** Vectors that k-means kept; null: not compressed. */
      compressed: v.nullable(count),
      expanded: v.boolean(),
      selected: v.boolean(),
      /** Voices in it. */
      voices: count,
    }),
  ),
  /** Its number of vectors beside that of frames, where they should be the same; null: they are, or need not be. */
  stale: v.nullable(
    v.strictObject({ reason: v.picklist(['smaller', 'larger', 'version']), frames: count, vectors: count }),
  ),
});
export type IndexFile = v.InferOutput<typeof IndexFile>;

export const SkippedFile = v.strictObject({ name: shortText, problem: Problem });
export type SkippedFile = v.InferOutput<typeof SkippedFile>;

/** Names of files of features that a person has left out of a voice: they stay where they are, as if they were not there. */
export const LeftOutFiles = v.pipe(v.array(shortText), v.maxLength(20_000));
export type LeftOutFiles = v.InferOutput<typeof LeftOutFiles>;

export const Checkpoint = v.strictObject({ name: shortText, epoch: v.nullable(count), step: v.nullable(count) });
export type Checkpoint = v.InferOutput<typeof Checkpoint>;

export const VoiceLayout = v.picklist(['rvc', 'applio', 'ultimate', 'wokada', 'bare', 'merged']);
export type VoiceLayout = v.InferOutput<typeof VoiceLayout>;

/** One experiment on disk. */
export const Voice = v.strictObject({
  id: opaqueId,
  name: shortText,
  /** The experiment folder. */
  path: filePath,
  layout: VoiceLayout,
  /** The folder with the .npy files; null when there is none yet. */
  featuresPath: v.nullable(filePath),
  version: v.nullable(Version),
  dimension: v.nullable(count),
  embedder: v.nullable(shortText),
  frames: count,
  files: count,
  featuresModified: v.nullable(timestamp),
  /** Speakers of its files, where there are several. */
  speakers: v.exactOptional(v.pipe(v.array(shortText), v.minLength(2), v.maxLength(1_000))),
  /** The cut recordings, as far as they are there, and those without features; at most 100 are named. */
  slices: v.optional(
    v.strictObject({ total: count, missing: count, names: v.pipe(v.array(shortText), v.maxLength(100)) }),
  ),
  /** Null when no recording is at hand that its features were made of. */
  sound: v.optional(v.nullable(VoiceSound), null),
  skippedCount: count,
  /** At most 100; `skippedCount` has them all. */
  skipped: v.pipe(v.array(SkippedFile), v.maxLength(100)),
  /** Those among them that a person has left out; missing: none. */
  leftOut: v.exactOptional(count),
  /** Files that do not fit the others, which keeps all of them from being used; missing: none. */
  odd: v.exactOptional(LeftOutFiles),
  checkpoints: v.pipe(v.array(Checkpoint), v.maxLength(200)),
  /** What its training has come to, wherever the host keeps it; without states of the training itself. */
  models: v.optional(v.pipe(v.array(ModelFile), v.maxLength(200)), []),
  epochs: v.nullable(count),
  sampleRate: v.nullable(shortText),
  f0: v.nullable(v.boolean()),
  indexes: v.pipe(v.array(IndexFile), v.maxLength(200)),
  /** What keeps this voice from being built, e.g. `NO_FEATURES`. */
  problem: v.nullable(Problem),
  /** The host's root folder when the voice lies inside one (the folder that holds `logs`). */
  hostRoot: v.nullable(filePath),
  /** The host whose folder that is. */
  host: v.nullable(Host),
  /** Links that lead to it, beside the path it is named after. */
  links: v.optional(v.pipe(v.array(filePath), v.maxLength(100))),
});
export type Voice = v.InferOutput<typeof Voice>;

/** So many voices, indexes and models of one folder are listed; that there are more is said. */
export const MOST_FOUND = 20_000;

export const ScanResult = v.strictObject({
  root: filePath,
  what: v.picklist([...Host.options, 'logs', 'voice', 'features', 'index', 'models', 'merged', 'nothing']),
  voices: v.pipe(v.array(Voice), v.maxLength(MOST_FOUND)),
  /** Indexes that belong to no voice. */
  indexes: v.pipe(v.array(IndexFile), v.maxLength(MOST_FOUND)),
  /** Models that belong to no voice; earlier versions did not look for them. */
  models: v.optional(v.pipe(v.array(ModelFile), v.maxLength(MOST_FOUND))),
  /** How thoroughly a folder was looked through. */
  looked: v.optional(
    v.strictObject({
      folders: count,
      /** Levels below the chosen folder. */
      levels: count,
      /** False when there are more folders than were looked into, deeper ones, or more voices than are listed. */
      complete: v.boolean(),
      /** Folders that are no voice and may hold one tomorrow; at most 1,000. */
      parents: v.exactOptional(v.pipe(v.array(filePath), v.maxLength(1_000))),
      /** Archives that would have to be unpacked first; at most 100. */
      archives: v.pipe(v.array(filePath), v.maxLength(100)),
      /** Folders that could not be read; at most 100. */
      unread: v.pipe(v.array(v.strictObject({ path: filePath, problem: Problem })), v.maxLength(100)),
    }),
  ),
});
export type ScanResult = v.InferOutput<typeof ScanResult>;
