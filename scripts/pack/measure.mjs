import { spawn } from 'node:child_process';
import { cp, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createPackage } from '@electron/asar';
import { chromium } from '@playwright/test';
import { ON_DISPLAY, root, run } from '../childProcess.mjs';
import { createReport, runMain, Stop } from '../report.mjs';
import { unpackedFolder } from './platform.mjs';

/**
 * `npm run pack:measure`: what a package costs a person, beside what is allowed: bytes to fetch and to keep, and how long a
 * start takes until the library is drawn, and what memory the app has at rest, both against a window of the same Electron with
 * nothing in it, one after the other in turns. On Linux, after `npm run pack`; `-- start` or `-- memory` measures that alone.
 */

const GOALS = { package: 130e6, installed: 350e6, start: 1.5, memory: 1.3 };
const ROUNDS = { start: 11, memory: 3 };
/** Until all of a page is drawn that is larger than what was before. */
const DRAWN = 2_000;
/** Until a window that was just drawn has come to rest, and the process that only reads has ended (src/main/jobs/reader.ts). */
const REST = 30_000;
const UNPACKED = join(root, 'dist', unpackedFolder('linux', 'x64'));
const LARGEST_PARTS = 10;
const EMPTY_PAGE = 'data:text/html,<!doctype html><title>Empty</title><h1>Nothing is in this window</h1>';

/**
 * @param {readonly number[]} values
 * @returns {number}
 */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/**
 * @param {string} what
 * @param {number} measured
 * @param {number} goal
 * @param {(value: number) => string} say
 * @returns {string} A line that says both, and which is larger.
 */
export function line(what, measured, goal, say) {
  return `${what}: ${say(measured)}, goal ${say(goal)}: ${measured <= goal ? 'met' : 'MISSED'}`;
}

const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const times = (/** @type {number} */ ratio) => `${ratio.toFixed(2)}×`;
/** Without a graphics card, Chromium tries to use one and gives up, which takes 60 ms or 900, by chance, in any window. */
const WITHOUT_CARD = '--disable-gpu';
/** What each is called, how it is said, how long a program is left alone before, and what it is started with. */
const KINDS = /** @type {const} */ ({
  start: ['start', (/** @type {number} */ value) => `${Math.round(value)} ms`, DRAWN, [WITHOUT_CARD]],
  memory: ['memory at rest', megabytes, REST, []],
});

/**
 * @param {string} folder
 * @returns {Promise<Map<string, number>>} Bytes of every file in it and below.
 */
async function filesBelow(folder) {
  const sizes = new Map();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) sizes.set(path.slice(folder.length + 1), (await stat(path)).size);
  }
  return sizes;
}

async function sizes() {
  const packages = (await readdir(join(root, 'dist'))).filter((name) =>
    /\.(?:deb|rpm|AppImage|zip|tar\.gz)$/.test(name),
  );
  for (const name of packages) {
    console.log(line(name, (await stat(join(root, 'dist', name))).size, GOALS.package, megabytes));
  }
  const files = [...(await filesBelow(UNPACKED))].sort(([, a], [, b]) => b - a);
  const all = files.reduce((sum, [, bytes]) => sum + bytes, 0);
  console.log(line('installed', all, GOALS.installed, megabytes));
  for (const [path, bytes] of files.slice(0, LARGEST_PARTS)) console.log(`  ${megabytes(bytes).padStart(9)}  ${path}`);
}

/**
 * The same program around an app that opens a window and nothing else.
 *
 * @param {string} folder
 */
async function makeEmpty(folder) {
  const app = join(folder, 'source');
  const program = join(folder, 'empty');
  await mkdir(app, { recursive: true });
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'empty', main: 'main.js' }));
  await writeFile(
    join(app, 'main.js'),
    `const { app, BrowserWindow } = require('electron');
    app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadURL('${EMPTY_PAGE}'));`,
  );
  await mkdir(join(program, 'resources'), { recursive: true });
  for (const entry of await readdir(UNPACKED, { withFileTypes: true })) {
    if (entry.name === 'resources') continue;
    const place = join(program, entry.name);
    // The program looks beside the file that was started, which a link to another place is not.
    if (entry.isDirectory()) await symlink(join(UNPACKED, entry.name), place);
    else await link(join(UNPACKED, entry.name), place).catch(() => cp(join(UNPACKED, entry.name), place));
  }
  await createPackage(app, join(program, 'resources', 'app.asar'));
  return join(program, 'voronoice');
}

/**
 * Starts a program, until the largest thing in its window is drawn, as the window itself says, and until it is at rest.
 *
 * @param {string} program
 * @param {string} home Also of an earlier start.
 * @param {number} rest
 * @param {readonly string[]} [words]
 * @returns {Promise<{ readonly start: number, readonly memory: number }>} Milliseconds; bytes of all its processes, what they
 *   share counted once.
 */
async function measure(program, home, rest, words = []) {
  const begin = Date.now();
  const child = spawn(
    program,
    [
      ...['--remote-debugging-port=0', `--user-data-dir=${home}`],
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...words,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  try {
    const address = await new Promise((settle) => {
      let text = '';
      child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ piece) => {
        text += piece;
        const [, found] = /DevTools listening on (ws:\S+)/.exec(text) ?? [];
        if (found !== undefined) settle(found);
      });
    });
    // Nobody looks before: who does takes the time of the page's own process, and of the cores.
    await setTimeout(rest);
    const browser = await chromium.connectOverCDP(address);
    const [context] = browser.contexts();
    const page = context?.pages()[0] ?? (await context?.waitForEvent('page'));
    await page?.getByRole('heading', { level: 1 }).waitFor();
    const drawn = await page?.evaluate(
      () =>
        new Promise((settle) => {
          new PerformanceObserver((list) => settle(performance.timeOrigin + (list.getEntries().at(-1)?.startTime ?? 0)))
            // Also what was drawn before anybody looked.
            .observe({ type: 'largest-contentful-paint', buffered: true });
        }),
    );
    const memory = await memoryOf(child.pid ?? 0);
    const session = await browser.newBrowserCDPSession();
    const ended = new Promise((settle) => child.on('exit', settle));
    await session.send('Browser.close').catch(() => undefined);
    await ended;
    return { start: Number(drawn) - begin, memory };
  } finally {
    child.kill();
  }
}

/**
 * @param {number} pid
 * @returns {Promise<number>} Bytes of it and all that it started.
 */
async function memoryOf(pid) {
  const parents = new Map();
  for (const name of await readdir('/proc')) {
    const status = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : '';
    const [, parent] = /\) \S (\d+)/.exec(status) ?? [];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isOurs = (/** @type {number} */ id) => {
    for (let at = id; at > 1; at = parents.get(at) ?? 0) if (at === pid) return true;
    return false;
  };
  let bytes = 0;
  for (const id of [...parents.keys()].filter(isOurs)) {
    const rollup = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '');
    bytes += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  }
  return bytes;
}

/** @typedef {'start' | 'memory'} Measured */

/** @param {readonly Measured[]} wanted */
async function startAndMemory(wanted) {
  const report = createReport(process.stdout);
  const folder = await mkdtemp(join(tmpdir(), 'voronoice-measure-'));
  try {
    const programs = { app: join(UNPACKED, 'voronoice'), empty: await makeEmpty(folder) };
    const names = /** @type {const} */ (['app', 'empty']);
    const voice = join(folder, 'voice');
    await run(join(UNPACKED, 'bin', 'voronoice'), ['sample', '--out', voice, '--minutes', '1']);
    // The first start of each makes its folder, and brings the program into the system's memory; the app is given its library.
    const given = { app: [voice], empty: [] };
    for (const name of names) await measure(programs[name], join(folder, `${name} data`), 3 * DRAWN, given[name]);
    for (const key of wanted) {
      const [what, say, rest, words] = KINDS[key];
      /** @type {Record<'app' | 'empty', number[]>} */
      const runs = { app: [], empty: [] };
      for (let round = 1; round <= ROUNDS[key]; round++) {
        await report.step(`Measuring ${what}, ${round} of ${ROUNDS[key]}`, async () => {
          for (const name of names) {
            const measured = await measure(programs[name], join(folder, `${name} data`), rest, words);
            runs[name].push(measured[key]);
          }
        });
      }
      const ratios = runs.app.map((value, at) => value / (runs.empty[at] ?? Number.NaN));
      console.log(`${what}: ${say(median(runs.app))}, of an empty window ${say(median(runs.empty))}`);
      console.log(line(`${what}, of an empty window's beside it`, median(ratios), GOALS[key], times));
    }
  } finally {
    // Processes that end after the program's own still write for a moment.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runMain(async () => {
    if (process.platform !== 'linux') throw new Stop('This is measured on Linux only.', 'Use Linux.');
    await stat(UNPACKED).catch(() => {
      throw new Stop('There is no package to measure.', 'npm run pack');
    });
    if (process.env['DISPLAY'] === undefined) {
      // Once more, on a display without a screen.
      const script = join(root, 'scripts', 'pack', basename(import.meta.filename));
      const [program, ...args] = ON_DISPLAY;
      console.log(await run(program, [...args, process.execPath, script, ...process.argv.slice(2)]));
      return;
    }
    const wanted = /** @type {const} */ (['start', 'memory']).filter((key) => process.argv.slice(2).includes(key));
    if (wanted.length === 0) await sizes();
    await startAndMemory(wanted.length === 0 ? ['start', 'memory'] : wanted);
  });
}
