import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { APP, CLI, ensureBuilt } from './build.mjs';
import { root, runVisibly, tool } from './childProcess.mjs';
import { createReport, runMain, Stop } from './report.mjs';
import { setup } from './setup.mjs';

const report = createReport(process.stdout);

/** macOS and Windows always have a display, or open the window on the person's next visit. */
function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

async function openWindow() {
  await setup({ report, need: 'app' });
  await ensureBuilt(APP, report);
  // Chromium refuses its sandbox to root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  console.log('\nOpening Voronoice. Close its window to come back here.');
  process.exitCode = await runVisibly(...tool('electron/cli.js', [root, ...sandbox, ...process.argv.slice(2)]));
}

/** The main job on the command line: a sample voice, its index, the verdict, and where the files are. */
async function workWithoutWindow() {
  await setup({ report, need: 'cli' });
  await ensureBuilt(CLI, report);
  const folder = join(homedir(), 'Voronoice', 'sample');
  const voice = join(folder, 'logs', 'sample');
  console.log('\nThere is no display here, so no window opens. Instead, the sample voice gets its index:\n');
  // Nothing is ever overwritten: what an earlier start has made is used again.
  const files = await readdir(voice).catch(() => null);
  if (files === null) await voronoice('sample', '--out', folder);
  const index = files?.find((name) => name.endsWith('.index'));
  if (index === undefined) await voronoice('train', voice);
  else await voronoice('inspect', join(voice, index));
  console.log(`\nThe sample voice and its index are in ${voice}`);
  console.log('Your own voice: npm run -s voronoice -- train <folder>');
}

/** @param {readonly string[]} args */
async function voronoice(...args) {
  const code = await runVisibly(process.execPath, [join(root, 'out', 'cli', 'index.js'), ...args]);
  if (code !== 0) throw new Stop(`"voronoice ${args[0]}" failed (${code}).`, 'The lines above say why.');
}

await runMain(hasDisplay() ? openWindow : workWithoutWindow);
