import * as v from 'valibot';
import { filePath, opaqueId } from '../contract/primitives';
import { ScanResult } from '../contract/voices';
import { ALIKE, defineKind, NOTHING } from './kind';

/** Lists the voices and indexes below a folder. */
export const scan = defineKind({
  request: v.strictObject({
    kind: v.literal('scan'),
    path: filePath,
    /** Folder with indexes built by the app, searched as `<builtRoot>/<voice id>/*`; null on the command line. */
    builtRoot: v.nullable(filePath),
    /** Folders with recordings that a person has pointed to, by the id of their voice. */
    pointed: v.record(opaqueId, filePath),
  }),
  result: ScanResult,
  steps: { scan: { weight: 100 } },
  ...ALIKE,
  process: 'reader',
  ...NOTHING,
  page: null,
});
