/**
 * What may come from a registry, by the lock file alone: nothing here asks the network.
 *
 * @typedef {object} LockEntry
 * @property {string} [name] Where it goes by another one here.
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {string} [license]
 * @property {string} [deprecated]
 * @property {boolean} [link]
 * @property {boolean} [inBundle]
 * @property {boolean} [hasInstallScript]
 * @property {Readonly<Record<string, string>>} [dependencies]
 * @property {Readonly<Record<string, string>>} [devDependencies]
 * @property {Readonly<Record<string, string>>} [optionalDependencies]
 *
 * @typedef {{ readonly packages: Readonly<Record<string, LockEntry>> }} Lock
 */

/** Those that ask for no more than to be named. What is shipped has its text in the package (scripts/pack/licenses.mjs). */
const ALLOWED_LICENSES = new Set([
  ...['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'Python-2.0', 'WTFPL'],
  // Of files, not of what is built with them: lightningcss and axe-core, used while building and testing.
  'MPL-2.0',
  // Fonts, and data: none of it is code.
  ...['OFL-1.1', 'CC0-1.0', 'CC-BY-4.0'],
]);

/** Packages that do not name their license, and where it is. */
const LICENSED_ELSEWHERE = new Set([
  // MIT, in its repository (unovue/vaul-vue); of Nuxt UI's drawers, which the app does not use.
  'vaul-vue',
]);

/**
 * Packages that would run a script while being installed. None of them does (`ignore-scripts` in .npmrc), and why that is
 * well is said here.
 */
export const INSTALL_SCRIPTS = {
  '@photostructure/sqlite': 'it would look for its binary, which comes with the package',
  'electron-winstaller': 'it would copy a 7-Zip for installers that are not made here',
  esbuild: 'it would check its binary, which is a package of its own',
  'faiss-node-upstream': 'it would download a FAISS; the engine is built by scripts/setup.mjs',
  'vue-demi': 'it would switch to Vue 2 where that is installed',
};

/** @param {string} path Of a package in the lock file. */
const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/**
 * @param {Lock} lock
 * @returns {[string, LockEntry][]} Without our own.
 */
function foreign({ packages }) {
  return Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && link !== true);
}

/**
 * @param {Lock} lock
 * @returns {string[]} Packages that could be swapped on their way here; what is inside another is held by its checksum.
 */
export function unchecked(lock) {
  return foreign(lock)
    .filter(([, { integrity, inBundle }]) => inBundle !== true && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''))
    .map(([path]) => path);
}

/**
 * @param {Lock} lock
 * @returns {string[]} Packages with a license that nobody has looked at.
 */
export function strangeLicenses(lock) {
  return foreign(lock)
    .filter(([path, { license }]) =>
      license === undefined ? !LICENSED_ELSEWHERE.has(nameOf(path)) : !isAllowed(license),
    )
    .map(([path, { license }]) => `${nameOf(path)}: ${license ?? 'none'}`);
}

/** @param {string} license One, or several to choose from (SPDX). */
function isAllowed(license) {
  return license
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((one) => ALLOWED_LICENSES.has(one));
}

/**
 * @param {Lock} lock
 * @returns {string[]} Packages that would run a script, without a word here.
 */
export function unexplainedScripts(lock) {
  return foreign(lock)
    .filter(([path, { hasInstallScript }]) => hasInstallScript === true && !(nameOf(path) in INSTALL_SCRIPTS))
    .map(([path]) => nameOf(path));
}

/**
 * @param {Lock} lock
 * @returns {string[]} What we depend on ourselves although its authors say not to.
 */
export function deprecatedOfOurs({ packages }) {
  const ours = Object.entries(packages).filter(([path]) => !path.includes('node_modules/'));
  const names = ours.flatMap(([, { dependencies, devDependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }),
  );
  return [...new Set(names)].flatMap((name) => {
    const deprecated = packages[`node_modules/${name}`]?.deprecated;
    return deprecated === undefined ? [] : [`${name}: ${deprecated}`];
  });
}
