import * as v from 'valibot';
import { finite } from './primitives';

/** A remark on where an export goes or what is in it, which does not stop it. */
export const ExportWarning = v.strictObject({
  code: v.picklist([
    'TRAINED_IN_PATH',
    'NON_ASCII_PATH',
    'AMBIGUOUS_NAME',
    'CASE_DIFFERS',
    'OTHER_INDEX',
    'REPLACES',
    'NAME_CHANGED',
    'NORMALIZED',
    'ZERO_VECTORS',
    'NOT_LINKED',
  ]),
  details: v.record(v.string(), v.union([v.string(), finite])),
  /** A name or path that avoids it, when there is one. */
  proposal: v.nullable(v.string()),
});
export type ExportWarning = v.InferOutput<typeof ExportWarning>;
