import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { LibrarySnapshot, type VoiceNews } from '@shared/contract/library';
import { VoronoiceError } from '@shared/contract/errors';
import type { ScanResult } from '@shared/contract/voices';
import { openDatabase } from '../../../../src/main/library/database';
import { Library } from '../../../../src/main/library/library';
import type { LibraryState } from '../../../../src/main/library/telling';
import { indexFile, modelFile, silentLog, voice } from '../../../fixtures/mainServices';

const own = indexFile('/rvc/logs/aria/added_IVF1_Flat_nprobe_1_aria_v2.index');
const loose = indexFile('/rvc/assets/indices/other.index', { place: 'outside' });
const opened = indexFile('/downloads/found.index', { place: 'opened' });

function createLibrary(path = ':memory:') {
  const disk = new Map<string, ScanResult | VoronoiceError>([
    ['/rvc', { root: '/rvc', what: 'rvc', voices: [voice('/rvc/logs/aria', { indexes: [own] })], indexes: [loose] }],
    ['/rvc/logs/aria', { root: '/rvc/logs/aria', what: 'voice', voices: [voice('/rvc/logs/aria')], indexes: [own] }],
    ['/link-to-rvc', { root: '/rvc', what: 'rvc', voices: [], indexes: [] }],
    ['/downloads/found.index', { root: '/downloads/found.index', what: 'index', voices: [], indexes: [opened] }],
    ['/indexes', { root: '/indexes', what: 'index', voices: [], indexes: [loose] }],
    ['/empty', { root: '/empty', what: 'nothing', voices: [], indexes: [] }],
  ]);
  const published: LibraryState[] = [];
  const scanned: string[] = [];
  const news: VoiceNews[] = [];
  const database = openDatabase(path, silentLog);
  let now = 0;
  const library: Library = new Library({
    database,
    scan: (asked) => {
      scanned.push(asked);
      const found = disk.get(asked);
      if (found instanceof VoronoiceError) return Promise.reject(found);
      if (found === undefined) return Promise.reject(new VoronoiceError('FILE_NOT_FOUND', 'Not there.'));
      return Promise.resolve(found);
    },
    changed: () => published.push(library.snapshot()),
    announce: (told) => news.push(...told),
    createId: () => crypto.randomUUID(),
    now: () => now++,
    log: silentLog,
  });
  return { library, disk, published, scanned, news, database };
}

describe('adding', () => {
  it('shows what was found, and says which ids to go to', async () => {
    const { library, published } = createLibrary();
    expect(await library.add('/rvc')).toEqual({ what: 'rvc', voices: ['voice-aria-00000000'], indexes: [loose.id] });
    const snapshot = library.snapshot();
    expect(v.is(LibrarySnapshot, { sequence: 0, ...snapshot })).toBe(true);
    expect(snapshot.folders).toMatchObject([{ path: '/rvc', absence: null, what: 'rvc' }]);
    expect(snapshot.scanning).toBe(false);
    expect(published[0]?.scanning).toBe(true);
    expect(published.at(-1)).toEqual(snapshot);
  });

  it('keeps a folder once, by its real path', async () => {
    const { library } = createLibrary();
    await library.add('/rvc');
    await library.add('/link-to-rvc');
    await library.add('/rvc');
    expect(library.snapshot().folders).toHaveLength(1);
  });

  it('keeps nothing of a folder with nothing in it, or of a path that is gone', async () => {
    const { library } = createLibrary();
    expect(await library.add('/empty')).toEqual({ what: 'nothing', voices: [], indexes: [] });
    await expect(library.add('/gone')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(library.snapshot()).toMatchObject({ folders: [], scanning: false });
  });

  it('keeps no file that could not be read', async () => {
    const { library, disk } = createLibrary();
    const problem = { code: 'INDEX_TRUNCATED', message: 'It ends too early.', details: {} } as const;
    const broken = indexFile('/downloads/half.index', { place: 'opened', problem });
    disk.set('/downloads/half.index', { root: broken.path, what: 'index', voices: [], indexes: [broken] });
    expect(await library.add('/downloads/half.index')).toMatchObject({ indexes: [broken.id] });
    expect(library.snapshot().indexes).toEqual([]);
  });

  it('shows models that belong to no voice, where they can be loaded or must be warned of', async () => {
    const { library, disk } = createLibrary();
    const evil = { code: 'MODEL_RUNS_CODE', message: '', details: {} } as const;
    const models = [
      modelFile('/models/Mira.pth'),
      modelFile('/models/evil.pth', { facts: null, problem: evil }),
      modelFile('/models/broken.pth', { facts: null, problem: { ...evil, code: 'MODEL_CORRUPT' } }),
    ];
    disk.set('/models', { root: '/models', what: 'logs', voices: [], indexes: [], models });
    await library.add('/models');
    expect(library.snapshot().models.map(({ name }) => name)).toEqual(['Mira.pth', 'evil.pth']);
    expect(library.pathOf(models[0]!.id)).toBe('/models/Mira.pth');
  });

  it('counts the archives in a folder, and knows where they are', async () => {
    const { library, disk } = createLibrary();
    const looked = { folders: 2, levels: 4, complete: true, archives: ['/rvc/a.zip', '/rvc/b.zip'], unread: [] };
    disk.set('/rvc', { ...(disk.get('/rvc') as ScanResult), looked });
    await library.add('/rvc');
    const [folder] = library.snapshot().folders;
    expect(folder).toMatchObject({ path: '/rvc', archives: 2 });
    expect(library.archives(folder!.id)).toEqual(['/rvc/a.zip', '/rvc/b.zip']);
    expect(library.archives('nobody')).toEqual([]);
  });

  it('tells an opened index from a folder of indexes', async () => {
    const { library } = createLibrary();
    await library.add('/downloads/found.index');
    await library.add('/indexes');
    const snapshot = library.snapshot();
    expect(snapshot.folders.map(({ path }) => path)).toEqual(['/indexes']);
    expect(snapshot.indexes.map(({ id }) => id)).toEqual([opened.id, loose.id]);
    library.closeIndex(opened.id);
    expect(library.snapshot().indexes.map(({ id }) => id)).toEqual([loose.id]);
    expect(() => library.closeIndex(loose.id)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }) as Error);
  });

  it('shows a voice or index once, also when two folders hold it', async () => {
    const { library } = createLibrary();
    await library.add('/rvc');
    await library.add('/rvc/logs/aria');
    const { voices, indexes } = library.snapshot();
    expect(voices).toHaveLength(1);
    expect(new Set([...voices[0]!.indexes, ...indexes].map(({ id }) => id)).size).toBe(
      voices[0]!.indexes.length + indexes.length,
    );
  });
});

describe('ids', () => {
  it('lead to voices, indexes and folders, and nowhere else', async () => {
    const { library } = createLibrary();
    await library.add('/rvc');
    const [folder] = library.snapshot().folders;
    expect(library.voice('voice-aria-00000000').path).toBe('/rvc/logs/aria');
    expect(library.index(own.id)).toMatchObject({ index: own, voice: { name: 'aria' } });
    expect(library.index(loose.id)).toEqual({ index: loose, voice: null });
    expect(library.indexAt(own.path)).toEqual(own);
    expect(library.indexAt('/elsewhere')).toBeNull();
    expect([folder!.id, own.id, loose.id].map((id) => library.pathOf(id))).toEqual(['/rvc', own.path, loose.path]);
    expect(library.pathOf('/etc/passwd')).toBeNull();
    const notFound = expect.objectContaining({ code: 'FILE_NOT_FOUND' }) as Error;
    expect(() => library.voice('unknown')).toThrow(notFound);
    expect(() => library.index('unknown')).toThrow(notFound);
  });
});

describe('looking again', () => {
  it('looks again at the voice of which an index was built, which lies outside of every folder', async () => {
    const { library, disk, scanned } = createLibrary();
    const built = indexFile('/data/indexes/aria/job/added.index', { place: 'built' });
    const bella = voice('/rvc/logs/bella');
    const of = (indexes: readonly (typeof built)[]): ScanResult['voices'] => [
      voice('/rvc/logs/aria', { indexes: [...indexes] }),
    ];
    disk.set('/rvc', { root: '/rvc', what: 'rvc', voices: [...of([]), bella], indexes: [loose] });
    await library.add('/rvc');
    scanned.length = 0;
    // After a build the folder of its voice is said to have changed.
    disk.set('/rvc/logs/aria', { root: '/rvc/logs/aria', what: 'voice', voices: of([built]), indexes: [] });
    await library.refresh('/rvc/logs/aria');
    expect(library.voice('voice-aria-00000000').indexes).toEqual([built]);
    await library.refresh('/data/indexes/aria/job');
    await library.refresh('/data/indexes/other');
    expect(scanned).toEqual(['/rvc/logs/aria', '/rvc/logs/aria']);
    expect(library.snapshot().voices).toHaveLength(2);
    expect(library.snapshot().indexes).toEqual([loose]);
  });

  it('finds what is new, only where something changed', async () => {
    const { library, disk, scanned } = createLibrary();
    await library.add('/rvc');
    await library.add('/downloads/found.index');
    disk.set('/rvc', { root: '/rvc', what: 'rvc', voices: [], indexes: [] });
    disk.delete('/rvc/logs/aria');
    scanned.length = 0;
    await library.refresh('/rvc/logs/aria');
    expect(scanned).toEqual(['/rvc/logs/aria', '/rvc']);
    expect(library.snapshot().voices).toEqual([]);
    scanned.length = 0;
    await library.refresh('/rv');
    expect(scanned).toEqual([]);
    await library.refresh('/');
    expect(scanned).toEqual(['/rvc', '/downloads/found.index']);
  });

  it('keeps the objects of what is the same, so that only what is new has to be told', async () => {
    const { library, disk } = createLibrary();
    await library.add('/rvc');
    const before = library.snapshot();
    const found = disk.get('/rvc') as ScanResult;
    const bella = voice('/rvc/logs/bella');
    disk.set('/rvc', structuredClone({ ...found, voices: [...found.voices, bella] }));
    await library.refresh();
    const after = library.snapshot();
    expect(after.voices[0]).toBe(before.voices[0]);
    expect(after.indexes[0]).toBe(before.indexes[0]);
    expect(after.voices[1]).toEqual(bella);
  });

  it('keeps showing what was there when a drive is unplugged', async () => {
    const { library, disk } = createLibrary();
    await library.add('/rvc');
    const found = disk.get('/rvc')!;
    disk.delete('/rvc');
    await library.refresh();
    const { folders, voices, away } = library.snapshot();
    expect({ folders, voices }).toMatchObject({ folders: [{ absence: 'gone' }], voices: [{ name: 'aria' }] });
    const source = folders[0]!.id;
    expect(away).toEqual(
      Object.fromEntries(['voice-aria-00000000', own.id, loose.id].map((id) => [id, { source, absence: 'gone' }])),
    );
    expect(() => library.requireReachable('voice-aria-00000000')).toThrow(
      expect.objectContaining({ code: 'FOLDER_AWAY' }) as Error,
    );
    expect(await library.watched()).toEqual([{ root: '/rvc', gone: true, folders: ['/rvc'], files: [] }]);
    disk.set('/rvc', found);
    await library.refresh();
    expect(library.snapshot()).toMatchObject({ folders: [{ absence: null }], away: {} });
    expect(() => library.requireReachable('voice-aria-00000000')).not.toThrow();
  });

  it('tells a drive whose place is empty, and a folder without rights, from one that is not there', async () => {
    const { library, disk, news } = createLibrary();
    await library.add('/rvc');
    disk.set('/rvc', { root: '/rvc', what: 'nothing', voices: [], indexes: [] });
    await library.refresh();
    expect(library.snapshot()).toMatchObject({ folders: [{ absence: 'emptied' }], voices: [{ name: 'aria' }] });
    disk.set('/rvc', new VoronoiceError('FILE_UNREADABLE', 'No rights.'));
    await library.refresh();
    expect(library.snapshot()).toMatchObject({ folders: [{ absence: 'forbidden' }], voices: [{ name: 'aria' }] });
    expect(news).toEqual([]);
  });

  it('shows what two folders hold as the one has it that can be reached', async () => {
    const { library, disk } = createLibrary();
    await library.add('/rvc/logs/aria');
    await library.add('/rvc');
    disk.delete('/rvc');
    await library.refresh();
    const { away } = library.snapshot();
    expect(Object.keys(away)).toEqual([loose.id]);
    expect(library.voice('voice-aria-00000000').indexes).toEqual([]);
  });

  it('names what of a folder could not be looked into', async () => {
    const { library, disk } = createLibrary();
    const unread = [
      { path: '/rvc/logs/secret', problem: { code: 'FILE_UNREADABLE', message: 'No rights.', details: {} } },
    ] as const;
    const looked = { folders: 10_000, levels: 4, complete: false, archives: [], unread: [...unread] };
    disk.set('/rvc', { root: '/rvc', what: 'rvc', voices: [voice('/rvc/logs/aria')], indexes: [], looked });
    await library.add('/rvc');
    expect(library.snapshot().folders).toMatchObject([{ absence: null, unread, stoppedAfter: 10_000 }]);
  });

  it('does not bring back a folder that was removed meanwhile', async () => {
    const { library } = createLibrary();
    await library.add('/rvc');
    const again = library.refresh();
    library.removeFolder(library.snapshot().folders[0]!.id);
    await again;
    expect(library.snapshot()).toMatchObject({ folders: [], voices: [], indexes: [] });
    expect(() => library.removeFolder('unknown')).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }) as Error);
  });
});

describe('what other programs add', () => {
  const grown = { root: '/rvc/logs/aria', what: 'voice' } as const;

  it('is found by looking at the one voice that it is about, and told once', async () => {
    const { library, disk, scanned, published, news } = createLibrary();
    await library.add('/rvc');
    scanned.length = published.length = 0;
    disk.set('/rvc/logs/aria', {
      ...grown,
      voices: [voice('/rvc/logs/aria', { frames: 9312, indexes: [own] })],
      indexes: [],
    });
    await library.catchUp(['/rvc/logs/aria/3_feature768', '/rvc/logs/aria']);
    expect(scanned).toEqual(['/rvc/logs/aria']);
    expect(published).toHaveLength(1);
    expect(published[0]).toMatchObject({ scanning: false, voices: [{ frames: 9312 }], indexes: [loose] });
    expect(news).toEqual([{ what: 'frames', voice: 'voice-aria-00000000', count: 312 }]);
    await library.catchUp(['/rvc/logs/aria', '/elsewhere']);
    expect(published).toHaveLength(1);
    expect(news).toHaveLength(1);
  });

  it('is looked for in the whole folder where a voice is new or gone', async () => {
    const { library, disk, scanned, news } = createLibrary();
    await library.add('/rvc');
    scanned.length = 0;
    const all = [voice('/rvc/logs/aria', { indexes: [own] }), voice('/rvc/logs/ben')];
    disk.set('/rvc', { root: '/rvc', what: 'rvc', voices: all, indexes: [] });
    await library.catchUp(['/rvc/logs']);
    expect(scanned).toEqual(['/rvc']);
    expect(news).toEqual([{ what: 'voice', voice: 'voice-ben-00000000' }]);
    disk.delete('/rvc/logs/aria');
    disk.set('/rvc', { root: '/rvc', what: 'rvc', voices: [voice('/rvc/logs/ben')], indexes: [] });
    await library.catchUp(['/rvc/logs/aria']);
    expect(scanned).toEqual(['/rvc', '/rvc/logs/aria', '/rvc']);
    expect(library.snapshot().voices.map(({ name }) => name)).toEqual(['ben']);
  });

  it('comes back with a drive, and is no news then', async () => {
    const { library, disk, news } = createLibrary();
    await library.add('/rvc');
    const found = disk.get('/rvc')!;
    disk.delete('/rvc');
    await library.catchUp(['/rvc']);
    expect(library.snapshot().folders).toMatchObject([{ absence: 'gone' }]);
    disk.set('/rvc', found);
    await library.catchUp(['/rvc']);
    expect(library.snapshot()).toMatchObject({ folders: [{ absence: null }], away: {} });
    expect(news).toEqual([]);
  });

  it('is told after a look at everything, and not where the app itself has changed something', async () => {
    const { library, disk, news } = createLibrary();
    await library.add('/rvc');
    const more = (frames: number): ScanResult => ({
      root: '/rvc',
      what: 'rvc',
      voices: [voice('/rvc/logs/aria', { frames })],
      indexes: [],
    });
    disk.set('/rvc', more(9500));
    await library.refresh('/rvc');
    expect(news).toEqual([]);
    disk.set('/rvc', more(9600));
    await library.refresh();
    expect(news).toEqual([{ what: 'frames', voice: 'voice-aria-00000000', count: 100 }]);
  });
});

describe('the next start', () => {
  it('shows everything before anything is looked at, and survives a scan it does not understand', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'voronoice-library-'));
    const path = join(folder, 'library.sqlite');
    const before = createLibrary(path);
    await before.library.add('/rvc');
    await before.library.add('/downloads/found.index');
    const snapshot = before.library.snapshot();
    before.database.close();

    const after = createLibrary(path);
    expect(after.library.snapshot()).toEqual(snapshot);
    expect(after.scanned).toEqual([]);
    after.database.exec(`UPDATE source SET scan = '{"root":1}'`);
    after.database.close();

    const later = createLibrary(path);
    expect(later.library.snapshot()).toMatchObject({ folders: [{ path: '/rvc' }], voices: [] });
    await later.library.refresh();
    expect(later.library.snapshot().voices).toHaveLength(1);
    later.database.close();
    rmSync(folder, { recursive: true });
  });
});
