// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobSnapshot } from '@shared/contract/jobs';
import { type Measurement, measurementOutline } from '@shared/contract/measurement';
import { pack } from '@shared/contract/packed';
import { useJobs } from '@/stores/jobs';
import { useLibrary } from '@/stores/library';
import { useMeasurements } from '@/stores/measurements';
import { facts, indexFile, job, voice } from '../../../fixtures/contract';
import { fakeApi, type FakeApi } from '../../../fixtures/fakeApi';
import { measurement } from '../components/charts/measurements';

function stub(latest: Measurement | null = measurement()): FakeApi {
  const api = fakeApi({
    'measurements.ofIndex': () => pack({ latest, history: [] }),
    'measurements.outlines': ({ indexes }) =>
      indexes.map((index) => ({ index, outline: latest && measurementOutline(latest) })),
  });
  vi.stubGlobal('api', api);
  return api;
}

const asked = (api: FakeApi): unknown[] => api.calls.map(({ argument }) => argument);

beforeEach(() => {
  setActivePinia(createPinia());
});

describe('measurements store', () => {
  it('asks once about each state of a file, and never about what cannot be measured', async () => {
    const api = stub();
    const store = useMeasurements();
    const index = indexFile();
    store.want([index, indexFile({ id: 'index-dangling', link: 'dangling' })]);
    store.want([index, indexFile({ id: 'index-trained-', facts: facts({ vectors: 0 }) })]);
    await flushPromises();
    expect(asked(api)).toEqual([{ indexes: [index.id] }]);
    store.want([{ ...index, modified: index.modified + 1 }]);
    await flushPromises();
    expect(asked(api)).toHaveLength(2);
    expect(store.look(index)?.stored).toEqual(measurement().stored);
  });

  it('asks about thousands a hundred at a time, one question after the other', async () => {
    const api = stub();
    const store = useMeasurements();
    const many = Array.from({ length: 250 }, (_, at) => indexFile({ id: `index-${String(at).padStart(8, '0')}` }));
    store.want(many);
    await flushPromises();
    expect(api.calls.map(({ argument }) => (argument as { indexes: string[] }).indexes.length)).toEqual([100, 100, 50]);
    expect(many.every((index) => store.look(index) !== null)).toBe(true);
  });

  it('tells nobody where nothing is measured', async () => {
    stub(null);
    const store = useMeasurements();
    const before = store.known;
    store.want([indexFile()]);
    await flushPromises();
    expect(store.known).toBe(before);
  });

  it('keeps whole measurements only of the indexes opened last', async () => {
    stub();
    const store = useMeasurements();
    store.want([indexFile()]);
    await flushPromises();
    expect(store.whole.size).toBe(0);
    for (const id of ['index-000000a1', 'index-000000a2', 'index-000000a3', 'index-000000a4', 'index-000000a5']) {
      await store.open(id);
    }
    expect([...store.whole.keys()]).toEqual(['index-000000a2', 'index-000000a3', 'index-000000a4', 'index-000000a5']);
    expect(store.look({ id: 'index-000000a1' })).not.toBeNull();
  });

  it.each<readonly [string, Partial<JobSnapshot>, readonly string[]]>([
    [
      'measuring',
      {
        request: { kind: 'measure', index: 'index-00000001', queries: null },
        result: { kind: 'measure', level: 'good' },
      },
      ['index-00000001'],
    ],
    [
      'comparing',
      {
        request: { kind: 'compare', indexes: ['index-00000001', 'index-00000002'], queries: null },
        result: { kind: 'compare', count: 2 },
      },
      ['index-00000001', 'index-00000002'],
    ],
    [
      'repairing',
      { request: { kind: 'repair', index: 'index-00000001', change: { type: 'nprobe', nprobe: 4 } } },
      ['index-00000001'],
    ],
    ['nothing of an index', { request: { kind: 'sample' } }, []],
  ])('asks again after %s', async (_name, change, ids) => {
    const api = stub();
    useMeasurements();
    const jobs = useJobs();
    jobs.apply(job({ ...change, sequence: 1, state: 'running' }));
    jobs.apply(job({ ...change, sequence: 2, state: 'done' }));
    await flushPromises();
    expect(asked(api)).toEqual(ids.length === 0 ? [] : [{ indexes: ids }]);
  });

  it('asks about copies as well, and again when one is none any more', async () => {
    const api = stub();
    const copy = indexFile({ id: 'index-00000002', copyOf: indexFile().name });
    useLibrary().begin({
      ...{ sequence: 1, scanning: false, folders: [], indexes: [], models: [], away: {} },
      voices: [voice({ indexes: [indexFile(), copy] })],
    });
    const store = useMeasurements();
    const jobs = useJobs();
    const measure = { kind: 'measure', index: indexFile().id, queries: null } as const;
    jobs.apply(job({ request: measure, sequence: 1, state: 'running' }));
    jobs.apply(job({ request: measure, sequence: 2, state: 'done', result: { kind: 'measure', level: 'good' } }));
    await flushPromises();
    expect(asked(api)).toEqual([{ indexes: [indexFile().id, copy.id] }]);
    store.want([copy]);
    store.want([copy]);
    const { copyOf: _copyOf, ...alone } = copy;
    store.want([alone]);
    await flushPromises();
    expect(asked(api).slice(1)).toEqual([{ indexes: [copy.id] }, { indexes: [copy.id] }]);
  });

  it('lets only the last answer about an index count', async () => {
    const answers: ((value: unknown) => void)[] = [];
    vi.stubGlobal('api', { call: () => new Promise((resolve) => answers.push(resolve)), on: () => () => undefined });
    const store = useMeasurements();
    const opened = Promise.all([store.open('index-00000001'), store.open('index-00000001')]);
    answers[1]?.(pack({ latest: measurement({ hash: 'new' }), history: [] }));
    answers[0]?.(pack({ latest: measurement({ hash: 'old' }), history: [] }));
    await opened;
    expect(store.whole.get('index-00000001')?.latest?.hash).toBe('new');
  });
});

describe('a page and its index list ask about the same index', () => {
  it('and the page gets the whole measurement where the list has yet to ask', async () => {
    const answers: ((value: unknown) => void)[] = [];
    vi.stubGlobal('api', { call: () => new Promise((resolve) => answers.push(resolve)), on: () => () => undefined });
    const store = useMeasurements();
    const index = indexFile();
    store.want([indexFile({ id: 'index-0000other' })]);
    store.want([index]);
    const opened = store.open(index.id);
    answers[0]?.([]);
    await flushPromises();
    answers[1]?.(pack({ latest: measurement({ hash: 'whole' }), history: [] }));
    await opened;
    expect(store.whole.get(index.id)?.latest?.hash).toBe('whole');
  });

  it('and the page gets the whole measurement, whoever asked last', async () => {
    const answers: ((value: unknown) => void)[] = [];
    vi.stubGlobal('api', { call: () => new Promise((resolve) => answers.push(resolve)), on: () => () => undefined });
    const store = useMeasurements();
    const index = indexFile();
    const opened = store.open(index.id);
    store.want([index]);
    await flushPromises();
    for (const answer of answers) answer(pack({ latest: measurement({ hash: 'same' }), history: [] }));
    await opened;
    await flushPromises();
    expect(answers).toHaveLength(2);
    expect(store.whole.get(index.id)?.latest?.hash).toBe('same');
  });
});

describe('taking a repair back', () => {
  const repaired = (change: JobSnapshot['request'] & { kind: 'repair' }, backup: string | null): JobSnapshot =>
    job({
      state: 'done',
      subject: 'old.index',
      request: change,
      result: {
        kind: 'repair',
        index: 'index-00000002',
        value: {
          index: '/b.index',
          backup,
          hash: null,
          change: { type: 'nprobe', nprobe: 4 },
          before: facts(),
          after: facts(),
        },
      },
    });

  it('uses the backup, or the old name', () => {
    const jobs = useJobs();
    const index = 'index-00000001';
    const nprobe = repaired({ kind: 'repair', index, change: { type: 'nprobe', nprobe: 4 } }, '/a.backup');
    expect(jobs.undoOf(nprobe)).toEqual({
      kind: 'repair',
      index: 'index-00000002',
      change: { type: 'undo', job: nprobe.id },
    });
    const name = repaired({ kind: 'repair', index, change: { type: 'name', name: 'new.index' } }, null);
    expect(jobs.undoOf(name)).toMatchObject({ change: { type: 'name', name: 'old.index' } });
    const undone = repaired({ kind: 'repair', index, change: { type: 'undo', job: nprobe.id } }, '/a.backup');
    expect(jobs.undoOf(undone)).toBeNull();
  });

  it('is offered for the last repair only, until it is taken back', () => {
    const jobs = useJobs();
    const index = 'index-00000001';
    const change = { kind: 'repair', index, change: { type: 'nprobe', nprobe: 4 } } as const;
    jobs.apply({ ...repaired(change, '/a.backup'), id: 'job-0000000001', createdAt: 1 });
    expect(jobs.undoable(index)?.id).toBe('job-0000000001');
    const undo = { kind: 'repair', index, change: { type: 'undo', job: 'job-0000000001' } } as const;
    jobs.apply({ ...repaired(undo, '/b.backup'), id: 'job-0000000002', createdAt: 2 });
    expect(jobs.undoable(index)).toBeUndefined();
  });
});
