import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { NOTHING_LEFT_OUT, plain } from '@shared/contract/build';
import {
  type JobRequest,
  type JobRequestOf,
  type RequestOf,
  type ResultOf,
  type WorkKind,
  workKinds,
} from '@shared/jobs';
import type { Host, RecipeId } from '@shared/contract/primitives';
import { WorkRequest } from '@shared/jobs';
import { MERGED } from '@shared/jobs/scan';
import { DEFAULT_SEED } from '@shared/domain/maths/random';
import { mainKinds, repeatWork } from '../../../../src/main/jobs/kinds';
import { markOf } from '../../../../src/supervisor/mark';
import { folderOf } from '../../../../src/supervisor/places';
import { sweep } from '../../../../src/supervisor/sweep';
import { createMain, indexFile, measurement, voice } from '../../../fixtures/mainServices';

const own = indexFile('/rvc/logs/aria/a.index');
const loose = indexFile('/elsewhere/b.index', { place: 'opened' });

async function createRequests() {
  const main = createMain();
  main.disk.set('/rvc', {
    root: '/rvc',
    what: 'rvc',
    voices: [voice('/rvc/logs/aria', { indexes: [own] })],
    indexes: [loose],
  });
  await main.library.add('/rvc');
  const plan = (index: string, host: Host, root: string | null = null): string =>
    main.plan({ index, host, root, name: 'aria', slot: null }).root;
  const choose = (path: string): string => main.tokens.issue({ kind: 'folder', path });
  return { ...main, plan, choose };
}

const ask = (recipe: RecipeId): JobRequestOf<'train'> => ({
  kind: 'train',
  sources: [{ type: 'voice', id: 'voice-aria-00000000', weight: null }],
  ...plain(recipe),
  name: null,
  totalFea: false,
});

describe('what the page asks for', () => {
  it('becomes work with paths', async () => {
    const { prepare } = await createRequests();
    const training = prepare(ask('balanced'), 'job-00000001');
    expect(training).toEqual({
      work: {
        kind: 'train',
        sources: [{ path: '/rvc/logs/aria', weight: null }],
        ...plain('balanced'),
        seed: DEFAULT_SEED,
        name: 'aria',
        out: join('/built', 'voice-aria-00000000', 'job-00000001'),
        totalFea: false,
        measure: true,
        traces: '/traces',
        memoryLimit: null,
      },
      subject: 'aria',
      voice: 'voice-aria-00000000',
    });
    const exporting = prepare(
      { kind: 'export', index: own.id, host: 'rvc', root: null, name: 'aria', slot: null, setAside: true, link: false },
      'job-00000002',
    );
    expect(exporting).toEqual({
      work: {
        kind: 'export',
        index: own.path,
        host: 'rvc',
        root: '/rvc',
        name: 'aria',
        slot: null,
        setAside: true,
        link: false,
      },
      subject: 'a.index',
      voice: 'voice-aria-00000000',
    });
    const sample = prepare({ kind: 'sample' }, 'job-00000003');
    expect(sample.work).toMatchObject({ kind: 'sample', root: '/sample', version: 'v2', minutes: 3 });
    for (const { work } of [training, exporting, sample]) expect(v.is(WorkRequest, work)).toBe(true);
  });
});

describe('merging', () => {
  const sources: JobRequestOf<'train'>['sources'] = [
    { type: 'voice', id: 'voice-aria-00000000', weight: null },
    { type: 'index', id: loose.id, weight: null },
  ];

  it('makes a voice of its own, under the name that was typed', async () => {
    const { prepare } = await createRequests();
    const { work, ...about } = prepare({ ...ask('balanced'), sources, name: 'duet' }, 'job-00000001');
    expect(about).toEqual({ subject: 'duet', voice: null });
    expect(work).toMatchObject({ name: 'duet', out: join('/built', MERGED, 'duet', 'job-00000001') });
    expect(repeatWork(work, 'job-00000002')).toMatchObject({
      out: join('/built', MERGED, 'duet', 'job-00000002'),
    });
    const unnamed = prepare({ ...ask('balanced'), sources }, 'job-00000003');
    expect(unnamed.subject).toBe('aria-b.index');
  });

  it.each(['../../aria', '..', '.', 'a/b', 'a\\b', ''])('refuses a name that leads elsewhere: "%s"', async (name) => {
    const { prepare } = await createRequests();
    expect(() => prepare({ ...ask('balanced'), sources, name }, 'job-00000001')).toThrow(
      expect.objectContaining({ code: 'NAME_INVALID' }),
    );
  });
});

describe('a voice whose folder is away', () => {
  it('is refused before any work begins, also work that is done again', async () => {
    const { library, disk, jobs, handlers, runs } = await createRequests();
    const away = expect.objectContaining({ code: 'FOLDER_AWAY' }) as Error;
    const first = jobs.start(ask('balanced'));
    jobs.cancel(first);
    await vi.waitFor(() => expect(jobs.get(first).state).toBe('cancelled'));
    disk.delete('/rvc');
    await library.refresh();
    expect(() => jobs.start(ask('balanced'))).toThrow(away);
    expect(() => jobs.start({ kind: 'measure', index: own.id, queries: null })).toThrow(away);
    expect(() => handlers['jobs.rerun']({ id: first })).toThrow(away);
    expect(() => handlers['index.inspect']({ id: own.id })).toThrow(away);
    expect(runs).toHaveLength(1);
    expect(jobs.list()).toHaveLength(1);
  });
});

describe('what is marked in a voice', () => {
  const ID = 'voice-aria-00000000';
  const mark = { file: '0_0.npy', from: 3, to: 9 };

  it('is left out of each build of it, and of no other', async () => {
    const { prepare, marks } = await createRequests();
    marks.set(ID, [mark]);
    const moments = [{ ...mark, source: 0 }];
    const plainly = prepare(ask('balanced'), 'job-00000001');
    expect(plainly.work).toMatchObject({ selection: { ...NOTHING_LEFT_OUT, moments } });
    const selection = { ...NOTHING_LEFT_OUT, silence: true };
    const chosen = prepare({ ...ask('balanced'), selection }, 'job-00000002');
    expect(chosen.work).toMatchObject({ selection: { ...selection, moments } });
    expect(v.is(WorkRequest, chosen.work)).toBe(true);
    const others = prepare(
      { ...ask('balanced'), sources: [{ type: 'index', id: own.id, weight: null }] },
      'job-00000003',
    );
    expect(others.work).toMatchObject({ selection: null });
  });

  it('is left out by where its voice stands among those that are merged', async () => {
    const { prepare, marks } = await createRequests();
    marks.set(ID, [mark]);
    const sources = [
      { type: 'index', id: loose.id, weight: null },
      { type: 'voice', id: ID, weight: null },
    ] as const;
    const { work } = prepare({ ...ask('balanced'), sources: [...sources] }, 'job-00000001');
    expect(work).toMatchObject({ selection: { moments: [{ ...mark, source: 1 }] } });
  });

  it('is no suspect any more', async () => {
    const { prepare, marks } = await createRequests();
    marks.set(ID, [mark]);
    const { work } = prepare({ kind: 'sift', voice: ID, selection: NOTHING_LEFT_OUT }, 'job-00000001');
    expect(work).toMatchObject({ folder: '/rvc/logs/aria', pointed: null, selection: { moments: [mark] } });
    expect(v.is(WorkRequest, work)).toBe(true);
  });
});

describe('measuring', () => {
  const asking = { features: '/rvc/logs/aria', queries: null, seed: DEFAULT_SEED, most: 2000, traces: '/traces' };

  it('asks with what the voice was made of', async () => {
    const { prepare } = await createRequests();
    const { work, ...about } = prepare({ kind: 'measure', index: own.id, queries: null }, 'job-00000001');
    expect(work).toEqual({ kind: 'measure', index: own.path, ...asking, nprobes: [] });
    expect(about).toEqual({ subject: 'a.index', voice: 'voice-aria-00000000' });
    expect(v.is(WorkRequest, work)).toBe(true);
    const background = { kind: 'measure', index: own.id, queries: null, background: true } as const;
    expect(prepare(background, 'job-00000002').work).toEqual({ ...work, background: true });
  });

  it('asks with the index’s own vectors when there is no voice, or nothing it was made of', async () => {
    const { prepare, disk, library } = await createRequests();
    const ofLoose = prepare({ kind: 'measure', index: loose.id, queries: null }, 'job-00000001');
    expect(ofLoose).toMatchObject({ work: { index: loose.path, features: null, queries: null }, voice: null });
    disk.set('/rvc', {
      root: '/rvc',
      what: 'rvc',
      voices: [voice('/rvc/logs/aria', { indexes: [own], featuresPath: null })],
      indexes: [],
    });
    await library.refresh();
    const { work } = prepare({ kind: 'measure', index: own.id, queries: null }, 'job-00000002');
    expect(work).toMatchObject({ features: null, queries: null });
  });

  it('asks with a folder that the person chose, once', async () => {
    const { prepare, choose, tokens } = await createRequests();
    const request = { kind: 'measure', index: own.id, queries: choose('/singer') } as const;
    expect(prepare(request, 'job-00000001').work).toMatchObject({ ...asking, queries: '/singer' });
    const unknown = expect.objectContaining({ code: 'TOKEN_UNKNOWN' }) as Error;
    expect(() => prepare(request, 'job-00000002')).toThrow(unknown);
    const file = tokens.issue({ kind: 'file', path: '/etc/passwd' });
    expect(() => prepare({ ...request, queries: file }, 'job-00000003')).toThrow(unknown);
  });

  it('of several indexes goes by the voice of the first', async () => {
    const { prepare, choose } = await createRequests();
    const compare = (indexes: string[], queries: string | null = null) =>
      prepare({ kind: 'compare', indexes, queries }, 'job-00000001');
    const job = compare([own.id, loose.id]);
    expect(job).toEqual({
      work: { kind: 'compare', indexes: [own.path, loose.path], ...asking },
      subject: 'aria',
      voice: 'voice-aria-00000000',
    });
    expect(v.is(WorkRequest, job.work)).toBe(true);
    expect(compare([loose.id, own.id], choose('/singer'))).toMatchObject({
      work: { indexes: [loose.path, own.path], features: null, queries: '/singer' },
      subject: 'b.index',
      voice: null,
    });
    expect(() => compare([own.id, 'unknown-id'])).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }) as Error);
  });
});

describe('repairing', () => {
  it('happens in place, and names files by the library’s ids', async () => {
    const { prepare } = await createRequests();
    const repair = (change: Extract<JobRequest, { kind: 'repair' }>['change']) =>
      prepare({ kind: 'repair', index: own.id, change }, 'job-00000001');
    const nprobe = { type: 'nprobe', nprobe: 16 } as const;
    expect(repair(nprobe)).toEqual({
      work: { kind: 'repair', index: own.path, change: nprobe, out: null },
      subject: 'a.index',
      voice: 'voice-aria-00000000',
    });
    const name = { type: 'name', name: 'better.index' } as const;
    expect(repair(name).work).toMatchObject({ change: name });
    const link = repair({ type: 'link', target: loose.id });
    expect(link.work).toMatchObject({ index: own.path, change: { type: 'link', target: loose.path } });
    expect(v.is(WorkRequest, link.work)).toBe(true);
    expect(() => repair({ type: 'link', target: 'unknown-id' })).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_FOUND' }) as Error,
    );
  });
});

describe('the host’s folder', () => {
  it('is the one the voice lies in, if it is that host’s', async () => {
    const { plan } = await createRequests();
    expect(plan(own.id, 'rvc')).toBe('/rvc');
    const missing = expect.objectContaining({ code: 'HOST_NOT_FOUND', details: { host: 'applio' } }) as Error;
    expect(() => plan(own.id, 'applio')).toThrow(missing);
    expect(() => plan(loose.id, 'rvc')).toThrow(expect.objectContaining({ code: 'HOST_NOT_FOUND' }) as Error);
  });

  it('is not the folder of the sample voice, where no host looks', async () => {
    const { disk, library, plan } = await createRequests();
    const sample = voice('/sample/logs/Sample voice', { hostRoot: '/sample', indexes: [own] });
    disk.set('/rvc', { root: '/rvc', what: 'rvc', voices: [sample], indexes: [] });
    await library.refresh();
    expect(() => plan(own.id, 'rvc')).toThrow(expect.objectContaining({ code: 'HOST_NOT_FOUND' }) as Error);
  });

  it('is the one the person chose: now, before for this index, or last', async () => {
    const { plan, choose } = await createRequests();
    expect(plan(own.id, 'rvc', choose('/mine'))).toBe('/mine');
    expect(plan(own.id, 'rvc')).toBe('/mine');
    expect(plan(loose.id, 'rvc')).toBe('/mine');
    expect(plan(loose.id, 'rvc', choose('/other'))).toBe('/other');
    expect(plan(own.id, 'rvc')).toBe('/mine');
    expect(() => plan(own.id, 'applio')).toThrow();
  });
});

describe('a hand-over', () => {
  it('is taken back by what it has left, wherever its index is by then', async () => {
    const { jobs, choose, runs } = await createRequests();
    const ask = { kind: 'export', index: own.id, host: 'rvc', name: 'aria', slot: null, setAside: true } as const;
    const id = jobs.start({ ...ask, root: choose('/other') });
    await vi.waitFor(() => expect(runs).toHaveLength(1));
    const backup = '/other/logs/aria/x.index.backup-20261129-101112-2';
    runs[0]!.resolve({
      host: 'rvc',
      files: ['/other/a.index', '/other/logs/aria/x.index', '/other/same.index'],
      written: ['/other/a.index', '/other/logs/aria/x.index'],
      backups: [backup],
      warnings: [],
      facts: measurement().facts,
    });
    await vi.waitFor(() => expect(jobs.get(id).state).toBe('done'));
    jobs.start({ kind: 'takeBack', job: id });
    await vi.waitFor(() => expect(runs).toHaveLength(2));
    expect(runs[1]!.work).toEqual({
      kind: 'takeBack',
      files: [
        { path: '/other/a.index', backup: null },
        { path: '/other/logs/aria/x.index', backup },
      ],
    });
  });

  it('is the only thing that is taken back so', async () => {
    const { prepare, jobs, runs } = await createRequests();
    const id = jobs.start(ask('balanced'));
    await vi.waitFor(() => expect(runs).toHaveLength(1));
    expect(() => prepare({ kind: 'takeBack', job: id }, 'job')).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST' }),
    );
  });
});

describe('the answer of a worker', () => {
  it('names the index as the library does', async () => {
    const { prepare } = await createRequests();
    const { work } = prepare(ask('rvc'), 'job-00000001');
    const value = { index: '/built/x.index', measurement: measurement() };
    expect(mainKinds.train.result(value as ResultOf<'train'>, (path) => `id-of-${path}`)).toEqual({
      kind: 'train',
      value: { index: '/built/x.index' },
      index: 'id-of-/built/x.index',
    });
    expect(repeatWork(work, 'job-00000002')).toEqual({
      ...work,
      out: join('/built', 'voice-aria-00000000', 'job-00000002'),
    });
  });
});

function changedBy<K extends WorkKind>(work: RequestOf<K>): string | null {
  const place = workKinds[work.kind].changes(work);
  return place === null ? null : folderOf(place);
}

/** The folders in which work leaves temporaries when its worker dies. */
function targetFolders<K extends WorkKind>(work: RequestOf<K>): (string | null)[] {
  return workKinds[work.kind].writes(work).map(folderOf);
}

describe('finished work', () => {
  it('has changed the folder of what it mended, and nothing by measuring', async () => {
    const { prepare } = await createRequests();
    const changed = (request: JobRequest): string | null => changedBy(prepare(request, 'job-00000001').work);
    const repair = { kind: 'repair', index: own.id, change: { type: 'nprobe', nprobe: 2 } } as const;
    expect(changed(repair)).toBe('/rvc/logs/aria');
    expect(changed({ kind: 'measure', index: own.id, queries: null })).toBeNull();
    expect(changed({ kind: 'compare', indexes: [own.id, loose.id], queries: null })).toBeNull();
  });
});

describe('sweeping', () => {
  it('looks beside the index that was to be mended, or where the mended one was to be', () => {
    const repair = { kind: 'repair', index: '/voice/a.index', change: { type: 'nprobe', nprobe: 2 } } as const;
    expect(targetFolders({ ...repair, out: null })).toEqual(['/voice']);
    expect(targetFolders({ ...repair, out: '/else/a.index' })).toEqual(['/else']);
    const asking = { features: '/voice', queries: '/singer', seed: 1, most: 1 };
    for (const traces of [null, '/traces']) {
      const folders = traces === null ? [] : [traces];
      const own = { ...asking, traces };
      expect(targetFolders({ kind: 'measure', index: '/voice/a.index', ...own, nprobes: [] })).toEqual(folders);
      expect(targetFolders({ kind: 'compare', indexes: ['/voice/a.index', '/b.index'], ...own })).toEqual(folders);
    }
  });

  const mark = markOf('export-1');

  it('removes what a dead worker left, and nothing else', async () => {
    const root = mkdtempSync(join(tmpdir(), 'voronoice-sweep-'));
    const work = {
      kind: 'export',
      index: '/a.index',
      host: 'rvc',
      root,
      name: 'aria',
      slot: null,
      setAside: false,
      link: false,
    } as const satisfies WorkRequest;
    const [experiment, indices] = targetFolders(work);
    mkdirSync(experiment!, { recursive: true });
    mkdirSync(join(indices!, `b.index.voronoice-${mark}-2.tmp`), { recursive: true });
    writeFileSync(join(indices!, `b.index.voronoice-${mark}-2.tmp`, 'x'), '');
    for (const name of [
      `a.index.voronoice-${mark}-1.tmp`,
      'a.index.voronoice-1-1.tmp',
      `c.index.voronoice-${markOf('export-2')}-1.tmp`,
      'a.index',
      'a.tmp',
      'voronoice-1.tmp',
      'a.voronoice-1.tmp.index',
    ]) {
      writeFileSync(join(experiment!, name), '');
    }
    expect(await sweep(work, 'export-1')).toBe(2);
    expect(readdirSync(experiment!).sort()).toEqual(
      [
        'a.index',
        // Of a process that nobody here started, and of another worker, which may be at work.
        'a.index.voronoice-1-1.tmp',
        `c.index.voronoice-${markOf('export-2')}-1.tmp`,
        'a.tmp',
        'a.voronoice-1.tmp.index',
        'voronoice-1.tmp',
      ].sort(),
    );
    expect(readdirSync(indices!)).toEqual([]);
    rmSync(root, { recursive: true });
    expect(await sweep(work, 'export-1')).toBe(0);
  });

  it('W5: stays in the folder that was named', async () => {
    const root = mkdtempSync(join(tmpdir(), 'voronoice-sweep-'));
    const inside = join(root, 'host');
    mkdirSync(join(inside, 'logs'), { recursive: true });
    writeFileSync(join(root, `a.voronoice-${mark}-1.tmp`), '');
    const work = {
      kind: 'export',
      index: '/a.index',
      host: 'rvc',
      root: inside,
      slot: null,
      setAside: false,
      link: false,
    } as const;
    expect(targetFolders({ ...work, name: '../..' })[0]).toBeNull();
    expect(await sweep({ ...work, name: '../..' }, 'export-1')).toBe(0);
    expect(await sweep({ ...work, name: '../../..' }, 'export-1')).toBe(0);
    expect(readdirSync(root).sort()).toEqual([`a.voronoice-${mark}-1.tmp`, 'host']);
    rmSync(root, { recursive: true });
  });

  it('removes a training’s own folder only when it is empty', async () => {
    const root = mkdtempSync(join(tmpdir(), 'voronoice-sweep-'));
    const work = {
      kind: 'train',
      sources: [{ path: root, weight: null }],
      ...plain('rvc'),
      seed: 1,
      name: null,
      out: join(root, 'job'),
      totalFea: false,
      measure: true,
      traces: null,
      memoryLimit: null,
    } as const satisfies WorkRequest;
    mkdirSync(work.out);
    writeFileSync(join(work.out, `x.index.voronoice-${mark}-1.tmp`), '');
    writeFileSync(join(work.out, `total_fea.npy.voronoice-${mark}-2.tmp`), '');
    expect(await sweep(work, 'export-1')).toBe(2);
    expect(readdirSync(root)).toEqual([]);
    mkdirSync(work.out);
    writeFileSync(join(work.out, 'x.index'), '');
    expect(await sweep(work, 'export-1')).toBe(0);
    expect(readdirSync(work.out)).toEqual(['x.index']);
    rmSync(root, { recursive: true });
  });
});
