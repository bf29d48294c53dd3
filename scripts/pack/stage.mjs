import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../childProcess.mjs';
import { bundleLibraries } from './libraries.mjs';

/** What is packed is put together here. */
export const STAGE = join(root, '.cache', 'pack');
export const STAGED_APP = join(STAGE, 'app');
const STAGED_MODULES = join(STAGED_APP, 'node_modules');

export const AUTHOR = 'The Voronoice authors';

/** Where packages that stay packages are, and what of them runs. */
const MODULES = /** @type {const} */ ([
  { name: 'faiss-node', from: 'native', parts: ['package.json', 'LICENSE', 'index.js', 'load.js', 'lib'] },
  {
    name: '@photostructure/sqlite',
    from: 'node_modules/@photostructure/sqlite',
    parts: ['package.json', 'LICENSE', 'dist', `prebuilds/${process.platform}-${process.arch}`],
  },
  {
    name: 'node-gyp-build',
    from: 'node_modules/node-gyp-build',
    parts: ['package.json', 'LICENSE', 'index.js', 'node-gyp-build.js'],
  },
]);

/**
 * Whether a file of a package is worth its place: not what only a developer reads, nor what Electron cannot load, for it
 * runs on glibc only.
 *
 * @param {string} path
 * @returns {boolean}
 */
export function isShipped(path) {
  return !/\.(?:map|d\.[cm]?ts|musl\.node)$/.test(path);
}

/**
 * Puts together what runs: the built app and command line, and the packages that are not bundled into them.
 *
 * @param {{ readonly name: string, readonly version: string, readonly productName: string }} facts
 * @returns {Promise<void>}
 */
export async function stage(facts) {
  await rm(STAGE, { recursive: true, force: true });
  await mkdir(STAGED_APP, { recursive: true });
  for (const part of ['main', 'preload', 'renderer', 'cli']) {
    await cp(join(root, 'out', part), join(STAGED_APP, 'out', part), { recursive: true });
  }
  await cp(new URL('entry.cjs', import.meta.url), join(STAGED_APP, 'entry.cjs'));
  const { description, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const dependencies = Object.fromEntries(MODULES.map(({ name }) => [name, '*']));
  const manifest = { ...facts, description, license, author: AUTHOR, type: 'module', main: 'entry.cjs', dependencies };
  await writeFile(join(STAGED_APP, 'package.json'), JSON.stringify(manifest, null, 2));
  for (const { name, from, parts } of MODULES) {
    for (const part of parts) {
      const target = join(STAGED_MODULES, name, part);
      await cp(join(root, from, part), target, {
        recursive: true,
        filter: isShipped,
      });
    }
  }
  await bundleLibraries(join(root, 'native', 'build'), join(STAGED_MODULES, 'faiss-node', 'build'));
}
