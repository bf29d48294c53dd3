import * as v from 'valibot';
import { count, opaqueId } from './primitives';

/** What a person has said of an index, and what was done to it: what its file does not tell. */

export const Note = v.pipe(v.string(), v.maxLength(2_000));

export const ShelfEntry = v.strictObject({
  index: opaqueId,
  starred: v.boolean(),
  note: Note,
  /** Groups that were searched before it was repaired; null: it was not, or that was taken back. */
  repairedFrom: v.nullable(count),
});
export type ShelfEntry = v.InferOutput<typeof ShelfEntry>;
