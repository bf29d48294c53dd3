import * as v from 'valibot';
import { Measurement, MeasurementOutline, QueryOrigin, Reference, VerdictLevel } from './measurement';
import {
  count,
  ErrorCodeSchema,
  fileName,
  filePath,
  finite,
  Host,
  opaqueId,
  Problem,
  RecipeId,
  share,
  shortText,
  timestamp,
} from './primitives';
import { COMMAND_IDS } from './commands';
import { Effort, FULL_EFFORT } from './effort';
import type { Failure } from './errors';
import { JobRequest } from '../jobs';
import { ExportPlan } from '../jobs/exportPlan';
import { Sight } from '../jobs/look';
import { JobSnapshot } from './jobs';
import { Locale } from './languages';
import { Newer } from './newest';
import { ModelFile } from './models';
import { packed } from './packed';
import { Rates } from './rates';
import { Note, ShelfEntry } from './shelf';
import { Storage, StoragePart } from './storage';
import { Clip, CLIP_FRAMES, GroupMoments, Marks } from './sound';
import { FoundHost, ModelUse } from './uses';
import { IndexFile, IndexReport, LeftOutFiles, Voice } from './voices';

/** What the system's dialog is asked for: one folder for one thing, or as much at once as a person wants to take in. */
export const Picking = v.picklist(['folder', 'folders', 'files']);
export type Picking = v.InferOutput<typeof Picking>;

export const Theme = v.picklist(['system', 'light', 'dark']);
export type Theme = v.InferOutput<typeof Theme>;

/** In which order the voices stand. */
export const VoiceSort = v.picklist(['name', 'attention', 'recent', 'length']);
export type VoiceSort = v.InferOutput<typeof VoiceSort>;

export const Settings = v.strictObject({
  theme: Theme,
  /** Null: follow the system. */
  locale: v.nullable(Locale),
  libraryView: v.picklist(['cards', 'rows']),
  librarySort: VoiceSort,
  /** Bytes of vectors that a job may keep in memory; above it they go to a scratch file. Null: no limit. */
  memoryLimit: v.nullable(v.pipe(count, v.minValue(2 ** 26))),
  /** What jobs may take of the processor. */
  ...Effort.entries,
  /** A sound when all jobs are done. */
  soundWhenDone: v.boolean(),
  /** The computer goes off when all jobs are done: once, then it is false again. */
  shutDownWhenDone: v.boolean(),
  /** Bytes of backups that are kept; the oldest beyond it go to the trash. Null: no limit. */
  backupLimit: v.nullable(count),
  /** How many backups are kept; the oldest beyond it go to the trash. Null: no limit. */
  backupCount: v.nullable(v.pipe(count, v.minValue(1))),
  /** Of what is played. */
  volume: share,
  /** Whether each start looks for a newer version. */
  lookForNewer: v.boolean(),
});
export type Settings = v.InferOutput<typeof Settings>;

/** What holds until a person chooses otherwise, and for a setting that an older version's file does not have. */
export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  locale: null,
  libraryView: 'cards',
  librarySort: 'name',
  memoryLimit: null,
  ...FULL_EFFORT,
  soundWhenDone: false,
  shutDownWhenDone: false,
  backupLimit: null,
  backupCount: null,
  volume: 0.8,
  lookForNewer: false,
};

/** What help is asked for about. */
export const Trouble = v.strictObject({ code: ErrorCodeSchema, message: v.string(), job: v.nullable(opaqueId) });
export type Trouble = v.InferOutput<typeof Trouble>;

/**
 * Why the settings that were stored do not hold. `broken`: they could not be read, were set aside, and the usual ones hold.
 * `newer`: a newer version stored them; what is known of them holds, and no change is kept.
 */
export const SettingsTrouble = v.picklist(['broken', 'newer']);
export type SettingsTrouble = v.InferOutput<typeof SettingsTrouble>;

export const AppInfo = v.strictObject({
  version: shortText,
  platform: shortText,
  locale: Locale,
  /** Null when the engine loads; else why it does not, in plain words. */
  engineProblem: v.nullable(v.string()),
  rates: Rates,
  memoryBytes: count,
  /** Threads that its processors run side by side. */
  processors: count,
  /** Whether this build knows where new versions would be. */
  hasReleases: v.boolean(),
  /** The version that was started before, when this start is the first of a newer one; else null. */
  updatedFrom: v.nullable(shortText),
  /** Null: what was set before holds. */
  settingsTrouble: v.nullable(SettingsTrouble),
  /** Whether the library is of a newer version: it can be looked at, and nothing of it is changed. */
  isLibraryNewer: v.boolean(),
});
export type AppInfo = v.InferOutput<typeof AppInfo>;

/** The computer goes off soon, does not, or could not. */
export const PowerOffState = v.variant('state', [
  v.strictObject({ state: v.literal('counting'), seconds: count }),
  v.strictObject({ state: v.literal('off') }),
  v.strictObject({ state: v.literal('failed') }),
]);
export type PowerOffState = v.InferOutput<typeof PowerOffState>;

/** Why a source cannot be looked through now: it is not there, as a drive that was pulled out; nobody may read it; or what
 * was in it is gone, as of a drive whose place is still there. */
export const Absence = v.picklist(['gone', 'forbidden', 'emptied']);
export type Absence = v.InferOutput<typeof Absence>;

export const LibraryFolder = v.strictObject({
  id: opaqueId,
  path: filePath,
  /** Null while it can be reached. */
  absence: v.nullable(Absence),
  what: shortText,
  /** Archives in it, which may hold voices. */
  archives: v.exactOptional(count),
  /** Folders in it that could not be read and were skipped; at most 100. */
  unread: v.pipe(v.array(v.strictObject({ path: filePath, problem: Problem })), v.maxLength(100)),
  /** After how many folders it was too many, or too deep, to look into the rest; null: all were looked into. */
  stoppedAfter: v.nullable(count),
});
export type LibraryFolder = v.InferOutput<typeof LibraryFolder>;

export const LibrarySnapshot = v.strictObject({
  sequence: count,
  scanning: v.boolean(),
  folders: v.array(LibraryFolder),
  voices: v.array(Voice),
  indexes: v.array(IndexFile),
  /** Models that belong to no voice. */
  models: v.array(ModelFile),
  /** Voices and loose indexes that cannot be reached now, each with the id of what was added to the library. */
  away: v.record(opaqueId, v.strictObject({ source: opaqueId, absence: Absence })),
});
export type LibrarySnapshot = v.InferOutput<typeof LibrarySnapshot>;

/** What other programs have done to a voice since the library looked last. */
export const VoiceNews = v.variant('what', [
  v.strictObject({ what: v.literal('voice'), voice: opaqueId }),
  v.strictObject({ what: v.literal('frames'), voice: opaqueId, count: v.pipe(count, v.minValue(1)) }),
  v.strictObject({ what: v.literal('index'), voice: opaqueId, index: opaqueId }),
]);
export type VoiceNews = v.InferOutput<typeof VoiceNews>;

/** Something that a person chose: a token that stands for it, and its name. */
export const Offer = v.strictObject({ token: opaqueId, name: shortText });
export type Offer = v.InferOutput<typeof Offer>;

/** What is another since the page was told last. Of a large library it comes in portions, one soon after the other. */
export const LibraryChange = v.strictObject({
  sequence: count,
  scanning: v.boolean(),
  folders: v.array(LibraryFolder),
  /** New ones, and those that are other than they were. */
  voices: v.array(Voice),
  /** Voices that are not there any more. */
  gone: v.array(opaqueId),
  /** All that belong to no voice; null: the same as before. */
  indexes: v.nullable(v.array(IndexFile)),
  /** The same of models. */
  models: v.nullable(v.array(ModelFile)),
  /** All that cannot be reached now; null: the same as before. */
  away: v.nullable(LibrarySnapshot.entries.away),
});
export type LibraryChange = v.InferOutput<typeof LibraryChange>;

/** What came of adding a folder or file: the ids that are new or known now, to go to. */
export const AddResult = v.strictObject({
  what: shortText,
  voices: v.array(opaqueId),
  indexes: v.array(opaqueId),
});
export type AddResult = v.InferOutput<typeof AddResult>;

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

/** A program on this computer, with what it loads for the models of a voice. */
export const VoiceUse = v.strictObject({
  ...FoundHost.entries,
  /** A token for its own folder. */
  root: opaqueId,
  models: v.array(
    v.strictObject({
      ...ModelUse.entries,
      /** The id of the index that it loads, where the library knows it. */
      index: v.nullable(opaqueId),
    }),
  ),
});
export type VoiceUse = v.InferOutput<typeof VoiceUse>;

/** A program on this computer, as it can be added to the library. */
export const HostOffer = v.strictObject({
  ...FoundHost.entries,
  /** Its folder is in the library. */
  added: v.boolean(),
  offer: Offer,
});
export type HostOffer = v.InferOutput<typeof HostOffer>;

/** So many indexes can be asked about at once: the answer must not hold up the page. */
export const MOST_OUTLINES = 100;

const nothing = v.null();
const someJobs = v.strictObject({ ids: v.pipe(v.array(opaqueId), v.minLength(1), v.maxLength(1_000)) });

/**
 * Every request the page can make: argument and result schema. The preload offers exactly these, main handles exactly
 * these (test/contract checks both).
 */
export const channels = {
  'app.info': { argument: nothing, result: AppInfo },
  /** Speeds of this computer. What no build has shown yet is tried out first, once, and only while nothing runs. */
  'app.rates': { argument: nothing, result: Rates },
  'app.reveal': { argument: v.strictObject({ id: opaqueId }), result: nothing },
  /** Looks for a newer version; null when there is none. The only request that ever leaves this computer. */
  'app.newer': { argument: nothing, result: v.nullable(Newer) },
  /** A text for whoever helps: about a failure, or about the app as it is. */
  'app.diagnostics': { argument: v.nullable(Trouble), result: v.string() },
  /** Saves files to look through and share where the person says; the name of the archive, null when they cancel. */
  'app.saveDiagnostics': { argument: nothing, result: v.nullable(shortText) },
  /** Keeps the computer on, or turns it off at once, while it is about to go off. */
  'app.keepOn': { argument: nothing, result: nothing },
  'app.shutDown': { argument: nothing, result: nothing },
  'app.showLog': { argument: nothing, result: nothing },
  'settings.get': { argument: nothing, result: Settings },
  'settings.set': { argument: v.partial(Settings), result: Settings },
  /** Opens the system's dialog; none when the person cancels. Each token can be used once, for ten minutes. */
  'intake.pick': { argument: v.strictObject({ what: Picking }), result: v.array(Offer) },
  /** What was chosen outside the page, by the menu or when the app was opened with it, and not yet asked for. */
  'intake.waiting': { argument: nothing, result: v.array(Offer) },
  /** The archives in a folder of the library, to be looked at like what was chosen. */
  'intake.archives': { argument: v.strictObject({ id: opaqueId }), result: v.array(Offer) },
  /** What something is that was chosen; its token stays good. */
  'intake.look': { argument: v.strictObject({ token: opaqueId }), result: Sight },
  /** What the page begins with: of a large library the first voices, the others follow as changes. */
  'library.get': { argument: nothing, result: LibrarySnapshot },
  'library.add': { argument: v.strictObject({ token: opaqueId }), result: AddResult },
  'library.removeFolder': { argument: v.strictObject({ id: opaqueId }), result: nothing },
  'library.closeIndex': { argument: v.strictObject({ id: opaqueId }), result: nothing },
  'library.refresh': { argument: nothing, result: nothing },
  /** What is known of indexes beside their files; those of which there is nothing to say are left out. */
  'shelf.get': { argument: nothing, result: v.array(ShelfEntry) },
  'shelf.set': {
    argument: v.strictObject({ index: opaqueId, starred: v.exactOptional(v.boolean()), note: v.exactOptional(Note) }),
    result: nothing,
  },
  /** Takes an index that was built here away, to be put back or to go to the system's trash at the next start. */
  'shelf.discard': { argument: v.strictObject({ index: opaqueId }), result: v.strictObject({ id: opaqueId }) },
  /** Puts back what was taken away; null: all of it. */
  'shelf.restore': { argument: v.strictObject({ id: v.nullable(opaqueId) }), result: nothing },
  'storage.get': { argument: nothing, result: Storage },
  /** Where indexes are built from now on: a folder that was chosen, or the usual one. What is there stays where it is. */
  'storage.setFolder': { argument: v.strictObject({ token: v.nullable(opaqueId) }), result: Storage },
  /** Takes what can be cleaned of a part: to the system's trash, or for good where it can be made again. */
  'storage.clean': { argument: v.strictObject({ part: StoragePart }), result: Storage },
  'index.inspect': { argument: v.strictObject({ id: opaqueId }), result: IndexReport },
  'export.plan': {
    argument: v.strictObject({
      index: opaqueId,
      host: Host,
      root: v.nullable(opaqueId),
      name: shortText,
      model: v.exactOptional(fileName),
      slot: v.nullable(shortText),
    }),
    result: ExportPlan,
  },
  /** Programs on this computer that use indexes: known, running, and where people usually have them. */
  'hosts.find': { argument: nothing, result: v.array(HostOffer) },
  /** Which index each of them loads for each of its models of a voice. */
  'hosts.uses': { argument: v.strictObject({ voice: opaqueId }), result: v.array(VoiceUse) },
  'measurements.ofIndex': {
    argument: v.strictObject({ id: opaqueId }),
    result: packed(IndexMeasurements),
  },
  /** What the verdict on each of these indexes rests on, without its pictures; null: not measured as it is now. */
  'measurements.outlines': {
    argument: v.strictObject({ indexes: v.pipe(v.array(opaqueId), v.maxLength(MOST_OUTLINES)) }),
    result: v.array(v.strictObject({ index: opaqueId, outline: v.nullable(MeasurementOutline) })),
  },
  /** Of a measuring, comparing or building job. */
  'measurements.ofJob': {
    argument: v.strictObject({ id: opaqueId }),
    result: packed(JobMeasurements),
  },
  /** Some frames of a recording, with a little of what is around them. */
  'sound.clip': {
    argument: v.strictObject({ voice: opaqueId, ...CLIP_FRAMES }),
    result: Clip,
  },
  /** What a group of an index sounds like: moments of this voice, or of the voices of a merged index. */
  'sound.group': {
    argument: v.strictObject({ index: opaqueId, list: count }),
    result: v.strictObject({ voice: v.nullable(opaqueId), ...GroupMoments.entries }),
  },
  /** A take of a job that has listened: 0 the recording, 1 the true neighbors, then the indexes as they were asked. */
  'sound.take': { argument: v.strictObject({ job: opaqueId, take: count }), result: Clip },
  /** Where the recordings of a voice are, when they are not in the usual place: a folder that was chosen. */
  'sound.point': { argument: v.strictObject({ voice: opaqueId, token: opaqueId }), result: nothing },
  /** Leaves files of features out of a voice: they stay where they are, as if they were not there. */
  'voices.leaveOut': {
    argument: v.strictObject({ voice: opaqueId, files: v.pipe(LeftOutFiles, v.minLength(1)) }),
    result: nothing,
  },
  /** Uses all files of a voice again. */
  'voices.useAgain': { argument: v.strictObject({ voice: opaqueId }), result: nothing },
  /** What a person has marked to be left out of this voice, in order and without overlaps; each build of it does so. */
  'marks.get': { argument: v.strictObject({ voice: opaqueId }), result: Marks },
  'marks.set': { argument: v.strictObject({ voice: opaqueId, marks: Marks }), result: Marks },
  'jobs.list': { argument: nothing, result: v.array(JobSnapshot) },
  /** Whether the disk has taken all of the list. */
  'jobs.areKept': { argument: nothing, result: v.boolean() },
  'jobs.start': { argument: JobRequest, result: v.strictObject({ id: opaqueId }) },
  'jobs.cancel': { argument: v.strictObject({ id: opaqueId }), result: nothing },
  'jobs.rerun': { argument: v.strictObject({ id: opaqueId }), result: v.strictObject({ id: opaqueId }) },
  /** Takes jobs that have ended off the list. */
  'jobs.dismiss': { argument: someJobs, result: nothing },
  /** Brings them back, as long as the app runs. */
  'jobs.restore': { argument: someJobs, result: nothing },
  /** Puts a waiting job before another one; null: behind all. */
  'jobs.move': { argument: v.strictObject({ id: opaqueId, before: v.nullable(opaqueId) }), result: nothing },
  /** What waits now is held; what is asked for later runs all the same. */
  'jobs.pause': { argument: nothing, result: nothing },
  'jobs.resume': { argument: nothing, result: nothing },
} as const satisfies Record<string, { argument: v.GenericSchema; result: v.GenericSchema }>;

export type Channel = keyof typeof channels;
export type ArgumentOf<C extends Channel> = v.InferOutput<(typeof channels)[C]['argument']>;
export type ResultOf<C extends Channel> = v.InferOutput<(typeof channels)[C]['result']>;

/** Whether a request changes what is kept or begins work, and is refused while the library is of a newer version. */
export const CHANGES: Readonly<Record<Channel, boolean>> = {
  'app.info': false,
  'app.rates': false,
  'app.reveal': false,
  'app.newer': false,
  'app.diagnostics': false,
  'app.saveDiagnostics': false,
  'app.keepOn': false,
  'app.shutDown': false,
  'app.showLog': false,
  'settings.get': false,
  // They have a file of their own.
  'settings.set': false,
  'intake.pick': false,
  'intake.waiting': false,
  'intake.archives': false,
  'intake.look': false,
  'library.get': false,
  'library.add': true,
  'library.removeFolder': true,
  'library.closeIndex': true,
  'library.refresh': false,
  'shelf.get': false,
  'shelf.set': true,
  'shelf.discard': true,
  'shelf.restore': true,
  'storage.get': false,
  'storage.setFolder': true,
  'storage.clean': true,
  'index.inspect': false,
  'export.plan': false,
  'hosts.find': false,
  'hosts.uses': false,
  'measurements.ofIndex': false,
  'measurements.outlines': false,
  'measurements.ofJob': false,
  'sound.clip': false,
  'sound.group': false,
  'sound.take': false,
  'sound.point': true,
  'voices.leaveOut': true,
  'voices.useAgain': true,
  'marks.get': false,
  'marks.set': true,
  'jobs.list': false,
  'jobs.areKept': false,
  'jobs.start': true,
  'jobs.cancel': true,
  'jobs.rerun': true,
  'jobs.dismiss': true,
  'jobs.restore': true,
  'jobs.move': true,
  'jobs.pause': true,
  'jobs.resume': true,
};

/** What main tells the page unasked. */
export const events = {
  'library.changed': LibraryChange,
  'shelf.changed': v.array(ShelfEntry),
  /** One for each voice, found in one look. */
  'library.news': v.pipe(v.array(VoiceNews), v.minLength(1), v.maxLength(10_000)),
  'jobs.changed': JobSnapshot,
  /** `sequence`: as it was then; only a later snapshot brings it back. */
  'jobs.removed': v.strictObject({ id: opaqueId, sequence: count }),
  /** Nothing runs any more, and it was not cancelled. */
  'jobs.rested': nothing,
  /** The disk does not take the list of jobs, or takes it again. */
  'jobs.kept': v.strictObject({ kept: v.boolean() }),
  /** Something waits for `intake.waiting`. */
  'intake.offered': nothing,
  'app.powerOff': PowerOffState,
  /** The menu asked for this. */
  'app.command': v.strictObject({ command: v.picklist(COMMAND_IDS) }),
} as const satisfies Record<string, v.GenericSchema>;
export type EventName = keyof typeof events;
export type EventOf<E extends EventName> = v.InferOutput<(typeof events)[E]>;

/** The preload alone uses this one: a path that the browser itself attached to a dropped file becomes a token. */
export const DROP_CHANNEL = 'intake.drop';
export const DropArgument = v.strictObject({ path: filePath });
export const DropResult = v.nullable(Offer);
/** All channels travel under this prefix, so that nothing else on the bus can be mistaken for one. */
export const CHANNEL_PREFIX = 'voronoice:';

/** An answer on the wire: a thrown error would lose its code between the processes, so nothing is thrown. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** What the page sees as `window.api`. Calls reject with a `Failure`. */
export interface Api {
  readonly call: <C extends Channel>(channel: C, argument: ArgumentOf<C>) => Promise<ResultOf<C>>;
  readonly on: <E extends EventName>(event: E, listener: (value: EventOf<E>) => void) => () => void;
  /** For a dropped `File`: a token that stands for it, or null when it is not a file on disk. */
  readonly tokenOf: (file: object) => Promise<Offer | null>;
}
