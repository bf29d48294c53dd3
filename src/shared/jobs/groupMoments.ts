import * as v from 'valibot';
import { GroupMoments } from '../contract/sound';
import { count, filePath } from '../contract/primitives';
import { ALIKE, defineKind, NOTHING } from './kind';

/** Finds the most typical moments of a group of an index. */
export const groupMoments = defineKind({
  request: v.strictObject({
    kind: v.literal('groupMoments'),
    index: filePath,
    list: count,
    /** Where it is kept which frame each vector is; null: it was never found out. */
    trace: v.nullable(filePath),
  }),
  result: GroupMoments,
  steps: { inspect: { weight: 100 } },
  ...ALIKE,
  process: 'reader',
  reads: ({ index }) => [index],
  ...NOTHING,
  page: null,
});
