import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import { plain } from '@shared/contract/build';
import type { JobSnapshot } from '@shared/contract/jobs';
import type { JobRequest } from '@shared/jobs';
import { advance, isFinished, type JobEvent, newJob } from '../../../../src/main/jobs/transitions';
import { createMain } from '../../../fixtures/mainServices';

const sample = { kind: 'sample' } as const;
const sampleResult = { folder: '/sample/logs/Sample voice', files: 1, frames: 1, bytes: 1 };

/** Lets promises that are settled run their course. */
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the queue', () => {
  it('runs one job at a time, in order', async () => {
    const { jobs, runs } = createMain();
    const ids = [jobs.start(sample), jobs.start(sample), jobs.start(sample)];
    expect(jobs.list().map(({ id, state }) => [id, state])).toEqual([
      [ids[0], 'running'],
      [ids[1], 'queued'],
      [ids[2], 'queued'],
    ]);
    expect(runs).toHaveLength(1);
    runs[0]!.resolve(sampleResult);
    await settle();
    expect(runs).toHaveLength(2);
    runs[1]!.reject(new VoronoiceError('DISK_FULL', 'Full.', { free: 0 }));
    await settle();
    expect(jobs.list().map(({ state }) => state)).toEqual(['done', 'failed', 'running']);
    expect(jobs.get(ids[0]!).result).toEqual({ kind: 'sample', value: sampleResult });
    expect(jobs.get(ids[1]!).failure).toEqual({ code: 'DISK_FULL', message: 'Full.', details: { free: 0 } });
  });

  it('J6: goes by a clock that never goes back', async () => {
    const wall = { now: 1_000_000 };
    const steady = { now: 0 };
    const { jobs, runs } = createMain({ ground: { now: () => wall.now, monotonic: () => steady.now } });
    const id = jobs.start(sample);
    wall.now = 1_000;
    steady.now = 5_000;
    runs[0]!.observer.progress?.({ step: 'generate', done: 50, total: 100 });
    await vi.advanceTimersByTimeAsync(100);
    expect(jobs.get(id).progress).toMatchObject({ fraction: 0.5, elapsedMs: 5_000, remainingMs: 5_000 });
  });

  it('says of what runs that a disk does not answer, until it does or the job ends', async () => {
    const { jobs, runs } = createMain();
    const ids = [jobs.start(sample), jobs.start(sample)];
    const silentOf = (place: number): unknown => jobs.get(ids[place]!).silentDisk;
    runs[0]!.observer.silent?.('/nas');
    expect(silentOf(0)).toBe('/nas');
    runs[0]!.observer.silent?.(null);
    expect(silentOf(0)).toBeNull();
    runs[0]!.observer.silent?.('/nas');
    jobs.cancel(ids[0]!);
    await settle();
    expect(jobs.get(ids[0]!)).toMatchObject({ state: 'cancelled', silentDisk: null });
    expect(silentOf(1)).toBeNull();
  });

  it('starts the next job only when the process of the last is gone', async () => {
    let leave = (): void => undefined;
    const gone = new Promise<void>((resolve) => (leave = resolve));
    const started: string[] = [];
    const { jobs } = createMain({
      ground: {
        run: (_work, id) => {
          started.push(id);
          return { result: Promise.resolve(sampleResult), cancel: () => undefined, gone: () => gone };
        },
      },
    });
    jobs.start(sample);
    jobs.start(sample);
    await settle();
    expect(started).toHaveLength(1);
    leave();
    await settle();
    expect(started).toHaveLength(2);
  });

  it('cancels what runs and what waits, and sweeps after what ran', async () => {
    const { jobs, runs, swept } = createMain();
    const [first, second] = [jobs.start(sample), jobs.start(sample)];
    jobs.cancel(second);
    expect(jobs.get(second)).toMatchObject({ state: 'cancelled', startedAt: null });
    jobs.cancel(first);
    await settle();
    expect(runs).toHaveLength(1);
    expect(jobs.get(first)).toMatchObject({ state: 'cancelled', failure: { code: 'JOB_CANCELLED' } });
    expect(swept).toHaveLength(1);
    expect(jobs.isBusy).toBe(false);
    const before = jobs.get(first);
    jobs.cancel(first);
    expect(jobs.get(first)).toBe(before);
  });

  it('sweeps after a crash and goes on', async () => {
    const { jobs, runs, swept } = createMain();
    jobs.start(sample);
    const next = jobs.start(sample);
    runs[0]!.reject(new VoronoiceError('JOB_CRASHED', 'Gone.'));
    await settle();
    expect(swept).toEqual([runs[0]!.work]);
    expect(jobs.get(next).state).toBe('running');
  });

  it('fails a job whose process cannot be started, and goes on', async () => {
    const begun: string[] = [];
    const run = (_work: unknown, id: string): never => {
      begun.push(id);
      throw new Error('no process');
    };
    const { jobs } = createMain({ ground: { run } });
    const ids = [jobs.start(sample), jobs.start(sample)];
    await settle();
    expect(begun).toEqual(ids);
    expect(jobs.list().map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect(jobs.isBusy).toBe(false);
  });

  it('goes on when sweeping fails', async () => {
    const { jobs, runs } = createMain({ ground: { sweep: () => Promise.reject(new Error('no')) } });
    const id = jobs.start(sample);
    const next = jobs.start(sample);
    runs[0]!.reject(new Error('fault'));
    await settle();
    expect(jobs.get(id).failure?.code).toBe('INTERNAL');
    expect(jobs.get(next).state).toBe('running');
  });

  it('runs a finished job again as a new one with a place of its own', async () => {
    const { jobs, runs, library } = createMain();
    await library.add('/rvc');
    const voice = library.snapshot().voices[0]!.id;
    const request = {
      kind: 'train' as const,
      sources: [{ type: 'voice' as const, id: voice, weight: null }],
      ...plain('rvc'),
      name: null,
      totalFea: true,
    } satisfies JobRequest;
    const first = jobs.start(request);
    expect(() => jobs.rerun(first)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }) as Error);
    jobs.cancel(first);
    await settle();
    const second = jobs.rerun(first);
    expect(jobs.get(second)).toMatchObject({ request, subject: 'aria', state: 'running' });
    const [before, after] = [runs[0]!.work, runs[1]!.work];
    expect(after).toEqual({ ...before, out: `/built/${voice}/${second}` });
  });

  it('dismisses finished jobs only', async () => {
    const { jobs, runs, removed } = createMain();
    const id = jobs.start(sample);
    expect(() => jobs.dismiss([id])).toThrow();
    runs[0]!.resolve(sampleResult);
    await settle();
    jobs.dismiss([id]);
    expect(removed).toEqual([id]);
    expect(jobs.list()).toEqual([]);
    expect(() => jobs.dismiss([id])).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }) as Error);
  });

  it('brings back what was taken off the list, where it was, with what was kept for it', async () => {
    const { jobs, runs, changes } = createMain();
    const ids = [jobs.start(sample), jobs.start(sample), jobs.start(sample)];
    for (let i = 0; i < 3; i++) {
      runs[i]!.resolve(sampleResult);
      await settle();
    }
    const before = jobs.get(ids[1]!);
    jobs.dismiss(ids.slice(0, 2));
    expect(jobs.list().map(({ id }) => id)).toEqual([ids[2]]);
    jobs.restore([...ids, 'unknown-id']);
    expect(jobs.list().map(({ id }) => id)).toEqual(ids);
    expect(changes.at(-1)).toEqual({ ...before, sequence: before.sequence + 1 });
    // Once is enough.
    jobs.restore(ids);
    expect(changes.at(-1)?.sequence).toBe(before.sequence + 1);
  });

  it('dismisses all or none', async () => {
    const { jobs, runs, removed } = createMain();
    const [done, running] = [jobs.start(sample), jobs.start(sample)];
    runs[0]!.resolve(sampleResult);
    await settle();
    expect(() => jobs.dismiss([done, running])).toThrow();
    expect(removed).toEqual([]);
  });

  it('holds what waits until it is let go on, and runs what is asked for meanwhile', async () => {
    const { jobs, runs } = createMain();
    const [first, second, third] = [jobs.start(sample), jobs.start(sample), jobs.start(sample)];
    jobs.pause();
    expect(jobs.list().map(({ held }) => held)).toEqual([false, true, true]);
    runs[0]!.resolve(sampleResult);
    await settle();
    expect(jobs.get(first).state).toBe('done');
    expect(jobs.isBusy).toBe(false);
    const asked = jobs.start(sample);
    expect(jobs.get(asked).state).toBe('running');
    runs[1]!.resolve(sampleResult);
    await settle();
    expect(jobs.isBusy).toBe(false);
    jobs.resume();
    expect(jobs.get(second)).toMatchObject({ state: 'running', held: false });
    expect(jobs.get(third)).toMatchObject({ state: 'queued', held: false });
  });

  it('runs what waits in the order it is put into', async () => {
    const { jobs, runs } = createMain();
    const [first, second, third, fourth] = Array.from({ length: 4 }, () => jobs.start(sample)) as [
      string,
      string,
      string,
      string,
    ];
    jobs.move(fourth, second);
    jobs.move(second, null);
    // What runs is not moved; before it means first.
    jobs.move(first, null);
    jobs.move(third, first);
    const order: string[] = [];
    for (let i = 0; i < 4; i++) {
      order.push(jobs.list().find(({ state }) => state === 'running')!.id);
      runs[i]!.resolve(sampleResult);
      await settle();
    }
    expect(order).toEqual([first, third, fourth, second]);
  });

  it('moves like a person would in a list', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(6)), { maxLength: 20 }), (moves) => {
        const { jobs } = createMain();
        jobs.start(sample);
        const waiting = Array.from({ length: 6 }, () => jobs.start(sample));
        let wanted = [...waiting];
        for (const [which, to] of moves) {
          const [id, before] = [waiting[which]!, waiting[to] ?? null];
          jobs.move(id, before);
          if (id === before) continue;
          wanted = wanted.filter((other) => other !== id);
          wanted.splice(before === null ? wanted.length : wanted.indexOf(before), 0, id);
        }
        expect(
          jobs
            .unfinished()
            .slice(1)
            .map(({ id }) => id),
        ).toEqual(wanted);
      }),
      { numRuns: 30 },
    );
  });

  it('tells every state at once, and progress at most every 100 ms with the last always', async () => {
    const { jobs, runs, changes, clock } = createMain();
    const id = jobs.start(sample);
    expect(changes.map(({ state }) => state)).toEqual(['queued', 'running']);
    changes.length = 0;
    for (let done = 1; done <= 10; done++) {
      clock.now += 10;
      runs[0]!.observer.progress?.({ step: 'generate', done, total: 100 });
    }
    expect(changes.map(({ progress }) => progress?.fraction)).toEqual([0.01]);
    await vi.advanceTimersByTimeAsync(100);
    expect(changes.map(({ progress }) => progress?.fraction)).toEqual([0.01, 0.1]);
    runs[0]!.observer.progress?.({ step: 'generate', done: 100, total: 100 });
    runs[0]!.resolve(sampleResult);
    await settle();
    expect(changes.at(-1)).toMatchObject({ id, state: 'done' });
    const count = changes.length;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(changes).toHaveLength(count);
    const sequences = changes.map(({ sequence }) => sequence);
    expect([...sequences].sort((a, b) => a - b)).toEqual(sequences);
    expect(new Set(sequences).size).toBe(sequences.length);
  });

  it('says when nothing runs any more, once for all that ran', async () => {
    const { jobs, runs, rested } = createMain();
    jobs.start(sample);
    const second = jobs.start(sample);
    jobs.start(sample);
    jobs.pause();
    jobs.cancel(second);
    runs[0]!.resolve(sampleResult);
    await settle();
    expect(rested).toEqual([['done']]);
    jobs.resume();
    jobs.start(sample);
    runs[1]!.reject(new Error('fault'));
    await settle();
    expect(rested).toHaveLength(1);
    runs[2]!.resolve(sampleResult);
    await settle();
    expect(rested).toEqual([['done'], ['failed', 'done']]);
  });

  it('closes: stops what runs, keeps what waits, and starts nothing more', async () => {
    const { jobs, runs } = createMain();
    jobs.start(sample);
    jobs.start(sample);
    await jobs.close();
    expect(jobs.list().map(({ state }) => state)).toEqual(['interrupted', 'queued']);
    jobs.start(sample);
    expect(runs).toHaveLength(1);
  });

  it('refuses ids it does not know', () => {
    const { jobs } = createMain();
    for (const act of ['cancel', 'rerun', 'get'] as const) {
      expect(() => jobs[act]('unknown-id')).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }) as Error);
    }
    expect(() => jobs.dismiss(['unknown-id'])).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }) as Error);
  });
});

describe('after the app ended in the middle', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'voronoice-queue-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('what ran is interrupted, swept, and can run again; what waited waits for a word', async () => {
    const databasePath = join(folder, 'library.sqlite');
    const before = createMain({ databasePath });
    const done = before.jobs.start(sample);
    before.runs[0]!.resolve(sampleResult);
    await settle();
    const running = before.jobs.start(sample);
    const queued = before.jobs.start(sample);
    before.database.close();

    const after = createMain({ databasePath });
    expect(after.jobs.list().map(({ id, state }) => [id, state])).toEqual([
      [done, 'done'],
      [running, 'interrupted'],
      [queued, 'queued'],
    ]);
    expect(after.jobs.get(queued).held).toBe(true);
    expect(after.jobs.get(running)).toMatchObject({ failure: { code: 'JOB_INTERRUPTED' }, finishedAt: null });
    expect(after.runs).toEqual([]);
    expect(after.swept).toHaveLength(1);
    const again = after.jobs.rerun(running);
    expect(after.jobs.get(again).state).toBe('running');
    after.database.close();

    const third = createMain({ databasePath });
    expect(third.jobs.get(running).state).toBe('interrupted');
    expect(third.swept).toHaveLength(1);
    expect(third.jobs.get(queued)).toMatchObject({ state: 'queued', held: true });
    third.jobs.resume();
    expect(third.jobs.get(queued).state).toBe('running');
    third.database.close();
  });

  it('the last 200 jobs are kept', async () => {
    const databasePath = join(folder, 'library.sqlite');
    const main = createMain({ databasePath });
    const ids: string[] = [];
    for (let i = 0; i < 205; i++) {
      main.clock.now++;
      ids.push(main.jobs.start(sample));
      main.runs.at(-1)!.resolve(sampleResult);
      await settle();
    }
    expect(main.removed).toEqual(ids.slice(0, 5));
    expect(main.jobs.list()).toHaveLength(200);
    main.database.close();
    const after = createMain({ databasePath });
    expect(after.jobs.list().map(({ id }) => id)).toEqual(ids.slice(5));
    after.database.close();
  });
});

describe('the state of a job', () => {
  const events = fc.array(
    fc.constantFrom<JobEvent>(
      { type: 'held' },
      { type: 'released' },
      { type: 'moved', rank: 7 },
      { type: 'started' },
      { type: 'waited', silentDisk: '/nas' },
      { type: 'waited', silentDisk: null },
      { type: 'iterated', iteration: { iteration: 1, iterations: 2, objective: 1, imbalance: 1 } },
      { type: 'done', result: { kind: 'sample', value: sampleResult }, times: [{ step: 'generate', ms: 3 }] },
      { type: 'failed', failure: { code: 'DISK_FULL', message: '', details: {} }, times: [] },
      { type: 'failed', failure: { code: 'JOB_CANCELLED', message: '', details: {} }, times: [] },
      { type: 'interrupted' },
    ),
    { maxLength: 300 },
  );

  it('ends once, grows its sequence with every change, and is always in the contract', () => {
    fc.assert(
      fc.property(events, (list) => {
        let job: JobSnapshot = newJob({
          id: 'job-00000001',
          request: sample,
          subject: 's',
          voice: null,
          rank: 1,
          now: 0,
        });
        for (const [i, event] of list.entries()) {
          const next = advance(job, event, i);
          if (isFinished(job)) expect(next).toBe(job);
          else expect(next.sequence).toBe(job.sequence + 1);
          expect(next.iterations.length).toBeLessThanOrEqual(200);
          if (isFinished(next)) expect(next.silentDisk).toBeNull();
          expect(next.result !== null).toBe(next.state === 'done');
          expect(next.failure !== null).toBe(['failed', 'cancelled', 'interrupted'].includes(next.state));
          job = next;
        }
      }),
    );
  });
});
