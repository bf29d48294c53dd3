import { availableParallelism, release, totalmem } from 'node:os';
import { app, ipcMain, session, shell } from 'electron';
import { preparePlan } from '../jobs/kinds/export';
import type { Reader } from '../jobs/reader';
import type { Services } from '../services';
import { diagnosticFiles, diagnostics, type Machine } from '../system/diagnostics';
import type { Secrets } from '../system/redact';
import { countsOf, secretsOf } from '../library/secrets';
import { zip } from '../system/zip';
import { newerVersion, releases, updatedFrom } from '../library/versions';
import { writeWhole } from '../system/wholeFile';
import type { PowerOff } from '../system/powerOff';
import type { EngineProbe } from '../system/engineProbe';
import type { Place } from '../place';
import type { Desk } from '../window/desk';
import { createDropHandler, createHandlers, refusingChanges } from './handlers';
import type { TrustedSenders } from '../window/trusted';
import { registerHandlers } from './register';

/** Of what a person pastes into a message, and of what they save as a file. */
const LOG_LINES = 50;
const ALL_LOG_LINES = 2_000;

/** Answers what the page asks. */
export function connectPage(
  { log, settings, locale, home, sampleRoot }: Place,
  services: Services,
  { pick, saveAs, showLog, useTheme, useMenu }: Desk,
  {
    reader,
    engine,
    trusted,
    powerOff,
    isLibraryNewer,
  }: {
    readonly reader: Reader;
    readonly engine: EngineProbe;
    readonly trusted: TrustedSenders;
    readonly powerOff: PowerOff;
    readonly isLibraryNewer: boolean;
  },
): void {
  const { library, jobs, memory, preparing, rates, tokens } = services;
  const updated = updatedFrom(memory, app.getVersion());
  const machine = async (): Promise<Machine> => ({
    version: app.getVersion(),
    system: `${process.platform} ${process.arch} ${release()}`,
    runtime: process.versions,
    memoryBytes: totalmem(),
    engineProblem: await engine.problem(),
  });
  const secrets = (): Secrets =>
    secretsOf(
      library,
      jobs.list().map(({ subject }) => subject),
      { app: app.getAppPath(), data: home },
    );
  const handlers = createHandlers({
    ...services,
    reader,
    preparePlan: (request) => preparePlan(request, preparing),
    hosts: { library, memory, reader, tokens, sampleRoot },
    settings,
    home,
    pick,
    reveal: (path) => shell.showItemInFolder(path),
    info: async () => ({
      version: app.getVersion(),
      platform: `${process.platform} ${process.arch}`,
      locale: locale(),
      engineProblem: await engine.problem(),
      rates: rates.current(),
      memoryBytes: totalmem(),
      processors: availableParallelism(),
      hasReleases: releases() !== null,
      updatedFrom: updated,
      settingsTrouble: settings.trouble,
      isLibraryNewer,
    }),
    newer: async () => {
      const page = releases();
      if (page === null) return null;
      // A session of its own: the page's asks for nothing outside the app.
      const apart = session.fromPartition('newest');
      return newerVersion({
        releases: page,
        version: app.getVersion(),
        locale: locale(),
        fetch: (address, init) => apart.fetch(address, init),
      });
    },
    diagnostics: async (trouble) => diagnostics(await machine(), trouble, log.tail(LOG_LINES), secrets()),
    saveDiagnostics: async () => {
      const now = new Date();
      const path = await saveAs(`voronoice-diagnostics-${now.toISOString().slice(0, 10)}.zip`);
      if (path === null) return null;
      const own = { settings: settings.get(), counts: countsOf(library), jobs: jobs.list() };
      await writeWhole(path, zip(diagnosticFiles(await machine(), own, log.tail(ALL_LOG_LINES), secrets()), now));
      return path;
    },
    showLog,
    settingsChanged: ({ logLimit }) => {
      log.keepWithin(logLimit);
      useTheme();
      useMenu();
    },
    powerOff,
  });
  const answering = isLibraryNewer ? refusingChanges(handlers) : handlers;
  registerHandlers(ipcMain, answering, createDropHandler(tokens), trusted, log);
}
