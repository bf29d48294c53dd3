import * as v from 'valibot';
import { filePath } from '../contract/primitives';
import { IndexReport } from '../contract/voices';
import { ALIKE, defineKind, NOTHING } from './kind';

/** Says what an index file is and what speaks against it. */
export const inspect = defineKind({
  request: v.strictObject({ kind: v.literal('inspect'), path: filePath }),
  result: IndexReport,
  steps: { inspect: { weight: 100 } },
  ...ALIKE,
  process: 'reader',
  reads: ({ path }) => [path],
  ...NOTHING,
  page: null,
});
