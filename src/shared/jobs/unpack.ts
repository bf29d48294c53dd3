import * as v from 'valibot';
import { count, filePath, opaqueId } from '../contract/primitives';
import { ALIKE, defineKind, definePage } from './kind';

/** Folder in the app's own, one folder an archive, for what is unpacked. */
export const UNPACKED = 'unpacked';

export const UnpackResult = v.strictObject({ folder: filePath, files: count, bytes: count });
export type UnpackResult = v.InferOutput<typeof UnpackResult>;

/** Unpacks an archive into a folder of its own. */
export const unpack = defineKind({
  request: v.strictObject({
    kind: v.literal('unpack'),
    archive: filePath,
    /** The folder that will hold that of the archive. */
    root: filePath,
  }),
  result: UnpackResult,
  steps: { copy: { weight: 100 } },
  ...ALIKE,
  sizedBy: 'copy',
  process: 'own',
  reads: ({ archive }) => [archive],
  writes: ({ root }) => [{ folder: root }],
  changes: ({ root }) => ({ folder: root }),
  page: definePage({
    /** `archive`: token of a file that was chosen. */
    request: v.strictObject({ kind: v.literal('unpack'), archive: opaqueId }),
    result: v.strictObject({ kind: v.literal('unpack'), value: UnpackResult }),
    shows: ({ value }) => value.folder,
  }),
});
