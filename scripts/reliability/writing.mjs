import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { capture, root } from '../childProcess.mjs';

/** Every command that writes, and whether what it leaves is each file's old state or its new one. */

export const CLI_ENTRY = join(root, 'out', 'cli', 'index.js');
/** What is only begun has such a name, and no host takes it for an index. */
export const TEMPORARY = /\.voronoice-[0-9a-f]{12}-\d+\.tmp$/;
export const EXIT = { done: 0, refused: 3 };

/**
 * @typedef {object} Round
 * @property {string} name
 * @property {(folder: string) => readonly string[]} words The command, in a folder of its own.
 */

/** @type {readonly Round[]} */
export const COMMANDS = [
  {
    name: 'train',
    words: (folder) => [
      'train',
      voice(folder),
      '--recipe',
      'rvc',
      '--total-fea',
      '--seed',
      '1',
      '--out',
      voice(folder),
    ],
  },
  { name: 'repair', words: (folder) => ['repair', index(folder), '--nprobe', '8'] },
  {
    name: 'export',
    words: (folder) => ['export', index(folder), '--host', 'applio', '--root', join(folder, 'host'), '--name', 'aria'],
  },
  {
    name: 'compress',
    words: (folder) => ['compress', voice(folder), '--clusters', '200', '--out', join(folder, 'centers.npy')],
  },
  {
    name: 'expand',
    words: (folder) => ['expand', voice(folder), '--alpha', '3', '--neighbors', '5', '--out', join(folder, 'expanded')],
  },
];

/** @param {string} folder */
const voice = (folder) => join(folder, 'logs', 'sample');
/** @param {string} folder */
const index = (folder) => join(folder, 'built', 'added_IVF76_Flat_nprobe_1_sample_v2.index');

/** @param {string} folder Gets a voice, an index of it, and a host that has an older one. */
export async function prepare(folder) {
  await must(['sample', '--out', folder, '--minutes', '1']);
  await must(['train', voice(folder), '--recipe', 'rvc', '--seed', '2', '--out', join(folder, 'built')]);
  const old = join(folder, 'host', 'logs', 'aria');
  await mkdir(old, { recursive: true });
  // With another content: an equal file would be left as it is.
  await must(['repair', index(folder), '--nprobe', '4', '--out', join(old, 'aria.index')]);
}

/** @param {readonly string[]} words */
export async function must(words) {
  const { code, output } = await capture(process.execPath, [CLI_ENTRY, ...words]);
  if (code !== 0) throw new Error(`${words.join(' ')}: ${output}`);
}

/**
 * @param {string} folder
 * @returns {Promise<ReadonlyMap<string, string>>} The hash of each file, by its path in the folder.
 */
export async function contents(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const hashes = files.map(async (path) => {
    const hash = createHash('sha256').update(await readFile(path));
    return /** @type {const} */ ([unify(relative(folder, path)), hash.digest('hex')]);
  });
  return new Map(await Promise.all(hashes));
}

/**
 * The time in the name of a backup is another in each run.
 *
 * @param {string} path
 */
function unify(path) {
  return path.replace(/\d{8}-\d{6}(?:-\d+)?/, 'TIME');
}

/**
 * @param {ReadonlyMap<string, string>} found
 * @param {{ readonly old: ReadonlyMap<string, string>, readonly next: ReadonlyMap<string, string> }} expected
 * @returns {readonly string[]}
 */
export function wrong(found, { old, next }) {
  const lost = [...old.keys()].filter((path) => !found.has(path)).map((path) => `${path} is lost`);
  const odd = [...found].flatMap(([path, hash]) =>
    TEMPORARY.test(path) || hash === old.get(path) || hash === next.get(path) || isNote(path)
      ? []
      : [`${path} is neither the old file nor the new one`],
  );
  return [...lost, ...odd];
}

/**
 * What says when and how something was done differs in each run.
 *
 * @param {string} path
 */
function isNote(path) {
  return path.endsWith('.json');
}
