import { cp, mkdir, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { _electron, type ElectronApplication, expect, type Page, test as base, type TestInfo } from '@playwright/test';
import type { OpenDialogOptions } from 'electron';
import type { Settings } from '@shared/contract/settings';
import { SETTINGS_VERSION } from '../../src/main/library/settings';

const root = resolve(import.meta.dirname, '../..');
const SCREENSHOTS = join(root, 'test-results', 'screenshots');
export const DEFAULT_SIZE = { width: 1280, height: 800 } as const;
/** Chromium refuses its sandbox to root. */
export const HAS_SANDBOX = process.getuid?.() !== 0;
const START_TIMEOUT = 60_000;
const QUIT_TIMEOUT = 20_000;

/** Pages are judged as they end up; and without a graphics card all that glides is drawn by the processor that works. */
export const USUAL_MEDIA = { colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' } as const;

/** How a person has the app before them. */
export interface Look {
  /** Of the page, in CSS pixels. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly theme?: Settings['theme'];
  readonly locale?: Settings['locale'];
}

export interface LaunchOptions extends Look {
  /** Where the app keeps its library and settings; the same folder again is the same person's next start. */
  readonly userData: string;
  /** Paths given on the command line, as when a file is opened with the app. */
  readonly files?: readonly string[];
  /** Added to the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Voronoice {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly userData: string;
  /** Ends the app as the person would, by quitting. */
  readonly close: () => Promise<void>;
}

/**
 * Starts the built app (`npm run build` first) and waits for its page. `E2E_EXECUTABLE` names a packaged app to test
 * instead.
 */
export async function launch(options: LaunchOptions): Promise<Voronoice> {
  const packaged = process.env['E2E_EXECUTABLE'];
  await choose(options);
  const app = await _electron.launch({
    ...(packaged === undefined ? {} : { executablePath: packaged }),
    args: [
      ...(packaged === undefined ? [...(await withSharedMemory()), '.'] : []),
      `--user-data-dir=${options.userData}`,
      ...(options.files ?? []),
    ],
    chromiumSandbox: HAS_SANDBOX,
    cwd: root,
    env: { ...environment(), ...options.env },
    timeout: START_TIMEOUT,
  });
  const page = await app.firstWindow({ timeout: START_TIMEOUT });
  apps.set(page, app);
  await page.waitForLoadState('domcontentloaded');
  await page.emulateMedia(USUAL_MEDIA);
  await resize(app, options.size ?? DEFAULT_SIZE);
  return { app, page, userData: options.userData, close: () => quit(app) };
}

/** Two pages with their pictures take a tenth of it. */
const ENOUGH_SHARED_BYTES = 2 ** 30;

async function withSharedMemory(): Promise<readonly string[]> {
  const room = await statfs('/dev/shm').catch(() => null);
  const isEnough = room !== null && room.bavail * room.bsize > ENOUGH_SHARED_BYTES;
  return isEnough ? ['-r', join(import.meta.dirname, 'sharedMemory.cjs')] : [];
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** An app that does not quit is killed, so that the next test starts on a quiet machine, and fails the test. */
async function quit(app: ElectronApplication): Promise<void> {
  const timer = new AbortController();
  const inTime = await Promise.race([
    app.close().then(() => true),
    setTimeout(QUIT_TIMEOUT, false, { signal: timer.signal }),
  ]);
  timer.abort();
  if (inTime) return;
  app.process().kill('SIGKILL');
  throw new Error(`The app did not quit within ${QUIT_TIMEOUT / 1000} s.`);
}

/** Theme and language as the person chose them on an earlier start. */
async function choose({ userData, theme, locale }: LaunchOptions): Promise<void> {
  if (theme === undefined && locale === undefined) return;
  const path = join(userData, 'settings.json');
  const before = (await readFile(path, 'utf8').then(JSON.parse, () => ({ version: SETTINGS_VERSION }))) as object;
  const chosen = { ...(theme === undefined ? {} : { theme }), ...(locale === undefined ? {} : { locale }) };
  await mkdir(userData, { recursive: true });
  await writeFile(path, JSON.stringify({ ...before, ...chosen }));
}

export async function resize(app: ElectronApplication, size: { width: number; height: number }): Promise<void> {
  const change = () =>
    app.evaluate(({ BrowserWindow }, { width, height }) => {
      const [window] = BrowserWindow.getAllWindows();
      window?.unmaximize();
      window?.setContentSize(width, height);
    }, size);
  // While the app starts, the answer may be thrown away before it is given: asked again, it is the same.
  await expect(change).toPass({ timeout: START_TIMEOUT });
}

/** The next open dialogs answer with these paths, those that take one only with the first; with none, as if canceled. */
export async function answerOpenDialogs(app: ElectronApplication, paths: readonly string[]): Promise<void> {
  await app.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = (...asked: readonly unknown[]) => {
      const { properties = [] } = asked.at(-1) as OpenDialogOptions;
      const several = properties.includes('multiSelections');
      return Promise.resolve({
        canceled: filePaths.length === 0,
        filePaths: several ? filePaths : filePaths.slice(0, 1),
      });
    };
  }, Array.from(paths));
}

/** The next save dialogs answer with this path; with null, as if canceled. */
export async function answerSaveDialogs(app: ElectronApplication, path: string | null): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: filePath === null, filePath: filePath ?? '' });
  }, path);
}

/** What is downloaded next goes to this file, without a question. */
export async function saveTo(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ session }, file) => {
    session.defaultSession.once('will-download', (_, item) => item.setSavePath(file));
  }, path);
}

/** The next questions answer with the button of this number. */
export async function answerQuestions(app: ElectronApplication, button: number): Promise<void> {
  await app.evaluate(({ dialog }, response) => {
    dialog.showMessageBox = () => Promise.resolve({ response, checkboxChecked: false });
    dialog.showMessageBoxSync = () => response;
  }, button);
}

/** Whose page each is. */
const apps = new WeakMap<Page, ElectronApplication>();

/** Keeps a picture of the page as test-results/screenshots/<name>.jpg, taken by the app, which takes half of the time. */
export async function snapshot(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  // Letters of other scripts are loaded when they are shown, which the page may just be about to do.
  await page.evaluate(async () => {
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => requestAnimationFrame(resolve));
    await document.fonts.ready;
  });
  const picture = await apps.get(page)?.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    return (await window?.webContents.capturePage())?.toJPEG(90).toString('base64');
  });
  if (picture === undefined) throw new Error('There is no window to take a picture of.');
  await writeFile(join(SCREENSHOTS, `${name}.jpg`), picture, 'base64');
}

interface Fixtures {
  /** A folder of this test's own, removed after it. Its name is `folderName`. */
  readonly folder: string;
  readonly folderName: string;
  /** Starts the app on this test's own user data; may be called again after `close`. */
  readonly start: (options?: Partial<LaunchOptions>) => Promise<Voronoice>;
}

/**
 * Playwright's test with a folder and an app of its own. What still runs at the end is closed; where the test failed, a
 * trace, a picture and the app's log stay in test-results/e2e.
 */
export const test = base.extend<Fixtures>({
  folderName: ['voronoice', { option: true }],
  folder: async ({ folderName }, use) => {
    const parent = await mkdtemp(join(tmpdir(), 'voronoice-e2e-'));
    const folder = join(parent, folderName);
    await mkdir(folder);
    await use(folder);
    await rm(parent, { recursive: true, force: true });
  },
  start: async ({ folder }, use, testInfo) => {
    const running: Voronoice[] = [];
    await use(async (options = {}) => {
      const voronoice = await launchTraced({ userData: join(folder, 'user data'), ...options });
      running.push(voronoice);
      return voronoice;
    });
    for (const [i, voronoice] of running.entries()) {
      if (hasFailed(testInfo)) await keepEvidence(voronoice, testInfo, i);
      await end(voronoice);
    }
  },
});

/** Starts the app, and notes what is done in it for {@link keepEvidence}. */
export async function launchTraced(options: LaunchOptions): Promise<Voronoice> {
  const voronoice = await launch(options);
  await voronoice.page.context().tracing.start({ snapshots: false });
  return voronoice;
}

/** Closes the app: one that stops in the middle of a job must not hang on the question whether to close. */
export async function end({ app, close }: Voronoice): Promise<void> {
  await answerQuestions(app, 1).catch(() => undefined);
  await close();
}

export function hasFailed({ status, expectedStatus }: TestInfo): boolean {
  return status !== expectedStatus;
}

/** The app may already be closed, or gone: then there is nothing to keep. */
export async function keepEvidence({ page, userData }: Voronoice, testInfo: TestInfo, run: number): Promise<void> {
  await page.screenshot({ path: testInfo.outputPath(`failed-${run + 1}.png`) }).catch(() => undefined);
  await page
    .context()
    .tracing.stopChunk({ path: testInfo.outputPath(`trace-${run + 1}.zip`) })
    .catch(() => undefined);
  await cp(join(userData, 'logs'), testInfo.outputPath(`logs-${run + 1}`), { recursive: true }).catch(() => undefined);
}

export { expect } from '@playwright/test';
