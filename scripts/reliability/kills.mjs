import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { capture, root } from '../childProcess.mjs';

/**
 * Kills every command that writes, worker and all, at random moments, and looks at what is left: each file is the old one
 * or the whole new one, to the bit, and the same command can be given again.
 */

const CLI_ENTRY = join(root, 'out', 'cli', 'index.js');
/** What is only begun has such a name, and no host takes it for an index. */
const TEMPORARY = /\.voronoice-[0-9a-f]{12}-\d+\.tmp$/;
const EXIT = { done: 0, refused: 3 };

/**
 * @typedef {object} Round
 * @property {string} name
 * @property {(folder: string) => readonly string[]} words The command, in a folder of its own.
 */

/**
 * @typedef {object} Kills
 * @property {number} kills
 * @property {readonly string[]} faults What was left that should not be, in words.
 */

/**
 * @param {object} options
 * @param {number} options.rounds How often each command is killed.
 * @param {() => number} [options.random]
 * @returns {Promise<Readonly<Record<string, Kills>>>} By command.
 */
export async function killAtRandom({ rounds, random = Math.random }) {
  const folder = await mkdtemp(join(tmpdir(), 'voronoice-kills-'));
  try {
    const start = join(folder, 'start');
    await prepare(start);
    /** @type {Record<string, Kills>} */
    const result = {};
    for (const { name, words } of COMMANDS) {
      const whole = join(folder, name);
      await cp(start, whole, { recursive: true });
      const begun = performance.now();
      await must(words(whole));
      const duration = performance.now() - begun;
      const expected = { old: await contents(start), next: await contents(whole) };
      const faults = [];
      for (let round = 0; round < rounds; round++) {
        const place = join(folder, `${name}-${round}`);
        await cp(start, place, { recursive: true });
        await killAfter(random() * duration * 1.1, words(place));
        faults.push(...wrong(await contents(place), expected).map((fault) => `${name}: ${fault}`));
        const { code, output } = await capture(process.execPath, [CLI_ENTRY, ...words(place)]);
        if (code !== EXIT.done && code !== EXIT.refused) faults.push(`${name} cannot be given again: ${output}`);
        faults.push(...wrong(await contents(place), expected).map((fault) => `${name}, given again: ${fault}`));
        await rm(place, { recursive: true });
      }
      result[name] = { kills: rounds, faults };
    }
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @type {readonly Round[]} */
const COMMANDS = [
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
async function prepare(folder) {
  await must(['sample', '--out', folder, '--minutes', '1']);
  await must(['train', voice(folder), '--recipe', 'rvc', '--seed', '2', '--out', join(folder, 'built')]);
  const old = join(folder, 'host', 'logs', 'aria');
  await mkdir(old, { recursive: true });
  await cp(index(folder), join(old, 'aria.index'));
}

/** @param {readonly string[]} words */
async function must(words) {
  const { code, output } = await capture(process.execPath, [CLI_ENTRY, ...words]);
  if (code !== 0) throw new Error(`${words.join(' ')}: ${output}`);
}

/**
 * Ends a command and all that it has started, without a word, as the system does when memory runs out.
 *
 * @param {number} milliseconds
 * @param {readonly string[]} words
 * @returns {Promise<void>}
 */
function killAfter(milliseconds, words) {
  return new Promise((settle) => {
    const child = spawn(process.execPath, [CLI_ENTRY, ...words], { detached: true, stdio: 'ignore' });
    const timer = setTimeout(() => kill(child.pid), milliseconds);
    child.on('close', () => {
      clearTimeout(timer);
      settle();
    });
  });
}

/** @param {number | undefined} leader Of a group of processes. */
function kill(leader) {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * @param {string} folder
 * @returns {Promise<ReadonlyMap<string, string>>} The hash of each file, by its path in the folder.
 */
async function contents(folder) {
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
function wrong(found, { old, next }) {
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
