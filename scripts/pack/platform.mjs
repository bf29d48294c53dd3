import { posix, win32 } from 'node:path';

/**
 * What differs between the systems that packages are made for and on. Each is packed on itself.
 *
 * @typedef {'linux' | 'win32' | 'darwin'} Platform
 * @typedef {'x64' | 'arm64'} Arch
 */

/**
 * @typedef {object} Packing
 * @property {string} flag How electron-builder is told the system.
 * @property {readonly string[]} targets What is made unless something else is asked for.
 * @property {readonly string[]} others What is made only where it is asked for: it needs a download.
 */

/** @type {Readonly<Record<Platform, Packing>>} */
export const PACKING = {
  linux: { flag: '--linux', targets: ['dir', 'tar.gz', 'zip', 'deb', 'rpm'], others: ['AppImage'] },
  win32: { flag: '--win', targets: ['dir', 'nsis', 'zip'], others: [] },
  darwin: { flag: '--mac', targets: ['dir', 'dmg', 'zip'], others: [] },
};

/**
 * @param {string} platform As Node names it.
 * @returns {platform is Platform}
 */
export function isPackable(platform) {
  return platform in PACKING;
}

/**
 * @param {Platform} platform
 * @param {string} arch
 * @returns {string} The folder that electron-builder leaves the unpacked app in, below its output.
 */
export function unpackedFolder(platform, arch) {
  const suffix = arch === 'x64' ? '' : `-${arch}`;
  switch (platform) {
    case 'linux':
      return `linux${suffix}-unpacked`;
    case 'win32':
      return `win${suffix}-unpacked`;
    case 'darwin':
      return `mac${suffix}`;
  }
}

/**
 * @param {Platform} platform
 * @param {{ readonly folder: string, readonly executable: string, readonly product: string }} app The unpacked app.
 * @returns {{ readonly program: string, readonly resources: string }} What is started, and what it reads.
 */
export function placesIn(platform, { folder, executable, product }) {
  switch (platform) {
    case 'linux':
      return { program: posix.join(folder, executable), resources: posix.join(folder, 'resources') };
    case 'win32':
      return { program: win32.join(folder, `${product}.exe`), resources: win32.join(folder, 'resources') };
    case 'darwin': {
      const bundle = posix.join(folder, `${product}.app`);
      return {
        program: posix.join(bundle, 'Contents', 'MacOS', product),
        resources: posix.join(bundle, 'Contents', 'Resources'),
      };
    }
  }
}

/**
 * Whether a package is signed: where the secrets for it are. An empty one, as a workflow has it without the secret, is
 * none. A Mac that is not given a name signs for itself, without which nothing starts on its newer processors.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {{ readonly identity: undefined | '-', readonly notarize: boolean }} For electron-builder's `mac`.
 */
export function macSigning(env) {
  const has = (/** @type {string} */ name) => (env[name] ?? '').trim() !== '';
  const signed = has('CSC_LINK') || has('CSC_NAME');
  const notarize = signed && ['APPLE_ID', 'APPLE_APP_SPECIFIC_PASSWORD', 'APPLE_TEAM_ID'].every(has);
  return { identity: signed ? undefined : '-', notarize };
}
