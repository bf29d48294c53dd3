import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import type { JobSnapshot } from '@shared/contract/jobs';
import { KEPT_JOBS } from '../../../../src/main/jobs/list';
import { createMain, measurement, indexFile, voice } from '../../../fixtures/mainServices';

const sample = { kind: 'sample' } as const;
const sampleResult = { folder: '/sample/logs/Sample voice', files: 1, frames: 1, bytes: 1 };
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

type Main = ReturnType<typeof createMain>;

/** What stops SQLite from writing, and what lets it write again. */
const FAULTS = {
  // A few pages are left, as on a disk that fills up.
  'a full disk (SQLITE_FULL)': {
    begin: ({ database }: Main): void => {
      const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number };
      database.exec(`PRAGMA max_page_count = ${pages}`);
      const fill = database.prepare("INSERT INTO job (id, created, snapshot, work) VALUES (?, 0, ?, '')");
      for (const length of [500, 20]) {
        expect(() => {
          for (let i = 0; i < 1_000; i++) fill.run(`fill-${length}-${i}`, 'x'.repeat(length));
        }).toThrow();
      }
    },
    end: ({ database }: Main): void => {
      database.exec('PRAGMA max_page_count = 1000000');
    },
  },
  'a read-only disk (SQLITE_READONLY)': {
    begin: ({ database }: Main): void => database.exec('PRAGMA query_only = 1'),
    end: ({ database }: Main): void => database.exec('PRAGMA query_only = 0'),
  },
  'a faulty disk (EIO)': {
    begin: ({ database }: Main): void => {
      const value = (): never => {
        throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
      };
      Object.defineProperty(database, 'prepare', { value, configurable: true });
    },
    end: ({ database }: Main): void => void Reflect.deleteProperty(database, 'prepare'),
  },
} as const;

function journaled({ database }: Main): string[] {
  const rows = database
    .prepare("SELECT snapshot FROM job WHERE id NOT LIKE 'fill-%' ORDER BY created, rowid")
    .all() as { snapshot: string }[];
  return rows.map(({ snapshot }) => (JSON.parse(snapshot) as JobSnapshot).state);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(Object.entries(FAULTS))('with %s under the journal', (_name, { begin, end }) => {
  it('jobs begin and end as ever, it is said once, and written when it can be', async () => {
    const main = createMain();
    const { jobs, runs, kept } = main;
    const [first, second] = [jobs.start(sample), jobs.start(sample)];
    begin(main);
    const third = jobs.start(sample);
    runs[0]!.resolve(sampleResult);
    await settle();
    expect(jobs.get(first).state).toBe('done');
    expect(jobs.get(second).state).toBe('running');
    jobs.cancel(third);
    expect(jobs.get(third).state).toBe('cancelled');
    runs[1]!.reject(new VoronoiceError('DISK_FULL', 'Full.'));
    await settle();
    expect(jobs.get(second)).toMatchObject({ state: 'failed', failure: { code: 'DISK_FULL' } });
    expect(jobs.isBusy).toBe(false);
    expect(runs).toHaveLength(2);
    expect(kept).toEqual([false]);

    await vi.advanceTimersByTimeAsync(60_000);
    expect(kept).toEqual([false]);
    end(main);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(kept).toEqual([false, true]);
    expect(journaled(main)).toEqual(['done', 'failed', 'cancelled']);
    // Nothing has begun by itself.
    expect(runs).toHaveLength(2);
  });

  it('a job that is taken off the list stays off it', async () => {
    const main = createMain();
    const id = main.jobs.start(sample);
    main.runs[0]!.resolve(sampleResult);
    await settle();
    begin(main);
    main.jobs.dismiss([id]);
    expect(main.jobs.list()).toEqual([]);
    end(main);
    // The next change takes it along.
    main.jobs.start(sample);
    expect(journaled(main)).toEqual(['running']);
  });
});

it('figures that the disk does not take are a failure, for nothing else came of the job', async () => {
  const index = indexFile('/rvc/logs/aria/a.index');
  const main = createMain();
  main.disk.set('/rvc', {
    root: '/rvc',
    what: 'rvc',
    voices: [voice('/rvc/logs/aria', { indexes: [index] })],
    indexes: [],
  });
  await main.library.add('/rvc');
  const id = main.jobs.start({ kind: 'measure', index: index.id, queries: null });
  FAULTS['a read-only disk (SQLITE_READONLY)'].begin(main);
  main.runs[0]!.resolve(measurement());
  await settle();
  expect(main.jobs.get(id)).toMatchObject({ state: 'failed', failure: { code: 'FOLDER_READ_ONLY' } });
});

it(`of 1,000 jobs the last ${KEPT_JOBS} that ended stay, and none that waits is dropped`, async () => {
  const main = createMain();
  const { jobs, runs } = main;
  for (let i = 0; i < 1_000; i++) {
    jobs.start(sample);
    runs.at(-1)!.resolve(sampleResult);
    await settle();
  }
  expect(jobs.list()).toHaveLength(KEPT_JOBS);
  expect(journaled(main)).toHaveLength(KEPT_JOBS);
  const waiting = Array.from({ length: KEPT_JOBS + 5 }, () => jobs.start(sample));
  expect(jobs.list().filter(({ state }) => state === 'queued')).toHaveLength(waiting.length - 1);
  expect(jobs.get(waiting[0]!).state).toBe('running');
});
