import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FuseState, getCurrentFuseWire } from '@electron/fuses';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api } from '@shared/contract/api';
import { Locale } from '@shared/contract/languages';
import { OLDEST_SYSTEM } from '../../scripts/pack/installers.mjs';
import { FUSES } from '../../scripts/pack/fuses.mjs';
import { windowOf } from './window';

/** The unpacked app, as `npm run pack` makes it. */
const UNPACKED = resolve('dist', 'linux-unpacked');
const PROGRAM = join(UNPACKED, 'voronoice');
const COMMAND = join(UNPACKED, 'bin', 'voronoice');
const ENGINE = join(UNPACKED, 'resources', 'app.asar.unpacked', 'node_modules', 'faiss-node', 'build');

/** Chromium refuses its sandbox to root. */
const ROOT = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice 测试 тест ü #1 '));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed program', () => {
  it('S10: has its fuses as they are meant', async () => {
    const wire = await getCurrentFuseWire(PROGRAM);
    const states = new Map(Object.entries(wire));
    const found = Object.keys(FUSES).map((fuse) => [fuse, states.get(fuse) === FuseState.ENABLE]);
    expect(Object.fromEntries(found)).toEqual(FUSES);
  });

  it('does not run as Node', () => {
    const { stdout } = spawnSync(PROGRAM, ['-p', '6 * 7'], {
      encoding: 'utf8',
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', DISPLAY: '' },
      timeout: 20_000,
    });
    expect(stdout).not.toContain('42');
  });

  it('brings the licenses of the engine and of the packages', () => {
    const text = readFileSync(join(UNPACKED, 'LICENSES.txt'), 'utf8');
    for (const name of [
      'libopenblas',
      'libgomp',
      'libfaiss',
      'vue ',
      'echarts ',
      '@photostructure/sqlite ',
      'mpg123-decoder',
    ]) {
      expect(text).toContain(`\n${name}`);
    }
  });

  it('has an engine that finds its libraries beside it', () => {
    const files = readdirSync(ENGINE).filter((name) => name.endsWith('.node'));
    expect(files).not.toEqual([]);
    for (const file of files) {
      const { stdout } = spawnSync('ldd', [join(ENGINE, file)], { encoding: 'utf8' });
      const places = [...stdout.matchAll(/(?:openblas|gomp|gfortran|quadmath)\S* => (\S+)/g)].map(([, path]) => path);
      expect(places.length).toBeGreaterThanOrEqual(4);
      expect(places.filter((path) => path?.startsWith(ENGINE) !== true)).toEqual([]);
    }
  });

  it.each(Object.entries(OLDEST_SYSTEM))('asks for no newer %s than %s', (library, oldest) => {
    const asked = binaries().flatMap((path) => {
      const { stdout } = spawnSync('objdump', ['-T', path], { encoding: 'utf8', maxBuffer: 2 ** 28 });
      return [...stdout.matchAll(/\(([A-Z]+)_([\d.]+)\)/g)]
        .filter(([, name]) => name === library)
        .map(([, , version = '']) => ({ path, version }));
    });
    expect(asked.length).toBeGreaterThan(10);
    const byNumbers = new Intl.Collator('en', { numeric: true });
    expect(asked.filter(({ version }) => byNumbers.compare(version, oldest) > 0)).toEqual([]);
  });
});

/** Every program and library, of whatever name. */
function binaries(): string[] {
  return readdirSync(UNPACKED, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const file = openSync(path, 'r');
      const start = Buffer.alloc(4);
      readSync(file, start, 0, 4, 0);
      closeSync(file);
      return start.toString('latin1') === '\x7fELF';
    });
}

describe('the command without a display and without Node', () => {
  const run = (...words: readonly string[]): ReturnType<typeof spawnSync> & { stdout: string } => {
    const env = { HOME: folder, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' };
    return spawnSync(COMMAND, words, { encoding: 'utf8', env, timeout: 240_000 });
  };

  it('makes a voice and its index', () => {
    expect(run('sample', '--out', folder, '--minutes', '1').status).toBe(0);
    const words = ['train', join(folder, 'logs', 'sample'), '--out', join(folder, 'out'), '--json'];
    const { status, stdout, stderr } = run(...words);
    expect(status).toBe(0);
    // Steps of ours, and no word of Chromium's.
    expect(String(stderr)).toContain('Grouping');
    expect(String(stderr)).not.toContain('ERR');
    const { index } = JSON.parse(stdout) as { index: string };
    expect(existsSync(index)).toBe(true);
  });

  it('says by its exit code what went wrong', () => {
    expect(run('train', join(folder, 'nowhere')).status).toBe(3);
    expect(run('nothing').status).toBe(2);
  });

  it('says why it does not start where addresses are limited', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `ulimit -v 8000000; exec "$0" --version`, COMMAND], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('ulimit -v unlimited');
  });
});

describe('the window', () => {
  const startWith = (env: Readonly<Record<string, string>>, ...words: readonly string[]) =>
    spawn('xvfb-run', ['-a', COMMAND, '--window', '--remote-debugging-port=0', ...ROOT, ...words], {
      env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: join(folder, 'config'), ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      // So that all of it can be ended at once.
      detached: true,
    });
  const start = (...words: readonly string[]) => startWith({}, ...words);

  it.each(Locale.options)('begins in the language of the system, %s', async (locale) => {
    const env = { LANGUAGE: locale.replace('-', '_'), LC_ALL: '' };
    const { page, quit } = await windowOf(startWith(env, `--user-data-dir=${join(folder, locale)}`));
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale);
    await quit();
  });

  it.each([
    ['as the system is', []],
    ['without a graphics card', ['--disable-gpu']],
    ['without OpenGL', ['--disable-gpu', '--disable-software-rasterizer', '--use-gl=disabled']],
  ])('opens with an engine %s, and says where it is not for release', async (_where, words) => {
    const { page, quit } = await windowOf(start(...words));
    const info = await page.evaluate(() => (window as unknown as { api: Api }).api.call('app.info', null));
    expect(info.engineProblem).toBeNull();
    expect(await page.getByRole('note').count()).toBe(info.version.endsWith('-not-for-release') ? 1 : 0);
    await quit();
  });

  it('does not touch the library of a newer version', async () => {
    const data = join(folder, 'newer');
    mkdirSync(data);
    const path = join(data, 'library.sqlite');
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 999');
    database.close();
    const before = readFileSync(path);
    const program = start(`--user-data-dir=${data}`);
    try {
      // What it says is in a window of the system, which waits for an answer.
      await expect(windowOf(program, 8_000)).rejects.toThrow();
      expect(program.exitCode).toBeNull();
    } finally {
      if (program.pid !== undefined) process.kill(-program.pid);
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
