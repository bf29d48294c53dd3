import * as v from 'valibot';
import { ModelFile } from './models';
import { count, filePath, opaqueId, Problem, shortText } from './primitives';
import { IndexFile, Voice } from './voices';

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
