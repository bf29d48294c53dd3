import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FULL_EFFORT } from '@shared/contract/effort';
import { MOST_FOUND } from '@shared/contract/voices';
import type { WorkerCommand } from '@shared/contract/work';
import { type WorkerChild, WorkerPool, WorkerProcess } from '../../../src/supervisor/processes';
import type { RequestOf } from '@shared/jobs';
import { indexFile } from '../../fixtures/mainServices';
import { Reader } from '../../../src/main/jobs/reader';

class FakeChild extends EventEmitter implements WorkerChild {
  pid: number | undefined = undefined;
  readonly sent: WorkerCommand[] = [];
  kills = 0;
  postMessage(message: unknown): void {
    this.sent.push(message as WorkerCommand);
  }
  kill(): boolean {
    this.kills++;
    return true;
  }
  say(message: unknown): void {
    this.emit('message', message);
  }
}

const lines: string[] = [];
const log = { info: (text: string) => lines.push(text), warn: (text: string) => lines.push(text) };
const EFFORT = { threads: 2, priority: 'low' } as const;
const request = { kind: 'inspect', path: '/a.index' } as const;
const report = { facts: null, bytes: 4, problems: [], record: null };

function start(): { child: FakeChild; worker: WorkerProcess } {
  const child = new FakeChild();
  return { child, worker: new WorkerProcess(() => child, 'test-1', EFFORT, log) };
}

beforeEach(() => {
  lines.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A pool, and the processes that it has started. */
function poolOfFakes(): { readonly pool: WorkerPool; readonly children: FakeChild[] } {
  const children: FakeChild[] = [];
  const start = (): FakeChild => {
    const child = new FakeChild();
    children.push(child);
    return child;
  };
  return { pool: new WorkerPool(start, log), children };
}

describe('a worker process', () => {
  it('is sent nothing before it is ready', async () => {
    const { child, worker } = start();
    const { result } = worker.run(request);
    expect(child.sent).toEqual([]);
    child.say({ type: 'ready' });
    expect(child.sent).toEqual([{ type: 'start', id: 1, request, effort: EFFORT }]);
    child.say({ type: 'result', id: 1, value: report });
    expect(await result).toEqual(report);
  });

  it('is told what is left out of voices by the time of each request', () => {
    const child = new FakeChild();
    let voices = {};
    const worker = new WorkerProcess(
      () => child,
      'test-1',
      EFFORT,
      log,
      () => ({ home: null, voices }),
    );
    child.say({ type: 'ready' });
    void worker.run(request).result.catch(() => undefined);
    voices = { aria: ['a.npy'] };
    void worker.run(request).result.catch(() => undefined);
    expect(child.sent).toMatchObject([{ leftOut: { voices: {} } }, { leftOut: { voices: { aria: ['a.npy'] } } }]);
  });

  it('answers several requests in any order', async () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    const first = worker.run(request);
    const second = worker.run({ ...request, path: '/b.index' });
    child.say({ type: 'result', id: 2, value: { ...report, bytes: 2 } });
    child.say({ type: 'result', id: 1, value: { ...report, bytes: 1 } });
    expect((await first.result).bytes).toBe(1);
    expect((await second.result).bytes).toBe(2);
  });

  it('passes on progress and iterations, and keeps the rest to the log', async () => {
    const { child, worker } = start();
    const seen: unknown[] = [];
    child.say({ type: 'ready' });
    const { result } = worker.run(request, { progress: (p) => seen.push(p), iteration: (i) => seen.push(i) });
    const progress = { step: 'train', done: 1, total: 2 };
    const iteration = { iteration: 1, iterations: 10, objective: 1, imbalance: 1 };
    child.say({ type: 'progress', id: 1, progress });
    child.say({ type: 'iteration', id: 1, iteration });
    child.say({ type: 'log', id: 1, level: 'warning', text: 'careful' });
    child.say({ type: 'beat', id: 1 });
    child.say({ type: 'progress', id: 1, progress: { step: 'train', done: NaN, total: 2 } });
    child.say('nonsense');
    child.say({ type: 'progress', id: 7, progress });
    expect(seen).toEqual([progress, iteration]);
    expect(lines[0]).toBe('test-1: careful');
    expect(lines).toHaveLength(3);
    child.say({ type: 'failure', id: 1, failure: { code: 'NO_FEATURES', message: 'None.', details: { n: 0 } } });
    await expect(result).rejects.toMatchObject({ code: 'NO_FEATURES', message: 'None.', details: { n: 0 } });
  });

  it('answers with long lists a portion at a time', async () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    const scan: RequestOf<'scan'> = { kind: 'scan', path: '/many', home: null, built: [], pointed: {} };
    const rest = { root: '/many', what: 'index', voices: [], indexes: [], models: [] };
    const indexes = Array.from({ length: 250 }, (_, number) => indexFile(`/many/${number}.index`));
    const portion = (id: number, list: string, items: unknown): void => child.say({ type: 'portion', id, list, items });

    const { result } = worker.run(scan);
    for (const from of [0, 100, 200]) portion(1, 'indexes', indexes.slice(from, from + 100));
    child.say({ type: 'result', id: 1, value: rest });
    expect(await result).toEqual({ ...rest, indexes });

    for (const [list, items] of [
      ['indexes', [{ ...indexes[0], bytes: -1 }]],
      ['what', ['index']],
    ] as const) {
      const { result: broken } = worker.run(scan);
      const id = child.sent.length;
      portion(id, list, items);
      child.say({ type: 'result', id, value: rest });
      await expect(broken).rejects.toMatchObject({ code: 'INTERNAL' });
    }
    const { result: endless } = worker.run(scan);
    const id = child.sent.length;
    for (let number = 0; number <= MOST_FOUND / 100; number++) portion(id, 'indexes', indexes.slice(0, 100));
    child.say({ type: 'result', id, value: rest });
    await expect(endless).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('is at fault when its answer breaks the contract', async () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    const { result } = worker.run(request);
    child.say({ type: 'result', id: 1, value: { ...report, bytes: -1 } });
    await expect(result).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('is asked to stop, and stops', async () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    const { result, cancel } = worker.run(request);
    cancel();
    cancel();
    expect(child.sent.at(-1)).toEqual({ type: 'cancel', id: 1 });
    expect(child.sent).toHaveLength(2);
    child.say({ type: 'failure', id: 1, failure: { code: 'JOB_CANCELLED', message: 'Cancelled.', details: {} } });
    await expect(result).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    vi.advanceTimersByTime(60_000);
    expect(child.kills).toBe(0);
  });

  it('is killed when it does not stop within five seconds', async () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    const { result, cancel } = worker.run(request);
    cancel();
    vi.advanceTimersByTime(4_999);
    expect(child.kills).toBe(0);
    vi.advanceTimersByTime(1);
    expect(child.kills).toBe(1);
    worker.reportGone('killed', 15);
    await expect(result).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });

  it.each([
    ['crashed', 'JOB_CRASHED'],
    ['killed', 'JOB_CRASHED'],
    ['abnormal-exit', 'JOB_CRASHED'],
    ['oom', 'OUT_OF_MEMORY'],
    ['EAGAIN', 'OUT_OF_MEMORY'],
    ['EMFILE', 'TOO_MANY_FILES'],
  ])('gone by %s ends its requests with %s', async (reason, code) => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    const { result } = worker.run(request);
    worker.reportGone(reason, 139);
    child.emit('exit', 139);
    await expect(result).rejects.toMatchObject({ code });
    await worker.gone;
    expect(worker.isAlive).toBe(false);
  });

  it('waits a moment after the exit for the reason', async () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    const { result } = worker.run(request);
    child.emit('exit', 134);
    vi.advanceTimersByTime(100);
    worker.reportGone('oom', 134);
    await expect(result).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
    vi.advanceTimersByTime(10_000);
  });

  it('ends its requests when no reason comes', async () => {
    const { child, worker } = start();
    const { result } = worker.run(request);
    child.emit('exit', 1);
    const late = worker.run(request);
    await expect(late.result).rejects.toMatchObject({ code: 'JOB_CRASHED' });
    vi.advanceTimersByTime(500);
    await expect(result).rejects.toMatchObject({ code: 'JOB_CRASHED' });
    await worker.gone;
    expect(child.sent).toEqual([]);
  });

  it('is sent nothing after its death', async () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    const { result, cancel } = worker.run(request);
    const count = child.sent.length;
    result.catch(() => undefined);
    child.emit('exit', 1);
    cancel();
    vi.advanceTimersByTime(10_000);
    expect(child.sent).toHaveLength(count);
    await expect(result).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });

  it('settles once', async () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    const { result } = worker.run(request);
    child.say({ type: 'result', id: 1, value: report });
    child.say({ type: 'failure', id: 1, failure: { code: 'INTERNAL', message: 'late', details: {} } });
    worker.reportGone('crashed', 1);
    expect(await result).toEqual(report);
  });

  it('is stopped without a word in the log', async () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    const { result } = worker.run(request);
    const stopped = worker.stop();
    expect(child.kills).toBe(1);
    child.emit('exit', 15);
    await stopped;
    await worker.stop();
    expect(child.kills).toBe(1);
    await expect(result).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(lines).toEqual([]);
  });

  it('passes on that a disk does not answer, and that it answers again, once each', () => {
    const { child, worker } = start();
    const seen: unknown[] = [];
    child.say({ type: 'ready' });
    const { result } = worker.run({ kind: 'probe', folder: '/nas' }, { silent: (path) => seen.push(path) });
    result.catch(() => undefined);
    const beat = (silent: string | null): void => child.say({ type: 'beat', id: 1, silent });
    beat(null);
    expect(worker.isHeld).toBe(false);
    beat('/nas');
    beat('/nas');
    expect(worker.isHeld).toBe(true);
    beat(null);
    expect(worker.isHeld).toBe(false);
    expect(seen).toEqual(['/nas', null]);
  });

  it('is not taken for silent because the clock on the wall was set', () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    worker.run(request).result.catch(() => undefined);
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(11_000);
    expect(lines).toEqual([]);
  });

  it('is noticed when nothing is heard of it for half a minute', () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    worker.run(request).result.catch(() => undefined);
    vi.advanceTimersByTime(29_000);
    child.say({ type: 'beat', id: 1 });
    vi.advanceTimersByTime(29_000);
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(12_000);
    expect(lines[0]).toContain('nothing heard of request 1');
  });

  it('is not taken for silent after a sleep of the computer, in which nobody is heard', () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    worker.run(request).result.catch(() => undefined);
    const awake = performance.now();
    const now = vi.spyOn(performance, 'now').mockImplementation(() => awake + 8 * 3_600_000);
    vi.advanceTimersByTime(11_000);
    now.mockRestore();
    expect(lines).toEqual([]);
  });

  it('is given up where its work never comes to its turn, and ended', async () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    const { result } = worker.run({ kind: 'probe', folder: '/a' });
    const given = expect(result).rejects.toMatchObject({ code: 'JOB_CRASHED' });
    vi.advanceTimersByTime(299_000);
    expect(child.kills, 'it may be at work').toBe(0);
    child.say({ type: 'beat', id: 1 });
    vi.advanceTimersByTime(299_000);
    expect(child.kills).toBe(0);
    vi.advanceTimersByTime(12_000);
    expect(child.kills).toBe(1);
    await given;
  });

  it('that does not even start is not taken for a drive that hangs', async () => {
    const { child, worker } = start();
    const { result } = worker.run(request);
    const given = expect(result).rejects.toMatchObject({ code: 'JOB_CRASHED' });
    vi.advanceTimersByTime(41_000);
    await given;
    expect(child.kills).toBe(1);
  });
});

describe('a worker that cannot be killed, as one that waits for a drive that hangs', () => {
  it('is given up, so that its job ends and others begin', async () => {
    const { child, worker } = start();
    child.say({ type: 'ready' });
    const { result, cancel } = worker.run({ kind: 'probe', folder: '/nas' });
    const cancelled = expect(result).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    cancel();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(child.kills).toBe(1);
    await vi.advanceTimersByTimeAsync(5_000);
    await cancelled;
    await worker.stop();
  });

  it('is ended by force all the same, and so are all at the end of the app', async () => {
    const killed = vi.spyOn(process, 'kill').mockReturnValue(true);
    const { pool, children } = poolOfFakes();
    const worker = pool.start('train-1', EFFORT);
    pool.start('train-2', EFFORT);
    for (const [place, child] of children.entries()) child.pid = 2 ** 30 + place;
    const stopped = worker.stop();
    expect(killed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5_000);
    await stopped;
    expect(killed.mock.calls).toEqual([[2 ** 30, 'SIGKILL']]);
    pool.killAll();
    expect(killed.mock.calls.slice(1), 'one that is gone is nobody').toEqual([[2 ** 30 + 1, 'SIGKILL']]);
    killed.mockRestore();
  });
});

describe('the pool', () => {
  it('tells a process why it is gone, by name', async () => {
    const { pool, children } = poolOfFakes();
    const a = pool.start('train-1', EFFORT).run(request);
    const b = pool.start('train-2', EFFORT).run(request);
    b.result.catch(() => undefined);
    pool.reportGone('train-1', 'oom', 1);
    pool.reportGone('somebody else', 'oom', 1);
    await expect(a.result).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
    const stopped = pool.stopAll();
    expect(children.map((child) => child.kills)).toEqual([0, 1]);
    children[1]!.emit('exit', 15);
    await stopped;
  });
});

describe('the reader', () => {
  it('keeps one process, and takes another when it dies', async () => {
    const { pool, children } = poolOfFakes();
    const reader = new Reader(pool);
    const first = reader.ask(request);
    const second = reader.ask(request);
    expect(children).toHaveLength(1);
    children[0]!.say({ type: 'ready' });
    expect(children[0]!.sent.map((command) => 'effort' in command && command.effort)).toEqual([
      FULL_EFFORT,
      FULL_EFFORT,
    ]);
    children[0]!.say({ type: 'result', id: 1, value: report });
    expect(await first).toEqual(report);
    pool.reportGone('reader-1', 'crashed', 139);
    await expect(second).rejects.toMatchObject({ code: 'JOB_CRASHED' });
    const third = reader.ask(request);
    expect(children).toHaveLength(2);
    children[1]!.say({ type: 'ready' });
    children[1]!.say({ type: 'result', id: 1, value: report });
    expect(await third).toEqual(report);
  });

  it('gives its memory back when it has rested, and not while somebody waits', async () => {
    const { pool, children } = poolOfFakes();
    const reader = new Reader(pool);
    const ask = (): Promise<unknown> => reader.ask(request);
    const [first, second] = [ask(), ask()];
    children[0]!.say({ type: 'ready' });
    children[0]!.say({ type: 'result', id: 1, value: report });
    await first;
    const lives = setInterval(() => [2, 3].forEach((id) => children[0]!.say({ type: 'beat', id })), 1_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(children[0]!.kills).toBe(0);
    children[0]!.say({ type: 'result', id: 2, value: report });
    await second;
    await vi.advanceTimersByTimeAsync(19_000);
    const third = ask();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(children.map(({ kills }) => kills)).toEqual([0]);
    children[0]!.say({ type: 'result', id: 3, value: report });
    await third;
    clearInterval(lives);
    await vi.advanceTimersByTimeAsync(21_000);
    expect(children.map(({ kills }) => kills)).toEqual([1]);

    const fourth = ask();
    expect(children).toHaveLength(2);
    children[1]!.say({ type: 'ready' });
    children[1]!.say({ type: 'result', id: 1, value: report });
    expect(await fourth).toEqual(report);
  });

  it('does not wait for a drive that hangs: says so, answers what else was asked, and takes another process', async () => {
    const { pool, children } = poolOfFakes();
    const reader = new Reader(pool);
    const hung = expect(reader.ask({ ...request, path: '/nas/a.index' })).rejects.toMatchObject({
      code: 'FOLDER_AWAY',
    });
    const other = reader.ask(request);
    const [child] = children;
    child!.say({ type: 'ready' });
    const lives = setInterval(() => child!.say({ type: 'beat', id: 2 }), 1_000);
    await vi.advanceTimersByTimeAsync(41_000);
    await hung;
    const later = reader.ask(request);
    expect(children).toHaveLength(2);
    children[1]!.say({ type: 'ready' });
    children[1]!.say({ type: 'result', id: 1, value: report });
    expect(await later).toEqual(report);
    expect(child!.kills, 'somebody waits for it').toBe(0);
    child!.say({ type: 'result', id: 2, value: report });
    clearInterval(lives);
    expect(await other).toEqual(report);
    expect(child!.kills).toBe(1);
  });
});
