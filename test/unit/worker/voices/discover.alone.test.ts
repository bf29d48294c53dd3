import type * as FileSystem from 'node:fs/promises';
import { mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { Voice } from '@shared/contract/voices';
import { scan } from '../../../../src/worker/jobs/scan';
import { npy, put, recordingContext, useFolder } from '../support';

/** Folders that are not really there, which would take half a minute to make. */
const MANY = Array.from({ length: 20_000 }, (_, at) => `b${at}`);
const isOneOfMany = (path: string): boolean => /[\\/]many[\\/]b\d+$/.test(path);

/** What happens when a folder of this name is looked into, once. */
const onLook = vi.hoisted(() => new Map<string, () => void>());

/** Whoever runs the tests may be allowed to read everything. */
vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof FileSystem>();
  const asFolder =
    <T>(look: (path: string, ...options: never[]) => Promise<T>) =>
    (path: string, ...options: never[]): Promise<T> =>
      look(isOneOfMany(path) ? tmpdir() : path, ...options);
  return {
    ...real,
    stat: asFolder(real.stat as never),
    lstat: asFolder(real.lstat as never),
    realpath: (path: string) => (isOneOfMany(path) ? Promise.resolve(path) : real.realpath(path)),
    readdir: (path: string, ...options: never[]) => {
      const happens = onLook.get(basename(path));
      onLook.delete(basename(path));
      happens?.();
      if (isOneOfMany(path)) return Promise.resolve([]);
      if (basename(path) === 'many' && options.length === 0) return Promise.resolve(['aria', ...MANY]);
      return /secret$/.test(path)
        ? Promise.reject(Object.assign(new Error(`EACCES: ${path}`), { code: 'EACCES' }))
        : real.readdir(path, ...options);
    },
  };
});

const folder = useFolder();
const look = (path: string) => scan({ kind: 'scan', path, home: null, built: [], pointed: {} }, recordingContext());

describe('a folder without rights', () => {
  it('is named and skipped, among voices as in them', async () => {
    put(join(folder.path, 'logs', 'aria', '3_feature768', 'a.npy'), npy(5, 768));
    put(join(folder.path, 'logs', 'secret', '3_feature768', 'a.npy'), npy(5, 768));
    const { voices, looked } = await look(folder.path);
    expect(voices.map(({ name }) => name)).toEqual(['aria']);
    expect(looked?.unread).toMatchObject([
      { path: join(folder.path, 'logs', 'secret'), problem: { code: 'FILE_UNREADABLE' } },
    ]);
  });

  it('is the answer where it is what was asked for', async () => {
    put(join(folder.path, 'secret', 'a.npy'), npy(5, 768));
    await expect(look(join(folder.path, 'secret'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describe('a drive', () => {
  it.each([
    ['with the folder in its place', (): undefined => undefined],
    ['from a folder that stays, empty', mkdirSync],
  ])(
    'that is pulled out while it is looked through, %s, is away: what was read before is not all',
    async (_, leave) => {
      const root = join(folder.path, 'drive');
      for (const name of ['aria', 'ben', 'cleo']) put(join(root, 'logs', name, '3_feature768', 'a.npy'), npy(5, 768));
      onLook.set('ben', () => {
        renameSync(root, `${root} in a pocket`);
        leave(root);
      });
      await expect(look(root)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      expect(onLook.size).toBe(0);
    },
  );
});

describe('a folder of very many', () => {
  it('is looked through as far as that is worth it, and says so', async () => {
    const root = join(folder.path, 'many');
    put(join(root, 'aria', '3_feature768', 'a.npy'), npy(5, 768));
    const { voices, looked } = await look(root);
    expect(voices.map(({ name }) => name)).toEqual(['aria']);
    expect(looked).toMatchObject({ folders: 10_000, complete: false });
  });
});

describe('the clock of the computer', () => {
  it('may be set while a folder is looked through: all of it is', async () => {
    for (const name of ['aria', 'ben', 'cleo']) put(join(folder.path, name, '3_feature768', 'a.npy'), npy(5, 768));
    const set = Date.now() + 3_600_000;
    const clock = vi.spyOn(Date, 'now');
    onLook.set(basename(folder.path), () => clock.mockReturnValue(set));
    const { voices, looked } = await look(folder.path);
    clock.mockRestore();
    expect([voices.length, looked?.complete]).toEqual([3, true]);
  });
});

describe('voices of names as people give them', () => {
  it('keep them: of emoji, of 255 bytes, and twice the same', async () => {
    const names = ['🎤 Mira 🎶', '가'.repeat(85), 'aria'];
    for (const name of names) put(join(folder.path, 'new', name, '3_feature768', 'a.npy'), npy(5, 768));
    put(join(folder.path, 'old', 'aria', '3_feature768', 'a.npy'), npy(5, 768));
    const { voices } = await look(folder.path);
    expect(voices.map(({ name }) => name).sort()).toEqual([...names, 'aria'].sort());
    expect(new Set(voices.map(({ id }) => id)).size).toBe(4);
    for (const voice of voices) expect(v.is(Voice, voice)).toBe(true);
  });
});
