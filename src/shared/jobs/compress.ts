import * as v from 'valibot';
import { Compression, Selection } from '../contract/build';
import { count, filePath, finite } from '../contract/primitives';
import { CompressionReport, SelectionReport } from '../contract/record';
import { memoryLimit, seed } from './fields';
import { defineKind } from './kind';

export const CompressRequest = v.strictObject({
  kind: v.literal('compress'),
  /** An experiment folder or a folder of .npy files. */
  folder: filePath,
  ...Compression.entries,
  selection: v.nullable(Selection),
  seed,
  /** The .npy file with the centers. */
  out: filePath,
  memoryLimit,
});
export type CompressRequest = v.InferOutput<typeof CompressRequest>;

export const CompressResult = v.strictObject({
  file: filePath,
  bytes: count,
  dimension: count,
  ...CompressionReport.entries,
  selection: v.nullable(SelectionReport),
  seconds: v.strictObject({ read: finite, compress: finite, write: finite, total: finite }),
  peakRssBytes: count,
});
export type CompressResult = v.InferOutput<typeof CompressResult>;

/** Reduces the frames of a voice to few vectors. */
export const compress = defineKind({
  request: CompressRequest,
  result: CompressResult,
  steps: {
    read: { weight: 8 },
    select: { weight: 20, optional: true },
    arrange: { weight: 16, optional: true },
    compress: { weight: 90, grows: 0.6 },
    write: { weight: 2 },
  },
  sizedBy: 'read',
  variety: ({ clusters, method }) => `${method} ${clusters}`,
  process: 'own',
  reads: ({ folder }) => [folder],
  writes: ({ out }) => [{ beside: out }],
  changes: ({ out }) => ({ beside: out }),
  page: null,
});
