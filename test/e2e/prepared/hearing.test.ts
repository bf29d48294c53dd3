import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Api } from '@shared/contract/api';
import { expect, test } from './prepared';
import { awaitJob, openBuild, startBuild } from '../steps';

/** From the click to the first sound. */
const MOST_MS = 150;
const MARK = { file: '0_1.npy', from: 20, to: 60 };

test('a moment is at hand at once, and what is marked is left out of the next build', async ({
  sampled,
  start,
  folder,
}) => {
  const { page } = await start({ userData: sampled, locale: 'en' });

  await test.step('a clip crosses all processes as samples', async () => {
    const heard = await page.evaluate(async () => {
      const { api } = window as unknown as { api: Api };
      const [voice] = (await api.call('library.get', null)).voices;
      const times: number[] = [];
      let seen: object = {};
      for (const from of [10, 100, 50, 30, 120]) {
        const begun = performance.now();
        const clip = await api.call('sound.clip', { voice: voice?.id ?? '', file: '0_1.npy', from, frames: 10 });
        times.push(performance.now() - begun);
        const loudest = clip.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
        seen = { isTyped: clip.samples instanceof Float32Array, loud: loudest > 0.01, rate: clip.rate };
      }
      return { sound: voice?.sound ?? null, seen, middle: times.sort((one, other) => one - other)[2] ?? Infinity };
    });
    expect(heard.sound).toMatchObject({ folder: '16k' });
    expect(heard.seen).toEqual({ isTyped: true, loud: true, rate: 16_000 });
    expect(heard.middle).toBeLessThan(MOST_MS);
  });

  await test.step('a recording that vanishes is an answer', async () => {
    const slices = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('0_2.wav'));
    for (const path of slices) await rm(join(folder, path));
    const failure = await page.evaluate(async () => {
      const { api } = window as unknown as { api: Api };
      const [voice] = (await api.call('library.get', null)).voices;
      return api
        .call('sound.clip', { voice: voice?.id ?? '', file: '0_2.npy', from: 0, frames: 1 })
        .catch((error: unknown) => error);
    });
    expect(failure).toMatchObject({ code: 'SLICE_NOT_FOUND' });
  });

  await page.evaluate(async (mark) => {
    const { api } = window as unknown as { api: Api };
    const [voice] = (await api.call('library.get', null)).voices;
    await api.call('marks.set', { voice: voice?.id ?? '', marks: [mark] });
  }, MARK);
  await openBuild(page);
  await startBuild(page, 'rvc');
  await awaitJob(page);
  const selection = await page.evaluate(async () => {
    const jobs = await (window as unknown as { api: Api }).api.call('jobs.list', null);
    const built = jobs.find(({ result }) => result?.kind === 'train')?.result;
    return built?.kind === 'train' ? built.value.record.selection : null;
  });
  expect(selection).toMatchObject({ moments: [{ ...MARK, source: 0 }], dropped: { moments: MARK.to - MARK.from } });
});
