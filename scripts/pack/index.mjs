import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { APP, CLI, ensureBuilt } from '../build.mjs';
import { root, run, tool } from '../childProcess.mjs';
import { isOfficialRuntime } from '../electron/runtime.mjs';
import { createReport, runMain, Stop } from '../report.mjs';
import { setup } from '../setup.mjs';
import { writeSharedFiles } from './desktop.mjs';
import { makeDeb, makeRpm } from './installers.mjs';
import { licenses } from './licenses.mjs';
import { stage, STAGE, STAGED_APP } from './stage.mjs';

/**
 * `npm run pack`: the unpacked app, .tar.gz, .zip, .deb and .rpm in `dist`. `-- dir` makes some of them only;
 * `-- --release` refuses to pack what must not be given to people; `-- --testable` makes the unpacked app in
 * `dist/testable`, with the inspector that the end-to-end tests drive it by, and the same in all else.
 */

const DIST = join(root, 'dist');
const UNPACKED = join(DIST, 'linux-unpacked');
const TESTABLE = join(DIST, 'testable');
const SHARED = join(STAGE, 'share');
const TARGETS = /** @type {const} */ (['dir', 'tar.gz', 'zip', 'deb', 'rpm']);
const FLAGS = ['--release', '--testable'];
/** Said of a package in its name, and by the page on every screen. */
const TRIAL = 'not-for-release';

const report = createReport(process.stdout);

await runMain(async () => {
  const words = process.argv.slice(2);
  const testable = words.includes('--testable');
  const asked = testable ? ['dir'] : words.filter((word) => !FLAGS.includes(word));
  const targets = asked.length === 0 ? TARGETS : TARGETS.filter((target) => asked.includes(target));
  if (targets.length === 0 || asked.some((word) => !TARGETS.some((target) => target === word))) {
    throw new Stop(
      `Cannot make: ${asked.join(' ')}.`,
      `Use: npm run pack -- [--testable] [--release] [${TARGETS.join(' | ')}] …`,
    );
  }
  if (process.platform !== 'linux') throw new Stop('Packages are made on Linux only, so far.', 'Use npm start.');
  await setup({ report, need: 'pack' });
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const official = await isOfficialRuntime();
  if (words.includes('--release') && !official) {
    throw new Stop(
      'Electron itself could not be downloaded, and its stand-in must not be given to people.',
      'Pack a release where github.com can be reached.',
    );
  }
  const shown = official ? version : `${version}-${TRIAL}`;
  await putTogether(shown);
  if (testable) {
    await report.step('Packing for the tests', () => runBuilder(['dir'], TESTABLE, { VORONOICE_PACK_FOR_TESTS: '1' }));
    report.note(`In ${TESTABLE}`);
  } else await pack(shown, targets);
});

/** @param {string} version */
async function putTogether(version) {
  await ensureBuilt(APP, report);
  await ensureBuilt(CLI, report);
  await report.step('Putting together what runs', async () => {
    await stage({ name: 'voronoice', productName: 'Voronoice', version });
    const system = join(STAGED_APP, 'node_modules', 'faiss-node', 'build', 'licenses');
    await writeFile(join(STAGE, 'licenses.txt'), await licenses(system));
    await writeSharedFiles(SHARED, version);
  });
}

/**
 * @param {string} version
 * @param {readonly string[]} targets
 */
async function pack(version, targets) {
  await mkdir(DIST, { recursive: true });
  const archives = targets.filter((target) => target === 'tar.gz' || target === 'zip');
  await report.step(`Packing: ${['dir', ...archives].join(', ')}`, () => runBuilder(['dir', ...archives], DIST));
  const options = { src: UNPACKED, dest: DIST, shared: SHARED, version };
  if (targets.includes('deb')) await report.step('Packing: deb', () => makeDeb(options));
  if (targets.includes('rpm')) await report.step('Packing: rpm', () => makeRpm(options));
  report.note(`In ${DIST}`);
}

/**
 * @param {readonly string[]} targets
 * @param {string} output
 * @param {Readonly<Record<string, string>>} [env]
 */
async function runBuilder(targets, output, env = {}) {
  await rm(join(output, 'linux-unpacked'), { recursive: true, force: true });
  // It comes without its execute bit, and electron-builder would download another.
  const sevenZip = join(root, 'node_modules', '7zip-bin', 'linux', process.arch, '7za');
  await stat(sevenZip).then(() => chmod(sevenZip, 0o755));
  await run(
    ...tool('electron-builder/out/cli/cli.js', [
      ...['--config', 'electron-builder.config.mjs', `-c.directories.output=${output}`, '--publish', 'never'],
      ...['--linux', ...targets],
    ]),
    { env: { ...env, ELECTRON_BUILDER_7ZIP_PATH: sevenZip, ELECTRON_BUILDER_COMPRESSION_LEVEL: '6' } },
  );
}
