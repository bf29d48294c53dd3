import { describe, expect, it, vi } from 'vitest';
import type { ShelfEntry } from '@shared/contract/shelf';
import { openDatabase } from '../../../../src/main/library/database';
import { Shelf } from '../../../../src/main/library/shelf';
import { createMain, indexFile, measurement, silentLog, voice } from '../../../fixtures/mainServices';

interface Named {
  readonly id: string;
  readonly content?: string;
}

const one: Named = { id: 'index-00000001', content: 'aaaa' };
const two: Named = { id: 'index-00000002', content: 'bbbb' };

function createShelf(...indexes: Named[]) {
  const known = { indexes };
  const told: (readonly ShelfEntry[])[] = [];
  const database = openDatabase(':memory:', silentLog);
  const shelf = new Shelf({ database, indexes: () => known.indexes, publish: (entries) => told.push(entries) });
  return { known, told, shelf, database };
}

describe('the shelf', () => {
  it('keeps a star and a note, each by itself, and tells of every change once', () => {
    const { shelf, told } = createShelf(one, two);
    shelf.set(one, { starred: true });
    shelf.set(one, { note: 'for the chorus' });
    shelf.tell();
    const entry = { index: one.id, starred: true, note: 'for the chorus', repairedFrom: null, recipe: null };
    expect(shelf.entries()).toEqual([entry]);
    expect(told).toEqual([[{ ...entry, note: '' }], [entry]]);
    shelf.set(one, { starred: false, note: '' });
    expect(shelf.entries()).toEqual([]);
  });

  it('knows an index again whose folder was moved, and not its copy', () => {
    const { shelf, known } = createShelf(one);
    shelf.set(one, { starred: true });
    const elsewhere = { id: 'index-00000009', content: 'aaaa' };
    known.indexes = [one, elsewhere];
    expect(shelf.entries().map(({ index }) => index)).toEqual([one.id]);
    known.indexes = [elsewhere, two];
    expect(shelf.entries()).toEqual([
      { index: elsewhere.id, starred: true, note: '', repairedFrom: null, recipe: null },
    ]);
    shelf.set(elsewhere, { note: 'moved' });
    expect(shelf.of(elsewhere)).toMatchObject({ starred: true, note: 'moved' });
  });

  it('lets what was said go along with a new name, and leaves nothing behind', () => {
    const { shelf, known } = createShelf(one);
    shelf.set(one, { note: 'mine' });
    const renamed = { id: 'index-00000003', content: 'aaaa' };
    const copy = { id: 'index-00000004', content: 'aaaa' };
    known.indexes = [renamed, copy];
    shelf.follow(one, renamed, {});
    expect(shelf.entries()).toEqual([
      { index: renamed.id, starred: false, note: 'mine', repairedFrom: null, recipe: null },
    ]);
  });
});

describe('what an index was built by', () => {
  it('is true of its copies, and of what is known again', () => {
    const { shelf, known } = createShelf(one);
    shelf.set(one, { recipe: 'best' });
    const copy = { id: 'index-00000009', content: 'aaaa' };
    known.indexes = [one, copy, two];
    expect(shelf.entries().map(({ index, recipe }) => [index, recipe])).toEqual([
      [one.id, 'best'],
      [copy.id, 'best'],
    ]);
    shelf.set(copy, { starred: true });
    known.indexes = [copy];
    expect(shelf.of(copy)).toMatchObject({ starred: true, recipe: 'best' });
  });

  it('is forgotten where another program has written another index, and a note is not', () => {
    const { shelf, known } = createShelf(one);
    shelf.set(one, { recipe: 'best', note: 'mine' });
    const replaced = { ...one, content: 'cccc' };
    known.indexes = [replaced];
    expect(shelf.of(replaced)).toMatchObject({ recipe: null, note: 'mine' });
  });

  it('of a recipe that a newer version knows is left unsaid', () => {
    const { shelf, database } = createShelf(one);
    database.exec(`INSERT INTO shelf (id, starred, note, recipe) VALUES ('${one.id}', 1, '', 'sublime')`);
    expect(shelf.of(one)).toMatchObject({ starred: true, recipe: null });
  });
});

describe('an index that was built here', () => {
  const ID = 'voice-aria-00000000';

  it('is taken away and put back, and what was built elsewhere is not', async () => {
    const main = createMain();
    const { library, handlers, disk, bin } = main;
    const built = indexFile(`/built/${ID}/job/mine.index`, { place: 'built' });
    const theirs = indexFile('/rvc/logs/aria/a.index');
    const show = (...indexes: (typeof built)[]): void => {
      disk.set('/rvc', { root: '/rvc', what: 'rvc', voices: [voice('/rvc/logs/aria', { indexes })], indexes: [] });
    };
    show(built, theirs);
    await library.add('/rvc');
    const put = vi.spyOn(bin, 'put').mockImplementation(() => {
      show(theirs);
      return Promise.resolve('item-00000001');
    });
    vi.spyOn(bin, 'putBack').mockImplementation(() => {
      show(built, theirs);
      return Promise.resolve(`/built/${ID}/job`);
    });
    await expect(async () => handlers['shelf.discard']({ index: theirs.id })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    expect(put).not.toHaveBeenCalled();
    expect(await handlers['shelf.discard']({ index: built.id })).toEqual({ id: 'item-00000001' });
    expect(library.indexAt(built.path)).toBeNull();
    await handlers['shelf.restore']({ id: 'item-00000001' });
    expect(library.indexAt(built.path)).not.toBeNull();
  });
});

describe('an index that a program uses through a link', () => {
  const ID = 'voice-aria-00000000';
  const built = indexFile(`/built/${ID}/job/mine.index`, { place: 'built', content: 'aaaa' });
  const linked = indexFile('/rvc/assets/indices/aria.index', { place: 'outside', link: 'ok', content: 'aaaa' });

  it('is not taken away, and takes the link along when it is renamed', async () => {
    const main = createMain();
    const put = vi.spyOn(main.bin, 'put');
    const voices = [voice('/rvc/logs/aria', { indexes: [built, linked] })];
    main.disk.set('/rvc', { root: '/rvc', what: 'rvc', voices, indexes: [] });
    await main.library.add('/rvc');
    await expect(async () => main.handlers['shelf.discard']({ index: built.id })).rejects.toMatchObject({
      code: 'INDEX_LINKED',
      details: { path: linked.path },
    });
    expect(put).not.toHaveBeenCalled();
    const change = { type: 'name', name: 'new.index' } as const;
    expect(main.prepare({ kind: 'repair', index: built.id, change }, 'job-00000001').work).toMatchObject({
      change: { ...change, links: [linked.path] },
    });
    const { work } = main.prepare({ kind: 'repair', index: linked.id, change }, 'job-00000002');
    expect(work).toMatchObject({ change });
    expect(work).not.toHaveProperty('change.links');
  });
});

describe('a repaired index', () => {
  const own = indexFile('/rvc/logs/aria/a.index', { content: 'aaaa' });
  const facts = (nprobe: number) => ({ ...measurement().facts, nprobe });

  it('says so until the repair is taken back, whatever comes in between', async () => {
    const { jobs, runs, handlers, library, disk } = createMain();
    const show = (...indexes: (typeof own)[]): void => {
      disk.set('/rvc', { root: '/rvc', what: 'rvc', voices: [voice('/rvc/logs/aria', { indexes })], indexes: [] });
    };
    show(own);
    await library.add('/rvc');
    const repair = async (from: number, to: number, undone: string | null = null) => {
      const index = library.indexes()[0]?.id ?? '';
      const id = jobs.start({
        kind: 'repair',
        index,
        change: undone === null ? { type: 'nprobe', nprobe: to } : { type: 'undo', job: undone },
      });
      runs.at(-1)!.resolve({
        index: own.path,
        backup: '/rvc/logs/aria/a.index.backup.json',
        hash: `hash-${to}`,
        change: undone === null ? { type: 'nprobe', nprobe: to } : { type: 'undo', backup: '/rvc/b' },
        before: facts(from),
        after: facts(to),
      });
      await vi.waitFor(() => expect(jobs.isBusy).toBe(false));
      return id;
    };
    const known = (): unknown => (handlers['shelf.get'](null) as ShelfEntry[])[0]?.repairedFrom;
    const first = await repair(1, 4);
    expect(known()).toBe(1);
    await repair(4, 8);
    expect(known()).toBe(1);
    await handlers['shelf.set']({ index: own.id, starred: true });
    await repair(8, 1, first);
    expect(handlers['shelf.get'](null)).toEqual([
      { index: own.id, starred: true, note: '', repairedFrom: null, recipe: null },
    ]);
  });
});
