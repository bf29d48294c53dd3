import * as v from 'valibot';
import { filePath } from '../contract/primitives';
import { Clip, CLIP_FRAMES } from '../contract/sound';
import { ALIKE, defineKind, NOTHING } from './kind';

/** Cuts some frames out of a recording, with a little of what is around them. */
export const clip = defineKind({
  request: v.strictObject({
    kind: v.literal('clip'),
    /** The experiment folder. */
    voice: filePath,
    /** Where its recordings are, when a person has pointed to them; null: in the usual place. */
    pointed: v.nullable(filePath),
    /** Its features; null when it has none. */
    features: v.nullable(filePath),
    ...CLIP_FRAMES,
  }),
  result: Clip,
  steps: { cut: { weight: 100 } },
  ...ALIKE,
  process: 'reader',
  reads: ({ voice }) => [voice],
  ...NOTHING,
  page: null,
});
