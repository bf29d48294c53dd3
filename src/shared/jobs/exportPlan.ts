import * as v from 'valibot';
import { ExportWarning } from '../contract/exportWarning';
import { count, filePath, Host, Problem, shortText } from '../contract/primitives';
import { exportFields } from './export';
import { ALIKE, defineKind, NOTHING } from './kind';

/** `hard`: one file under two names. `symbolic`: a file that leads to another, also on another disk. */
export const LinkKind = v.picklist(['hard', 'symbolic']);
export type LinkKind = v.InferOutput<typeof LinkKind>;

export const ExportPlan = v.strictObject({
  host: Host,
  targets: v.pipe(
    v.array(
      v.strictObject({ path: filePath, state: v.picklist(['new', 'same', 'replace']), backup: v.nullable(filePath) }),
    ),
    v.maxLength(4),
  ),
  /** What is written without a link. */
  bytes: count,
  /** The link that could take the place of each copy; null: the disk or the system cannot link there. */
  link: v.nullable(LinkKind),
  /** The slots that could take it; empty for a host without slots. */
  slots: v.pipe(v.array(v.strictObject({ id: shortText, name: shortText })), v.maxLength(2_000)),
  /** The one it would go to, with the settings that change there and the index that makes room; null: none is chosen. */
  slot: v.nullable(
    v.strictObject({
      id: shortText,
      settings: v.nullable(v.strictObject({ path: filePath, backup: filePath })),
      index: v.nullable(v.strictObject({ path: filePath, backup: filePath })),
    }),
  ),
  /** Indexes the host might load instead. */
  others: v.pipe(v.array(filePath), v.maxLength(100)),
  /** A name under which both indexes could be listened to in turn; null when none is replaced, or no name is free. */
  beside: v.nullable(shortText),
  warnings: v.pipe(v.array(ExportWarning), v.maxLength(20)),
  /** What stops the export: the file itself would not work in this host. */
  problems: v.pipe(v.array(Problem), v.maxLength(20)),
});
export type ExportPlan = v.InferOutput<typeof ExportPlan>;

/** Says what an export would do. */
export const exportPlan = defineKind({
  request: v.strictObject({ kind: v.literal('exportPlan'), ...exportFields }),
  result: ExportPlan,
  steps: { plan: { weight: 100 } },
  ...ALIKE,
  process: 'reader',
  reads: ({ root }) => [root],
  ...NOTHING,
  page: null,
});
