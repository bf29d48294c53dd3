import * as v from 'valibot';
import { filePath } from '../contract/primitives';
import { Rates } from '../contract/rates';
import { ALIKE, defineKind } from './kind';

/** Tries out how fast this computer is, in about a second, before any build has shown it. */
export const probe = defineKind({
  request: v.strictObject({
    kind: v.literal('probe'),
    /** Where a small file is written and read, which goes again. */
    folder: filePath,
  }),
  result: Rates,
  steps: { generate: { weight: 30 }, cost: { weight: 70 } },
  ...ALIKE,
  process: 'own',
  reads: () => [],
  writes: ({ folder }) => [{ folder }],
  changes: () => null,
  page: null,
});
