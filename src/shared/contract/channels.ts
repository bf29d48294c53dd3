import * as v from 'valibot';
import { JobRequest } from '../jobs';
import { ExportPlan } from '../jobs/exportPlan';
import { Sight } from '../jobs/look';
import { AppInfo, Trouble } from './app';
import { Offer, Picking } from './intake';
import { JobSnapshot } from './jobs';
import { AddResult, LibrarySnapshot } from './library';
import { IndexMeasurements, JobMeasurements, MeasurementOutline, MOST_OUTLINES } from './measurement';
import { Newer } from './newest';
import { packed } from './packed';
import { count, fileName, filePath, Host, opaqueId, shortText } from './primitives';
import { Rates } from './rates';
import { Settings } from './settings';
import { Note, ShelfEntry } from './shelf';
import { Clip, CLIP_FRAMES, GroupMoments, Marks } from './sound';
import { Storage, StoragePart } from './storage';
import { HostOffer, VoiceUse } from './uses';
import { IndexReport, LeftOutFiles } from './voices';

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

/** What the preload alone sends, see `DROP_CHANNEL`: a path that the browser itself attached to a dropped file. */
export const DropArgument = v.strictObject({ path: filePath });
/** A token for it. */
export const DropResult = v.nullable(Offer);
