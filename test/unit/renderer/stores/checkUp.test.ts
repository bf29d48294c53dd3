// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import type { JobState } from '@shared/contract/jobs';
import { useCheckUp } from '@/stores/checkUp';
import { useJobs } from '@/stores/jobs';
import { useJudged } from '@/stores/judged';
import { useLibrary } from '@/stores/library';
import { indexFile, job, voice } from '../../../fixtures/contract';
import { type FakeApi, fakeApi } from '../../../fixtures/fakeApi';

const INDEXES = ['index-0000000a', 'index-0000000b', 'index-0000000c'];

/** Three voices with an index each, of which nothing is known. */
async function library(): Promise<FakeApi> {
  let started = 0;
  const api = fakeApi({
    'jobs.start': () => ({ id: `job-000000000${++started}` }),
    'jobs.cancel': () => null,
    'measurements.outlines': () => [],
  });
  vi.stubGlobal('api', api);
  const voices = INDEXES.map((id) => voice({ id: `voice-of-${id}`, name: id, indexes: [indexFile({ id })] }));
  useLibrary().begin({ sequence: 1, scanning: false, folders: [], voices, indexes: [], models: [], away: {} });
  await vi.waitFor(() => expect(useJudged().voices).toHaveLength(3));
  return api;
}

const asked = (api: FakeApi): unknown[] =>
  api.calls.flatMap(({ channel, argument }) =>
    channel === 'jobs.start' ? [(argument as { readonly index: string }).index] : [],
  );

const DAMAGED = { code: 'INDEX_TRUNCATED', message: 'It is cut off.', details: {} } as const;

async function end(id: string, state: JobState): Promise<void> {
  const jobs = useJobs();
  const failure = state === 'failed' ? DAMAGED : null;
  jobs.apply(job({ id, sequence: 1, state: 'running' }));
  jobs.apply(job({ id, sequence: 2, state, failure }));
  await flushPromises();
}

beforeEach(() => setActivePinia(createPinia()));

it('asks for one after the other, so that other jobs come in between', async () => {
  const api = await library();
  const checkUp = useCheckUp();
  await checkUp.start();
  expect(asked(api)).toEqual(INDEXES.slice(0, 1));
  await end('job-0000000001', 'done');
  await end('job-0000000002', 'failed');
  expect(asked(api)).toEqual(INDEXES);
  expect([checkUp.phase, checkUp.measured, checkUp.total]).toEqual(['running', 2, 3]);
  await end('job-0000000003', 'done');
  expect(checkUp.phase).toBe('done');
  expect(checkUp.findings).toMatchObject({ unknown: 3, fine: 0 });
});

it('nobody waits for it: other programs go first', async () => {
  const api = await library();
  await useCheckUp().start();
  expect(api.calls.find(({ channel }) => channel === 'jobs.start')?.argument).toMatchObject({ background: true });
});

it('ends when its job is cancelled, and asks for no more', async () => {
  const api = await library();
  const checkUp = useCheckUp();
  await checkUp.start();
  await end('job-0000000001', 'cancelled');
  expect(checkUp.phase).toBe('done');
  expect(asked(api)).toHaveLength(1);
});

it('says how the voices are when the last job of a batch has ended, but not in the middle of a check', async () => {
  await library();
  const checkUp = useCheckUp();
  checkUp.follow(['job-000000000a', 'job-000000000b']);
  await end('job-000000000a', 'done');
  expect(checkUp.phase).toBe('idle');
  await end('job-000000000b', 'failed');
  expect(checkUp.phase).toBe('done');
  checkUp.follow(['job-000000000d']);
  expect(checkUp.phase).toBe('idle');
  await end('job-000000000d', 'done');
  expect(checkUp.phase).toBe('done');
  await checkUp.start();
  checkUp.follow(['job-000000000c']);
  await end('job-000000000c', 'done');
  expect(checkUp.phase).toBe('running');
});

it('says at the end what could not be measured, of jobs and of what could not be asked for', async () => {
  await library();
  const checkUp = useCheckUp();
  await checkUp.start();
  await end('job-0000000001', 'failed');
  const refused = { code: 'FOLDER_AWAY', message: 'Away.', details: {} } as const;
  const there = fakeApi({ 'jobs.start': () => ({ id: 'job-0000000009' }) });
  vi.stubGlobal('api', { ...there, call: () => Promise.reject(new VoronoiceError('FOLDER_AWAY', 'Away.')) });
  await end('job-0000000002', 'done');
  expect(checkUp.phase).toBe('done');
  expect(checkUp.failed).toMatchObject([
    { failure: DAMAGED },
    { kind: 'measure', voice: 'index-0000000c', failure: refused },
  ]);
  vi.stubGlobal('api', there);
  checkUp.follow(['job-000000000a', 'job-000000000b']);
  expect(checkUp.failed).toEqual([]);
  await end('job-000000000a', 'failed');
  await end('job-000000000b', 'cancelled');
  expect(checkUp.failed).toHaveLength(1);
  checkUp.close();
  expect(checkUp.failed).toEqual([]);
});

it('calls what is gone by the name that it had', async () => {
  const api = await library();
  const checkUp = useCheckUp();
  await checkUp.start();
  useLibrary().begin({ sequence: 2, scanning: false, folders: [], voices: [], indexes: [], models: [], away: {} });
  vi.stubGlobal('api', { ...api, call: () => Promise.reject(new VoronoiceError('FILE_NOT_FOUND', 'Gone.')) });
  await end('job-0000000001', 'done');
  const { name } = indexFile();
  expect(checkUp.failed).toMatchObject(INDEXES.slice(1).map((voiceName) => ({ voice: voiceName, subject: name })));
});

it('tells of none of its jobs by itself', async () => {
  await library();
  await useCheckUp().start();
  expect(useJobs().isMuted('job-0000000001')).toBe(true);
});

it('takes back what a batch has done, all at once, and only what it has done', async () => {
  const api = await library();
  const checkUp = useCheckUp();
  const jobs = useJobs();
  const written = ['/RVC/logs/a.index'];
  const value = { host: 'rvc', files: written, main: written[0], written, backups: [], aside: [] } as const;
  const ids = ['job-000000000a', 'job-000000000b'] as const;
  checkUp.follow(ids);
  const request = { kind: 'export', index: 'index-0000000a', host: 'rvc', root: null, name: 'a', slot: null } as const;
  for (const [at, id] of ids.entries()) {
    jobs.apply(job({ id, sequence: 1, state: 'running' }));
    const state = at === 0 ? 'done' : 'failed';
    const result = at === 0 ? ({ kind: 'export', value } as never) : null;
    jobs.apply(job({ id, sequence: 2, state, request: { ...request, setAside: false }, result }));
  }
  await flushPromises();
  expect(checkUp.undoes).toEqual([{ kind: 'takeBack', job: 'job-000000000a' }]);
  await checkUp.undo();
  expect(api.calls.filter(({ channel }) => channel === 'jobs.start')).toMatchObject([
    { argument: { kind: 'takeBack', job: 'job-000000000a' } },
  ]);
  // What is taken back is not offered again.
  await end('job-0000000001', 'done');
  expect(checkUp.undoes).toEqual([]);
});
