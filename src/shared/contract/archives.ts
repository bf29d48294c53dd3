import * as v from 'valibot';
import { count, Problem, shortText } from './primitives';

/** What a file inside an archive is, by its name and, where that could mislead, by its first bytes. */
export const PackedKind = v.picklist(['model', 'index', 'features', 'sound', 'archive', 'other']);
export type PackedKind = v.InferOutput<typeof PackedKind>;

/** What is in an archive and what speaks against unpacking it. */
export const ArchiveReport = v.strictObject({
  type: v.literal('archive'),
  format: v.literal('zip'),
  bytes: count,
  /** Bytes of all that would be unpacked. */
  unpacked: count,
  /** Files that would be unpacked: without what systems leave in archives. */
  files: count,
  /** Of each kind so many. */
  kinds: v.record(PackedKind, count),
  /** Models and indexes first; at most 100. */
  entries: v.pipe(v.array(v.strictObject({ name: shortText, what: PackedKind, bytes: count })), v.maxLength(100)),
  /** Why it is not unpacked. */
  problems: v.pipe(v.array(Problem), v.maxLength(10)),
});
export type ArchiveReport = v.InferOutput<typeof ArchiveReport>;
