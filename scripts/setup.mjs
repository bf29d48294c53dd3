import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { npm, root, run } from './childProcess.mjs';
import { ensurePython } from './python.mjs';
import { createReport, runMain, Stop } from './report.mjs';
import {
  ENGINE_PACKAGES,
  ensureSystemPackages,
  PACK_PACKAGES,
  TEST_PACKAGES,
  WINDOW_PACKAGES,
} from './systemPackages.mjs';

/**
 * What the machine will be used for: the command line only, the app with its window, the tests, or making packages.
 *
 * @typedef {'cli' | 'app' | 'test' | 'pack'} Need
 */

/** @type {Readonly<Record<Need, readonly import('./systemPackages.mjs').Requirement[]>>} */
const SYSTEM_PACKAGES = {
  cli: ENGINE_PACKAGES,
  app: [...ENGINE_PACKAGES, ...WINDOW_PACKAGES],
  test: [...ENGINE_PACKAGES, ...WINDOW_PACKAGES, ...TEST_PACKAGES],
  pack: [...ENGINE_PACKAGES, ...WINDOW_PACKAGES, ...PACK_PACKAGES],
};

const OLDEST_NODE = /** @type {const} */ ([20, 18]);

/**
 * Makes a machine ready. Each step does nothing where its work is already done.
 *
 * @param {{ report: import('./report.mjs').Report, need: Need }} options
 * @returns {Promise<void>}
 * @throws {Stop}
 */
export async function setup({ report, need }) {
  checkNode(process.versions.node);
  if (need !== 'cli') checkFolder(root);
  // Neither needs the other, and both wait for what they load.
  const loaded = await Promise.allSettled([
    ensureSystemPackages(SYSTEM_PACKAGES[need], report),
    ensureDependencies(report),
  ]);
  for (const result of loaded) if (result.status === 'rejected') throw result.reason;
  await ensureEngine(report);
  if (need === 'test') await ensurePython(report);
  if (need === 'cli') return;
  // Imported here: it needs packages that were installed just now.
  const { ensureElectronRuntime } = await import('./electron/runtime.mjs');
  await ensureElectronRuntime(report);
}

/**
 * @param {string} version
 * @throws {Stop} Where it is older than what the project is written for.
 */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Stop(
    `Voronoice needs Node.js ${OLDEST_NODE.join('.')} or newer; this is ${version}.`,
    'Install a newer Node.js, then run the command again.',
  );
}

/**
 * @param {string} folder
 * @throws {Stop} Where the bundler would take a part of its name for the query of an address.
 */
export function checkFolder(folder) {
  if (!/[#?]/.test(folder)) return;
  throw new Stop(
    `The window cannot be built in a folder that has "#" or "?" in its name: ${folder}`,
    'Move or rename the folder, then run the command again. Folders of voices may have any name.',
  );
}

/** @param {import('./report.mjs').Report} report */
async function ensureDependencies(report) {
  const wanted = await readFile(join(root, 'package-lock.json'), 'utf8');
  const installed = await readFile(join(root, 'node_modules', '.package-lock.json'), 'utf8').catch(() => null);
  if (installed !== null && lockIsInstalled(JSON.parse(wanted), JSON.parse(installed))) {
    return report.there('Dependencies');
  }
  await report.step('Dependencies', () =>
    run(...npm(['ci', '--prefer-offline', '--no-progress', '--loglevel=error']), {
      remedy: 'Check the connection to the package registry, then run the command again.',
    }),
  );
}

/**
 * @typedef {{ readonly packages: Readonly<Record<string, {
 *   readonly version?: string, readonly integrity?: string, readonly optional?: boolean }>> }} Lock
 */

/**
 * Whether what npm noted inside node_modules is what the lock file asks for. An absent optional package is one for
 * another platform.
 *
 * @param {Lock} wanted package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json
 * @returns {boolean}
 */
export function lockIsInstalled(wanted, installed) {
  return Object.entries(wanted.packages).every(([path, entry]) => {
    if (path === '') return true;
    const present = installed.packages[path];
    if (present === undefined) return entry.optional === true;
    return present.version === entry.version && present.integrity === entry.integrity;
  });
}

/** @param {import('./report.mjs').Report} report */
async function ensureEngine(report) {
  // Imported here: on a fresh machine there is nothing yet that it could build with.
  const { buildEngine, BuildError, engineIsBuilt } = await import('../native/build.mjs');
  /** @type {string[]} */
  const said = [];
  try {
    if (engineIsBuilt()) return report.there('FAISS engine');
    await report.step('FAISS engine (about a minute)', async () => buildEngine({ log: (line) => said.push(line) }));
  } catch (error) {
    throw error instanceof BuildError ? new Stop([...said, error.message].join('\n'), error.remedy) : error;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const asked = process.argv[2] ?? 'app';
  await runMain(async () => {
    const needs = /** @type {Need[]} */ (Object.keys(SYSTEM_PACKAGES));
    const need = needs.find((name) => name === asked);
    if (need === undefined) {
      throw new Stop(`There is no set-up for "${asked}".`, `Use: npm run setup -- [${needs.join(' | ')}]`);
    }
    await setup({ report: createReport(process.stdout), need });
  });
}
