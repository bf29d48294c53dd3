import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run, tool } from './childProcess.mjs';

/**
 * What is built, from which files. A stamp beside the output holds the hash of those files.
 *
 * @typedef {object} Target
 * @property {string} name
 * @property {readonly string[]} sources Files and folders, from the root.
 * @property {string} stamp
 * @property {() => Promise<string>} build
 */

const COMMON = ['package-lock.json', 'tsconfig.base.json', 'src/shared', 'src/supervisor', 'src/worker', 'resources'];

/** @type {Target} */
export const APP = {
  name: 'App',
  sources: [...COMMON, 'electron.vite.config.ts', 'src/main', 'src/preload', 'src/renderer'],
  stamp: 'out/app.stamp',
  build: () => run(...tool('electron-vite/bin/electron-vite.js', ['build'])),
};

/** @type {Target} */
export const CLI = {
  name: 'Command line',
  sources: [...COMMON, 'vite.cli.config.ts', 'src/cli'],
  stamp: 'out/cli.stamp',
  build: () => run(...tool('vite/bin/vite.js', ['build', '--config', 'vite.cli.config.ts'])),
};

/**
 * Builds a target when its sources are not those of the last build.
 *
 * @param {Target} target
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<void>}
 * @throws {import('./report.mjs').Stop} With the compiler's words.
 */
export async function ensureBuilt(target, report) {
  const stamp = join(root, target.stamp);
  const hash = await hashSources(root, target.sources);
  const last = await readFile(stamp, 'utf8').catch(() => null);
  if (last === hash) return report.there(`${target.name}, built`);
  await report.step(`${target.name}, building`, async () => {
    await target.build();
    await mkdir(join(root, 'out'), { recursive: true });
    await writeFile(stamp, hash);
  });
}

/**
 * @param {string} folder
 * @param {readonly string[]} sources Files and folders inside it; absent ones count as empty.
 * @returns {Promise<string>} A hash of the names and contents of every file.
 */
export async function hashSources(folder, sources) {
  const hash = createHash('sha256');
  for (const path of (await Promise.all(sources.map((source) => listFiles(folder, source)))).flat().sort()) {
    const content = await readFile(join(folder, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @param {string} path
 * @returns {Promise<string[]>}
 */
async function listFiles(folder, path) {
  try {
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    const lists = entries.map((entry) => {
      const inner = `${path}/${entry.name}`;
      return entry.isDirectory() ? listFiles(folder, inner) : [inner];
    });
    return (await Promise.all(lists)).flat();
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ENOTDIR') return [path];
    if (code === 'ENOENT') return [];
    throw error;
  }
}
