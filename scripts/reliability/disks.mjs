import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, root } from '../childProcess.mjs';
import { Stop } from '../report.mjs';
import { CLI_ENTRY, COMMANDS, contents, EXIT, must, prepare, TEMPORARY, wrong } from './writing.mjs';

/**
 * Every command that writes, on disks as they are: one that is full, to the last byte and almost; one that may only be read;
 * one of the FAT of memory cards, which knows no second names of a file. They are mounted where only the process that tries
 * them sees them, which takes root and Linux.
 */

const MEGABYTE = 2 ** 20;
/** What is left for a command, in bytes: nothing, a page, too little, almost enough. */
const ROOM = [0, 4_096, 65_536, MEGABYTE];
/** Of a disk: more than a voice, an index and a host with another take. */
const SIZE = 96 * MEGABYTE;

/**
 * @typedef {object} Disk
 * @property {string} name
 * @property {string | null} missing Why it could not be tried.
 * @property {number} tried Commands.
 * @property {number} done
 * @property {Readonly<Record<string, number>>} refused By code.
 * @property {readonly string[]} faults
 */

/** @returns {boolean} Whether disks can be mounted here, for this process alone. */
export function canMount() {
  const tried = ['-m', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'];
  return process.platform === 'linux' && spawnSync('unshare', tried).status === 0;
}

/**
 * @param {readonly string[]} [commands] By name; all of them unless told.
 * @returns {Promise<readonly Disk[]>}
 * @throws {Stop} Where nothing can be mounted.
 */
export async function tryDisks(commands = COMMANDS.map(({ name }) => name)) {
  if (!canMount()) throw new Stop('No disk can be mounted here.', 'Run this on Linux, as root.');
  const self = fileURLToPath(import.meta.url);
  const apart = ['-m', '--propagation', 'private', process.execPath, self, ...commands];
  const { code, stdout, output } = await capture('unshare', apart);
  if (code !== 0) throw new Error(output);
  return JSON.parse(stdout);
}

/**
 * @param {readonly string[]} names
 * @returns {Promise<readonly Disk[]>}
 */
async function tryAll(names) {
  const folder = mkdtempSync(join(tmpdir(), 'voronoice-disks-'));
  const commands = COMMANDS.filter(({ name }) => names.includes(name));
  const mounted = join(folder, 'disk');
  mkdirSync(mounted);
  try {
    const start = join(folder, 'start');
    await prepare(start);
    const old = await contents(start);
    /** @type {Record<string, ReadonlyMap<string, string>>} */
    const nexts = {};
    for (const { name, words } of commands) {
      const whole = join(folder, name);
      cpSync(start, whole, { recursive: true });
      await must(words(whole));
      nexts[name] = await contents(whole);
    }
    /** @type {Disk[]} */
    const disks = [];
    for (const { name, missing, mount } of kinds(folder, mounted)) {
      const disk = { name, missing: missing(), tried: 0, done: 0, refused: /** @type {Record<string, number>} */ ({}) };
      /** @type {string[]} */
      const faults = [];
      for (const { name: command, words } of disk.missing === null ? commands : []) {
        const unmount = mount(start);
        const place = join(mounted, 'place');
        const { code, output } = await capture(process.execPath, [CLI_ENTRY, ...words(place), '--json']);
        const found = await contents(place);
        unmount();
        disk.tried += 1;
        const said = /"code":\s*"([A-Z_]+)"/.exec(output)?.[1] ?? null;
        if (code === EXIT.done) disk.done += 1;
        else if (said === null || code !== EXIT.refused)
          faults.push(`${command} ends with ${code}: ${output.slice(-300)}`);
        else disk.refused[said] = (disk.refused[said] ?? 0) + 1;
        const left = [...found.keys()].filter((path) => TEMPORARY.test(path)).map((path) => `${path} is left`);
        const next = nexts[command] ?? old;
        const missed = code !== EXIT.done ? [] : [...next.keys()].filter((path) => !found.has(path));
        const odd = [...wrong(found, { old, next }), ...left, ...missed.map((path) => `${path} is missing`)];
        faults.push(...odd.map((fault) => `${command}: ${fault}`));
      }
      disks.push({ ...disk, faults });
    }
    return disks;
  } finally {
    spawnSync('umount', ['-l', '-R', mounted]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @typedef {object} Kind
 * @property {string} name
 * @property {() => string | null} missing Why there is none here.
 * @property {(start: string) => () => void} mount With what is there at the start; gives back what takes it away.
 */

/**
 * @param {string} folder
 * @param {string} mounted
 * @returns {readonly Kind[]}
 */
function kinds(folder, mounted) {
  const unmount = () => mustSystem('umount', [mounted]);
  const fill = (/** @type {string} */ start) =>
    cpSync(start, join(mounted, 'place'), { recursive: true, preserveTimestamps: true });
  const full = ROOM.map((room) => ({
    name: room === 0 ? 'full' : `full but for ${room / 1_024} KB`,
    missing: () => null,
    mount: (/** @type {string} */ start) => {
      mustSystem('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', mounted]);
      fill(start);
      const { bavail, bsize } = statfsSync(mounted);
      writeFileSync(join(mounted, 'rest'), Buffer.alloc(Math.max(0, bavail * bsize - room)));
      return unmount;
    },
  }));
  const readOnly = {
    name: 'read-only',
    missing: () => null,
    mount: (/** @type {string} */ start) => {
      const place = join(mounted, 'place');
      mkdirSync(place);
      mustSystem('mount', ['--bind', start, place]);
      mustSystem('mount', ['-o', 'remount,ro,bind', place]);
      return () => {
        mustSystem('umount', [place]);
        rmSync(place, { recursive: true });
      };
    },
  };
  const image = join(folder, 'card');
  const card = {
    name: 'FAT, as of a memory card',
    missing: () => {
      writeFileSync(image, '');
      truncateSync(image, SIZE);
      if (spawnSync('mkfs.vfat', [image]).status !== 0) return 'mkfs.vfat is not installed (dosfstools)';
      const { status, stderr } = spawnSync('mount', ['-t', 'vfat', '-o', 'loop', image, mounted], { encoding: 'utf8' });
      if (status !== 0) return `the system does not know it (${stderr.trim().split('\n')[0]?.replace(/^.*: /, '')})`;
      unmount();
      return null;
    },
    mount: (/** @type {string} */ start) => {
      mustSystem('mkfs.vfat', [image]);
      mustSystem('mount', ['-t', 'vfat', '-o', 'loop', image, mounted]);
      fill(start);
      return unmount;
    },
  };
  return [...full, readOnly, card];
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 */
function mustSystem(program, args) {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: root });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify(await tryAll(process.argv.slice(2))));
}
