import * as v from 'valibot';
import { ArchiveReport } from '../contract/archives';
import { ModelFile } from '../contract/models';
import { count, filePath, Problem } from '../contract/primitives';
import { LOOK_ALIKES } from '../formats/lookAlike';
import { ALIKE, defineKind, NOTHING } from './kind';

/** What a file or folder is that a person has chosen, by its first bytes rather than by its name. */
export const Sight = v.variant('what', [
  v.strictObject({ what: v.literal('folder') }),
  /** `problem`: why there is nothing to be read in it. */
  v.strictObject({ what: v.literal('index'), problem: v.nullable(Problem) }),
  v.strictObject({ what: v.literal('model'), model: ModelFile }),
  v.strictObject({ what: v.literal('archive'), archive: ArchiveReport }),
  /** One file of features, of a folder of them. */
  v.strictObject({
    what: v.literal('features'),
    folder: filePath,
    rows: count,
    columns: count,
    problem: v.nullable(Problem),
  }),
  /** Nothing to be opened here; null: nothing that is known. */
  v.strictObject({ what: v.literal('other'), alike: v.nullable(v.picklist(LOOK_ALIKES)) }),
]);
export type Sight = v.InferOutput<typeof Sight>;

/** Says what was chosen, before anything is done with it. */
export const look = defineKind({
  request: v.strictObject({
    kind: v.literal('look'),
    path: filePath,
    /** The app's own folder; see `scan`. */
    home: v.nullable(filePath),
  }),
  result: Sight,
  steps: { inspect: { weight: 100 } },
  ...ALIKE,
  process: 'reader',
  reads: ({ path }) => [path],
  ...NOTHING,
  page: null,
});
