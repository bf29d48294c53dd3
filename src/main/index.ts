import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { homedir, release, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  Notification,
  powerSaveBlocker,
  protocol,
  session,
  shell,
} from 'electron';
import type { JobSnapshot } from '@shared/contract/jobs';
import { VoronoiceError } from '@shared/contract/errors';
import { pathsIn } from './system/arguments';
import { Attention } from './window/attention';
import { guardContents, guardSession } from './window/guards';
import { MainWindow } from './window/mainWindow';
import { menuTemplate } from './window/menu';
import { appScheme, serveApp } from './window/protocol';
import { localeOf, type Texts, textsOf } from './window/texts';
import { createDropHandler, createHandlers } from './ipc/handlers';
import { registerHandlers, TrustedSenders } from './ipc/register';
import { completeJob, type CompletionServices } from './jobs/completion';
import { createFork } from './jobs/fork';
import { Journal } from './jobs/journal';
import { JobQueue } from './jobs/queue';
import { RateHistory } from './jobs/rates';
import { Reader } from './jobs/reader';
import { prepareJob } from './jobs/kinds';
import { preparePlan } from './jobs/kinds/export';
import type { PrepareServices } from './jobs/kinds/kind';
import { sweep } from './jobs/sweep';
import { WorkerPool } from './jobs/processes';
import { type Database, NewerDatabaseError, openDatabase } from './library/database';
import { Library } from './library/library';
import { Measurements } from './library/measurements';
import { Memory } from './library/memory';
import { SettingsStore } from './library/settings';
import { Tokens } from './library/tokens';
import { diagnostics } from './system/diagnostics';
import { confirmClosing, pickPath } from './system/dialogs';
import { EngineProbe, hasEngine } from './system/engineProbe';
import { FileLog } from './system/log';

const LOG_LINES = 50;

/** The development server is believed only where there is one: never in an installed app. */
const devServer = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];

protocol.registerSchemesAsPrivileged([appScheme]);
if (app.requestSingleInstanceLock()) {
  void app.whenReady().then(start);
} else {
  app.quit();
}

function start(): void {
  const userData = app.getPath('userData');
  const folder = (name: string): string => {
    const path = join(userData, name);
    mkdirSync(path, { recursive: true });
    return realpathSync(path);
  };
  const log = new FileLog(folder('logs'), homedir());
  log.info(`Voronoice ${app.getVersion()} starts`);
  process.on('uncaughtExceptionMonitor', (error) => log.warn(error.stack ?? String(error)));
  process.on('unhandledRejection', (error) => log.warn(error instanceof Error ? (error.stack ?? '') : String(error)));

  const settings = new SettingsStore(join(userData, 'settings.json'), log);
  const locale = (): ReturnType<typeof localeOf> => localeOf(settings.get().locale, app.getLocale());
  const texts = (): Texts => textsOf(locale());
  const database = openOrExplain(join(userData, 'library.sqlite'), log, texts().newerLibrary);
  if (database === null) {
    app.exit(1);
    return;
  }

  const memory = new Memory(database);
  const builtRoot = folder('indexes');
  const now = (): number => Date.now();
  const createId = (): string => crypto.randomUUID();
  const pool = new WorkerPool(createFork(log), log);
  app.on('child-process-gone', (_event, { name, reason, exitCode }) => {
    if (name !== undefined) pool.reportGone(name, reason, exitCode);
  });
  const reader = new Reader(pool);
  const tokens = new Tokens(createId, now);
  const engine = new EngineProbe(() => hasEngine(import.meta.url, process.env));
  const rates = new RateHistory(memory);

  /** The person has agreed that what runs is cancelled. */
  let mayCancel = false;
  let asking = false;
  let quitting = false;
  const trusted = new TrustedSenders(devServer);
  const window = new MainWindow({
    preload: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
    devServer,
    memory,
    trusted,
    log,
    mayClose: () => {
      if (mayCancel || !jobs.isBusy) return true;
      void askToClose();
      return false;
    },
  });

  const attention = new Attention({
    setProgressBar: (fraction) => window.current?.setProgressBar(fraction),
    keepAwake: () => {
      const id = powerSaveBlocker.start('prevent-app-suspension');
      return () => powerSaveBlocker.stop(id);
    },
    isFocused: () => window.current?.isFocused() === true,
    notify: (job) => {
      const words = texts().notification;
      const notification = new Notification({
        title: job.state === 'done' ? words.done : words.failed,
        body: job.subject,
      });
      notification.on('click', () => window.show());
      notification.show();
    },
  });

  const library = new Library({
    database,
    scan: (path) => reader.ask({ kind: 'scan', path, builtRoot }),
    publish: (snapshot) => window.send('library.changed', snapshot),
    createId,
    now,
    log,
  });
  const measurements = new Measurements(database);
  const preparing: PrepareServices = {
    library,
    tokens,
    memory,
    job: (id) => jobs.get(id),
    builtRoot,
    sampleRoot: folder('sample'),
    memoryLimit: () => settings.get().memoryLimit,
  };
  const completing: CompletionServices = {
    library,
    measurements,
    rates,
    engine,
    jobs: () => jobs.list(),
    modifiedOf: (path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      ),
    now,
    log,
  };
  const jobs: JobQueue = new JobQueue({
    journal: new Journal(database),
    prepare: (request, jobId) => prepareJob(request, jobId, preparing),
    run: (work, jobId, observer) => {
      const worker = pool.start(`${work.kind}-${jobId}`);
      const { result, cancel } = worker.run(work, observer);
      result.catch((error: unknown) => {
        if (error instanceof VoronoiceError && error.code === 'ENGINE_MISSING') engine.report(error.message);
      });
      return { result, cancel, gone: () => worker.stop() };
    },
    complete: (work, value, job) => completeJob(work, value, job, completing),
    sweep: async (work) => {
      const swept = await sweep(work);
      if (swept > 0) log.info(`${swept} temporary files of a job that did not end well were removed`);
    },
    changed: (job: JobSnapshot) => {
      attention.follow(job);
      window.send('jobs.changed', job);
    },
    removed: (id) => window.send('jobs.removed', { id }),
    createId,
    now,
    monotonic: () => performance.now(),
    log,
  });

  async function askToClose(): Promise<void> {
    const current = window.current;
    if (current === null || asking) return;
    asking = true;
    mayCancel = await confirmClosing(current, texts().closing);
    asking = false;
    if (mayCancel) app.quit();
  }

  const pick = async (kind: 'folder' | 'index'): Promise<string | null> => {
    return pickPath(window.show(), kind, texts().dialog);
  };
  const addPicked = async (kind: 'folder' | 'index'): Promise<void> => {
    const path = await pick(kind);
    if (path === null) return;
    window.send('app.open', { page: 'library' });
    await library.add(path);
  };
  const rebuildMenu = (): void => {
    const template = menuTemplate(
      texts().menu,
      {
        addFolder: () => void addPicked('folder'),
        addIndex: () => void addPicked('index'),
        open: (page) => {
          window.show();
          window.send('app.open', { page });
        },
        showLog: () => shell.showItemInFolder(log.path),
      },
      { mac: process.platform === 'darwin', development: !app.isPackaged },
    );
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  };
  const useSettings = (): void => {
    nativeTheme.themeSource = settings.get().theme;
    rebuildMenu();
  };

  registerHandlers(
    ipcMain,
    createHandlers({
      library,
      jobs,
      measurements,
      reader,
      preparePlan: (request) => preparePlan(request, preparing),
      settings,
      tokens,
      pick,
      reveal: (path) => shell.showItemInFolder(path),
      info: () => ({
        version: app.getVersion(),
        platform: `${process.platform} ${process.arch}`,
        locale: locale(),
        engineProblem: engine.problem(),
        rates: rates.current(),
        memoryBytes: totalmem(),
      }),
      diagnostics: () =>
        diagnostics({
          version: app.getVersion(),
          system: `${process.platform} ${process.arch} ${release()}`,
          runtime: process.versions,
          memoryBytes: totalmem(),
          engineProblem: engine.problem(),
          logLines: log.tail(LOG_LINES),
          home: homedir(),
        }),
      settingsChanged: useSettings,
    }),
    createDropHandler(tokens),
    trusted,
    log,
  );

  guardSession(session.defaultSession, devServer);
  app.on('web-contents-created', (_event, contents) => guardContents(contents, shell, devServer));
  serveApp(protocol, fileURLToPath(new URL('../renderer', import.meta.url)));

  const openPaths = async (args: readonly string[], workingFolder: string): Promise<void> => {
    for (const path of pathsIn(ownArguments(args), workingFolder)) {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found?.isDirectory() === true || (found?.isFile() === true && path.toLowerCase().endsWith('.index'))) {
        await library.add(path).catch((error: unknown) => log.warn(`${path}: ${String(error)}`));
      }
    }
  };
  app.on('second-instance', (_event, args, workingFolder) => {
    window.show();
    void openPaths(args, workingFolder);
  });
  app.on('activate', () => window.show());
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (mayCancel || !jobs.isBusy || window.current === null) return;
    event.preventDefault();
    void askToClose();
  });
  app.on('will-quit', (event) => {
    if (quitting) return;
    event.preventDefault();
    quitting = true;
    void shutDown();
  });
  async function shutDown(): Promise<void> {
    await jobs.close();
    await pool.stopAll();
    database?.close();
    // Not in the same turn: until will-quit has returned, Electron takes itself to be quitting and ignores the call.
    setImmediate(() => app.quit());
  }

  useSettings();
  window.show();
  void library.refresh().then(() => openPaths(process.argv, process.cwd()));
}

function openOrExplain(path: string, log: FileLog, texts: Texts['newerLibrary']): Database | null {
  try {
    return openDatabase(path, log);
  } catch (error) {
    if (!(error instanceof NewerDatabaseError)) throw error;
    log.warn(error.message);
    dialog.showErrorBox(texts.title, texts.detail);
    return null;
  }
}

/** What follows the program on a command line; in development also the app's folder comes first. */
function ownArguments(args: readonly string[]): readonly string[] {
  if (app.isPackaged) return args.slice(1);
  return args.slice(args.findIndex((text) => resolve(text) === app.getAppPath()) + 1);
}
