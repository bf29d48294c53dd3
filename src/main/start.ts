import { app, type BrowserWindow, shell } from 'electron';
import { jobTitle } from '@shared/domain/jobs/title';
import { connectPage } from './ipc/connect';
import { TrustedSenders } from './window/trusted';
import { createFork } from './jobs/fork';
import { createWorkers } from './jobs/workers';
import { Checkpoints } from './library/checkpoints';
import { openLibrary } from './library/database';
import { settleInThread } from './library/settle';
import { systemEyes } from './library/watch/handles';
import { Lifecycle } from './lifecycle';
import { createServices } from './services';
import { confirmClosing, tellReplaced } from './window/dialogs';
import { EngineProbe, lookForEngine } from './system/engineProbe';
import { openAll, openPaths } from './window/opening';
import { modifiedOf } from './system/onDisk';
import { openPlace } from './place';
import { isHeldByDisk, killByForce } from '../supervisor/held';
import { createAttention, createDesk, createPowerOff, type Desk } from './window/desk';
import { namesIn } from './window/texts';

/** From when a page has been loaded until it is drawn, and longer. */
const DRAWN_AFTER_MS = 100;

/** What the program is given by what runs before it. */
export interface Beginning {
  /** The window whose page waits for the program; null where its page comes from a development server. */
  readonly first: BrowserWindow | null;
  readonly preload: string;
  readonly devServer: string | undefined;
  /** Files that macOS has said to open until now; what is told has the next ones. */
  readonly opened: (open: (path: string) => void) => readonly string[];
}

/** The order in which the program starts: when this returns, the page is answered. @throws when it cannot be */
export function start({ first, preload, devServer, opened }: Beginning): void {
  const place = openPlace();
  const { log, settings, texts, home, builtRoot, sampleRoot, unpackedRoot, tracesRoot, takesRoot, logRoot } = place;
  log.info(`Voronoice ${app.getVersion()} starts`);
  process.on('uncaughtExceptionMonitor', (error) => log.warn(error.stack ?? String(error)));
  process.on('unhandledRejection', (error) => log.warn(error instanceof Error ? (error.stack ?? '') : String(error)));

  const replaced: { kept: string | null } = { kept: null };
  const { database, isNewer } = openLibrary(place.libraryPath, log, { replaced: (kept) => (replaced.kept = kept) });

  // A newer library is a copy in memory.
  const checkpoints = isNewer ? null : new Checkpoints({ path: place.libraryPath, settle: settleInThread, log });

  const engine = new EngineProbe(lookForEngine(import.meta.url, process.env));
  const { pool, reader, ...working } = createWorkers(createFork(log), app, engine, log, {
    effort: () => settings.effort(),
    leftOut: () => ({ home, voices: services.leftOut.all() }),
  });
  const desk: { made: Desk | null } = { made: null };
  const attention = createAttention(() => desk.made?.window ?? null, place);
  const powerOff = createPowerOff(() => desk.made?.window ?? null, place);
  const services = createServices({
    ...working,
    database,
    isLibraryNewer: isNewer,
    log,
    engine,
    home,
    builtRoot,
    sampleRoot,
    unpackedRoot,
    tracesRoot,
    takesRoot,
    logRoot,
    eyes: systemEyes(process.platform, home),
    scan: (path, known) => reader.ask({ kind: 'scan', path, home, ...known }),
    trash: (path) => shell.trashItem(path),
    modifiedOf,
    memoryLimit: () => settings.get().memoryLimit,
    backupLimit: () => ({ bytes: settings.get().backupLimit, count: settings.get().backupCount }),
    send: (event, value) => desk.made?.window.send(event, value),
    follow: (job) => {
      if (job.state === 'running') powerOff.stop();
      attention.follow(job);
    },
    rested: (ended) => {
      attention.rest(ended);
      powerOff.rest(ended, services.jobs.unfinished().length > 0);
      if (ended.at(-1)?.state !== 'cancelled') desk.made?.window.send('jobs.rested', null);
    },
    createId: () => crypto.randomUUID(),
    now: () => Date.now(),
    monotonic: () => performance.now(),
  });
  const { jobs, library, memory, offers } = services;
  const watching: { stop: (() => void) | null } = { stop: null };

  /** Whether a drive that hangs would keep this process from its end. */
  const ending = { isHeld: false };
  const lookWhetherHeld = async (): Promise<void> => {
    ending.isHeld = await isHeldByDisk();
  };
  const life = new Lifecycle({
    ask: async () => {
      const window = desk.made?.window.current ?? null;
      const [running, ...waiting] = jobs.unfinished().map((job) => jobTitle(job, namesIn(place.locale())));
      if (window === null || running === undefined) return true;
      return confirmClosing(window, texts().closing, { running, waiting });
    },
    stop: async () => {
      watching.stop?.();
      await jobs.close();
      await pool.stopAll();
      await checkpoints?.close();
      await lookWhetherHeld();
    },
    kill: () => {
      pool.killAll();
      void lookWhetherHeld();
    },
    quit: () => app.quit(),
    warn: (text) => log.warn(text),
  });
  const trusted = new TrustedSenders(devServer);
  const made = createDesk(place, {
    first,
    preload,
    memory,
    trusted,
    devServer,
    mayClose: () => life.take({ type: 'close', busy: jobs.isBusy }),
  });
  desk.made = made;
  const { window } = made;

  connectPage(place, services, made, { reader, engine, trusted, powerOff, isLibraryNewer: isNewer });

  const open = (args: readonly string[], folder: string): Promise<void> => openPaths(args, folder, offers);
  app.on('second-instance', (_event, args, workingFolder) => {
    window.show();
    void open(args, workingFolder);
  });
  app.on('activate', () => window.show());
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (!life.take({ type: 'close', busy: jobs.isBusy && window.current !== null })) event.preventDefault();
  });
  app.on('will-quit', (event) => {
    if (!life.take({ type: 'quit' })) event.preventDefault();
    else database.close();
  });
  // At its end a process waits for its threads, and a drive that hangs holds them. All that lasts is written by now.
  app.on('quit', () => {
    if (ending.isHeld) killByForce(process.pid);
  });

  made.useTheme();
  const shown = window.show();
  if (replaced.kept !== null) void tellReplaced(shown, texts().replacedLibrary, replaced.kept);
  const early = opened((path) => {
    window.show();
    void openAll([path], offers);
  });
  const look = (): void => {
    made.useMenu();
    void library
      .refresh()
      .then(() => open(process.argv, process.cwd()))
      .then(() => openAll(early, offers))
      .then(() => {
        watching.stop = services.watch();
      });
  };
  // Looking takes a process of its own, and nobody has a use for a menu before: both would keep the page from coming up.
  shown.webContents.once('did-stop-loading', () => {
    const timer = setTimeout(look, DRAWN_AFTER_MS);
    watching.stop = () => clearTimeout(timer);
  });
}
