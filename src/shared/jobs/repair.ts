import * as v from 'valibot';
import { Nprobe } from '../contract/build';
import { filePath, opaqueId, shortText } from '../contract/primitives';
import { IndexFacts } from '../contract/voices';
import { ALIKE, defineKind, definePage } from './kind';

/** What is mended in an index file, without training. */
export const RepairChange = v.variant('type', [
  /** Another number of groups searched: 8 bytes of the file. */
  v.strictObject({ type: v.literal('nprobe'), nprobe: Nprobe }),
  /** A link that leads nowhere becomes a copy of the file it should have led to. */
  v.strictObject({ type: v.literal('link'), target: filePath }),
  /** A name that hosts can read. */
  v.strictObject({
    type: v.literal('name'),
    name: shortText,
    /** What may be links to it; those that are lead to the new name afterwards. */
    links: v.exactOptional(v.pipe(v.array(filePath), v.maxLength(200))),
  }),
  /** Takes a repair back: the bytes in a note are put back, or the backup gets its name again. */
  v.strictObject({ type: v.literal('undo'), backup: filePath }),
]);
export type RepairChange = v.InferOutput<typeof RepairChange>;

export const RepairRequest = v.strictObject({
  kind: v.literal('repair'),
  index: filePath,
  change: RepairChange,
  /** Write the mended file here and leave the original alone; null: in its place, with what takes it back beside it. */
  out: v.nullable(filePath),
});
export type RepairRequest = v.InferOutput<typeof RepairRequest>;

export const RepairResult = v.strictObject({
  index: filePath,
  /** Where the original, or a note of the bytes that it had, is kept; null when it was left alone or not needed. */
  backup: v.nullable(filePath),
  /** SHA-256 of the mended file, hex; null when its content is not new. */
  hash: v.optional(v.nullable(shortText), null),
  change: RepairChange,
  before: v.nullable(IndexFacts),
  after: IndexFacts,
});
export type RepairResult = v.InferOutput<typeof RepairResult>;

/** Mends an index file. */
export const repair = defineKind({
  request: RepairRequest,
  result: RepairResult,
  steps: { check: { weight: 100 }, copy: { weight: 100, optional: true } },
  ...ALIKE,
  process: 'own',
  reads: ({ index }) => [index],
  writes: ({ index, out, change }) => [
    { beside: out ?? index },
    ...(change.type === 'name' ? (change.links ?? []) : []).map((beside) => ({ beside })),
  ],
  changes: ({ index, out }) => ({ beside: out ?? index }),
  page: definePage({
    request: v.strictObject({
      kind: v.literal('repair'),
      index: opaqueId,
      change: v.variant('type', [
        v.strictObject({ type: v.literal('nprobe'), nprobe: Nprobe }),
        /** The link becomes a copy of this index. */
        v.strictObject({ type: v.literal('link'), target: opaqueId }),
        v.strictObject({ type: v.literal('name'), name: shortText }),
        /** Takes back what this job did. */
        v.strictObject({ type: v.literal('undo'), job: opaqueId }),
      ]),
    }),
    result: v.strictObject({ kind: v.literal('repair'), value: RepairResult, index: v.nullable(opaqueId) }),
    shows: ({ value }) => value.index,
  }),
});
