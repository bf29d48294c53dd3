import { DEFAULT_SETTINGS } from '@shared/contract/settings';
// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { plain } from '@shared/contract/build';
import type { AppInfo } from '@shared/contract/app';
import type { LibraryChange, LibraryFolder, LibrarySnapshot } from '@shared/contract/library';
import type { VoiceUse } from '@shared/contract/uses';
import type { Rates } from '@shared/contract/rates';
import type { TrainResult } from '@shared/jobs/train';
import { failureOf } from '@/stores/failure';
import { useNavigation } from '@/stores/navigation';
import { useJobs } from '@/stores/jobs';
import { useLibrary } from '@/stores/library';
import { useSettings } from '@/stores/settings';
import { appInfo, facts, indexFile, job, NO_RATES, voice } from '../../../fixtures/contract';
import { type FakeApi, fakeApi } from '../../../fixtures/fakeApi';

function library(sequence: number, names: readonly string[] = []): LibrarySnapshot {
  const voices = names.map((name, at) => voice({ id: `voice-0000000${at}`, name }));
  return { sequence, scanning: false, folders: [], voices, indexes: [], models: [], away: {} };
}

function change(sequence: number, names: readonly string[] = [], more: Partial<LibraryChange> = {}): LibraryChange {
  return { ...library(sequence, names), indexes: null, models: null, away: null, gone: [], ...more };
}

beforeEach(() => {
  setActivePinia(createPinia());
});

describe('library store', () => {
  it('ignores a change that is not newer', () => {
    const api = fakeApi({ 'library.get': () => library(5, ['a']) });
    vi.stubGlobal('api', api);
    const store = useLibrary();
    store.start();
    api.send('library.changed', change(5, ['b']));
    api.send('library.changed', change(4, ['c']));
    expect(store.voices[0]?.name).toBe('a');
    api.send('library.changed', change(6, ['d']));
    expect(store.voices[0]?.name).toBe('d');
  });

  it('takes in what is new, another or gone, and leaves the rest as it is', () => {
    const store = useLibrary();
    const loose = indexFile({ id: 'index-loose-01' });
    store.begin({ ...library(1, ['a', 'b', 'c']), indexes: [loose] });
    const [, kept] = store.voices;
    const other = voice({ id: 'voice-00000002', name: 'd' });
    store.apply(change(2, [], { voices: [other], gone: ['voice-00000000'], scanning: true }));
    expect(store.voices.map(({ name }) => name)).toEqual(['b', 'd']);
    expect(store.voices[0]).toBe(kept);
    expect(store.indexes).toEqual([loose]);
    expect(store.scanning).toBe(true);
    store.apply(change(3, [], { indexes: [] }));
    expect(store.indexes).toEqual([]);
    expect(store.voices).toHaveLength(2);
  });

  it('takes a first snapshot with sequence 0', () => {
    const store = useLibrary();
    store.begin(library(0, ['a']));
    expect(store.voices).toHaveLength(1);
  });

  it('finds an index with and without a voice', () => {
    const store = useLibrary();
    const owned = indexFile({ id: 'index-owned-01' });
    const loose = indexFile({ id: 'index-loose-01' });
    const aria = voice({ indexes: [owned] });
    store.begin({ ...library(1), voices: [aria], indexes: [loose] });
    expect(store.index(owned.id)).toEqual({ index: owned, voice: aria });
    expect(store.index(loose.id)).toEqual({ index: loose, voice: null });
    expect(store.index('index-unknown')).toBeUndefined();
  });
});

describe('what is away', () => {
  const source = 'source-00000001';

  it('is known by voice and index, and is taken off the library as it was added', async () => {
    const api = fakeApi({ 'library.removeFolder': () => null, 'library.closeIndex': () => null });
    vi.stubGlobal('api', api);
    const store = useLibrary();
    const loose = indexFile({ id: 'index-loose-01' });
    const gone = { absence: 'gone', unread: [], stoppedAfter: null } satisfies Partial<LibraryFolder>;
    const folder: LibraryFolder = { id: source, path: '/rvc', what: 'rvc', ...gone };
    const away = { source, absence: 'gone' } as const;
    store.begin({ ...library(1, ['a', 'b']), folders: [folder], away: { 'voice-00000000': away } });
    expect(store.away('voice-00000000')).toEqual(away);
    expect(store.away('voice-00000001')).toBeUndefined();
    await store.removeSource(source);
    store.apply({ ...change(2), gone: ['voice-00000000'], folders: [], indexes: [loose], away: { [loose.id]: away } });
    await store.removeSource(source);
    expect(api.calls.map(({ channel, argument }) => [channel, argument])).toEqual([
      ['library.removeFolder', { id: source }],
      ['library.closeIndex', { id: loose.id }],
    ]);
  });

  it('knows which voices bear the same name', () => {
    const store = useLibrary();
    store.begin(library(1, ['aria', 'ben', 'aria']));
    expect([...store.namesakes]).toEqual(['aria']);
  });
});

describe('jobs store', () => {
  it('applies each job by its own sequence', () => {
    const store = useJobs();
    store.apply(job({ sequence: 3, state: 'running' }));
    store.apply(job({ sequence: 2, state: 'queued' }));
    store.apply(job({ id: 'job-0000000002', sequence: 1, state: 'queued' }));
    expect(store.list.map(({ state }) => state)).toEqual(['running', 'queued']);
  });

  it('brings back a removed job by a later snapshot only', () => {
    const api = fakeApi({ 'jobs.list': () => [job({ state: 'done' })], 'jobs.areKept': () => true });
    vi.stubGlobal('api', api);
    const store = useJobs();
    store.start();
    api.send('jobs.removed', { id: job().id, sequence: 9 });
    api.send('jobs.changed', job({ sequence: 9 }));
    expect(store.list).toEqual([]);
    api.send('jobs.changed', job({ sequence: 10 }));
    expect(store.list).toHaveLength(1);
  });

  it('lists running jobs first, then waiting ones in order, then the newest ended', () => {
    const store = useJobs();
    const add = (id: string, state: 'done' | 'queued' | 'running', createdAt: number, rank = createdAt): void =>
      store.apply(job({ id: `job-00000000-${id}`, state, createdAt, rank }));
    add('old', 'done', 1);
    add('new', 'done', 5);
    add('second', 'queued', 3, 4);
    add('first', 'queued', 4, 3);
    add('now', 'running', 9);
    expect(store.list.map(({ id }) => id.split('-')[2])).toEqual(['now', 'first', 'second', 'new', 'old']);
    expect(store.current?.id).toBe('job-00000000-now');
  });

  it('tells of a job that ended while the page watched, not of one found ended', () => {
    const store = useJobs();
    store.apply(job({ state: 'done' }));
    expect(store.ended).toBeNull();
    store.apply(job({ id: 'job-0000000002', state: 'running' }));
    store.apply(job({ id: 'job-0000000002', state: 'failed', sequence: 2 }));
    expect(store.ended?.id).toBe('job-0000000002');
  });

  it('lets the time of a running job go on between snapshots, and stops it at the end', () => {
    const store = useJobs();
    vi.spyOn(performance, 'now').mockReturnValue(10_000);
    const running = job({
      progress: { step: 'train', stepNumber: 2, stepCount: 6, fraction: 0.5, elapsedMs: 4_000, remainingMs: null },
    });
    store.apply(running);
    expect(store.elapsed(running, 12_500)).toBe(6_500);
    expect(store.elapsed({ ...running, state: 'done', startedAt: 1_000, finishedAt: 9_000 }, 99_000)).toBe(8_000);
    // The clock was set back while it ran.
    expect(store.elapsed({ ...running, state: 'done', startedAt: 9_000, finishedAt: 1_000 }, 99_000)).toBe(4_000);
    // A clock that was set forward meanwhile does not make it longer.
    const ended = job({
      state: 'done',
      startedAt: 1_000,
      finishedAt: 86_401_000,
      times: [
        { step: 'train', ms: 5_000 },
        { step: 'write', ms: 500 },
      ],
    });
    expect(store.elapsed(ended, 99_000)).toBe(5_500);
    vi.restoreAllMocks();
  });
});

describe('the job that made an index', () => {
  const trained = indexFile({ id: 'index-built-01', path: '/built/added.index' });
  const copy = indexFile({ id: 'index-copied-1', path: '/rvc/assets/indices/aria_added.index' });
  const result: TrainResult = {
    index: trained.path,
    vectors: 9_000,
    dimension: 768,
    version: 'v2',
    nlist: 230,
    nprobe: 4,
    metric: 'l2',
    factory: 'IVF230,Flat',
    bytes: 1,
    lists: facts().lists!,
    coverage: null,
    record: {
      format: 1,
      options: plain('balanced'),
      compression: null,
      expansion: null,
      selection: null,
      origins: [],
    },
    measurement: null,
    notes: [],
    seconds: { read: 1, prepare: 0, train: 1, add: 1, measure: 1, write: 1, total: 5 },
    peakRssBytes: 1,
  };
  const training = job({ state: 'done', result: { kind: 'train', value: result, index: trained.id } });
  const exporting = job({
    id: 'job-0000000002',
    state: 'done',
    request: {
      kind: 'export',
      index: trained.id,
      host: 'rvc',
      root: null,
      name: 'aria',
      slot: null,
      setAside: false,
      link: false,
    },
    result: {
      kind: 'export',
      value: { host: 'rvc', files: [copy.path], written: [], backups: [], warnings: [], facts: facts() },
    },
  });

  it('is found for the index and for its copy in the host', () => {
    const store = useJobs();
    store.apply(training);
    expect(store.madeBy(trained)?.id).toBe(training.id);
    expect(store.madeBy(copy)).toBeUndefined();
    store.apply(exporting);
    expect(store.madeBy(copy)?.id).toBe(training.id);
  });
});

describe('failureOf', () => {
  it('keeps what main said and calls everything else an inner fault', () => {
    const failure = { code: 'DISK_FULL', message: 'No space.', details: { path: '/x' } };
    expect(failureOf(failure)).toEqual(failure);
    expect(failureOf(new Error('oops'))).toEqual({ code: 'INTERNAL', message: 'oops', details: {} });
    expect(failureOf({ code: 'MADE_UP', message: 'x' }).code).toBe('INTERNAL');
    expect(failureOf(undefined).code).toBe('INTERNAL');
  });
});

describe('settings store', () => {
  const known = { read: 1, train: 2, add: 3, write: 4, measure: 5, compress: 6, expand: 7 };
  const info = (rates: Rates): AppInfo => appInfo({ locale: 'ko', rates });

  const first = (api: FakeApi) => ({ settings: api.begin('settings.get'), info: api.begin('app.info') });

  it.each([
    ['asks for speeds that are not known', NO_RATES, known, known, 1],
    ['asks for none when all are known', known, null, known, 0],
    ['leaves them unknown without an answer', NO_RATES, null, NO_RATES, 1],
  ])('%s', async (_, before, answer, after, asked) => {
    const api = fakeApi({
      'settings.get': () => DEFAULT_SETTINGS,
      'app.info': () => info(before),
      ...(answer === null ? {} : { 'app.rates': () => answer }),
    });
    vi.stubGlobal('api', api);
    const store = useSettings();
    store.start(first(api));
    await store.learnRates();
    expect(store.info?.rates).toEqual(after);
    expect(api.calls.filter(({ channel }) => channel === 'app.rates')).toHaveLength(asked);
  });

  it('shows theme and language on the page, at once', async () => {
    const api = fakeApi({
      'settings.get': () => ({ ...DEFAULT_SETTINGS, theme: 'dark' }),
      'settings.set': ({ theme = 'dark', locale = null }) => ({ ...DEFAULT_SETTINGS, theme, locale }),
      'app.info': () => info(NO_RATES),
    });
    vi.stubGlobal('api', api);
    const store = useSettings();
    store.start(first(api));
    const root = document.documentElement;
    expect(root.classList.contains('dark')).toBe(true);
    expect(store.locale).toBe('ko');
    const changed = store.change({ theme: 'light', locale: 'ja' });
    expect(root.classList.contains('dark')).toBe(false);
    await changed;
    expect(root.lang).toBe('ja');
  });

  it('says what kept the page from its beginning', () => {
    const api = fakeApi({ 'settings.get': () => DEFAULT_SETTINGS });
    vi.stubGlobal('api', api);
    expect(() => useSettings().start(first(api))).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
  });
});

describe('navigation', () => {
  it('goes back through pages and starts anew from the side bar', () => {
    const navigation = useNavigation();
    navigation.open({ name: 'voice', id: 'voice-00000001' });
    navigation.open({ name: 'build', voice: 'voice-00000001' });
    navigation.back();
    expect(navigation.page).toEqual({ name: 'voice', id: 'voice-00000001' });
    navigation.open({ name: 'jobs' });
    navigation.back();
    expect(navigation.page).toEqual({ name: 'library' });
    navigation.back();
    expect(navigation.page).toEqual({ name: 'library' });
  });

  it('goes forward to where it came back from, until another page is opened', () => {
    const navigation = useNavigation();
    navigation.open({ name: 'voice', id: 'voice-00000001' });
    navigation.open({ name: 'build', voice: 'voice-00000001' });
    navigation.back();
    navigation.back();
    navigation.forward();
    navigation.forward();
    expect(navigation.page.name).toBe('build');
    navigation.forward();
    expect(navigation.page.name).toBe('build');
    navigation.back();
    navigation.open({ name: 'jobs' });
    navigation.forward();
    expect(navigation.page.name).toBe('jobs');
  });

  it('leaves no second copy of the voice behind Build', () => {
    const navigation = useNavigation();
    navigation.open({ name: 'voice', id: 'voice-00000001' });
    navigation.open({ name: 'build', voice: 'voice-00000001' });
    navigation.replace({ name: 'voice', id: 'voice-00000001' });
    navigation.back();
    expect(navigation.page).toEqual({ name: 'library' });
  });
});

describe('a hand-over', () => {
  const RVC = {
    host: 'rvc' as const,
    path: '/rvc',
    running: false,
    problem: null,
    root: 'token-0001',
    models: [],
  } satisfies VoiceUse;
  const LOADS = { what: 'nothing', why: 'noMatch' } as const;
  const MODEL = { model: 'aria.pth', slot: null, folder: null, key: 'aria', index: null, loads: LOADS } as const;

  function handed(number: number, changes: { model?: string; slot?: string; file?: string; written?: boolean } = {}) {
    const { file = '/rvc/logs/aria/a.index', written = true, ...asked } = changes;
    const paths = { files: [file], written: written ? [file] : [], backups: [], warnings: [], facts: facts() };
    return job({
      id: `job-000000000${number}`,
      sequence: number,
      state: 'done',
      voice: 'voice-00000001',
      createdAt: number,
      request: {
        kind: 'export',
        index: 'index-00000001',
        host: 'rvc',
        root: null,
        name: 'aria',
        setAside: true,
        ...asked,
        slot: asked.slot ?? null,
      },
      result: { kind: 'export', value: { host: 'rvc', ...paths } },
    });
  }

  it('is taken back by its job, where it has changed anything', () => {
    const jobs = useJobs();
    expect(jobs.undoOf(handed(1))).toEqual({ kind: 'takeBack', job: 'job-0000000001' });
    expect(jobs.undoOf(handed(2, { written: false }))).toBeNull();
  });

  it('is known for the model of a program, the last one first, until it was taken back', () => {
    const jobs = useJobs();
    const last = (): string | undefined => jobs.handedOver('voice-00000001', RVC, MODEL)?.id;
    expect(last()).toBeUndefined();
    jobs.apply(handed(1));
    jobs.apply(handed(2, { model: 'aria.pth' }));
    jobs.apply(handed(3, { model: 'aria_e9_s9.pth' }));
    jobs.apply(handed(4, { slot: '3' }));
    jobs.apply(handed(5, { file: '/rvc-two/logs/aria/a.index' }));
    jobs.apply(handed(6, { written: false }));
    expect(last()).toBe('job-0000000002');
    const undo = { id: 'job-0000000007', request: { kind: 'takeBack', job: 'job-0000000002' } } as const;
    jobs.apply(job({ ...undo, sequence: 7, state: 'failed' }));
    expect(last()).toBe('job-0000000002');
    jobs.apply(job({ ...undo, sequence: 8, state: 'done' }));
    expect(last()).toBe('job-0000000001');
  });
});
