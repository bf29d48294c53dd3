import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyFile } from '../../../../src/worker/files/copy';
import { readSmallFile, withFile, withOpenFile } from '../../../../src/worker/files/randomAccess';
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

  it('copies and hashes what is longer than one piece', async () => {
    const bytes = Buffer.alloc((1 << 20) + 17, 'abc');
    let copied = 0;
    await copyFile(put(at('from'), bytes), at('to'), (count) => (copied += count), signal);
    expect(copied).toBe(bytes.length);
    expect(await hashOf(at('to'), signal)).toBe(await hashOf(at('from'), signal));
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
