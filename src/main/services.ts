import { tmpdir } from 'node:os';
import type { EventName, EventOf } from '@shared/contract/events';
import type { JobSnapshot } from '@shared/contract/jobs';
import type { ScanResult } from '@shared/contract/voices';
import type { RequestOf } from '@shared/jobs';
import { completeJob, type CompletionServices } from './jobs/completion';
import { Journal } from './jobs/journal';
import { prepareJob } from './jobs/kinds';
import type { PrepareServices } from './jobs/kinds/kind';
import { PaceHistory } from './jobs/paces';
import { changedBy } from '../supervisor/places';
import { JobQueue, type JobQueueOptions } from './jobs/queue';
import { RateProbe } from './jobs/rateProbe';
import { RateHistory } from './jobs/rates';
import { isFinished } from './jobs/transitions';
import { Bin } from './library/bin';
import { BuiltFolders } from './library/builtFolders';
import type { Database } from './library/database';
import { Library } from './library/library';
import { MarkStore } from './library/marks';
import { Measurements } from './library/measurements';
import { Memory } from './library/memory';
import { followMove } from './library/moved';
import { Offers } from './library/offers';
import { LeftOutStore } from './library/leftOut';
import { PointedFolders } from './library/pointed';
import { Shelf } from './library/shelf';
import { type BackupLimit, StorageRoom } from './library/storage';
import { Takes } from './library/takes';
import { Telling } from './library/telling';
import { Tokens } from './library/tokens';
import { Traces } from './library/traces';
import type { Trash } from './library/trash';
import type { SystemEyes } from './library/watch/handles';
import { LibraryWatch } from './library/watch/watch';
import { WrittenFiles } from './library/written';
import type { Workers } from './jobs/workers';
import type { OwnFolders } from './system/dataFolder';
import { isInside, overlaps } from '../supervisor/inside';
import type { Log } from '../supervisor/log';

/** What the services stand on: files, processes, the clock and the page. Tests put something else in its place. */
export interface Ground
  extends
    OwnFolders,
    Pick<Workers, 'probe'>,
    Pick<JobQueueOptions, 'run' | 'sweep' | 'createId' | 'now' | 'monotonic'> {
  readonly database: Database;
  /** Whether nothing that is kept may change: the library is of a newer version. */
  readonly isLibraryNewer: boolean;
  readonly log: Log;
  /** Looks through a path on disk. */
  readonly scan: (path: string, known: Pick<RequestOf<'scan'>, 'built' | 'pointed'>) => Promise<ScanResult>;
  readonly trash: Trash;
  /** When a file was written last, in ms since 1970; null when it is gone. */
  readonly modifiedOf: CompletionServices['modifiedOf'];
  /** Tells the page something. */
  readonly send: <E extends EventName>(event: E, value: EventOf<E>) => void;
  /** Hears of every change of a job, as the page does. */
  readonly follow: (job: JobSnapshot) => void;
  /** Hears that nothing runs any more. */
  readonly rested: JobQueueOptions['rested'];
  readonly engine: CompletionServices['engine'];
  /** How the system tells of changes in folders. */
  readonly eyes: SystemEyes;
  readonly memoryLimit: () => number | null;
  readonly backupLimit: () => BackupLimit;
}

/** What main knows and does, without windows. */
export interface Services {
  readonly memory: Memory;
  readonly tokens: Tokens;
  readonly offers: Offers;
  readonly rates: RateHistory;
  readonly rateProbe: RateProbe;
  readonly library: Library;
  /** What the page knows of the library. */
  readonly telling: Telling;
  readonly marks: MarkStore;
  readonly pointed: PointedFolders;
  readonly leftOut: LeftOutStore;
  readonly shelf: Shelf;
  readonly built: BuiltFolders;
  readonly bin: Bin;
  readonly storage: StorageRoom;
  /** Moves backups beyond the limit to the trash. */
  readonly trimBackups: () => Promise<void>;
  readonly measurements: Measurements;
  readonly traces: Traces;
  readonly takes: Takes;
  readonly preparing: PrepareServices;
  readonly jobs: JobQueue;
  readonly journal: Pick<Journal, 'isKept'>;
  /** Watches the library from now on, until what comes back is called. */
  readonly watch: () => () => void;
}

/** How long a folder must be quiet before it is looked at, and how long nobody looks at what says nothing. */
const QUIET_MS = 2_000;
const PAUSE_MS = 5_000;
/** The page hears of a voice first, and then what is new about it. */
const NEWS_MS = 500;
/** More are not counted. */
const MOST_NEWS = 10_000;

/** Wires the services to each other and to what they stand on. */
export function createServices(ground: Ground): Services {
  const { database, log, createId, now, send, home, builtRoot, sampleRoot, unpackedRoot, memoryLimit } = ground;
  const traces = new Traces(ground.tracesRoot);
  const takes = new Takes(ground.takesRoot);
  const memory = new Memory(database);
  followMove(database, memory, home);
  const tokens = new Tokens(createId, ground.monotonic);
  const offers = new Offers(tokens, () => send('intake.offered', null));
  const rates = new RateHistory(memory);
  const measurements = new Measurements(database);
  const marks = new MarkStore(memory);
  const pointed = new PointedFolders(memory);
  const watching: { watch: LibraryWatch | null } = { watch: null };
  const built = new BuiltFolders(memory, builtRoot);
  const bin = new Bin({ memory, trash: ground.trash, createId });
  const library: Library = new Library({
    database,
    scan: (path) => ground.scan(path, { built: built.all(), pointed: pointed.all() }),
    changed: () => {
      telling.changed();
      shelf.tell();
      if (!library.isScanning) void watching.watch?.follow();
    },
    announce: (news) => {
      // What the app has made itself is no news.
      const others = news.filter(({ voice }) => !isInside(library.voice(voice).path, home));
      if (others.length > 0) setTimeout(() => send('library.news', others.slice(0, MOST_NEWS)), NEWS_MS).unref();
    },
    createId,
    now,
    log,
  });
  const telling: Telling = new Telling({
    state: () => library.snapshot(),
    send: (change) => send('library.changed', change),
  });
  const shelf: Shelf = new Shelf({
    database,
    indexes: () => library.indexes(),
    publish: (entries) => send('shelf.changed', [...entries]),
  });
  const written = new WrittenFiles(database);
  const storage = new StorageRoom({
    built,
    bin,
    written,
    library,
    takesRoot: ground.takesRoot,
    tracesRoot: ground.tracesRoot,
    logRoot: ground.logRoot,
    sampleRoot,
    activeJobs: () => new Set(jobs.list().flatMap((job) => (isFinished(job) ? [] : [job.id]))),
    trash: ground.trash,
  });
  const trimBackups = async (): Promise<void> => {
    if (!ground.isLibraryNewer) await storage.keepBackupsWithin(ground.backupLimit());
  };
  const preparing: PrepareServices = {
    library: reachableOf(library),
    marks,
    pointed,
    tokens,
    memory,
    job: (id) => jobs.get(id),
    built,
    sampleRoot,
    unpackedRoot,
    traces,
    takes,
    measurements,
    memoryLimit,
  };
  const completing: CompletionServices = {
    library,
    shelf,
    written,
    trimBackups,
    measurements,
    traces,
    rates,
    engine: ground.engine,
    modifiedOf: ground.modifiedOf,
    now,
    log,
  };
  const journal = new Journal(database, log, (kept) => send('jobs.kept', { kept }));
  const jobs: JobQueue = new JobQueue({
    journal,
    prepare: (request, jobId) => prepareJob(request, jobId, preparing),
    run: ground.run,
    complete: (work, value, job) => completeJob(work, value, job, completing),
    sweep: ground.sweep,
    paces: new PaceHistory(memory, log),
    changed: (job) => {
      ground.follow(job);
      send('jobs.changed', job);
    },
    removed: ({ id, sequence }) => send('jobs.removed', { id, sequence }),
    forgotten: (id) => {
      if (!ground.isLibraryNewer) void takes.remove(id).catch((error: unknown) => log.warn(String(error)));
    },
    rested: ground.rested,
    createId,
    now,
    monotonic: ground.monotonic,
    log,
  });
  const rateProbe = new RateProbe({
    history: rates,
    isBusy: () => jobs.isBusy,
    // Not where indexes are: what a crash leaves there would be a person's to wonder at.
    run: () => ground.probe(tmpdir()),
    log,
  });
  // What a newer version keeps for reasons of its own is not swept up.
  if (!ground.isLibraryNewer) {
    void bin.empty().catch((error: unknown) => log.warn(String(error)));
    void takes.sweep(new Set(jobs.list().map(({ id }) => id))).catch((error: unknown) => log.warn(String(error)));
  }
  const watch = (): (() => void) => {
    const begun = new LibraryWatch({
      library,
      isWriting: (path) => {
        const folder = jobs.work === null ? null : changedBy(jobs.work);
        return folder !== null && overlaps(folder, path);
      },
      eyes: ground.eyes,
      quietMs: QUIET_MS,
      pauseMs: PAUSE_MS,
    });
    watching.watch = begun;
    return () => begun.close();
  };
  return {
    memory,
    tokens,
    offers,
    rates,
    rateProbe,
    library,
    telling,
    marks,
    pointed,
    leftOut: new LeftOutStore(memory),
    shelf,
    built,
    bin,
    storage,
    trimBackups,
    measurements,
    traces,
    takes,
    preparing,
    jobs,
    journal,
    watch,
  };
}

/** The same library for those who are about to work with what they find: what cannot be reached is refused. */
function reachableOf(library: Library): PrepareServices['library'] {
  const reachable = <T>(id: string, found: T): T => {
    library.requireReachable(id);
    return found;
  };
  return { voice: (id) => reachable(id, library.voice(id)), index: (id) => reachable(id, library.index(id)) };
}
