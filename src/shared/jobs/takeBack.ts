import * as v from 'valibot';
import { filePath, opaqueId, shortText } from '../contract/primitives';
import { ALIKE, defineKind, definePage } from './kind';

/** A hand-over writes at most four files and keeps at most a hundred. */
const files = v.pipe(v.array(filePath), v.maxLength(200));

export const TakeBackResult = v.strictObject({
  /** Files that have their place again. */
  restored: files,
  /** What stood in their place, or where nothing was: kept under a backup name. */
  backups: files,
});
export type TakeBackResult = v.InferOutput<typeof TakeBackResult>;

/** Takes a hand-over back: what was written makes room, and what was there before has its name again. */
export const takeBack = defineKind({
  request: v.strictObject({
    kind: v.literal('takeBack'),
    /**
     * In the order in which they were changed. `backup`: what takes its place again; null: nothing was there. `mark`: what
     * tells that file from every other, where that is known.
     */
    files: v.pipe(
      v.array(
        v.strictObject({
          path: filePath,
          backup: v.nullable(filePath),
          mark: v.exactOptional(shortText),
        }),
      ),
      v.minLength(1),
      v.maxLength(200),
    ),
  }),
  result: TakeBackResult,
  steps: { move: { weight: 100 } },
  ...ALIKE,
  process: 'own',
  reads: ({ files: changed }) => changed.map(({ path }) => path),
  writes: () => [],
  changes: ({ files: [first] }) => (first === undefined ? null : { beside: first.path }),
  page: definePage({
    request: v.strictObject({
      kind: v.literal('takeBack'),
      /** The job that handed an index over. */
      job: opaqueId,
    }),
    result: v.strictObject({ kind: v.literal('takeBack'), value: TakeBackResult }),
    shows: ({ value }) => value.restored[0] ?? value.backups[0] ?? null,
  }),
});
