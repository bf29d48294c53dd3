import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { root } from '../childProcess.mjs';

/** Of packages that come without a license, or have more inside than theirs is for. */
const KEPT = join(root, 'resources', 'licenses');

/**
 * The licenses of everything in the package in one text: of the libraries of the engine, those that are kept here, and of
 * every package that the lock file names, for the bundler does not say which of them ended up in the page. Chromium's are in
 * LICENSES.chromium.html.
 *
 * @param {string} systemLicenses A folder with the copyright file of each system package.
 * @returns {Promise<string>}
 */
export async function licenses(systemLicenses) {
  const parts = [];
  for (const name of (await readdir(systemLicenses)).sort()) {
    parts.push(heading(`${basename(name, '.txt')} (engine)`) + (await readFile(join(systemLicenses, name), 'utf8')));
  }
  for (const name of (await readdir(KEPT)).sort()) {
    parts.push(heading(basename(name, '.txt')) + (await readFile(join(KEPT, name), 'utf8')));
  }
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!path.startsWith('node_modules/') || entry.link === true) continue;
    const text = await licenseOf(join(root, path));
    if (text === null) continue;
    parts.push(
      heading(`${path.slice(path.lastIndexOf('node_modules/') + 13)} ${entry.version} (${entry.license})`) + text,
    );
  }
  return parts.join('\n');
}

/** @param {string} name */
function heading(name) {
  return `${'='.repeat(80)}\n${name}\n${'='.repeat(80)}\n\n`;
}

/**
 * @param {string} folder
 * @returns {Promise<string | null>} null where the package is not installed here, or says it in a word only.
 */
async function licenseOf(folder) {
  const names = await readdir(folder).catch(() => []);
  const name = names.find((file) => /^(?:licen[cs]e|copying)(?:[.-]|$)/i.test(file));
  return name === undefined ? null : readFile(join(folder, name), 'utf8');
}
