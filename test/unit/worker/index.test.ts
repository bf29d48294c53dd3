import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FULL_EFFORT } from '@shared/contract/effort';
import { WorkerMessage } from '@shared/contract/work';
import type { WorkRequest } from '@shared/jobs';
import { pathId } from '../../../src/worker/files/paths';
import { createReporter, serve, startHeart } from '../../../src/worker/index';
import { npy, put, useFolder } from './support';

const folder = useFolder();

/** The other end of the parent port. */
function connect() {
  const messages: WorkerMessage[] = [];
  const waiting: { readonly matches: (message: WorkerMessage) => boolean; readonly settle: () => void }[] = [];
  let deliver: (event: { readonly data: unknown }) => void = () => undefined;
  const { abandon } = serve({
    on: (_event, listener) => (deliver = listener),
    postMessage: (message) => {
      expect(v.parse(WorkerMessage, message)).toEqual(message);
      messages.push(message);
      for (const { matches, settle } of waiting) if (matches(message)) settle();
    },
  });
  return {
    messages,
    abandon,
    send: (data: unknown) => deliver({ data }),
    start: (id: number, request: WorkRequest) => deliver({ data: { type: 'start', id, request, effort: FULL_EFFORT } }),
    until: (matches: (message: WorkerMessage) => boolean) =>
      new Promise<void>((settle) => {
        if (messages.some(matches)) settle();
        else waiting.push({ matches, settle });
      }),
  };
}

const endOf = (id: number) => (message: WorkerMessage) =>
  (message.type === 'result' || message.type === 'failure') && message.id === id;

const sampleRequest = (name: string, minutes: number): WorkRequest => {
  return { kind: 'sample', root: folder.path, name, minutes, version: 'v1', seed: 1 };
};

describe('serve', () => {
  it('says that it is ready, and answers a request with progress and a result', async () => {
    put(join(folder.path, 'bare', 'a.npy'), npy(4, 256));
    const port = connect();
    expect(port.messages).toEqual([{ type: 'ready' }]);
    port.start(3, { kind: 'scan', path: folder.path, home: null, built: [], pointed: {} });
    await port.until(endOf(3));
    expect(port.messages.at(-1)).toMatchObject({ type: 'result', id: 3, value: { what: 'logs' } });
    expect(port.messages).toContainEqual({ type: 'progress', id: 3, progress: { step: 'scan', done: 1, total: 1 } });
  });

  it('answers with a long list a portion at a time, ahead of the rest', async () => {
    for (let number = 0; number < 130; number++) put(join(folder.path, `v${number}`, 'a.npy'), npy(4, 256));
    const port = connect();
    port.start(1, { kind: 'scan', path: folder.path, home: null, built: [], pointed: {} });
    await port.until(endOf(1));
    const portions = port.messages.flatMap((message) => (message.type === 'portion' ? [message] : []));
    expect(portions.map(({ list, items }) => [list, items.length])).toEqual([
      ['voices', 100],
      ['voices', 30],
    ]);
    expect(port.messages.at(-1)).toMatchObject({ type: 'result', value: { voices: [], what: 'logs' } });
  });

  it('does without the files that were left out of a voice', async () => {
    const voice = join(folder.path, 'aria');
    put(join(voice, 'a.npy'), npy(4, 256));
    put(join(voice, 'b.npy'), npy(4, 768));
    const port = connect();
    const request = { kind: 'scan', path: voice, home: null, built: [], pointed: {} } as const;
    const leftOut = { home: null, voices: { [pathId(voice, null)]: ['b.npy'] } };
    port.send({ type: 'start', id: 1, request, effort: FULL_EFFORT, leftOut });
    await port.until(endOf(1));
    expect(port.messages.at(-1)).toMatchObject({
      type: 'result',
      value: { voices: [{ frames: 4, dimension: 256, leftOut: 1, problem: null }] },
    });
  });

  it('answers a failure with its code', async () => {
    const port = connect();
    port.start(1, { kind: 'inspect', path: join(folder.path, 'gone') });
    await port.until(endOf(1));
    expect(port.messages.at(-1)).toMatchObject({ type: 'failure', id: 1, failure: { code: 'FILE_NOT_FOUND' } });
  });

  it('refuses what the contract does not know', () => {
    const port = connect();
    port.send({ type: 'start', id: 9, request: { kind: 'format', path: '/' } });
    expect(port.messages.at(-1)).toMatchObject({ type: 'failure', id: 9, failure: { code: 'BAD_REQUEST' } });
    const { length } = port.messages;
    port.send('nonsense');
    port.send({ type: 'cancel', id: 77 });
    expect(port.messages).toHaveLength(length);
  });

  it('reads side by side, but writes one at a time', async () => {
    const port = connect();
    port.start(1, sampleRequest('one', 0.5));
    port.start(2, sampleRequest('two', 0.1));
    expect(port.messages.at(-1)).toMatchObject({ type: 'failure', id: 2, failure: { code: 'BAD_REQUEST' } });
    port.start(3, { kind: 'scan', path: folder.path, home: null, built: [], pointed: {} });
    port.start(4, { kind: 'inspect', path: folder.path });
    await Promise.all([1, 3, 4].map((id) => port.until(endOf(id))));
    expect(port.messages).toContainEqual(expect.objectContaining({ type: 'result', id: 1 }));
    expect(port.messages).toContainEqual(expect.objectContaining({ type: 'result', id: 3 }));
    port.start(5, sampleRequest('two', 0.1));
    await port.until(endOf(5));
    expect(port.messages.at(-1)).toMatchObject({ type: 'result', id: 5, value: { files: 2 } });
  });

  it('cancels', async () => {
    const port = connect();
    port.start(1, sampleRequest('long', 600));
    await port.until((message) => message.type === 'progress');
    port.send({ type: 'cancel', id: 1 });
    await port.until(endOf(1));
    expect(port.messages.at(-1)).toMatchObject({ type: 'failure', id: 1, failure: { code: 'JOB_CANCELLED' } });
  });

  it('takes back all that it does when it is abandoned', async () => {
    const port = connect();
    port.start(1, sampleRequest('long', 600));
    await port.until((message) => message.type === 'progress');
    await port.abandon();
    expect(port.messages.at(-1)).toMatchObject({ type: 'failure', id: 1, failure: { code: 'JOB_CANCELLED' } });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('shows that it lives while work is under way, and is silent afterwards', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      mkdirSync(join(folder.path, 'empty'));
      const port = connect();
      port.start(1, sampleRequest('long', 600));
      await vi.advanceTimersByTimeAsync(2_000);
      expect(port.messages.filter(({ type }) => type === 'beat')).toEqual([
        { type: 'beat', id: 1, silent: null },
        { type: 'beat', id: 1, silent: null },
      ]);
      port.send({ type: 'cancel', id: 1 });
      await port.until(endOf(1));
      const { length } = port.messages;
      await vi.advanceTimersByTimeAsync(5_000);
      expect(port.messages).toHaveLength(length);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('createReporter', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('passes on the first, at most one in 50 ms, and always the last', () => {
    const sent: number[] = [];
    const reporter = createReporter(({ done }) => sent.push(done));
    for (let done = 1; done <= 5; done++) reporter.report({ step: 'add', done, total: 9 });
    expect(sent).toEqual([1]);
    vi.advanceTimersByTime(50);
    expect(sent).toEqual([1, 5]);
    reporter.report({ step: 'add', done: 6, total: 9 });
    reporter.report({ step: 'add', done: 9, total: 9 });
    reporter.flush();
    expect(sent.at(-1)).toBe(9);
    reporter.stop();
    vi.advanceTimersByTime(500);
    expect(sent.at(-1)).toBe(9);
  });

  it('leaves out no step, and the end of none', () => {
    const sent: [string, number][] = [];
    const reporter = createReporter(({ step, done }) => sent.push([step, done]));
    reporter.report({ step: 'read', done: 0, total: 2 });
    reporter.report({ step: 'read', done: 1, total: 2 });
    reporter.report({ step: 'read', done: 2, total: 2 });
    reporter.report({ step: 'add', done: 0, total: 2 });
    reporter.report({ step: 'add', done: 1, total: 2 });
    expect(sent).toEqual([
      ['read', 0],
      ['read', 2],
      ['add', 0],
    ]);
    vi.advanceTimersByTime(50);
    expect(sent.at(-1)).toEqual(['add', 1]);
  });
});

describe('the heart of a worker', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
  afterEach(() => void vi.useRealTimers());
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

  it('beats as long as the disk answers, be it that nothing is there', async () => {
    const beat = vi.fn();
    const { stop } = startHeart(['/no/such/file'], true, beat);
    for (let second = 1; second <= 3; second++) {
      vi.advanceTimersByTime(1_000);
      await vi.waitFor(() => expect(beat).toHaveBeenCalledTimes(second));
    }
    stop();
  });

  it('falls silent where the work does not come on', async () => {
    const beat = vi.fn();
    // A disk that takes its time would let it beat late.
    const { cameOn, stop } = startHeart(['/'], true, beat, () => Promise.resolve());
    vi.advanceTimersByTime(15 * 60_000 + 1_000);
    await turn();
    const before = beat.mock.calls.length;
    vi.advanceTimersByTime(60_000);
    await turn();
    expect(beat).toHaveBeenCalledTimes(before);
    cameOn();
    vi.advanceTimersByTime(1_000);
    await turn();
    expect(beat).toHaveBeenCalledTimes(before + 1);
    stop();
  });

  it('goes on where the work is more than looking, and says which disk does not answer', async () => {
    const beat = vi.fn();
    const answers: (() => void)[] = [];
    const question = (): Promise<void> => new Promise((resolve) => answers.push(resolve));
    const { stop } = startHeart(['/', '/hangs'], false, beat, question);
    vi.advanceTimersByTime(1_000);
    answers.shift()!();
    await turn();
    vi.advanceTimersByTime(5_000);
    expect(beat.mock.calls.flat()).toEqual(Array.from({ length: 6 }, () => null));
    vi.advanceTimersByTime(1_000);
    expect(beat).toHaveBeenCalledTimes(7);
    expect(beat).toHaveBeenLastCalledWith('/hangs');
    vi.advanceTimersByTime(10 * 60_000);
    expect(beat).toHaveBeenCalledTimes(607);
    expect(beat).toHaveBeenLastCalledWith('/hangs');
    expect(answers, 'a disk that hangs is asked once').toHaveLength(1);
    answers.shift()!();
    await turn();
    vi.advanceTimersByTime(1_000);
    expect(beat).toHaveBeenLastCalledWith(null);
    stop();
  });
});
