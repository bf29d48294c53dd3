import { capture } from './childProcess.mjs';
import { Stop } from './report.mjs';

/**
 * One thing that the system must have: names of Debian or Ubuntu packages, any of which will do. The first one that
 * the system knows is installed (newer releases renamed some for 64-bit time).
 *
 * @typedef {readonly string[]} Requirement
 */

/** To build the engine. @type {readonly Requirement[]} */
export const ENGINE_PACKAGES = [
  ['cmake'],
  ['make'],
  ['g++'],
  ['libfaiss-dev'],
  // Shares FAISS's threads; the default flavour starts a second pool that competes with them.
  ['libopenblas-openmp-dev'],
];

/** To open a window. @type {readonly Requirement[]} */
export const WINDOW_PACKAGES = [
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libnss3'],
  ['libasound2t64', 'libasound2'],
  ['libgbm1'],
  ['libxss1'],
  ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
];

/** To run the tests: a display without a screen, and Python's FAISS to compare with. @type {readonly Requirement[]} */
export const TEST_PACKAGES = [['xvfb'], ['xauth'], ['python3-faiss'], ['python3-numpy'], ['python3-sklearn']];

/**
 * To make packages (.deb and .rpm, and an engine that finds its libraries beside it) and to try them on a bare system.
 *
 * @type {readonly Requirement[]}
 */
export const PACK_PACKAGES = [
  ...[['patchelf'], ['fakeroot'], ['dpkg'], ['rpm']],
  ...[['debootstrap'], ['binutils'], ['xvfb'], ['xauth']],
];

const STEP = 'System packages';
const NONINTERACTIVE = { DEBIAN_FRONTEND: 'noninteractive' };

/**
 * Installs what is missing, as root on Debian and Ubuntu. Elsewhere it only says what the person must have.
 *
 * @param {readonly Requirement[]} requirements
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<void>}
 * @throws {Stop} Where something is missing and cannot be installed from here.
 */
export async function ensureSystemPackages(requirements, report) {
  if (process.platform !== 'linux') return;
  const query = await capture('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\n']);
  if (query.code === 127) {
    report.note(`${STEP}: not Debian or Ubuntu, so not checked. Needed: ${requirements.map(lastName).join(' ')}`);
    return;
  }
  const missing = missingRequirements(requirements, query.stdout);
  if (missing.length === 0) return report.there(STEP);
  if (process.getuid?.() !== 0) {
    const names = await chooseNames(missing);
    throw new Stop(
      `These system packages are missing: ${names.join(' ')}.`,
      `Run this, then try again: sudo apt-get install -y --no-install-recommends ${names.join(' ')}`,
    );
  }
  await report.step(`${STEP}: ${missing.map(lastName).join(' ')}`, () => install(missing));
}

/**
 * @param {readonly Requirement[]} requirements
 * @param {string} statuses Lines of `name status`, as dpkg-query prints them.
 * @returns {Requirement[]} Those of which no package is installed.
 */
export function missingRequirements(requirements, statuses) {
  const installed = new Set(
    statuses.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.slice(0, line.indexOf(' '))] : [])),
  );
  return requirements.filter((names) => !names.some((name) => installed.has(name)));
}

/** @param {readonly Requirement[]} missing */
async function install(missing) {
  // The lists are fetched only where they are needed: absent on a fresh machine, or too old for the archive.
  const known = await knownPackages(missing.flat());
  let updated = false;
  if (!missing.every((names) => names.some((name) => known.has(name)))) {
    await updateLists();
    updated = true;
  }
  let outcome = await aptInstall(missing);
  if (outcome.code !== 0 && !updated) {
    await updateLists();
    outcome = await aptInstall(missing);
  }
  if (outcome.code !== 0) {
    throw new Stop(`${outcome.output.trimEnd()}\n\napt-get could not install them.`, 'The lines above say why.');
  }
}

/** @param {readonly Requirement[]} missing */
async function aptInstall(missing) {
  const names = await chooseNames(missing);
  return capture('apt-get', ['install', '-y', '--no-install-recommends', ...names], { env: NONINTERACTIVE });
}

/** Where this fails, the install that follows says why. */
async function updateLists() {
  await capture('apt-get', ['update'], { env: NONINTERACTIVE });
}

/**
 * @param {readonly Requirement[]} missing
 * @returns {Promise<string[]>} One name for each.
 */
async function chooseNames(missing) {
  const known = await knownPackages(missing.flat());
  return missing.map((names) => names.find((name) => known.has(name)) ?? lastName(names));
}

/**
 * @param {readonly string[]} names
 * @returns {Promise<Set<string>>} Those that apt could install.
 */
async function knownPackages(names) {
  const { stdout } = await capture('apt-cache', ['policy', ...names], { env: { LC_ALL: 'C' } });
  return parsePolicy(stdout);
}

/**
 * @param {string} policy What `apt-cache policy` prints in English.
 * @returns {Set<string>} The packages that have a candidate.
 */
export function parsePolicy(policy) {
  /** @type {Set<string>} */
  const known = new Set();
  let name = '';
  for (const line of policy.split('\n')) {
    const heading = /^(\S+):$/.exec(line);
    if (heading?.[1] !== undefined) name = heading[1];
    else if (/^ +Candidate: (?!\(none\))/.test(line)) known.add(name);
  }
  return known;
}

/**
 * @param {Requirement} names
 * @returns {string} The name that every release knows, where there are several.
 */
function lastName(names) {
  return names.at(-1) ?? '';
}
