// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import type { JobState } from '@shared/contract/jobs';
import { useCheckUp } from '@/stores/checkUp';
import { useJobs } from '@/stores/jobs';
import { useJudged } from '@/stores/judged';
import { useLibrary } from '@/stores/library';
import { type FakeApi, fakeApi, indexFile, job, voice } from '../../../fixtures/fakeApi';

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

async function end(id: string, state: JobState): Promise<void> {
  const jobs = useJobs();
  jobs.apply(job({ id, sequence: 1, state: 'running' }));
  jobs.apply(job({ id, sequence: 2, state }));
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
  await checkUp.start();
  checkUp.follow(['job-000000000c']);
  await end('job-000000000c', 'done');
  expect(checkUp.phase).toBe('running');
});

it('tells of none of its jobs by itself', async () => {
  await library();
  await useCheckUp().start();
  expect(useJobs().isMuted('job-0000000001')).toBe(true);
});
