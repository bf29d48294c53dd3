import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyFile } from '../../../../src/worker/files/copy';
import {
  readRange,
  readSmallFile,
  requireSameFile,
  requireUnchanged,
  withFile,
  withOpenFile,
} from '../../../../src/worker/files/randomAccess';
import { hashOf } from '../../../../src/worker/measure/measureIndex';
import { put, useFolder } from '../support';

const folder = useFolder();
const signal = new AbortController().signal;
const at = (name: string): string => join(folder.path, name);

/** What has the name of a file and never ends, or never begins. */
const endless: readonly (readonly [what: string, make: (path: string) => void])[] = [
  ['a folder', (path) => mkdirSync(path)],
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a device', (path) => symlinkSync('/dev/zero', path)],
];

/** Everything that reads a file. */
const readers: readonly (readonly [name: string, read: (path: string) => Promise<unknown>])[] = [
  ['withFile', (path) => withFile(path, () => Promise.resolve())],
  ['withOpenFile', (path) => withOpenFile(path, () => Promise.resolve())],
  ['readSmallFile', (path) => readSmallFile(path, 1_000)],
  ['hashOf', (path) => hashOf(path, signal)],
  ['copyFile', (path) => copyFile(path, at('copy'), () => undefined, signal)],
];

describe.each(readers)('%s', (_, read) => {
  it.each(endless)('does not wait for %s', async (_what, make) => {
    make(at('voice'));
    await expect(read(at('voice'))).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });
  });

  it('says that there is no such file', async () => {
    await expect(read(at('nothing'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('reading', () => {
  it('leaves a file alone that is longer than expected', async () => {
    const path = put(at('settings'), 'x'.repeat(101));
    await expect(readSmallFile(path, 100)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', details: { most: 100 } });
    expect(String(await readSmallFile(path, 101))).toBe('x'.repeat(101));
  });

  it('N7: says that a file was written to meanwhile, but for one that grows by its nature', async () => {
    const path = put(at('log'), 'one');
    const write = (): Promise<string> => {
      appendFileSync(path, 'two');
      return Promise.resolve('read');
    };
    await expect(withFile(path, write)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(await withOpenFile(path, write)).toBe('read');
  });

  it.each([
    ['other bytes of the same length', (path: string) => writeFileSync(path, 'two')],
    [
      'more bytes, and a time of before',
      (path: string) => {
        const { atime, mtime } = statSync(path);
        appendFileSync(path, 'more');
        utimesSync(path, atime, mtime);
      },
    ],
  ])('N7: sees what became of a file meanwhile: %s', async (_, change) => {
    const path = put(at('voice'), 'one');
    utimesSync(path, 1_000, 1_000);
    const read = withFile(path, () => {
      change(path);
      return Promise.resolve();
    });
    await expect(read).rejects.toMatchObject({ code: 'FILE_CHANGED', details: { path } });
    const failed = withFile(path, () => {
      change(path);
      return Promise.reject(new Error('a fault of what changed'));
    });
    await expect(failed).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  it.each([
    ['is done', () => Promise.resolve()],
    ['has failed', () => Promise.reject(new Error('failed'))],
  ])('lets go of a file when it %s', async (_, read) => {
    const handles: FileHandle[] = [];
    const opened = withOpenFile(put(at('voice'), 'x'), (handle) => {
      handles.push(handle);
      return read();
    });
    await opened.catch(() => undefined);
    expect(handles.map(({ fd }) => fd)).toEqual([-1]);
  });

  it('asks again where a system gives less than was asked for, and ends where the file does', async () => {
    const whole = Buffer.from('0123456789');
    const sparing = {
      read: (into: Buffer, place: number, length: number, from: number) =>
        Promise.resolve({ bytesRead: whole.copy(into, place, from, from + Math.min(3, length)) }),
    } as unknown as FileHandle;
    expect(String(await readRange(sparing, 1, 8))).toBe('12345678');
    expect(String(await readRange(sparing, 6, 8))).toBe('6789');
    expect(await readRange(sparing, 10, 8)).toHaveLength(0);
  });

  it.each(['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const)(
    'knows another file by its %s alone',
    async (field) => {
      const path = put(at('voice'), 'one');
      const identity = statSync(path, { bigint: true });
      await expect(requireSameFile(path, identity)).resolves.toBeUndefined();
      const other = { ...identity, [field]: identity[field] + 1n };
      await expect(requireSameFile(path, other)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    },
  );

  it.each([{ size: 4 }, { mtimeMs: 1_001 }])('holds a state against another: %o', (change) => {
    const before = { size: 3, mtimeMs: 1_000 };
    expect(() => requireUnchanged('voice', before, { ...before })).not.toThrow();
    expect(() => requireUnchanged('voice', before, { ...before, ...change })).toThrow('changed while');
  });

  it('copies and hashes what is longer than one piece', async () => {
    const bytes = Buffer.alloc((1 << 20) + 17, 'abc');
    let copied = 0;
    await copyFile(put(at('from'), bytes), at('to'), (count) => (copied += count), signal);
    expect(copied).toBe(bytes.length);
    expect(await hashOf(at('to'), signal)).toBe(await hashOf(at('from'), signal));
  });

  it('stops a copy when it is told to', async () => {
    const from = put(at('from'), 'x');
    await expect(copyFile(from, at('to'), () => undefined, AbortSignal.abort())).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
  });

  it('blames the place it copies to for what happens there', async () => {
    const from = put(at('from'), 'x');
    writeFileSync(at('to'), 'there');
    await expect(copyFile(from, at('to'), () => undefined, signal)).rejects.toMatchObject({
      code: 'FILE_EXISTS',
      details: { path: at('to') },
    });
  });
});
