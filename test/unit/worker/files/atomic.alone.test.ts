import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type * as FileSystem from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import {
  type FileTransaction,
  isOneName,
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
/** Every file that was opened. */
const opened = vi.hoisted((): { readonly fd: number }[] => []);
/** A disk that does not tell names below this folder apart by their case. */
const disk = vi.hoisted(() => ({ ignoresCaseBelow: null as string | null }));
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
  const asFound = (path: string): string => {
    const above = disk.ignoresCaseBelow;
    return above !== null && path.startsWith(above) ? above + path.slice(above.length).toLowerCase() : path;
  };
  const look = real.lstat as (path: string, options?: object) => Promise<unknown>;
  return {
    ...real,
    access: failing('access', real.access),
    link: failing('link', real.link),
    chown: failing('chown', real.chown),
    lstat: failing('lstat', (path: string, options?: object) => look(asFound(path), options)),
    mkdir: failing('mkdir', real.mkdir as (path: string) => Promise<string | undefined>),
    open: failing('open', async (...args: Parameters<typeof real.open>) => {
      const handle = await real.open(...args);
      opened.push(handle);
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

  it.each([['file'], ['file', 'deep']])(
    'says that a folder cannot be made where a file is: %s %s',
    async (...names) => {
      put(join(folder.path, 'file'));
      await expect(transaction((files) => files.folder(join(folder.path, ...names)))).rejects.toMatchObject({
        code: 'NOT_A_FOLDER',
      });
    },
  );

  it('says that nothing can be written in a folder before anything is', async () => {
    failCall(0, 'EACCES', 'access');
    await expect(transaction((files) => files.folder(folder.path))).rejects.toMatchObject({ code: 'FOLDER_READ_ONLY' });
  });

  it('makes a folder also where another makes it at the same time, and leaves that of the other', async () => {
    const path = join(folder.path, 'made', 'deep');
    const make = (): Promise<void> => transaction((files) => files.folder(path));
    await Promise.all([make(), make(), make()]);
    const late = transaction(async (files) => {
      await files.folder(join(path, 'own'));
      throw new Error('stop');
    });
    await expect(late).rejects.toThrow('stop');
    expect(await tree(folder.path)).toEqual(['made', 'made/deep']);
  });

  it.each(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF', 'EPERM'])(
    'moves a file also where a folder cannot be brought to the disk (%s)',
    async (errno) => {
      put(join(folder.path, 'a'), 'a');
      failCall(0, errno, 'sync');
      await transaction((files) => files.move(join(folder.path, 'a'), join(folder.path, 'b')));
      expect(await tree(folder.path)).toEqual(['b']);
    },
  );

  it('lets go of every file that it opens', async () => {
    opened.length = 0;
    const old = put(join(folder.path, 'old.index'), 'old');
    await writeTwo(inOneStep);
    await expect(mendAndStop(old)).rejects.toThrow('stop');
    expect(opened.length).toBeGreaterThan(4);
    expect(opened.filter(({ fd }) => fd !== -1)).toEqual([]);
  });
});

/** Overwrites two bytes, and takes that back. */
function mendAndStop(path: string): Promise<void> {
  const first = readFileSync(path, 'utf8').slice(0, 1);
  return transaction(async (files) => {
    await files.patch(path, { offset: 1, bytes: Buffer.from('XY') }, 5_000);
    expect(readFileSync(path, 'utf8').slice(0, 3)).toBe(`${first}XY`);
    expect(statSync(path).mtimeMs).toBe(5_000);
    throw new Error('stop');
  });
}

describe('what is taken back', () => {
  const at = (name: string): string => join(folder.path, name);
  const stopped = async (work: (files: FileTransaction) => Promise<void>): Promise<void> => {
    const whole = transaction(async (files) => {
      await work(files);
      throw new Error('stop');
    });
    await expect(whole).rejects.toThrow('stop');
  };

  it('is a move', async () => {
    put(at('a'), 'a');
    await stopped((files) => files.move(at('a'), at('b')));
    expect(await tree(folder.path)).toEqual(['a']);
  });

  it('is where a link leads', async () => {
    symlinkSync('one', at('link'));
    await stopped(async (files) => {
      await files.relink(at('link'), 'two');
      expect(readlinkSync(at('link'))).toBe('two');
    });
    expect(readlinkSync(at('link'))).toBe('one');
    expect(await tree(folder.path)).toEqual(['link']);
  });

  it('is a name that was taken away', async () => {
    put(at('a'), 'a');
    linkSync(at('a'), at('b'));
    await stopped(async (files) => {
      await files.unname(at('b'), at('a'));
      expect(await tree(folder.path)).toEqual(['a']);
    });
    expect(statSync(at('b')).ino).toBe(statSync(at('a')).ino);
  });

  it('are bytes that were overwritten, and the time they are of', async () => {
    put(at('a'), 'old bytes');
    utimesSync(at('a'), 1_000, 1_000);
    await expect(mendAndStop(at('a'))).rejects.toThrow('stop');
    expect(readFileSync(at('a'), 'utf8')).toBe('old bytes');
    expect(statSync(at('a')).mtimeMs).toBe(1_000_000);
  });

  it('is an exchange, with the rights of what was to take the place', async () => {
    const [old, fresh] = [put(at('old'), 'old'), put(at('fresh'), 'new')];
    chmodSync(old, 0o600);
    chmodSync(fresh, 0o644);
    await stopped(async (files) => {
      await files.replace(fresh, old, at('backup'));
      expect(statSync(old).mode & 0o777).toBe(0o600);
    });
    expect(await tree(folder.path)).toEqual(['fresh', 'old']);
    expect([old, fresh].map((path) => readFileSync(path, 'utf8'))).toEqual(['old', 'new']);
    expect([old, fresh].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o644]);
  });
});

describe('rights', () => {
  const at = (name: string): string => join(folder.path, name);
  const rightsOf = (path: string): number => statSync(path).mode & 0o777;
  const fileOf = (name: string, mode: number): string => {
    const path = put(at(name), name);
    chmodSync(path, mode);
    return path;
  };

  it('of a folder that is made of a file let those enter who may read the file', async () => {
    const source = fileOf('source', 0o640);
    await transaction(async (files) => {
      const write = (path: string): Promise<void> => {
        mkdirSync(path, { mode: 0o777 });
        return Promise.resolve();
      };
      const made = await files.stage(at('made'), write, [source]);
      expect(rightsOf(made)).toBe(0o750);
    });
  });

  it('of what is made of several files are given by all of them, but for its owner', async () => {
    const sources = [fileOf('one', 0o444), fileOf('two', 0o640)];
    await transaction(async (files) => {
      const write = (path: string): Promise<void> => {
        chmodSync(put(path), 0o666);
        return Promise.resolve();
      };
      expect(rightsOf(await files.stage(at('made'), write, sources))).toBe(0o640);
    });
  });

  it('of a file of two names stay, whose place it takes', async () => {
    const [old, fresh] = [fileOf('old', 0o600), fileOf('fresh', 0o644)];
    linkSync(fresh, at('second'));
    await transaction((files) => files.replace(fresh, old, at('backup')));
    expect(rightsOf(at('second'))).toBe(0o644);
  });

  it('of what a link leads to stay when the link takes a place', async () => {
    const [old, target] = [fileOf('old', 0o600), fileOf('target', 0o644)];
    symlinkSync(target, at('link'));
    await transaction((files) => files.replace(at('link'), old, at('backup')));
    expect([rightsOf(target), readlinkSync(old)]).toEqual([0o644, target]);
  });

  it('of a file whose place was taken by nobody yet are its own', async () => {
    symlinkSync('nowhere', at('old'));
    const fresh = fileOf('fresh', 0o644);
    await transaction((files) => files.replace(fresh, at('old'), at('backup')));
    expect([rightsOf(at('old')), readlinkSync(at('backup'))]).toEqual([0o644, 'nowhere']);
  });

  it.skipIf(process.getuid?.() !== 0).each([
    ['another group', 1_234, 0o604],
    ['the same group', 0, 0o644],
  ])('are those of %s, where the owner cannot be changed (tried by root only)', async (_, group, rights) => {
    const [old, fresh] = [fileOf('old', 0o664), fileOf('fresh', 0o644)];
    chownSync(old, 1_234, group);
    failCall(0, 'EPERM', 'chown');
    await transaction((files) => files.replace(fresh, old, at('backup')));
    expect([statSync(old).uid, statSync(old).gid, rightsOf(old)]).toEqual([0, 0, rights]);
  });
});

describe('a name in another case', () => {
  const at = (...names: readonly string[]): string => join(folder.path, ...names);
  afterEach(() => (disk.ignoresCaseBelow = null));

  it('is another name where the disk tells them apart', async () => {
    put(at('voice'), 'one');
    expect(await isOneName(at('voice'), at('voice'))).toBe(true);
    expect(await isOneName(at('voice'), at('Voice'))).toBe(false);
    expect(await isOneName(at('nothing'), at('Nothing'))).toBe(false);
    expect(await isOneName(at('Voice'), at('voice'))).toBe(false);
    put(at('Voice'), 'two');
    expect(await isOneName(at('voice'), at('Voice'))).toBe(false);
  });

  it('is another one also of the same file, where it has both', async () => {
    put(at('voice'), 'one');
    linkSync(at('voice'), at('Voice'));
    expect(await isOneName(at('voice'), at('Voice'))).toBe(false);
    expect(await isOneName(at('voice'), at('other'))).toBe(false);
  });

  it('is the same one where the disk does not, and can be given', async () => {
    disk.ignoresCaseBelow = folder.path;
    put(at('voice', 'a'), 'one');
    put(at('voice', 'b'), 'two');
    expect(await isOneName(at('voice', 'a'), at('voice', 'A'))).toBe(true);
    expect(await isOneName(at('voice', 'A'), at('voice', 'a'))).toBe(true);
    expect(await isOneName(at('voice', 'a'), at('Voice', 'a'))).toBe(true);
    expect(await isOneName(at('voice', 'a'), at('voice', 'B'))).toBe(false);
    failCall(0, 'EEXIST', 'link');
    await transaction((files) => files.move(at('voice', 'a'), at('voice', 'A')));
    disk.ignoresCaseBelow = null;
    expect(await tree(at('voice'))).toEqual(['A', 'b']);
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
