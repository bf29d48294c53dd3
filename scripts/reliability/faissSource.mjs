import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { capture, root, run } from '../childProcess.mjs';

const STEP = 'Source of FAISS';
const KEPT = join(root, '.cache', 'reliability', 'source');
/** Where apt is told which archives there are. */
const APT = '/etc/apt';

/**
 * The source that the installed FAISS was made of, from the archive of the system's packages, which apt proves to be genuine.
 * The system is left as it is: its archives are asked for sources by lists that are the project's own. The patches of Debian are
 * not applied; none of them changes how a file is read where addresses have 64 bits.
 *
 * @param {import('../report.mjs').Report} report
 * @returns {Promise<string | null>} Its folder; null where it is not to be had, as without a network or on another system.
 */
export async function ensureFaissSource(report) {
  const asked = await capture('dpkg-query', ['-W', '-f=${source:Package}=${source:Version}', 'libfaiss-dev']);
  if (asked.code !== 0) return null;
  const folder = join(KEPT, asked.stdout.replace('=', '-'));
  if (existsSync(folder)) return folder;
  const got = await report.step(STEP, () => fetchSource(asked.stdout, folder));
  if (got.code === 0) return folder;
  report.note(`${got.output.trimEnd()}\n  apt-get had no source of FAISS.`);
  return null;
}

/**
 * @param {string} wanted `package=version`
 * @param {string} folder
 * @returns {Promise<import('../childProcess.mjs').Outcome>}
 */
async function fetchSource(wanted, folder) {
  const work = `${folder}.part`;
  await rm(work, { recursive: true, force: true });
  for (const name of ['sources', 'lists', 'cache', 'unpacked']) await mkdir(join(work, name), { recursive: true });
  for (const path of await archiveLists()) {
    await writeFile(join(work, 'sources', basename(path)), sourcesOf(path, await readFile(path, 'utf8')));
  }
  const apart = {
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': join(work, 'sources'),
    'Dir::State::Lists': join(work, 'lists'),
    'Dir::Cache': join(work, 'cache'),
  };
  const options = Object.entries(apart).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  // An archive without sources makes it fail; whether the one that matters has them shows next.
  await capture('apt-get', [...options, 'update']);
  const got = await capture('apt-get', [...options, 'source', '--download-only', wanted], { cwd: work });
  if (got.code !== 0) return got;
  const packed = (await readdir(work)).find((name) => /\.orig\.tar\.\w+$/.test(name)) ?? '';
  await run('tar', ['-xf', join(work, packed), '-C', join(work, 'unpacked'), '--strip-components=1']);
  await rename(join(work, 'unpacked'), folder);
  await rm(work, { recursive: true });
  return got;
}

/** @returns {Promise<readonly string[]>} The files by which apt is told which archives there are. */
async function archiveLists() {
  const parts = join(APT, 'sources.list.d');
  const names = (await readdir(parts).catch(() => [])).filter((name) => /\.(?:list|sources)$/.test(name));
  return [join(APT, 'sources.list'), ...names.map((name) => join(parts, name))].filter((path) => existsSync(path));
}

/**
 * The same archives, asked for sources.
 *
 * @param {string} name Of a file that apt is told by: `.list` has a line for each, `.sources` a paragraph.
 * @param {string} text
 * @returns {string}
 */
export function sourcesOf(name, text) {
  return name.endsWith('.sources')
    ? text.replaceAll(/^Types:.*$/gim, 'Types: deb-src')
    : text.replaceAll(/^\s*deb(?=\s)/gm, 'deb-src');
}
