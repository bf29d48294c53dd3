import * as v from 'valibot';
import { ExportWarning } from '../contract/exportWarning';
import { fileName, filePath, Host, opaqueId, shortText } from '../contract/primitives';
import { IndexFacts } from '../contract/voices';
import { hostFolders } from '../domain/hosts/names';
import { ALIKE, defineKind, definePage } from './kind';

/** In which of the host's slots; null: the host has none, or the one that is plainly meant. */
const slot = v.optional(v.nullable(shortText), null);

/** File name of the model that shall find it; left out: any that is called like the voice. */
const model = v.exactOptional(fileName);
/** A link to the index instead of a copy of it, where the disk can do that; left out: a copy. */
const link = v.exactOptional(v.boolean());

export const exportFields = {
  index: filePath,
  host: Host,
  /** The host's own folder: it holds `logs`, or whatever that host keeps its voices in. */
  root: filePath,
  /** What the voice is called there: the experiment, the model. */
  name: shortText,
  model,
  slot,
  /** Move other indexes of this voice that the host would pick first out of the way (kept under a backup name). */
  setAside: v.boolean(),
  link,
};
export const ExportRequest = v.strictObject({ kind: v.literal('export'), ...exportFields });
export type ExportRequest = v.InferOutput<typeof ExportRequest>;

export const ExportResult = v.strictObject({
  host: Host,
  files: v.pipe(v.array(filePath), v.maxLength(4)),
  /** Those among them that were not there already, with the same content. */
  written: v.optional(v.pipe(v.array(filePath), v.maxLength(4)), []),
  backups: v.pipe(v.array(filePath), v.maxLength(100)),
  /** What tells each of them from every other file, under any name; earlier versions did not say. */
  marks: v.exactOptional(v.pipe(v.array(shortText), v.maxLength(100))),
  warnings: v.pipe(v.array(ExportWarning), v.maxLength(20)),
  facts: IndexFacts,
});
export type ExportResult = v.InferOutput<typeof ExportResult>;

/** Copies an index to where a host looks for it, or links it there. */
export const exportIndex = defineKind({
  request: ExportRequest,
  result: ExportResult,
  steps: { check: { weight: 20 }, copy: { weight: 60 }, verify: { weight: 20 } },
  sizedBy: 'copy',
  variety: ALIKE.variety,
  process: 'own',
  reads: ({ index }) => [index],
  writes: ({ root, ...asked }) => hostFolders(asked).map((below) => ({ folder: root, below })),
  changes: ({ root }) => ({ folder: root }),
  page: definePage({
    request: v.strictObject({
      kind: v.literal('export'),
      index: opaqueId,
      host: Host,
      /** Token of a folder the person chose; null: the root the voice lies in, or the one chosen before. */
      root: v.nullable(opaqueId),
      name: shortText,
      model,
      slot,
      setAside: v.boolean(),
      link,
    }),
    result: v.strictObject({ kind: v.literal('export'), value: ExportResult }),
    shows: ({ value }) => value.files[0] ?? null,
  }),
});
