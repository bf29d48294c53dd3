import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { APP, CLI, ensureBuilt } from '../build.mjs';
import { root, run, tool } from '../childProcess.mjs';
import { isOfficialRuntime } from '../electron/runtime.mjs';
import { createReport, runMain, Stop } from '../report.mjs';
import { setup } from '../setup.mjs';
import { writeSharedFiles } from './desktop.mjs';
import { makeDeb, makeRpm } from './installers.mjs';
import { licenses } from './licenses.mjs';
import { isPackable, PACKING, unpackedFolder } from './platform.mjs';
import { stage, STAGE, STAGED_APP } from './stage.mjs';

/**
 * `npm run pack`: the unpacked app and the packages of this system in `dist`. `-- dir` makes some of them only;
 * `-- --release` refuses to pack what must not be given to people; `-- --testable` makes the unpacked app in
 * `dist/testable`, with the inspector that the end-to-end tests drive it by, and the same in all else.
 */

const DIST = join(root, 'dist');
const TESTABLE = join(DIST, 'testable');
const SHARED = join(STAGE, 'share');
/** Made by scripts of ours; all else by electron-builder. */
const OURS = ['deb', 'rpm'];
const FLAGS = ['--release', '--testable'];
/** Said of a package in its name, and by the page on every screen. */
const TRIAL = 'not-for-release';

const report = createReport(process.stdout);

await runMain(async () => {
  const words = process.argv.slice(2);
  const { platform } = process;
  if (!isPackable(platform)) throw new Stop(`Packages are not made on ${platform}.`, 'Use npm start.');
  const testable = words.includes('--testable');
  const named = words.filter((word) => !FLAGS.includes(word));
  const known = [...PACKING[platform].targets, ...PACKING[platform].others];
  const unknown = named.filter((word) => !known.includes(word));
  if (unknown.length > 0) {
    const use = `Use: npm run pack -- [${FLAGS.join(' | ')}] [${known.join(' | ')}] …`;
    throw new Stop(`Cannot make: ${unknown.join(' ')}.`, use);
  }
  const targets = named.length === 0 ? PACKING[platform].targets : known.filter((target) => named.includes(target));
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
    const env = { VORONOICE_PACK_FOR_TESTS: '1' };
    await report.step('Packing for the tests', () => runBuilder(platform, ['dir'], TESTABLE, env));
    report.note(`In ${TESTABLE}`);
  } else await pack(platform, shown, targets);
});

/** @param {string} version */
async function putTogether(version) {
  await ensureBuilt(APP, report);
  await ensureBuilt(CLI, report);
  await report.step('Putting together what runs', async () => {
    await stage({ name: 'voronoice', productName: 'Voronoice', version });
    const system = join(STAGED_APP, 'node_modules', 'faiss-node', 'build', 'licenses');
    await writeFile(join(STAGE, 'licenses.txt'), await licenses(system));
    if (process.platform === 'linux') await writeSharedFiles(SHARED, version);
  });
}

/**
 * @param {import('./platform.mjs').Platform} platform
 * @param {string} version
 * @param {readonly string[]} targets
 */
async function pack(platform, version, targets) {
  await mkdir(DIST, { recursive: true });
  const theirs = ['dir', ...targets.filter((target) => target !== 'dir' && !OURS.includes(target))];
  await report.step(`Packing: ${theirs.join(', ')}`, () => runBuilder(platform, theirs, DIST));
  const options = { src: join(DIST, unpackedFolder(platform, process.arch)), dest: DIST, shared: SHARED, version };
  if (targets.includes('deb')) await report.step('Packing: deb', () => makeDeb(options));
  if (targets.includes('rpm')) await report.step('Packing: rpm', () => makeRpm(options));
  report.note(`In ${DIST}`);
}

/**
 * @param {import('./platform.mjs').Platform} platform
 * @param {readonly string[]} targets
 * @param {string} output
 * @param {Readonly<Record<string, string>>} [env]
 */
async function runBuilder(platform, targets, output, env = {}) {
  await rm(join(output, unpackedFolder(platform, process.arch)), { recursive: true, force: true });
  await run(
    ...tool('electron-builder/out/cli/cli.js', [
      ...['--config', 'electron-builder.config.mjs', `-c.directories.output=${output}`, '--publish', 'never'],
      ...[PACKING[platform].flag, ...targets, `--${process.arch}`],
    ]),
    { env: { ...env, ...(platform === 'linux' ? await ownSevenZip() : {}), ELECTRON_BUILDER_COMPRESSION_LEVEL: '6' } },
  );
}

/** It comes without its execute bit, and electron-builder would download another. */
async function ownSevenZip() {
  const program = join(root, 'node_modules', '7zip-bin', 'linux', process.arch, '7za');
  await chmod(program, 0o755);
  return { ELECTRON_BUILDER_7ZIP_PATH: program };
}
