import * as v from 'valibot';
import { PowerOffState } from './app';
import { COMMAND_IDS } from './commands';
import { JobSnapshot } from './jobs';
import { LibraryChange, VoiceNews } from './library';
import { count, opaqueId } from './primitives';
import { ShelfEntry } from './shelf';

/** What main tells the page unasked. */
export const events = {
  'library.changed': LibraryChange,
  'shelf.changed': v.array(ShelfEntry),
  /** One for each voice, found in one look. */
  'library.news': v.pipe(v.array(VoiceNews), v.minLength(1), v.maxLength(10_000)),
  'jobs.changed': JobSnapshot,
  /** `sequence`: as it was then; only a later snapshot brings it back. */
  'jobs.removed': v.strictObject({ id: opaqueId, sequence: count }),
  /** Nothing runs any more, and it was not cancelled. */
  'jobs.rested': v.null(),
  /** The disk does not take the list of jobs, or takes it again. */
  'jobs.kept': v.strictObject({ kept: v.boolean() }),
  /** Something waits for `intake.waiting`. */
  'intake.offered': v.null(),
  'app.powerOff': PowerOffState,
  /** The menu asked for this. */
  'app.command': v.strictObject({ command: v.picklist(COMMAND_IDS) }),
} as const satisfies Record<string, v.GenericSchema>;
export type EventName = keyof typeof events;
export type EventOf<E extends EventName> = v.InferOutput<(typeof events)[E]>;
