import * as v from 'valibot';
import { Fit, ModelFacts } from './models';
import { count, finite, Problem, shortText } from './primitives';

/** What a file inside an archive is, by its name and, where that could mislead, by its first bytes. */
export const PackedKind = v.picklist(['model', 'index', 'features', 'sound', 'archive', 'other']);
export type PackedKind = v.InferOutput<typeof PackedKind>;

/** What a model in an archive says of itself. */
export const PackedModel = v.strictObject({
  /** Null when it cannot be read, or is read only once it is unpacked. */
  facts: v.nullable(ModelFacts),
  /** Why it cannot be read, or that it holds no voice. */
  problem: v.nullable(Problem),
  /** Whether the indexes in the archive fit it, by their names. */
  fits: v.record(shortText, Fit),
});
export type PackedModel = v.InferOutput<typeof PackedModel>;

/** Bytes as an archive says them: any number, as long as nothing is unpacked. */
const saidBytes = v.pipe(finite, v.minValue(0));

/** A file in an archive. */
export const PackedFile = v.strictObject({
  name: shortText,
  what: PackedKind,
  bytes: saidBytes,
  /** Null for what is none, and for the last of very many. */
  model: v.nullable(PackedModel),
});
export type PackedFile = v.InferOutput<typeof PackedFile>;

/** What is in an archive and what speaks against unpacking it. */
export const ArchiveReport = v.strictObject({
  type: v.literal('archive'),
  format: v.literal('zip'),
  bytes: count,
  /** Bytes of all that would be unpacked. */
  unpacked: saidBytes,
  /** Files that would be unpacked: without what systems leave in archives. */
  files: count,
  /** Of each kind so many. */
  kinds: v.record(PackedKind, count),
  /** Models and indexes first; at most 100. */
  entries: v.pipe(v.array(PackedFile), v.maxLength(100)),
  /** Why it is not unpacked. */
  problems: v.pipe(v.array(Problem), v.maxLength(10)),
});
export type ArchiveReport = v.InferOutput<typeof ArchiveReport>;
