import type * as FileSystem from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { scan } from '../../../../src/worker/jobs/scan';
import { npy, put, useFolder } from '../support';

/** Whoever runs the tests may be allowed to read everything. */
vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof FileSystem>();
  return {
    ...real,
    readdir: (path: string, ...options: never[]) =>
      /secret$/.test(path)
        ? Promise.reject(Object.assign(new Error(`EACCES: ${path}`), { code: 'EACCES' }))
        : real.readdir(path, ...options),
  };
});

const folder = useFolder();
const context = { signal: new AbortController().signal, progress: () => undefined } as unknown as Parameters<
  typeof scan
>[1];
const look = (path: string) => scan({ kind: 'scan', path, home: null, built: [], pointed: {} }, context);

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
