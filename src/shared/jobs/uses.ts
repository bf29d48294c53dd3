import * as v from 'valibot';
import { count, filePath, Host, shortText } from '../contract/primitives';
import { FoundHost, ModelUse } from '../contract/uses';
import { ALIKE, defineKind, NOTHING } from './kind';

/** Finds the programs on this computer that use indexes, and says which one each of them loads for its models of some voices. */
export const uses = defineKind({
  request: v.strictObject({
    kind: v.literal('uses'),
    /** Without any, the programs are only found. */
    voices: v.pipe(v.array(v.strictObject({ name: shortText, path: filePath })), v.maxLength(100_000)),
    /** Programs that are known already; others are looked for where people usually have them. */
    known: v.pipe(v.array(v.strictObject({ host: Host, path: filePath })), v.maxLength(1_000)),
  }),
  result: v.strictObject({
    hosts: v.pipe(
      v.array(
        v.strictObject({
          ...FoundHost.entries,
          /** `voice`: which of those that were asked for it is a model of. */
          models: v.array(v.strictObject({ voice: count, ...ModelUse.entries })),
        }),
      ),
      v.maxLength(1_000),
    ),
  }),
  steps: { scan: { weight: 100 } },
  ...ALIKE,
  process: 'reader',
  reads: () => [],
  ...NOTHING,
  page: null,
});
