import * as v from 'valibot';
import { Expansion } from '../contract/build';
import { count, filePath, finite } from '../contract/primitives';
import { ExpansionReport } from '../contract/record';
import { seed } from './fields';
import { defineKind } from './kind';

/** Expands frames that will ask, by the vectors of an index or of other features. The database is expanded by `train`. */
export const ExpandRequest = v.strictObject({
  kind: v.literal('expand'),
  folder: filePath,
  /** Who lends the neighbors: an experiment, a folder of features or an index. */
  by: filePath,
  ...Expansion.entries,
  seed,
  /** A folder for .npy files of the same names. */
  out: filePath,
});
export type ExpandRequest = v.InferOutput<typeof ExpandRequest>;

export const ExpandResult = v.strictObject({
  folder: filePath,
  files: count,
  frames: count,
  ...ExpansionReport.entries,
  seconds: v.strictObject({ read: finite, expand: finite, write: finite, total: finite }),
  peakRssBytes: count,
});
export type ExpandResult = v.InferOutput<typeof ExpandResult>;

/** Blends the frames of one voice with their nearest ones in another. */
export const expand = defineKind({
  request: ExpandRequest,
  result: ExpandResult,
  steps: { read: { weight: 10 }, expand: { weight: 85 }, write: { weight: 5 } },
  sizedBy: 'read',
  variety: ({ neighbors, search, repetitions }) => `${search} ${neighbors} ${repetitions}`,
  process: 'own',
  reads: ({ folder, by }) => [folder, by],
  writes: ({ out }) => [{ beside: out }],
  changes: ({ out }) => ({ folder: out }),
  page: null,
});
