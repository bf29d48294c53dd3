import * as v from 'valibot';
import { count, filePath } from './primitives';

/** What the app has written, by what it is. */
export const StoragePart = v.picklist([
  'built',
  /** Handed over to programs. */
  'copies',
  'backups',
  /** Recordings in the sound of what is found for them. */
  'takes',
  /** Which moment of the recordings each vector is. */
  'traces',
  'sample',
  /** Waits to go to the trash. */
  'deleted',
  /** What the app says it did, for whoever helps. */
  'log',
]);
export type StoragePart = v.InferOutput<typeof StoragePart>;

const Amount = v.strictObject({ files: count, bytes: count });
export type Amount = v.InferOutput<typeof Amount>;

/** What the app keeps on the disk. */
export const Storage = v.strictObject({
  /** Where indexes are built. */
  folder: filePath,
  /** Whether a person has chosen it. */
  isChosen: v.boolean(),
  parts: v.array(
    v.strictObject({
      part: StoragePart,
      ...Amount.entries,
      /** What cleaning would take. */
      cleanable: Amount,
    }),
  ),
});
export type Storage = v.InferOutput<typeof Storage>;
