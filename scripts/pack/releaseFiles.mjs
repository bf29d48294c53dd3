import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { npm, root, run } from '../childProcess.mjs';
import { createReport, runMain, Stop } from '../report.mjs';

/**
 * `npm run release:files -- <folder>`: what lies beside the packages of a release. newest.json tells older versions of it,
 * sbom.cdx.json says what is inside (CycloneDX), SHA256SUMS is for whoever wants to check a download.
 */

/** As much as the app takes (src/shared/contract/newest.ts). */
const MOST_CHARACTERS = 20_000;

/**
 * @param {string} version
 * @param {Readonly<Record<string, string>>} changelogs By language.
 * @returns {{ readonly version: string, readonly notes: Readonly<Record<string, string>> }} What newest.json holds.
 * @throws {Stop} Where the English changelog says nothing of the version, or too much.
 */
export function newestFile(version, changelogs) {
  /** @type {Record<string, string>} */
  const notes = {};
  for (const [language, changelog] of Object.entries(changelogs)) {
    const part = changelogPart(changelog, version);
    if (part !== null) notes[language] = part;
  }
  if (notes['en'] === undefined) {
    throw new Stop(`CHANGELOG.md has no heading "## ${version}", or nothing below it.`, 'Say what is new in it.');
  }
  const long = Object.values(notes).find((text) => text.length > MOST_CHARACTERS);
  if (long !== undefined) throw new Stop(`What is new has ${long.length} characters.`, `Say it in ${MOST_CHARACTERS}.`);
  return { version, notes };
}

/**
 * @param {string} file
 * @returns {string | null} The language of the app (src/shared/contract/languages.ts) that a changelog is in; null for
 *   what is none.
 */
export function changelogLanguage(file) {
  const found = /^CHANGELOG(?:\.([a-z]{2}(?:-[A-Z]{2})?))?\.md$/.exec(file);
  return found === null ? null : (found[1] ?? 'en');
}

/**
 * @param {string} changelog
 * @param {string} version
 * @returns {string | null} What is below the heading of the version, `## 1.2.3` or `## [1.2.3] - 2026-11-29`.
 */
export function changelogPart(changelog, version) {
  for (const part of changelog.split(/^## /m).slice(1)) {
    const [heading = '', ...lines] = part.split(/\r?\n/);
    if (/^\[?([\w.-]+)/.exec(heading)?.[1] === version) return lines.join('\n').trim() || null;
  }
  return null;
}

/**
 * @param {Readonly<Record<string, string>>} hashes By file name.
 * @returns {string} As `sha256sum --check` reads it.
 */
export function checksums(hashes) {
  return Object.entries(hashes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hash]) => `${hash}  ${name}\n`)
    .join('');
}

/** @param {string} folder */
async function writeReleaseFiles(folder) {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  /** @type {Record<string, string>} */
  const changelogs = {};
  for (const file of await readdir(root)) {
    const language = changelogLanguage(file);
    if (language !== null) changelogs[language] = await readFile(join(root, file), 'utf8');
  }
  await writeFile(join(folder, 'newest.json'), `${JSON.stringify(newestFile(version, changelogs), null, 2)}\n`);
  await writeFile(join(folder, 'sbom.cdx.json'), await sbom());
  /** @type {Record<string, string>} */
  const hashes = {};
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile() && entry.name !== 'SHA256SUMS') hashes[entry.name] = await hashOf(join(folder, entry.name));
  }
  await writeFile(join(folder, 'SHA256SUMS'), checksums(hashes));
}

/**
 * What is inside, by the lock file alone.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string>} CycloneDX, as JSON.
 */
export function sbom(env = {}) {
  const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--legacy-peer-deps'];
  return run(...npm(words), { env });
}

/** @param {string} path */
async function hashOf(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runMain(async () => {
    const [folder] = process.argv.slice(2);
    if (folder === undefined)
      throw new Stop('In which folder are the packages?', 'Use: npm run release:files -- <folder>');
    const report = createReport(process.stdout);
    await report.step('newest.json, sbom.cdx.json, SHA256SUMS', () => writeReleaseFiles(folder));
  });
}
