import type { ArgumentOf, Channel, ResultOf } from './channels';
import type { Failure } from './errors';
import type { EventName, EventOf } from './events';
import type { Offer } from './intake';

/** All channels travel under this prefix, so that nothing else on the bus can be mistaken for one. */
export const CHANNEL_PREFIX = 'voronoice:';
/** The preload alone uses this one: a path that the browser itself attached to a dropped file becomes a token. */
export const DROP_CHANNEL = 'intake.drop';

/** Whether a request changes what is kept or begins work, and is refused while the library is of a newer version. */
export const CHANGES: Readonly<Record<Channel, boolean>> = {
  'app.info': false,
  'app.rates': false,
  'app.reveal': false,
  'app.newer': false,
  'app.diagnostics': false,
  'app.saveDiagnostics': false,
  'app.keepOn': false,
  'app.shutDown': false,
  'app.showLog': false,
  'settings.get': false,
  // They have a file of their own.
  'settings.set': false,
  'intake.pick': false,
  'intake.waiting': false,
  'intake.archives': false,
  'intake.look': false,
  'library.get': false,
  'library.add': true,
  'library.removeFolder': true,
  'library.closeIndex': true,
  'library.refresh': false,
  'shelf.get': false,
  'shelf.set': true,
  'shelf.discard': true,
  'shelf.restore': true,
  'storage.get': false,
  'storage.setFolder': true,
  'storage.clean': true,
  'index.inspect': false,
  'export.plan': false,
  'hosts.find': false,
  'hosts.uses': false,
  'measurements.ofIndex': false,
  'measurements.outlines': false,
  'measurements.ofJob': false,
  'sound.clip': false,
  'sound.group': false,
  'sound.take': false,
  'sound.point': true,
  'voices.leaveOut': true,
  'voices.useAgain': true,
  'marks.get': false,
  'marks.set': true,
  'jobs.list': false,
  'jobs.areKept': false,
  'jobs.start': true,
  'jobs.cancel': true,
  'jobs.rerun': true,
  'jobs.dismiss': true,
  'jobs.restore': true,
  'jobs.move': true,
  'jobs.pause': true,
  'jobs.resume': true,
};

/** All that main tells the page, by name alone: their schemas take longer to build than all else that comes before a page. */
export const TOLD: Readonly<Record<EventName, true>> = {
  'library.changed': true,
  'shelf.changed': true,
  'library.news': true,
  'jobs.changed': true,
  'jobs.removed': true,
  'jobs.rested': true,
  'jobs.kept': true,
  'intake.offered': true,
  'app.powerOff': true,
  'app.command': true,
};

/** An answer on the wire: a thrown error would lose its code between the processes, so nothing is thrown. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** What was answered. @throws the failure, as plain data: an Error would lose its code on the way into the page */
export function valueOf<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value;
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  throw reply.failure;
}

/** What every page begins with. */
export const BEGINNING = [
  'settings.get',
  'app.info',
  'library.get',
  'shelf.get',
  'jobs.list',
  'jobs.areKept',
] as const satisfies readonly Channel[];
export type Beginning = (typeof BEGINNING)[number];

/** What the page sees as `window.api`. Calls reject with a `Failure`. */
export interface Api {
  /**
   * For what a page begins with: the page waits for it, so that it is drawn without a wait in its script, of which Chromium
   * keeps, for the next start, what ran before the first one. No event falls between the answer and the end of the task.
   */
  readonly begin: <C extends Beginning>(channel: C) => Reply<ResultOf<C>>;
  readonly call: <C extends Channel>(channel: C, argument: ArgumentOf<C>) => Promise<ResultOf<C>>;
  readonly on: <E extends EventName>(event: E, listener: (value: EventOf<E>) => void) => () => void;
  /** For a dropped `File`: a token that stands for it, or null when it is not a file on disk. */
  readonly tokenOf: (file: object) => Promise<Offer | null>;
}
