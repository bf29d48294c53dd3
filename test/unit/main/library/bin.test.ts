import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bin } from '../../../../src/main/library/bin';
import { openDatabase } from '../../../../src/main/library/database';
import { Memory } from '../../../../src/main/library/memory';
import { silentLog } from '../../../fixtures/mainServices';
import { put, tree, useFolder } from '../../worker/support';

const folder = useFolder();
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);

/** A bin that outlives the app, and a trash that may refuse. */
function createBin() {
  const memory = new Memory(openDatabase(':memory:', silentLog));
  const trashed: string[] = [];
  const system = { refuses: false };
  const trash = (path: string): Promise<void> => {
    if (system.refuses) return Promise.reject(new Error('There is no trash.'));
    trashed.push(path.slice(folder.path.length + 1));
    rmSync(path);
    return Promise.resolve();
  };
  const start = (): Bin => new Bin({ memory, trash, createId: () => crypto.randomUUID() });
  return { start, trashed, system };
}

const NAMES = ['a.index', 'a.index.backup-20260101-120000.json', 'a.index.json', 'total_fea.npy'];
const index = (): string => {
  for (const name of NAMES) put(at('voice', 'job', name), name);
  return at('voice', 'job', 'a.index');
};

describe('deleting an index', () => {
  it('takes away what is its own, and puts all of it back', async () => {
    const { start, trashed } = createBin();
    const path = index();
    const id = await start().put(path);
    expect((await tree(folder.path)).filter((name) => /job.[^.]/.test(name))).toEqual([]);
    // Also after a crash.
    const later = start();
    expect(later.files()).toHaveLength(NAMES.length);
    expect(await later.putBack(id)).toBe(at('voice', 'job'));
    expect(await tree(at('voice', 'job'))).toEqual(NAMES);
    expect(readFileSync(path, 'utf8')).toBe('a.index');
    expect([later.files(), trashed]).toEqual([[], []]);
    await expect(later.putBack(id)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('leaves another index of the folder alone, with all that is its own', async () => {
    const { start } = createBin();
    const path = index();
    put(at('voice', 'job', 'a.index.b.index'), '');
    put(at('voice', 'job', 'b.index'), '');
    put(at('voice', 'job', 'b.index.json'), '');
    await start().put(at('voice', 'job', 'b.index'));
    expect(await tree(at('voice', 'job'))).toEqual(expect.arrayContaining([...NAMES, 'a.index.b.index']));
    expect(existsSync(at('voice', 'job', 'b.index.json'))).toBe(false);
    expect(existsSync(path)).toBe(true);
  });

  it('reaches the trash from where the files were, and leaves no empty folder', async () => {
    const { start, trashed } = createBin();
    await start().put(index());
    await start().empty();
    expect(trashed.sort()).toEqual(NAMES.map((name) => join('voice', 'job', name)));
    expect(await tree(folder.path)).toEqual(['voice']);
    expect(start().files()).toEqual([]);
  });

  it('loses nothing where there is no trash', async () => {
    const { start, system } = createBin();
    system.refuses = true;
    const id = await start().put(index());
    await expect(start().empty()).rejects.toMatchObject({ code: 'NO_TRASH' });
    expect(existsSync(at('voice', 'job', 'a.index'))).toBe(false);
    await start().putBack(id);
    expect(await tree(at('voice', 'job'))).toEqual(NAMES);
  });

  it('does not put an index back over another of its name', async () => {
    const { start } = createBin();
    const path = index();
    const id = await start().put(path);
    put(path, 'built since');
    await expect(start().putBack(id)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(path, 'utf8')).toBe('built since');
    expect(start().files()).not.toEqual([]);
  });

  it('says when the index is gone already', async () => {
    await expect(createBin().start().put(at('no', 'a.index'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
