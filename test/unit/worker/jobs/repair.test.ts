import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import type { RequestOf } from '@shared/jobs';
import { RepairResult } from '@shared/jobs/repair';
import { FileTransaction, transaction } from '../../../../src/worker/files/atomic';
import { repair } from '../../../../src/worker/jobs/repair';
import { dealt, ivfFlat, put, recordingContext, useFolder } from '../support';

const folder = useFolder();
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);
const ONE = ivfFlat(dealt(40, 5), 256, { nprobe: 1 });
const FOUR = ivfFlat(dealt(40, 5), 256, { nprobe: 4 });

type Change = RequestOf<'repair'>['change'];

async function run(index: string, change: Change, out: string | null = null, context = recordingContext()) {
  const result = await repair({ kind: 'repair', index, change, out }, context);
  expect(v.parse(RepairResult, result)).toEqual(result);
  return result;
}

describe('repair nprobe', () => {
  it('changes the eight bytes where they are, and keeps eight bytes', async () => {
    const index = put(at('a.index'), ONE);
    const { ino } = statSync(index);
    const { backup, hash, before, after } = await run(index, { type: 'nprobe', nprobe: 4 });
    expect(readFileSync(index).equals(FOUR)).toBe(true);
    expect(statSync(index).ino).toBe(ino);
    expect(hash).toBe(createHash('sha256').update(FOUR).digest('hex'));
    expect(JSON.parse(readFileSync(backup ?? '', 'utf8'))).toMatchObject({
      size: ONE.length,
      before: '0100000000000000',
      after: '0400000000000000',
    });
    expect(statSync(backup ?? '').size).toBeLessThan(400);
    expect(readdirSync(folder.path)).toHaveLength(2);
    expect(backup?.endsWith('.index')).toBe(false);
    expect([before?.nprobe, after.nprobe]).toEqual([1, 4]);
  });

  it('writes elsewhere when told so, and leaves the original alone', async () => {
    const index = put(at('a.index'), ONE);
    const { index: mended, backup } = await run(index, { type: 'nprobe', nprobe: 4 }, at('b.index'));
    expect(mended).toBe(at('b.index'));
    expect(backup).toBeNull();
    expect(readFileSync(index).equals(ONE)).toBe(true);
    expect(readFileSync(mended).equals(FOUR)).toBe(true);
  });

  it('can be undone, and the undoing too', async () => {
    const index = put(at('a.index'), ONE);
    const before = new Date('2026-01-02T03:04:05.678Z');
    utimesSync(index, before, before);
    const { backup } = await run(index, { type: 'nprobe', nprobe: 4 });
    const repaired = statSync(index).mtimeMs;
    expect(repaired).toBeGreaterThan(before.getTime());
    const undone = await run(index, { type: 'undo', backup: backup ?? '' });
    expect(readFileSync(index).equals(ONE)).toBe(true);
    // Who knows it by its time knows it again, such as a comparison.
    expect(statSync(index).mtimeMs).toBeCloseTo(before.getTime(), 2);
    expect(undone.hash).toBe(createHash('sha256').update(ONE).digest('hex'));
    await run(index, { type: 'undo', backup: undone.backup ?? '' });
    expect(readFileSync(index).equals(FOUR)).toBe(true);
    expect(statSync(index).mtimeMs).toBeCloseTo(repaired, 2);
    // One note at a time: the one that was used is gone.
    expect(readdirSync(folder.path)).toHaveLength(2);
  });

  it('can be undone where the file is said to be from before 1970', async () => {
    const index = put(at('a.index'), ONE);
    utimesSync(index, new Date(-86_400_000), new Date(-86_400_000));
    const { backup } = await run(index, { type: 'nprobe', nprobe: 4 });
    await run(index, { type: 'undo', backup: backup ?? '' });
    expect(readFileSync(index).equals(ONE)).toBe(true);
    expect(statSync(index).mtimeMs).toBe(-86_400_000);
  });

  it('is undone by a backup that is the whole file, as earlier versions left it', async () => {
    const index = put(at('a.index'), FOUR);
    const backup = put(at('a.index.backup-20260101-120000'), ONE);
    const undone = await run(index, { type: 'undo', backup });
    expect(readFileSync(index).equals(ONE)).toBe(true);
    expect(readFileSync(undone.backup ?? '').equals(FOUR)).toBe(true);
    expect(existsSync(backup)).toBe(false);
  });

  it.each<[string, (index: string) => void]>([
    ['was built again', (index) => put(index, ivfFlat(dealt(45, 5), 256, { nprobe: 4 }))],
    ['has other vectors of the same size', (index) => put(index, ivfFlat(dealt(40, 5).reverse(), 256, { nprobe: 4 }))],
    ['has another number of groups searched by now', (index) => put(index, ivfFlat(dealt(40, 5), 256, { nprobe: 3 }))],
  ])('is not undone in a file that %s', async (_, change) => {
    const index = put(at('a.index'), ONE);
    const { backup } = await run(index, { type: 'nprobe', nprobe: 4 });
    change(index);
    const changed = readFileSync(index);
    await expect(run(index, { type: 'undo', backup: backup ?? '' })).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(readFileSync(index).equals(changed)).toBe(true);
    expect(existsSync(backup ?? '')).toBe(true);
  });

  it.each([0, 6])('refuses %d of 5 groups and leaves the folder as it was', async (nprobe) => {
    const index = put(at('a.index'), ONE);
    await expect(run(index, { type: 'nprobe', nprobe })).rejects.toMatchObject({ code: 'NPROBE_TOO_LARGE' });
    expect(readdirSync(folder.path)).toEqual(['a.index']);
    expect(readFileSync(index).equals(ONE)).toBe(true);
  });

  it('refuses to write over another file', async () => {
    const index = put(at('a.index'), ONE);
    put(at('b.index'), 'mine');
    const change = { type: 'nprobe', nprobe: 4 } as const;
    await expect(run(index, change, at('b.index'))).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(at('b.index'), 'utf8')).toBe('mine');
  });

  it.each<['check' | 'copy', string | null]>([
    ['check', null],
    ['copy', 'b.index'],
  ])('leaves nothing behind when cancelled while it says %s', async (abortAt, out) => {
    const index = put(at('a.index'), ONE);
    const context = recordingContext({ abortAt });
    const change = { type: 'nprobe', nprobe: 4 } as const;
    await expect(run(index, change, out === null ? null : at(out), context)).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
    expect(readdirSync(folder.path)).toEqual(['a.index']);
    expect(readFileSync(index).equals(ONE)).toBe(true);
  });

  it('refuses a file that is no index', async () => {
    const index = put(at('a.index'), '<!doctype html><html></html>');
    await expect(run(index, { type: 'nprobe', nprobe: 4 })).rejects.toMatchObject({ code: 'INDEX_LOOKALIKE' });
  });
});

describe('a repair that is cut short by a power cut', () => {
  const WIDE = 0x0403;
  const [NARROW_FILE, WIDE_FILE] = [0x0102, WIDE].map((nprobe) => ivfFlat(dealt(WIDE, WIDE), 4, { nprobe }));
  const [narrow, wide] = [NARROW_FILE ?? ONE, WIDE_FILE ?? ONE];

  /** The file and its note, as they are once the note is on the disk and `written` of the changed bytes have followed. */
  async function cutShort(written: number): Promise<{ readonly index: string; readonly backup: string }> {
    const index = put(at('a.index'), narrow);
    const { backup } = await run(index, { type: 'nprobe', nprobe: WIDE });
    const changed = [...narrow.keys()].filter((byte) => narrow[byte] !== wide[byte]);
    expect(changed).toHaveLength(2);
    const torn = Buffer.from(narrow);
    for (const byte of changed.slice(0, written)) torn[byte] = wide[byte] ?? 0;
    put(index, torn);
    return { index, backup: backup ?? '' };
  }

  it.each([0, 1, 2])('can be taken back with %d of the bytes written', async (written) => {
    const { index, backup } = await cutShort(written);
    await run(index, { type: 'undo', backup });
    expect(readFileSync(index).equals(narrow)).toBe(true);
  });

  it.each([0, 1, 2])('can be run again with %d of the bytes written', async (written) => {
    const { index } = await cutShort(written);
    await run(index, { type: 'nprobe', nprobe: WIDE });
    expect(readFileSync(index).equals(wide)).toBe(true);
  });

  it('has its note under its name before it touches the file, and takes it back when that fails', async () => {
    const index = put(at('a.index'), ONE);
    const seen: string[] = [];
    const patch = vi.spyOn(FileTransaction.prototype, 'patch').mockImplementation(() => {
      seen.push(...readdirSync(folder.path));
      return Promise.reject(new Error('no'));
    });
    await expect(run(index, { type: 'nprobe', nprobe: 4 })).rejects.toThrow('no');
    patch.mockRestore();
    expect(seen.sort()).toEqual(['a.index', expect.stringMatching(/^a\.index\.backup-\d{8}-\d{6}\.json$/) as string]);
    expect(readdirSync(folder.path)).toEqual(['a.index']);
    expect(readFileSync(index).equals(ONE)).toBe(true);
  });
});

describe('a repair that fails at the last moment', () => {
  it('gives every file its name and content back', async () => {
    const index = put(at('a.index'), ONE);
    const aside = put(at('a.index.backup'), FOUR);
    await expect(
      transaction(async (files) => {
        await files.replace(aside, index, at('second'));
        expect(readFileSync(index).equals(FOUR)).toBe(true);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(readdirSync(folder.path).sort()).toEqual(['a.index', 'a.index.backup']);
    expect(readFileSync(index).equals(ONE)).toBe(true);
    expect(readFileSync(aside).equals(FOUR)).toBe(true);
  });
});

describe('repair an index of two names', () => {
  it.each<[string, (from: string, to: string) => void]>([
    ['hard link', linkSync],
    ['link', symlinkSync],
  ])('mends both, by %s, keeps them one file, and can be undone', async (_, second) => {
    const index = put(at('logs', 'a.index'), ONE);
    const other = at('b.index');
    second(index, other);
    const both = (): Buffer[] => [index, other].map((path) => readFileSync(path));

    const { index: mended, backup, hash } = await run(other, { type: 'nprobe', nprobe: 4 });
    expect(both()).toEqual([FOUR, FOUR]);
    expect([mended, hash]).toEqual([other, createHash('sha256').update(FOUR).digest('hex')]);
    expect(statSync(index).ino).toBe(statSync(other).ino);

    const undone = await run(other, { type: 'undo', backup: backup ?? '' });
    expect(both()).toEqual([ONE, ONE]);
    expect(undone.backup).not.toBe(backup);
    expect(statSync(index).ino).toBe(statSync(other).ino);

    // As earlier versions kept it: the whole file.
    await run(other, { type: 'nprobe', nprobe: 4 });
    await run(other, { type: 'undo', backup: put(at('b.index.backup-20260101-120000'), ONE) });
    expect(both()).toEqual([ONE, ONE]);
  });

  it('leaves both alone when it writes elsewhere, and as they were when it is cancelled at the end', async () => {
    const index = put(at('a.index'), ONE);
    linkSync(index, at('b.index'));
    await run(index, { type: 'nprobe', nprobe: 4 }, at('c.index'));
    expect(readFileSync(at('b.index')).equals(ONE)).toBe(true);
    const context = recordingContext({ abortAt: 'check' });
    await expect(run(index, { type: 'nprobe', nprobe: 4 }, null, context)).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
    expect(readdirSync(folder.path).sort()).toEqual(['a.index', 'b.index', 'c.index']);
    expect(readFileSync(index).equals(ONE)).toBe(true);
  });
});

describe('repair a link', () => {
  it('replaces a link that leads nowhere by a copy', async () => {
    put(at('logs', 'a.index'), ONE);
    const link = at('indices.index');
    symlinkSync('logs/nowhere.index', link);
    const { backup } = await run(link, { type: 'link', target: at('logs', 'a.index') });
    expect(readFileSync(link).equals(ONE)).toBe(true);
    expect(backup).not.toBeNull();
  });
});

describe('repair a name', () => {
  it('renames within the folder', async () => {
    const index = put(at('retrained.index'), ONE);
    const { index: renamed } = await run(index, { type: 'name', name: 'aria.index' });
    expect(renamed).toBe(at('aria.index'));
    expect(existsSync(index)).toBe(false);
  });

  it('lets links to it lead to the new name, and no others', async () => {
    const index = put(at('logs', 'old.index'), ONE);
    put(at('logs', 'other.index'), FOUR);
    const leads = { relative: 'logs/old.index', absolute: index, other: 'logs/other.index', nowhere: 'gone/old.index' };
    const links = Object.entries(leads).map(([name, to]) => {
      symlinkSync(to, at(name));
      return at(name);
    });
    put(at('file'), ONE);
    await run(index, { type: 'name', name: 'new.index', links: [...links, at('file'), at('missing')] });
    expect(Object.keys(leads).map((name) => readlinkSync(at(name)))).toEqual([
      'logs/new.index',
      at('logs', 'new.index'),
      'logs/other.index',
      'gone/old.index',
    ]);
    expect(readFileSync(at('relative')).equals(ONE)).toBe(true);
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('leaves links as they were where the name is taken', async () => {
    const index = put(at('logs', 'old.index'), ONE);
    put(at('logs', 'new.index'), FOUR);
    symlinkSync('logs/old.index', at('link'));
    const taken = run(index, { type: 'name', name: 'new.index', links: [at('link')] });
    await expect(taken).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readlinkSync(at('link'))).toBe('logs/old.index');
  });

  it('takes along what is kept beside it, and nothing of another index', async () => {
    const index = put(at('old.index'), ONE);
    put(at('old.index.json'), '{}');
    put(at('old.index.copy'), 'mine');
    put(at('old.index.backup-20260101-120000'), FOUR);
    put(at('bold.index.json'), '{}');
    const { backup } = await run(index, { type: 'nprobe', nprobe: 4 });
    await run(index, { type: 'name', name: 'new.index' });
    const note = basename(backup ?? '').replace('old', 'new');
    expect(readdirSync(folder.path).sort()).toEqual(
      [
        'bold.index.json',
        'new.index',
        'new.index.backup-20260101-120000',
        note,
        'new.index.json',
        'old.index.copy',
      ].sort(),
    );
    await run(at('new.index'), { type: 'undo', backup: at(note) });
    expect(readFileSync(at('new.index')).equals(ONE)).toBe(true);
  });

  it.each(['a/b.index', 'con.index', 'aria', '..index'])('refuses %s', async (name) => {
    const index = put(at('a.index'), ONE);
    await expect(run(index, { type: 'name', name })).rejects.toMatchObject({ code: 'NAME_INVALID' });
  });

  it('refuses a name that is taken', async () => {
    const index = put(at('a.index'), ONE);
    put(at('b.index'), FOUR);
    await expect(run(index, { type: 'name', name: 'b.index' })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  });
});
