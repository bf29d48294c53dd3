import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api } from '@shared/contract/api';
import packageJson from '../../package.json';
import { makeBareDebian, PERSON, startInBareDebian } from '../../scripts/pack/bareDebian.mjs';
import { commandsIn } from '../../scripts/pack/commandPages.mjs';
import type { COMMANDS as PROGRAM } from '../../src/cli/commands';
import { zip } from '../fixtures/zips';
import { type Window, windowOf } from './window';

/**
 * The .deb on a Debian with nothing on it, from the first installation over an upgrade to its removal: one person's story,
 * each test the next part of it.
 */

const PACKAGE = readdirSync('dist').find(
  (name) => name.startsWith(`voronoice-${packageJson.version}`) && name.endsWith('_amd64.deb'),
);
const VOICE = 'voice/logs/sample';
const ARCHIVE = '/srv/voice.zip';
/** Each command with what it needs, in an order in which it is there. */
const COMMANDS: Readonly<Record<keyof typeof PROGRAM, string>> = {
  sample: '--out voice --minutes 1',
  scan: 'voice',
  train: `${VOICE} --out built`,
  tune: `${VOICE} --budget 5`,
  expand: `${VOICE} --alpha 3 --neighbors 4 --out expanded`,
  compress: `${VOICE} --clusters 200 --out few.npy`,
  merge: `${VOICE} expanded/*.index --out merged`,
  inspect: 'built/*.index',
  measure: `built/*.index --features ${VOICE}`,
  compare: `built/*.index expanded/*.index --features ${VOICE}`,
  listen: `built/*.index --clip ${VOICE} --out takes`,
  repair: 'built/*.index --nprobe 2',
  export: 'built/*.index --host rvc --root rvc --name sample',
  unpack: `${ARCHIVE} --out unpacked`,
};
const TYPE = 'application/x-faiss-index';
const DISPLAY = ':77';
/** Those of this process, which stand for no sandbox. */
const USERS = readlinkSync('/proc/self/ns/user');

let system = '';
let version = '';
let display: ChildProcess | undefined;

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(as: 'root' | 'person', script: string): Promise<Outcome> {
  const child = startInBareDebian(system, ['sh', '-c', script], { as, env: { DEBIAN_FRONTEND: 'noninteractive' } });
  const code = new Promise<number | null>((settle) => child.on('close', settle));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

/** What a script prints, where it must succeed. */
async function printed(as: 'root' | 'person', script: string): Promise<string> {
  const { code, stdout, stderr } = await run(as, script);
  expect(code, `${script}\n${stdout}${stderr}`).toBe(0);
  return stdout.trim();
}

/** As apt is asked to: nothing but what the package says it cannot do without. */
const install = (...names: readonly string[]): Promise<string> =>
  printed('root', `apt-get install -y --no-install-recommends ${names.join(' ')}`);

/** Starts it as a desktop does: the line of its entry, with the chosen files where the line wants them. */
async function openWith(...files: readonly string[]): Promise<Window & { readonly program: ChildProcess }> {
  const entry = await printed('root', 'cat /usr/share/applications/voronoice.desktop');
  const words = /^Exec=(.*)$/m.exec(entry)?.[1]?.split(' ') ?? [];
  expect(words).toContain('%F');
  const command = words.flatMap((word) => (word === '%F' ? ['--remote-debugging-port=0', ...files] : [word]));
  const program = startInBareDebian(system, command, { as: 'person', env: { DISPLAY } });
  return { ...(await windowOf(program)), program };
}

interface Process {
  readonly seccomp: string | undefined;
  readonly users: string;
}

/** The installed program's own, by a word of their command line. */
function processes(word: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      const command = readFileSync(`/proc/${id}/cmdline`, 'utf8');
      if (!command.startsWith('/usr/lib/voronoice/voronoice') || !command.includes(word)) return [];
      const [, seccomp] = /^Seccomp:\s*(\d)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? [];
      return [{ seccomp, users: readlinkSync(`/proc/${id}/ns/user`) }];
    });
}

/** What the window shows: the names of voices, and the indexes that are none of theirs. */
async function openIn({ page }: Window): Promise<{ voices: string[]; indexes: string[] }> {
  const { voices, indexes } = await page.evaluate(() =>
    (window as unknown as { api: Api }).api.call('library.get', null),
  );
  return { voices: voices.map(({ name }) => name), indexes: indexes.map(({ path }) => path) };
}

/** The files of the person, by name and content. */
const belongings = (): Promise<string> =>
  printed('person', 'find . -type f ! -path "*/Cache/*" -exec md5sum {} + | sort');

/** The same package under a lower number, as an older version would be. */
function makeOlder(file: string, to: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'voronoice-older-'));
  try {
    execFileSync('dpkg-deb', ['-R', file, folder]);
    const control = join(folder, 'DEBIAN', 'control');
    writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, 'Version: 0.0.1'));
    execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', folder, to], { stdio: 'ignore' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(process.getuid?.() !== 0)('on a bare Debian (as root only)', () => {
  beforeAll(async () => {
    if (PACKAGE === undefined) throw new Error('There is no .deb in dist: npm run pack -- deb');
    const file = join('dist', PACKAGE);
    version = execFileSync('dpkg-deb', ['-f', file, 'Version'], { encoding: 'utf8' }).trim();
    system = await makeBareDebian();
    copyFileSync(file, join(system, 'srv', 'new.deb'));
    makeOlder(file, join(system, 'srv', 'old.deb'));
    writeFileSync(join(system, ARCHIVE), zip([{ name: 'voice/read me.txt', content: 'A voice.' }]));
    display = spawn('Xvfb', [DISPLAY, '-ac', '-nolisten', 'tcp', '-screen', '0', '1280x800x24'], { stdio: 'ignore' });
    await printed('root', 'apt-get update');
  }, 600_000);
  afterAll(() => {
    display?.kill();
    if (system !== '') rmSync(system, { recursive: true });
  }, 60_000);

  it('is not installed, with a word, where the disk has no room, and leaves nothing of itself', async () => {
    const place = '/usr/lib/voronoice';
    const small = `mkdir ${place} && mount -t tmpfs -o size=60m tmpfs ${place}`;
    const { code, stdout, stderr } = await run(
      'root',
      `${small} && apt-get install -y --no-install-recommends /srv/old.deb; status=$?; ls -A ${place}; exit $status`,
    );
    expect(code, stdout).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain('No space left on device');
    expect(stdout.trim().split('\n').at(-1)).not.toContain('voronoice');
    await printed('root', `rmdir ${place}`);
  });

  it('is installed by apt alone, and brings no desktop along', async () => {
    await install('/srv/old.deb');
    expect(await printed('root', "dpkg-query -W -f '${Version}' voronoice")).toBe('0.0.1');
    expect(await printed('root', 'command -v voronoice')).toBe('/usr/bin/voronoice');
    expect((await run('root', 'command -v node nodejs')).stdout).toBe('');
    const names = (await printed('root', "dpkg-query -W -f '${Package}\\n'")).split('\n');
    expect(names.filter((name) => /^(?:kde|libkf5|gnome|gvfs)/.test(name))).toEqual([]);
  });

  it('finds every library that anything in it asks for', async () => {
    const binaries = await printed(
      'root',
      `find /usr/lib/voronoice -type f '(' -perm -100 -o -name '*.node' -o -name '*.so*' ')' -exec sh -c 'head -c 4 "$1" | grep -q ELF && echo "$1"' sh {} ';'`,
    );
    expect(binaries).toMatch(/faiss-node\.node$/m);
    expect(binaries).toMatch(/\/voronoice$/m);
    const libraries = await printed('root', `for file in ${binaries.replaceAll('\n', ' ')}; do ldd "$file"; done`);
    expect(libraries).toContain('libopenblas.so.0 => /usr/lib/voronoice/');
    expect(libraries.split('\n').filter((line) => line.includes('not found'))).toEqual([]);
  });

  it('has a command line that says how it is called here', async () => {
    const help = await printed('person', 'voronoice --help');
    expect(commandsIn(help).toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
    expect(help).toContain('  voronoice <command>');
    expect(help).not.toContain('npm');
  });

  it.each(Object.entries(COMMANDS))('voronoice %s %s', async (name, words) => {
    const answer = await printed('person', `mkdir -p rvc/logs; voronoice ${name} ${words} --json`);
    expect(JSON.parse(answer)).not.toHaveProperty('error');
  });

  it('opens an index from the desktop, for a person without rights, in a sandbox', async () => {
    const index = await printed('person', 'ls "$PWD"/built/*.index');
    const window = await openWith(index, `${PERSON.home}/${VOICE}`);
    await expect.poll(() => openIn(window), { timeout: 60_000 }).toEqual({ voices: ['sample'], indexes: [index] });
    const pages = processes('--type=renderer');
    expect(pages).not.toEqual([]);
    // Filtered system calls, and users of its own: what Chromium's sandbox is made of on Linux.
    expect(pages.filter(({ seccomp, users }) => seccomp !== '2' || users === USERS)).toEqual([]);
    await window.page.evaluate(() =>
      (window as unknown as { api: Api }).api.call('settings.set', { theme: 'dark', volume: 0.3 }),
    );
    await window.quit();
  });

  it('opens where there is Wayland and no X', async () => {
    await install('weston');
    const screen = 'weston --backend=headless-backend.so --socket=screen --width=1280 --height=800';
    const ready = 'until [ -S "$XDG_RUNTIME_DIR/screen" ]; do sleep 0.1; done';
    const script = `mkdir -m 700 "$XDG_RUNTIME_DIR"; ${screen} 2> /dev/null & ${ready}; exec "$@"`;
    const command = ['sh', '-c', script, 'sh', 'voronoice', '--window', '--remote-debugging-port=0'];
    const env = {
      XDG_RUNTIME_DIR: '/tmp/person',
      WAYLAND_DISPLAY: 'screen',
      XDG_SESSION_TYPE: 'wayland',
      // Newer Electrons look for it by themselves.
      ELECTRON_OZONE_PLATFORM_HINT: 'auto',
    };
    const window = await windowOf(startInBareDebian(system, command, { as: 'person', env }));
    expect((await openIn(window)).voices).toEqual(['sample']);
    await window.quit();
  });

  it('is what the desktop offers for an index, whatever the file is named', async () => {
    // What every desktop has.
    await install('libglib2.0-bin', 'desktop-file-utils', 'appstream');
    await printed('person', 'cp built/*.index named.index; cp built/*.index unnamed');
    for (const name of ['named.index', 'unnamed']) {
      expect(await printed('person', `gio info -a standard::content-type ${name}`)).toContain(TYPE);
    }
    expect(await printed('person', `gio mime ${TYPE}`)).toMatch(/Default application.*voronoice\.desktop/);
    await printed('root', 'desktop-file-validate /usr/share/applications/voronoice.desktop');
    await printed('root', 'appstreamcli validate --no-net /usr/share/metainfo/org.voronoice.Voronoice.metainfo.xml');
  });

  it('keeps library, settings and indexes when a newer version is installed over it', async () => {
    const before = await belongings();
    await install('/srv/new.deb');
    expect(await printed('root', "dpkg-query -W -f '${Version}' voronoice")).toBe(version);
    expect(await belongings()).toBe(before);
    const window = await openWith();
    const index = await printed('person', 'ls "$PWD"/built/*.index');
    await expect.poll(() => openIn(window), { timeout: 60_000 }).toEqual({ voices: ['sample'], indexes: [index] });
    const settings = await window.page.evaluate(() =>
      (window as unknown as { api: Api }).api.call('settings.get', null),
    );
    expect(settings).toMatchObject({ theme: 'dark', volume: 0.3 });
    await window.quit();
  });

  it('S11: leaves the window to the copy that is open, also where another version is started', async () => {
    const window = await openWith();
    await install('--allow-downgrades', '/srv/old.deb');
    const command = ['voronoice', '--window', `${PERSON.home}/named.index`];
    const second = startInBareDebian(system, command, { as: 'person', env: { DISPLAY }, beside: window.program });
    expect(await new Promise((settle) => second.on('close', settle))).toBe(0);
    await expect.poll(async () => (await openIn(window)).indexes, { timeout: 60_000 }).toHaveLength(2);
    await window.quit();
  });

  it("is gone when it is removed, and leaves the person what is the person's", async () => {
    const before = await belongings();
    await printed('root', 'apt-get purge -y voronoice');
    expect(await printed('root', 'find / -xdev -iname "*voronoice*" ! -path "/home/*" ! -path "/var/lib/dpkg/*"')).toBe(
      '',
    );
    expect((await run('person', `gio mime ${TYPE}`)).stdout).not.toContain('voronoice');
    expect(await belongings()).toBe(before);
  });
});
