import * as v from 'valibot';
import { ModelFile } from '../contract/models';
import { filePath, opaqueId } from '../contract/primitives';
import { IndexFile, MOST_FOUND, ScanResult, Voice } from '../contract/voices';
import { ALIKE, defineKind, NOTHING } from './kind';

/** Folder among those with the indexes that the app builds, one folder a voice, for the voices that were merged. */
export const MERGED = 'merged';

/** Lists the voices and indexes below a folder. */
export const scan = defineKind({
  request: v.strictObject({
    kind: v.literal('scan'),
    path: filePath,
    /** The app's own folder: what lies in it keeps its id when the folder is moved; null on the command line. */
    home: v.nullable(filePath),
    /** Folders with indexes that the app has built: `<folder>/<voice id>/*` and `<folder>/<MERGED>/<name>/*`. */
    built: v.pipe(v.array(filePath), v.maxLength(100)),
    /** Folders with recordings that a person has pointed to, by the id of their voice. */
    pointed: v.record(opaqueId, filePath),
  }),
  result: ScanResult,
  long: { most: MOST_FOUND, items: { voices: Voice, indexes: IndexFile, models: ModelFile } },
  steps: { scan: { weight: 100 } },
  ...ALIKE,
  process: 'reader',
  reads: ({ path }) => [path],
  ...NOTHING,
  page: null,
});
