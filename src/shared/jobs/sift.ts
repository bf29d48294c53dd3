import * as v from 'valibot';
import { Selection } from '../contract/build';
import { count, filePath, finite, opaqueId, shortText } from '../contract/primitives';
import { SelectionReport } from '../contract/record';
import { Suspect } from '../contract/sound';
import { named, seed } from './fields';
import { defineKind, definePage, NOTHING } from './kind';

export const SiftRequest = v.strictObject({
  kind: v.literal('sift'),
  folder: filePath,
  /** Where its recordings are, when a person has pointed to them; null: in the usual place. */
  pointed: v.optional(v.nullable(filePath), null),
  selection: Selection,
  seed,
});
export type SiftRequest = v.InferOutput<typeof SiftRequest>;

export const SiftResult = v.strictObject({
  report: SelectionReport,
  /** Frames by file, and how many of them each rule would take; at most 2,000, those that lose most first. */
  files: v.pipe(
    v.array(v.strictObject({ name: shortText, frames: count, silence: count, duplicates: count, outliers: count })),
    v.maxLength(2_000),
  ),
  /** Distances of the frames to the voice's typical sounds, relative to the median: counts for 0..5 in steps of 0.25. */
  distances: v.pipe(v.array(count), v.length(20)),
  /** Most likely wrong first (domain/voice/suspects.ts); without what the selection leaves out as moments. */
  suspects: v.optional(v.pipe(v.array(Suspect), v.maxLength(200)), []),
  /** Files whose recordings were looked into for that; the others are not at hand, not readable, or too many. */
  heard: v.optional(count, 0),
  seconds: finite,
});
export type SiftResult = v.InferOutput<typeof SiftResult>;

/** Looks for frames that could be left out, and says what each rule would take. */
export const sift = defineKind({
  request: SiftRequest,
  result: SiftResult,
  steps: { read: { weight: 4 }, select: { weight: 96 } },
  sizedBy: 'read',
  variety: ({ selection }) => String(selection.outliers > 0),
  process: 'own',
  reads: ({ folder, pointed }) => [folder, ...named(pointed)],
  ...NOTHING,
  page: definePage({
    request: v.strictObject({ kind: v.literal('sift'), voice: opaqueId, selection: Selection }),
    result: v.strictObject({ kind: v.literal('sift'), value: SiftResult }),
    shows: () => null,
  }),
});
