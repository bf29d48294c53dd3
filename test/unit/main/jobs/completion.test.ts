import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import type { IndexMeasurements, JobMeasurements } from '@shared/contract/measurement';
import { type Packed, unpack } from '@shared/contract/packed';
import { plain } from '@shared/contract/build';
import { JobSnapshot } from '@shared/contract/jobs';
import type { JobRequest } from '@shared/jobs';
import type { IndexFile } from '@shared/contract/voices';
import type { ResultOf } from '@shared/jobs';
import type { Handlers } from '../../../../src/main/ipc/register';
import { createMain, indexFile, measurement, voice } from '../../../fixtures/mainServices';
import { curvePoint, quality } from '../../renderer/components/charts/measurements';

const own = indexFile('/rvc/logs/aria/a.index', { modified: 5, content: 'aaaa' });
const other = indexFile('/rvc/logs/aria/b.index', { modified: 6 });
const opened = indexFile('/downloads/found.index', { place: 'opened', content: 'aaaa' });

async function createJobs() {
  const main = createMain();
  const show = (...indexes: IndexFile[]): void => {
    main.disk.set('/rvc', { root: '/rvc', what: 'rvc', voices: [voice('/rvc/logs/aria', { indexes })], indexes: [] });
  };
  show(own, other);
  main.disk.set(opened.path, { root: opened.path, what: 'index', voices: [], indexes: [opened] });
  await main.library.add('/rvc');
  await main.library.add(opened.path);
  const finish = async (
    request: JobRequest,
    value: ResultOf<'train' | 'measure' | 'compare' | 'repair' | 'export'>,
  ) => {
    const id = main.jobs.start(request);
    main.runs.at(-1)!.resolve(value);
    await vi.waitFor(() => expect(main.jobs.isBusy).toBe(false));
    const job = main.jobs.get(id);
    expect(v.is(JobSnapshot, job)).toBe(true);
    return job;
  };
  return { ...main, show, finish };
}

const training: JobRequest = {
  kind: 'train',
  sources: [{ type: 'voice', id: 'voice-aria-00000000', weight: null }],
  ...plain('rvc'),
  name: null,
  totalFea: false,
};
const trained = (index: string, of: ResultOf<'train'>['measurement']): ResultOf<'train'> => ({
  index,
  vectors: 9000,
  dimension: 768,
  version: 'v2',
  nlist: 230,
  nprobe: 8,
  metric: 'l2',
  factory: 'IVF230,Flat',
  bytes: 1000,
  lists: { nlist: 230, empty: 0, small: 0, smallest: 10, largest: 90, imbalance: 1.1, sorted: [] },
  coverage: null,
  record: {
    format: 1,
    options: plain('rvc'),
    compression: null,
    expansion: null,
    selection: null,
    origins: [],
  },
  measurement: of,
  notes: [],
  seconds: { read: 1, prepare: 0, train: 1, add: 1, measure: 1, write: 1, total: 5 },
  peakRssBytes: 1,
});
const renamed = (index: string, name: string): ResultOf<'repair'> => ({
  index,
  backup: null,
  hash: null,
  change: { type: 'name', name },
  before: measurement().facts,
  after: measurement().facts,
});

type Asked = Pick<Handlers, 'measurements.ofIndex' | 'measurements.ofJob'>;
const ofIndex = (handlers: Asked, id: string): IndexMeasurements =>
  unpack(handlers['measurements.ofIndex']({ id }) as Packed<IndexMeasurements>);
const ofJob = (handlers: Asked, id: string): JobMeasurements =>
  unpack(handlers['measurements.ofJob']({ id }) as Packed<JobMeasurements>);

describe('a finished measuring', () => {
  it('is kept apart from its job', async () => {
    const { finish, handlers } = await createJobs();
    const job = await finish({ kind: 'measure', index: own.id, queries: null }, measurement());
    expect(job).toMatchObject({ state: 'done', subject: 'a.index', result: { kind: 'measure', level: 'good' } });
    expect(ofJob(handlers, job.id)).toEqual([{ index: own.id, name: 'a.index', measurement: measurement() }]);
    expect(ofIndex(handlers, own.id)).toMatchObject({
      latest: measurement(),
      history: [{ job: job.id, recipe: null }],
    });
  });

  it('of a file that changed since the last look looks again', async () => {
    const { finish, handlers, show, written, library } = await createJobs();
    show({ ...own, modified: 50 }, other);
    written.set(own.path, 50);
    await finish({ kind: 'measure', index: own.id, queries: null }, measurement());
    expect(library.index(own.id).index.modified).toBe(50);
    expect(ofIndex(handlers, own.id)).toMatchObject({ latest: { hash: 'hash-1' } });
  });

  it('of a file that is gone is still the job’s', async () => {
    const { finish, handlers, show, written } = await createJobs();
    show(other);
    written.set(own.path, null);
    const job = await finish({ kind: 'measure', index: own.id, queries: null }, measurement());
    expect(ofJob(handlers, job.id)).toMatchObject([{ index: null, name: 'a.index' }]);
  });

  it('that compares has one measurement for each index', async () => {
    const { finish, handlers } = await createJobs();
    const items = [measurement({ hash: 'one' }), measurement({ hash: 'two' })];
    const job = await finish({ kind: 'compare', indexes: [other.id, own.id], queries: null }, { items });
    expect(job).toMatchObject({ subject: 'aria', result: { kind: 'compare', count: 2 } });
    expect(ofJob(handlers, job.id)).toMatchObject([
      { index: other.id, measurement: { hash: 'one' } },
      { index: own.id, measurement: { hash: 'two' } },
    ]);
  });
});

describe('a finished hand-over', () => {
  it('leaves with the copy what is known of the index', async () => {
    const { finish, handlers, show, written } = await createJobs();
    await finish({ kind: 'measure', index: own.id, queries: null }, measurement());
    const copy = indexFile('/rvc/assets/indices/aria.index', { place: 'outside', modified: 50 });
    show(own, other, copy);
    written.set(copy.path, 50);
    const request = { kind: 'export', index: own.id, host: 'rvc', root: null, name: 'aria', slot: null } as const;
    const { facts } = measurement();
    const made = { files: [own.path, copy.path], written: [copy.path], backups: [], warnings: [] };
    await finish({ ...request, setAside: false }, { host: 'rvc', facts, ...made });
    expect(ofIndex(handlers, copy.id).latest).toEqual(measurement());
  });
});

describe('a finished training', () => {
  it('leaves its measurement with the index, and its recipe with all later ones', async () => {
    const { finish, handlers } = await createJobs();
    const job = await finish(training, trained(own.path, measurement()));
    expect(job.result).toMatchObject({ kind: 'train', index: own.id });
    expect(job.result).not.toHaveProperty('value.measurement');
    expect(ofJob(handlers, job.id)).toMatchObject([{ index: own.id }]);
    // The same file with another nprobe, and a copy of it elsewhere.
    await finish({ kind: 'measure', index: own.id, queries: null }, measurement({ hash: 'hash-2' }));
    await finish({ kind: 'measure', index: opened.id, queries: null }, measurement({ hash: 'hash-2' }));
    await finish({ kind: 'measure', index: other.id, queries: null }, measurement({ hash: 'hash-3' }));
    const recipes = [own, opened, other].map(({ id }) => {
      const { history } = ofIndex(handlers, id);
      return history.map(({ recipe }) => recipe);
    });
    expect(recipes).toEqual([['rvc', 'rvc', 'rvc'], ['rvc', 'rvc'], [null]]);
  });

  it('that was not measured is known by its file', async () => {
    const { finish, handlers } = await createJobs();
    const job = await finish(training, trained(own.path, null));
    expect(ofJob(handlers, job.id)).toEqual([]);
    await finish({ kind: 'measure', index: own.id, queries: null }, measurement());
    expect(ofIndex(handlers, own.id)).toMatchObject({ history: [{ recipe: 'rvc' }] });
  });
});

describe('a finished repair', () => {
  it('is looked at again, and can be taken back', async () => {
    const { finish, show, jobs, runs, library, handlers, revealed } = await createJobs();
    await finish({ kind: 'measure', index: own.id, queries: null }, measurement());
    show({ ...own, modified: 70 }, other);
    const backup = '/rvc/logs/aria/a.index.backup';
    const change = { type: 'nprobe', nprobe: 8 } as const;
    const { facts } = measurement();
    const value = { index: own.path, backup, hash: 'hash-2', change, before: facts, after: facts };
    const job = await finish({ kind: 'repair', index: own.id, change }, value);
    expect(job.result).toEqual({ kind: 'repair', value, index: own.id });
    expect(library.index(own.id).index.modified).toBe(70);
    expect(ofIndex(handlers, own.id)).toMatchObject({ latest: null, history: [{}] });
    await handlers['app.reveal']({ id: job.id });
    expect(revealed).toEqual([own.path]);

    jobs.start({ kind: 'repair', index: own.id, change: { type: 'undo', job: job.id } });
    expect(runs.at(-1)!.work).toEqual({
      kind: 'repair',
      index: own.path,
      change: { type: 'undo', backup },
      out: null,
    });
    await jobs.close();
  });

  it('of the number of groups searched is judged anew by what was measured, and by the old when taken back', async () => {
    const { finish, show, written, handlers } = await createJobs();
    const first = curvePoint(1, 0.52, 0.11);
    const { facts, ...rest } = measurement();
    const measured = {
      ...rest,
      facts: { ...facts, nprobe: 1 },
      stored: quality(1, 0.52, 0.11),
      curve: [first, curvePoint(8, 0.97, 0)],
      evidence: {
        idsSequential: true,
        nonFinite: 0,
        meanNorm: 9,
      },
    };
    await finish({ kind: 'measure', index: own.id, queries: null }, measured);
    const shown = () => ofIndex(handlers, own.id).latest;

    show({ ...own, modified: 70 }, other);
    written.set(own.path, 70);
    const change = { type: 'nprobe', nprobe: 8 } as const;
    const backup = '/rvc/logs/aria/a.index.backup';
    const value = { index: own.path, backup, hash: 'hash-2', change, before: measured.facts, after: facts };
    const job = await finish({ kind: 'repair', index: own.id, change }, value);
    expect(shown()).toMatchObject({
      hash: 'hash-2',
      stored: { nprobe: 8, recall: { value: 0.97 } },
      verdict: { level: 'good' },
    });
    const { history } = ofIndex(handlers, own.id);
    expect(history.map(({ nprobe, level }) => [nprobe, level])).toEqual([
      [1, measured.verdict.level],
      [8, 'good'],
    ]);

    // The backup takes its name again, with the time it had.
    show(own, other);
    written.delete(own.path);
    await finish(
      { kind: 'repair', index: own.id, change: { type: 'undo', job: job.id } },
      { ...value, hash: null, change: { type: 'undo', backup }, before: facts, after: measured.facts },
    );
    expect(shown()).toEqual(measured);

    // Bytes are put back where they are, at a later time.
    const at = async (
      modified: number,
      done: ResultOf<'repair'>,
      asked: typeof change | { type: 'undo'; job: string },
    ) => {
      show({ ...own, modified }, other);
      written.set(own.path, modified);
      return finish({ kind: 'repair', index: own.id, change: asked }, done);
    };
    const again = await at(80, { ...value, hash: 'hash-3' }, change);
    await at(
      90,
      { ...value, hash: 'hash-1', change: { type: 'undo', backup }, before: facts, after: measured.facts },
      { type: 'undo', job: again.id },
    );
    // All that was known of it, the worst moments, too.
    expect(shown()).toEqual(measured);
  });

  it('of a name takes everything along, also what was opened by hand', async () => {
    const { finish, disk, show, library, handlers } = await createJobs();
    for (const file of [own, opened]) {
      await finish({ kind: 'measure', index: file.id, queries: null }, measurement());
    }
    const inVoice = { ...indexFile('/rvc/logs/aria/new.index'), modified: own.modified };
    show(inVoice, other);
    const first = await finish(
      { kind: 'repair', index: own.id, change: { type: 'name', name: 'new.index' } },
      renamed(inVoice.path, 'new.index'),
    );
    const alone = indexFile('/downloads/good.index', { place: 'opened' });
    disk.delete(opened.path);
    disk.set(alone.path, { root: alone.path, what: 'index', voices: [], indexes: [alone] });
    const second = await finish(
      { kind: 'repair', index: opened.id, change: { type: 'name', name: 'good.index' } },
      renamed(alone.path, 'good.index'),
    );
    expect([first.result, second.result]).toMatchObject([{ index: inVoice.id }, { index: alone.id }]);
    for (const { id } of [inVoice, alone]) {
      expect(ofIndex(handlers, id)).toMatchObject({ latest: { hash: 'hash-1' } });
    }
    expect(library.snapshot().indexes.map(({ path }) => path)).toEqual([alone.path]);
  });

  it('is nothing to take back when it kept no backup, was of another file, or is no repair', async () => {
    const { finish, jobs } = await createJobs();
    const { facts } = measurement();
    const change = { type: 'nprobe', nprobe: 8 } as const;
    const value = { index: own.path, hash: 'hash-2', change, before: facts, after: facts };
    const without = await finish({ kind: 'repair', index: own.id, change }, { ...value, backup: null });
    const withBackup = await finish({ kind: 'repair', index: own.id, change }, { ...value, backup: '/b' });
    const measuring = await finish({ kind: 'measure', index: own.id, queries: null }, measurement());
    const running = jobs.start({ kind: 'repair', index: own.id, change });
    const refused = expect.objectContaining({ code: 'BAD_REQUEST' }) as Error;
    for (const [index, job] of [
      [own, without.id],
      [other, withBackup.id],
      [own, measuring.id],
      [own, running],
      [own, 'unknown-job'],
    ] as const) {
      const undo = { kind: 'repair', index: index.id, change: { type: 'undo', job } } as const;
      expect(() => jobs.start(undo)).toThrow(refused);
    }
    await jobs.close();
  });
});
