import type * as Fs from 'node:fs';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeWhole, writeWholeSync } from '../../../../src/main/system/wholeFile';

/** What was done to the disk, in order. */
const done = vi.hoisted((): string[] => []);
vi.mock('node:fs', async (original) => {
  const real = await original<typeof Fs>();
  return {
    ...real,
    fsyncSync: (file: number) => {
      done.push('to the disk');
      real.fsyncSync(file);
    },
    renameSync: (from: string, to: string) => {
      done.push('into its place');
      real.renameSync(from, to);
    },
  };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-whole-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const WAYS = [
  ['at once', (path: string, content: string) => Promise.resolve().then(() => writeWholeSync(path, content))],
  ['in time', (path: string, content: string) => writeWhole(path, Buffer.from(content))],
] as const;

describe.each(WAYS)('a file that is written whole, %s', (_way, write) => {
  it('has what was written, and nothing lies beside it', async () => {
    const path = join(folder, 'a.json');
    await write(path, 'old');
    await write(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  it('stays as it was when it cannot be, which is said, and nothing lies beside it', async () => {
    const path = join(folder, 'a.json');
    mkdirSync(path);
    writeFileSync(join(path, 'inside'), 'old');
    await expect(write(path, 'new')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['a.json']);
    expect(readFileSync(join(path, 'inside'), 'utf8')).toBe('old');
    await expect(write(join(folder, 'no', 'folder'), 'new')).rejects.toThrow();
  });
});

it('is on the disk before it takes the place of the old one', () => {
  done.length = 0;
  writeWholeSync(join(folder, 'a.json'), 'new');
  expect(done).toEqual(['to the disk', 'into its place']);
});
