import * as v from 'valibot';
import { count, opaqueId, RecipeId } from './primitives';

/** What a person has said of an index, and what was done to it: what its file does not tell. */

export const Note = v.pipe(v.string(), v.maxLength(2_000));

export const ShelfEntry = v.strictObject({
  index: opaqueId,
  starred: v.boolean(),
  note: Note,
  /** Groups that were searched before it was repaired; null: it was not, or that was taken back. */
  repairedFrom: v.nullable(count),
  /** What it was built by, here; null: elsewhere, or nobody knows. */
  recipe: v.nullable(RecipeId),
});
export type ShelfEntry = v.InferOutput<typeof ShelfEntry>;
