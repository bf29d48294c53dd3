import * as v from 'valibot';
import { filePath } from './primitives';

/** What the app keeps on the disk. */
export const Storage = v.strictObject({
  /** Where indexes are built. */
  folder: filePath,
  /** Whether a person has chosen it. */
  isChosen: v.boolean(),
});
export type Storage = v.InferOutput<typeof Storage>;
