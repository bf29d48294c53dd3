import { chmodSync, readFileSync, statSync } from 'node:fs';
import type * as FileSystem from 'node:fs/promises';
import type * as System from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { transaction } from '../../../../src/worker/files/atomic';
import { linkFile } from '../../../../src/worker/files/link';
import { takePriority } from '../../../../src/worker/priority';
import { put, tree, useFolder } from '../support';

/** What is done in another way on Windows, on a system that says it were Windows. */

vi.hoisted(() => {
  process.env['TEMP'] ??= process.env['TMPDIR'] ?? '/tmp';
  Object.defineProperty(process, 'platform', { value: 'win32' });
});

/** Which errno the next calls of a function get, one each; and what was called that Windows does not know. */
const answers = vi.hoisted(() => ({ rename: [] as string[], link: [] as string[] }));
const foreign = vi.hoisted((): string[] => []);
const priorities = vi.hoisted((): number[] => []);

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof FileSystem>();
  const answering =
    (name: keyof typeof answers, call: (from: string, to: string) => Promise<void>) =>
    (from: string, to: string): Promise<void> => {
      const code = answers[name].shift();
      return code === undefined
        ? call(from, to)
        : Promise.reject(Object.assign(new Error(`${code}: ${name}`), { code }));
    };
  const unknown = (name: string) => () => Promise.resolve(void foreign.push(name));
  return {
    ...real,
    rename: answering('rename', real.rename),
    link: answering('link', real.link),
    chmod: unknown('chmod'),
    chown: unknown('chown'),
    symlink: unknown('symlink'),
    open: async (path: string, flags: string) => {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) foreign.push('open a folder');
      return real.open(path, flags);
    },
  };
});

vi.mock('node:os', async (load) => ({
  ...(await load<typeof System>()),
  setPriority: (pid: number) => void priorities.push(pid),
}));

const folder = useFolder();
const at = (...names: readonly string[]): string => join(folder.path, ...names);

afterEach(() => {
  Object.assign(answers, { rename: [], link: [] });
  foreign.length = 0;
});

describe('on Windows', () => {
  it.each(['EPERM', 'EACCES', 'EBUSY'])(
    'a file that a scanner holds (%s) is moved as soon as it lets go',
    async (code) => {
      put(at('new'), 'new');
      answers.rename.push(code, code);
      await transaction((files) => files.move(at('new'), at('old')));
      expect(await tree(folder.path)).toEqual(['old']);
    },
  );

  it('what keeps a file from being moved in another way is said at once', async () => {
    put(at('new'), 'new');
    answers.rename.push('ENOSPC');
    await expect(transaction((files) => files.move(at('new'), at('old')))).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(answers.rename).toEqual([]);
  });

  it('a file that has the name stays', async () => {
    put(at('new'), 'new');
    put(at('old'), 'old');
    await expect(transaction((files) => files.move(at('new'), at('old')))).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    });
    expect(readFileSync(at('old'), 'utf8')).toBe('old');
  });

  it('a file takes the place of another without the rights, the owners and the folders of other systems', async () => {
    put(at('old'), 'old');
    chmodSync(at('old'), 0o600);
    await transaction(async (files) => {
      const write = (path: string): Promise<void> => Promise.resolve(void put(path, 'new'));
      await files.replace(await files.stage(at('old'), write, [at('old')]), at('old'), at('backup'));
    });
    expect([readFileSync(at('old'), 'utf8'), readFileSync(at('backup'), 'utf8')]).toEqual(['new', 'old']);
    expect(foreign).toEqual([]);
  });

  it('nothing leads to a file on another drive, which takes rights there', async () => {
    put(at('file'));
    answers.link.push('EXDEV');
    expect(await linkFile(at('file'), at('link'))).toBeNull();
    expect(foreign).toEqual([]);
    expect(await linkFile(at('file'), at('link'))).toBe('hard');
  });

  it('the whole process steps back for others', () => {
    takePriority('low');
    expect(priorities).toEqual([process.pid]);
  });
});
