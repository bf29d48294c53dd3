import { basename } from 'node:path';
import type { Newer } from '@shared/contract/newest';
import { CHANGES } from '@shared/contract/api';
import type { AppInfo } from '@shared/contract/app';
import type { ArgumentOf, Channel } from '@shared/contract/channels';
import type { Picking } from '@shared/contract/intake';
import type { Settings } from '@shared/contract/settings';
import { VoronoiceError } from '@shared/contract/errors';
import { type JobKind, jobPages, type JobResultOf, type RequestOf } from '@shared/jobs';
import { pack } from '@shared/contract/packed';
import { FRAMES_PER_SECOND } from '@shared/domain/rvc';
import { linksTo } from '@shared/domain/voice/linked';
import { takesHold } from '@shared/domain/sound/takesHold';
import type { Journal } from '../jobs/journal';
import type { JobQueue } from '../jobs/queue';
import type { RateProbe } from '../jobs/rateProbe';
import type { Reader } from '../jobs/reader';
import type { Bin } from '../library/bin';
import type { BuiltFolders } from '../library/builtFolders';
import type { Library } from '../library/library';
import type { MarkStore } from '../library/marks';
import type { Measurements } from '../library/measurements';
import { offer, offerOf, type Offers } from '../library/offers';
import type { LeftOutStore } from '../library/leftOut';
import type { PointedFolders } from '../library/pointed';
import type { Shelf } from '../library/shelf';
import type { SettingsStore } from '../library/settings';
import type { StorageRoom } from '../library/storage';
import type { Tokens } from '../library/tokens';
import type { Takes } from '../library/takes';
import { hostsFound, usesOf, type UsesServices } from '../jobs/uses';
import type { PowerOff } from '../system/powerOff';
import type { Telling } from '../library/telling';
import { traceOf, type Traces } from '../library/traces';
import type { DropHandler, Handlers } from './register';

/** What the handlers reach for. */
export interface Services {
  readonly library: Library;
  readonly telling: Pick<Telling, 'begin'>;
  readonly marks: MarkStore;
  readonly traces: Pick<Traces, 'pathOf'>;
  readonly takes: Pick<Takes, 'of'>;
  readonly pointed: PointedFolders;
  readonly leftOut: LeftOutStore;
  readonly shelf: Pick<Shelf, 'entries' | 'set'>;
  readonly built: Pick<BuiltFolders, 'choose'>;
  readonly storage: Pick<StorageRoom, 'report' | 'clean'>;
  /** Moves backups beyond the limit to the trash. */
  readonly trimBackups: () => Promise<void>;
  readonly bin: Pick<Bin, 'put' | 'putBack' | 'putAllBack'>;
  readonly jobs: JobQueue;
  readonly journal: Pick<Journal, 'isKept'>;
  readonly reader: Pick<Reader, 'ask'>;
  readonly measurements: Pick<Measurements, 'ofIndex' | 'outlineOf' | 'ofJob' | 'hashOf' | 'tellerOf'>;
  /** What an export would do, as it is asked of the reader. */
  readonly preparePlan: (request: ArgumentOf<'export.plan'>) => RequestOf<'exportPlan'>;
  readonly hosts: UsesServices;
  readonly settings: Pick<SettingsStore, 'get' | 'set'>;
  readonly tokens: Tokens;
  readonly offers: Pick<Offers, 'take'>;
  /** The app's own folder, without links. */
  readonly home: string;
  /** The system's dialog; none when the person cancels. */
  readonly pick: (what: Picking) => Promise<readonly string[]>;
  readonly reveal: (path: string) => void;
  readonly info: () => Promise<AppInfo>;
  readonly rateProbe: Pick<RateProbe, 'current' | 'forget'>;
  /** @throws NEWEST_UNKNOWN */
  readonly newer: () => Promise<Newer | null>;
  readonly diagnostics: (trouble: ArgumentOf<'app.diagnostics'>) => Promise<string>;
  /** The path it was saved under; null when the person cancels. */
  readonly saveDiagnostics: () => Promise<string | null>;
  readonly showLog: () => void;
  readonly settingsChanged: (settings: Settings) => void;
  readonly powerOff: Pick<PowerOff, 'stop' | 'now'>;
}

/** Where the result of a job lies, to be shown; null while it has none. */
function pathOfJob(jobs: JobQueue, id: string): string | null {
  const result = jobs.list().find((job) => job.id === id)?.result ?? null;
  return result === null ? null : shownPath(result);
}

function shownPath<K extends JobKind>(result: JobResultOf<K>): string | null {
  return jobPages[result.kind].shows(result);
}

/**
 * A take of a job that has listened.
 *
 * @throws BAD_REQUEST when there is none, FILE_CHANGED when it is of an index that has changed since
 */
function takeOf(
  { jobs, library }: Pick<Services, 'jobs' | 'library'>,
  id: string,
  take: number,
): { readonly name: string; readonly frames: number } {
  const { request, result, startedAt } = jobs.get(id);
  const made = result?.kind === 'listen' ? result.takes[take] : undefined;
  if (request.kind !== 'listen' || result?.kind !== 'listen' || made === undefined) {
    throw new VoronoiceError('BAD_REQUEST', 'There is no such take.');
  }
  const modified = request.indexes.map((index) => library.index(index).index.modified);
  if (!takesHold(startedAt, modified)) {
    throw new VoronoiceError('FILE_CHANGED', 'An index has changed since it was listened to.');
  }
  return { name: made.name, frames: Math.round(result.seconds * FRAMES_PER_SECOND) };
}

export function createHandlers(services: Services): Handlers {
  const {
    library,
    marks,
    pointed,
    leftOut,
    shelf,
    built,
    bin,
    storage,
    jobs,
    measurements,
    takes,
    reader,
    settings,
    tokens,
  } = services;
  return {
    'app.info': () => services.info(),
    'app.rates': () => services.rateProbe.current(),
    'app.reveal': ({ id }) => {
      const path = library.pathOf(id) ?? pathOfJob(jobs, id);
      if (path === null) throw new VoronoiceError('FILE_NOT_FOUND', 'This is not in the library any more.');
      services.reveal(path);
      return null;
    },
    'app.newer': () => services.newer(),
    'app.keepOn': () => {
      services.powerOff.stop();
      return null;
    },
    'app.shutDown': () => {
      services.powerOff.now();
      return null;
    },
    'app.diagnostics': (trouble) => services.diagnostics(trouble),
    'app.saveDiagnostics': async () => {
      const path = await services.saveDiagnostics();
      if (path === null) return null;
      services.reveal(path);
      return basename(path).slice(0, 300);
    },
    'app.showLog': () => {
      services.showLog();
      return null;
    },
    'settings.get': () => settings.get(),
    'settings.set': async (change) => {
      const { threads } = settings.get();
      const value = settings.set(change);
      if (value.threads !== threads) services.rateProbe.forget();
      services.settingsChanged(value);
      if (change.backupLimit !== undefined || change.backupCount !== undefined) await services.trimBackups();
      return value;
    },
    'intake.pick': async ({ what }) => {
      const kind = what === 'files' ? 'file' : 'folder';
      return (await services.pick(what)).map((path) => offer(tokens, { kind, path }));
    },
    'intake.waiting': () => [...services.offers.take()],
    'intake.archives': async ({ id }) => {
      const offers = await Promise.all(library.archives(id).map((path) => offerOf(tokens, path)));
      return offers.filter((one) => one !== null);
    },
    'intake.look': ({ token }) =>
      reader.ask({ kind: 'look', path: tokens.peek(token, ['folder', 'file']).path, home: services.home }),
    'library.get': () => services.telling.begin(),
    'library.add': ({ token }) => library.add(tokens.take(token, ['folder', 'file']).path),
    'library.removeFolder': ({ id }) => {
      library.removeFolder(id);
      return null;
    },
    'library.closeIndex': ({ id }) => {
      library.closeIndex(id);
      return null;
    },
    'library.refresh': async () => {
      await library.refresh();
      return null;
    },
    'shelf.get': () => shelf.entries(),
    'shelf.set': ({ index, ...change }) => {
      shelf.set(library.index(index).index, change);
      return null;
    },
    'shelf.discard': async ({ index: id }) => {
      const { index, voice } = library.index(id);
      if (index.place !== 'built') throw new VoronoiceError('BAD_REQUEST', 'This index was not built here.');
      const [linked] = linksTo(index, voice?.indexes ?? []);
      if (linked !== undefined) {
        const message = `"${linked.path}" is a link to this index.`;
        throw new VoronoiceError('INDEX_LINKED', message, { path: linked.path });
      }
      const item = await bin.put(index.path);
      await library.refresh(index.path);
      return { id: item };
    },
    'shelf.restore': async ({ id }) => {
      const folders = id === null ? await bin.putAllBack() : [await bin.putBack(id)];
      for (const folder of folders) await library.refreshBuilt(folder);
      return null;
    },
    'storage.get': () => storage.report(),
    'storage.clean': async ({ part }) => {
      await storage.clean(part);
      return storage.report();
    },
    'storage.setFolder': async ({ token }) => {
      await built.choose(token === null ? null : tokens.take(token, ['folder']).path);
      void library.refresh();
      return storage.report();
    },
    'index.inspect': ({ id }) => {
      library.requireReachable(id);
      return reader.ask({ kind: 'inspect', path: library.index(id).index.path });
    },
    'hosts.find': () => hostsFound(services.hosts),
    'hosts.uses': ({ voice }) => usesOf(voice, services.hosts),
    'export.plan': (request) => reader.ask(services.preparePlan(request)),
    'measurements.ofIndex': ({ id }) => pack(measurements.ofIndex(measurements.tellerOf(library.index(id)))),
    'measurements.outlines': ({ indexes }) =>
      indexes.flatMap((id) => {
        const known = library.find(id);
        if (known === undefined) return [];
        return [{ index: id, outline: measurements.outlineOf(measurements.tellerOf(known)) }];
      }),
    'measurements.ofJob': ({ id }) => pack(measurements.ofJob(id)),
    'sound.clip': ({ voice: id, ...frames }) => {
      const { path, featuresPath } = library.voice(id);
      return reader.ask({ kind: 'clip', voice: path, pointed: pointed.of(id), features: featuresPath, ...frames });
    },
    'sound.group': async ({ index: id, list }) => {
      const known = library.index(id);
      const moments = await reader.ask({
        kind: 'groupMoments',
        index: known.index.path,
        list,
        trace: traceOf(known, services),
      });
      return { voice: known.voice?.id ?? null, ...moments };
    },
    'sound.take': ({ job: id, take }) => {
      const folder = takes.of(id);
      const { name, frames } = takeOf(services, id, take);
      const from = { file: `${name}.npy`, from: 0, frames };
      return reader.ask({ kind: 'clip', voice: folder, pointed: folder, features: null, ...from });
    },
    'sound.point': async ({ voice, token }) => {
      await pointed.point(voice, tokens.take(token, ['folder']).path, library);
      return null;
    },
    'voices.leaveOut': async ({ voice, files }) => {
      await leftOut.leaveOut(voice, files, library);
      return null;
    },
    'voices.useAgain': async ({ voice }) => {
      await leftOut.useAgain(voice, library);
      return null;
    },
    'marks.get': ({ voice }) => marks.get(library.voice(voice).id),
    'marks.set': ({ voice, marks: marked }) => marks.set(library.voice(voice).id, marked),
    'jobs.list': () => jobs.list(),
    'jobs.areKept': () => services.journal.isKept,
    'jobs.start': (request) => ({ id: jobs.start(request) }),
    'jobs.cancel': ({ id }) => {
      jobs.cancel(id);
      return null;
    },
    'jobs.rerun': ({ id }) => {
      const { voice } = jobs.get(id);
      if (voice !== null) library.requireReachable(voice);
      return { id: jobs.rerun(id) };
    },
    'jobs.dismiss': ({ ids }) => {
      jobs.dismiss(ids);
      return null;
    },
    'jobs.restore': ({ ids }) => {
      jobs.restore(ids);
      return null;
    },
    'jobs.move': ({ id, before }) => {
      jobs.move(id, before);
      return null;
    },
    'jobs.pause': () => {
      jobs.pause();
      return null;
    },
    'jobs.resume': () => {
      jobs.resume();
      return null;
    },
  };
}

/** The same handlers for a library of a newer version: what would change something is refused, the rest is answered. */
export function refusingChanges(handlers: Handlers): Handlers {
  const refuse = (): never => {
    throw new VoronoiceError('LIBRARY_NEWER', 'The library is of a newer version and is not changed.');
  };
  const entries = (Object.keys(handlers) as Channel[]).map((channel) => [
    channel,
    CHANGES[channel] ? refuse : handlers[channel],
  ]);
  return Object.fromEntries(entries) as Handlers;
}

/** A dropped folder or file becomes a token; what is neither becomes null. */
export function createDropHandler(tokens: Tokens): DropHandler {
  return ({ path }) => offerOf(tokens, path);
}
