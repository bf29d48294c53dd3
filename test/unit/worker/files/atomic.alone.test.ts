import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import type * as FileSystem from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import {
  type FileTransaction,
  requireAbsent,
  requireFreeSpace,
  temporaryName,
  transaction,
} from '../../../../src/worker/files/atomic';
import { put, tree, useFolder } from '../support';

/** Which call of which function fails with which errno; counted over all calls that change or look at the disk. */
const fault = vi.hoisted(() => ({ at: -1, errno: '', count: 0, only: null as string | null }));
/** What has been brought to the disk, by the number that the file keeps under all its names. */
const synced = vi.hoisted(() => new Set<number>());
/** As `errno`: the call never comes back, and nothing comes after it. */
const power = vi.hoisted(() => ({ isCut: 'power cut', cut: (): void => undefined }));

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof FileSystem>();
  const failing =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      if (fault.only !== null && fault.only !== name) return call(...args);
      fault.count += 1;
      if (fault.count - 1 !== fault.at) return call(...args);
      if (fault.errno === power.isCut) {
        power.cut();
        return new Promise(() => undefined);
      }
      return Promise.reject(Object.assign(new Error(`${fault.errno}: ${name}`), { code: fault.errno }));
    };
  return {
    ...real,
    access: failing('access', real.access),
    link: failing('link', real.link),
    lstat: failing('lstat', real.lstat),
    mkdir: failing('mkdir', real.mkdir as (path: string) => Promise<string | undefined>),
    open: failing('open', async (...args: Parameters<typeof real.open>) => {
      const handle = await real.open(...args);
      const syncReally = handle.sync.bind(handle);
      const sync = failing('sync', async () => {
        await syncReally();
        synced.add((await handle.stat()).ino);
      });
      return Object.assign(handle, { sync });
    }),
    rename: failing('rename', real.rename),
    statfs: failing('statfs', real.statfs as (path: string) => Promise<unknown>),
    unlink: failing('unlink', real.unlink),
  };
});

const folder = useFolder();

afterEach(() => Object.assign(fault, { at: -1, errno: '', count: 0, only: null }));

function failCall(at: number, errno: string, only: string | null = null): void {
  Object.assign(fault, { at, errno, only, count: 0 });
}

/** How a new file takes the place of an old one, which stays as a backup. */
type Exchange = (files: FileTransaction, from: string, to: string) => Promise<void>;

const inOneStep: Exchange = (files, from, to) => files.replace(from, to, `${to}.backup`);
const inTwoMoves: Exchange = async (files, from, to) => {
  await files.move(to, `${to}.backup`);
  await files.move(from, to);
};

/** Writes two files into a folder that is made for them, one of them in the place of an older one. */
async function writeTwo(exchange: Exchange = inTwoMoves): Promise<void> {
  const out = join(folder.path, 'new', 'deep');
  const old = join(folder.path, 'old.index');
  await transaction(async (files) => {
    await files.folder(out);
    const write = (content: string) => (temporary: string) => {
      writeFileSync(temporary, content);
      return Promise.resolve();
    };
    const first = await files.stage(join(out, 'first'), write('one'));
    const second = await files.stage(old, write('two'));
    await files.move(first, join(out, 'first'));
    await exchange(files, second, old);
  });
}

describe('transaction', () => {
  it('makes everything appear', async () => {
    put(join(folder.path, 'old.index'), 'old');
    await writeTwo();
    expect(await tree(folder.path)).toEqual(['new', 'new/deep', 'new/deep/first', 'old.index', 'old.index.backup']);
    expect(readFileSync(join(folder.path, 'old.index'), 'utf8')).toBe('two');
    expect(readFileSync(join(folder.path, 'old.index.backup'), 'utf8')).toBe('old');
  });

  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EACCES', 'FOLDER_READ_ONLY'],
    ['EROFS', 'FOLDER_READ_ONLY'],
    ['EBUSY', 'FILE_BUSY'],
    ['EIO', 'DISK_FAILED'],
    ['EFBIG', 'FILE_TOO_LARGE'],
    ['EMFILE', 'TOO_MANY_FILES'],
    ['EOVERFLOW', 'DISK_FAILED'],
  ])('W2: leaves everything as it was when any call fails with %s', async (errno, code) => {
    put(join(folder.path, 'old.index'), 'old');
    let failures = 0;
    for (let at = 0; ; at++) {
      failCall(at, errno);
      const error: unknown = await writeTwo().then(
        () => null,
        (reason: unknown) => reason,
      );
      if (fault.count <= at) break;
      failCall(-1, '');
      failures += 1;
      expect(error).toBeInstanceOf(VoronoiceError);
      expect(error).toMatchObject({ code });
      expect(await tree(folder.path)).toEqual(['old.index']);
      expect(readFileSync(join(folder.path, 'old.index'), 'utf8')).toBe('old');
    }
    expect(failures).toBeGreaterThan(5);
  });

  it('never overwrites', async () => {
    put(join(folder.path, 'a'), 'a');
    put(join(folder.path, 'b'), 'b');
    await expect(
      transaction((files) => files.move(join(folder.path, 'a'), join(folder.path, 'b'))),
    ).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    });
    expect(readFileSync(join(folder.path, 'b'), 'utf8')).toBe('b');
  });

  it.each(['EPERM', 'EXDEV'])('works where there are no hard links (%s)', async (errno) => {
    put(join(folder.path, 'a'), 'a');
    failCall(0, errno, 'link');
    await transaction((files) => files.move(join(folder.path, 'a'), join(folder.path, 'b')));
    expect(await tree(folder.path)).toEqual(['b']);
    put(join(folder.path, 'a'), 'new');
    failCall(0, errno, 'link');
    await expect(
      transaction((files) => files.move(join(folder.path, 'a'), join(folder.path, 'b'))),
    ).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    });
  });

  it('exchanges in two steps where no file has a second name', async () => {
    const [old, fresh] = [put(join(folder.path, 'old.index'), 'old'), put(join(folder.path, 'fresh'), 'new')];
    failCall(0, 'EPERM', 'link');
    await transaction((files) => files.replace(fresh, old, `${old}.backup`));
    expect(await tree(folder.path)).toEqual(['old.index', 'old.index.backup']);
    expect([old, `${old}.backup`].map((path) => readFileSync(path, 'utf8'))).toEqual(['new', 'old']);
  });

  it('leaves a folder that was there, and one that others put something into', async () => {
    mkdirSync(join(folder.path, 'there'));
    const work = transaction(async (files) => {
      await files.folder(join(folder.path, 'there'));
      await files.folder(join(folder.path, 'made', 'deep'));
      put(join(folder.path, 'made', 'theirs'));
      throw new Error('stop');
    });
    await expect(work).rejects.toThrow('stop');
    expect(await tree(folder.path)).toEqual(['made', 'made/theirs', 'there']);
  });

  it('says that a folder cannot be made where a file is', async () => {
    put(join(folder.path, 'file'));
    await expect(transaction((files) => files.folder(join(folder.path, 'file', 'deep')))).rejects.toMatchObject({
      code: 'NOT_A_FOLDER',
    });
  });
});

describe('a power cut', () => {
  const contentOf = (name: string): string | null => {
    const path = join(folder.path, name);
    if (!existsSync(path)) return null;
    // What never reached the disk is gone, though the name may be there.
    return synced.has(statSync(path).ino) ? readFileSync(path, 'utf8') : '';
  };

  it('W1: between any two steps leaves each file old or new, and the old one is never lost', async () => {
    const seen = new Set<string>();
    for (let at = 0; ; at++) {
      rmSync(folder.path, { recursive: true });
      mkdirSync(folder.path);
      put(join(folder.path, 'old.index'), 'old');
      synced.clear();
      synced.add(statSync(join(folder.path, 'old.index')).ino);
      failCall(at, power.isCut);
      const cut = new Promise<'cut'>((settle) => (power.cut = () => settle('cut')));
      if ((await Promise.race([cut, writeTwo(inOneStep)])) !== 'cut') break;
      failCall(-1, '');
      const first = contentOf('new/deep/first');
      const [old, backup] = [contentOf('old.index'), contentOf('old.index.backup')];
      expect([null, 'one']).toContain(first);
      expect(['old null', 'old old', 'two old']).toContain(`${old} ${backup}`);
      seen.add(`${first} ${old} ${backup}`);
      const names = await tree(folder.path);
      const whole = /^(?:new|new\/deep|new\/deep\/first|old\.index|old\.index\.backup)$/;
      expect(names.filter((name) => !whole.test(name) && !/\.voronoice-[0-9a-f]{12}-\d+\.tmp$/.test(name))).toEqual([]);
    }
    expect([...seen]).toEqual(expect.arrayContaining(['null old null', 'one old null', 'one two old']));
  });
});

describe('a new name', () => {
  it.each<[string, (files: FileTransaction, at: (name: string) => string) => Promise<void>]>([
    ['a move', (files, at) => files.move(at('a'), at('b'))],
    ['an exchange', (files, at) => files.replace(at('a'), at('old'), at('backup'))],
    ['another end of a link', (files, at) => files.relink(at('link'), at('old'))],
    ['a name that is taken away', (files, at) => files.unname(at('second'), at('a'))],
  ])('is on the disk with its folder: %s', async (_, change) => {
    const at = (name: string): string => join(folder.path, 'folder', name);
    put(at('a'), 'a');
    put(at('old'), 'old');
    symlinkSync(at('a'), at('link'));
    linkSync(at('a'), at('second'));
    synced.clear();
    await transaction((files) => change(files, at));
    expect(synced).toContain(statSync(join(folder.path, 'folder')).ino);
  });
});

describe('requireAbsent', () => {
  it('sees a broken link as taken', async () => {
    symlinkSync('nowhere', join(folder.path, 'link'));
    await expect(requireAbsent(join(folder.path, 'link'))).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await expect(requireAbsent(join(folder.path, 'free'))).resolves.toBeUndefined();
  });
});

describe('requireFreeSpace', () => {
  it('W3: says how much is needed and how much there is', async () => {
    await expect(requireFreeSpace(folder.path, 1)).resolves.toBeUndefined();
    await expect(requireFreeSpace(folder.path, 1e18)).rejects.toMatchObject({
      code: 'DISK_FULL',
      details: { needed: 1e18 },
    });
  });
});

describe('temporaryName', () => {
  it('stays in the folder and never comes twice', () => {
    const first = temporaryName(join('folder', 'a.index'));
    expect(first).toMatch(/^folder[/\\]a\.index\.voronoice-[0-9a-f]{12}-\d+\.tmp$/);
    expect(temporaryName(join('folder', 'a.index'))).not.toBe(first);
  });
});
