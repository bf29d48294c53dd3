import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../childProcess.mjs';
import { Stop } from '../report.mjs';

/**
 * A Debian with nothing on it but what makes it one, to try packages in. It has its own files, processes and mounts and
 * this machine's network; what is started in it ends with the program that started it, and nothing stays mounted.
 */

/** The oldest release that a package is made for. */
const SUITE = 'bookworm';
const CACHE = join(root, '.cache', 'bareDebian');
const BASE = join(CACHE, SUITE);
/** What apt downloaded before. */
const ARCHIVES = join(CACHE, 'archives');
const APT_SOURCES = '/etc/apt/sources.list';

/** Makes the folder the root of what follows. A change of the root alone would keep Chromium from making its sandbox. */
const ENTER = `set -e
root=$1; archives=$2; shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs -o mode=1777 tmpfs tmp
mount --bind "$archives" var/cache/apt/archives
mkdir -p tmp/.X11-unix before
mount --bind /tmp/.X11-unix tmp/.X11-unix
pivot_root . before
cd /
umount -l before
exec "$@"`;

/** A person on that system, with a name for the home folder that programs stumble over. */
export const PERSON = /** @type {const} */ ({ name: 'person', home: '/home/测试 тест ü #1' });

/**
 * Where apt on this machine gets a release of Debian from.
 *
 * @param {readonly string[]} sources Texts of apt's lists, in either of its two forms.
 * @param {string} suite
 * @returns {string | null} An address; null where the machine does not use that release.
 */
export function mirrorOf(sources, suite) {
  for (const text of sources) {
    for (const line of text.split('\n')) {
      const [, address, release] = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/.exec(line) ?? [];
      if (address !== undefined && release === suite) return address;
    }
    for (const stanza of text.split(/\n\s*\n/)) {
      const field = (/** @type {string} */ name) =>
        new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
      const [address] = field('URIs');
      if (field('Types').includes('deb') && field('Suites').includes(suite) && address !== undefined) return address;
    }
  }
  return null;
}

/**
 * A fresh one. The first is downloaded, which takes a minute or two; the others are copies of it.
 *
 * @returns {Promise<string>} Its folder, to be removed by who asked for it.
 * @throws {Stop} Where it cannot be downloaded.
 */
export async function makeBareDebian() {
  await mkdir(ARCHIVES, { recursive: true });
  if (!(await stat(BASE).catch(() => null))) await download();
  const copy = await mkdtemp(join(CACHE, 'copy-'));
  await run('cp', ['-a', `${BASE}/.`, copy]);
  // A temporary folder is its owner's alone, and so would be all that a person finds below this one.
  await chmod(copy, 0o755);
  await writeFile(join(copy, 'etc', 'resolv.conf'), await readFile('/etc/resolv.conf', 'utf8'));
  await run('chroot', [copy, 'useradd', '--create-home', '--home-dir', PERSON.home, PERSON.name]);
  return copy;
}

async function download() {
  const lists = (await readdir(`${APT_SOURCES}.d`).catch(() => [])).map((name) => join(`${APT_SOURCES}.d`, name));
  const texts = await Promise.all([APT_SOURCES, ...lists].map((path) => readFile(path, 'utf8').catch(() => '')));
  const mirror = mirrorOf(texts, SUITE) ?? process.env['DEBIAN_MIRROR'];
  if (mirror === undefined) {
    throw new Stop(
      `apt here does not know Debian ${SUITE}.`,
      'Set DEBIAN_MIRROR to the address of a mirror of Debian.',
    );
  }
  const half = await mkdtemp(join(CACHE, 'half-'));
  try {
    await run('debootstrap', ['--variant=minbase', SUITE, half, mirror]);
    await rename(half, BASE);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

/**
 * Starts a program in it, as its administrator or as a person without rights, who has nothing in the environment but what
 * is said here. `beside` is another that was started so, and with it the two share processes and temporary files.
 *
 * @param {string} folder
 * @param {readonly string[]} command
 * @param {{
 *   readonly as: 'root' | 'person',
 *   readonly env?: Readonly<Record<string, string>>,
 *   readonly beside?: import('node:child_process').ChildProcess,
 * }} options
 * @returns {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>}
 */
export function startInBareDebian(folder, command, { as, env = {}, beside }) {
  const [home, user] = as === 'root' ? ['/root', []] : [PERSON.home, ['runuser', '-u', PERSON.name, '--']];
  const surroundings = { HOME: home, PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', ...env };
  const [program, ...args] =
    beside === undefined
      ? ['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', ENTER, 'sh', folder, ARCHIVES]
      : ['nsenter', `--target=${firstIn(beside)}`, '--mount', '--pid', '--root', '--wd', '--'];
  return spawn(
    program,
    [
      ...args,
      ...[...user, 'env', '-i', '-C', home, ...Object.entries(surroundings).map(([name, value]) => `${name}=${value}`)],
      ...command,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

/** @param {import('node:child_process').ChildProcess} started */
function firstIn({ pid }) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
}
