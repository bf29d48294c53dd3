import * as v from 'valibot';
import { filePath } from '../contract/primitives';
import { ScanResult } from '../contract/voices';
import { ALIKE, defineKind, NOTHING } from './kind';

/** Lists the voices and indexes below a folder. */
export const scan = defineKind({
  request: v.strictObject({
    kind: v.literal('scan'),
    path: filePath,
    /** Folder with indexes built by the app, searched as `<builtRoot>/<voice id>/*`; null on the command line. */
    builtRoot: v.nullable(filePath),
  }),
  result: ScanResult,
  steps: { scan: { weight: 100 } },
  ...ALIKE,
  process: 'reader',
  ...NOTHING,
  page: null,
});
