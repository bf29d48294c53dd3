import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Api } from '@shared/contract/api';
import type { Mark } from '@shared/contract/sound';
import { stemOf } from '@shared/domain/voice/stem';
import { walkBytes } from '@shared/formats/walk';
import { decodeMono, readWavHeader } from '@shared/formats/wav';
import { encodeFlac } from '../../fixtures/flac';
import { CLICK_SECONDS } from '../../fixtures/recordingSignals.mjs';
import { expectAccessible } from '../accessible';
import { expectSound, expectSounding, figure, listenIn, play, strip } from '../heard';
import { answerOpenDialogs } from '../launch';
import { expect, test } from './prepared';
import {
  awaitIndex,
  awaitJob,
  filesIn,
  JOB_TIMEOUT,
  libraryOf,
  openBuild,
  openHearing,
  openVoice,
  startBuild,
} from '../steps';
import { say } from '../words';

const CLICK = join(import.meta.dirname, '../../fixtures/recordings/click-lame.mp3');

const marksOf = (page: Page): Promise<readonly Mark[]> =>
  page.evaluate(async () => {
    const { api } = window as unknown as { api: Api };
    const { voices } = await api.call('library.get', null);
    return api.call('marks.get', { voice: voices[0]?.id ?? '' });
  });

test('what is named can be played, one thing at a time, and the difference can be heard', async ({
  sampled,
  start,
}) => {
  const { page } = await start({ userData: sampled, locale: 'en' });
  await openBuild(page);
  await startBuild(page, 'rvc');
  await awaitJob(page);
  const main = page.getByRole('main');

  await test.step('a sound device that cannot be opened is said', async () => {
    await page.evaluate(() => {
      const broken = function (): never {
        throw new DOMException('There is no such device', 'NotSupportedError');
      };
      Object.assign(window, { AudioContext: broken, whole: window.AudioContext });
    });
    await figure(page, 'groupSizes')
      .getByRole('button', { name: /^Play Group/ })
      .first()
      .click();
    await expect(strip(page).getByRole('alert')).toContainText(say('errors.NO_SOUND_OUTPUT.sentence'));
    await page.evaluate(() => Object.assign(window, { AudioContext: (window as unknown as { whole: unknown }).whole }));
    await page.getByRole('button', { name: say('sound.close') }).click();
  });

  await test.step('a moment that goes wrong, and its right neighbors by keys', async () => {
    await openHearing(page);
    const first = main
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: say('sound.worst.title') }) })
      .getByRole('listitem')
      .first();
    await listenIn(page);
    const truth = first.getByRole('group', { name: say('sound.worst.truth') });
    await play(page, truth.getByRole('button').first());
    await expect(strip(page)).toContainText('1 of 8');
    await main.focus();
    await expectSound(page, 'the next', () => page.keyboard.press('ArrowRight'));
    await expect(strip(page)).toContainText('2 of 8');
    await expectSound(page, 'the same again', async () => {
      await expectSounding(page, 0);
      await page.keyboard.press('Space');
    });
  });

  await test.step('a group', async () => {
    const groups = figure(page, 'groupSizes').getByRole('button', { name: /^Play Group/ });
    await play(page, groups.first());
  });

  await test.step('takes are switched while they play', async () => {
    await page.getByRole('button', { name: say('sound.difference.make') }).click();
    const takes = page.getByRole('list', { name: say('sound.takes') });
    await expect(takes.getByRole('listitem')).toHaveCount(3, { timeout: JOB_TIMEOUT });
    await expect(page.getByText(say('sound.difference.honest'))).toBeVisible();
    await takes.getByRole('button', { name: /^Play 1/ }).click();
    await main.focus();
    const choice = strip(page).getByRole('group', { name: say('sound.takes') });
    const heard = choice.getByRole('button', { pressed: true });
    await expect(heard).toHaveText(/^1/);
    for (const key of ['3', '2', '1']) {
      await page.keyboard.press(key);
      await expect(heard).toHaveText(new RegExp(`^${key}`));
    }
  });

  await test.step('axe finds nothing', async () => {
    await expectAccessible(page);
  });
});

test('what is marked while listening through is left out of the next build', async ({ sampled, start, folder }) => {
  const { page } = await start({ userData: sampled, locale: 'en' });
  await openVoice(page);
  await page.getByRole('button', { name: say('listen.open') }).click();
  const rows = page
    .getByRole('main')
    .getByRole('row')
    .filter({ has: page.getByRole('button', { name: /^Play / }) });
  await expect(rows.first()).toBeVisible({ timeout: JOB_TIMEOUT });
  const all = await rows.count();
  const build = page.getByRole('button', { name: say('listen.build') });
  await expect(build).toBeDisabled();

  await listenIn(page);
  await play(page, rows.first().getByRole('button', { name: /^Play / }));
  await page.keyboard.press('m');
  await expect(strip(page).getByRole('button', { name: say('sound.takeIn') })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText(say('listen.progress', { heard: 2, all }))).toBeVisible();
  await expectAccessible(page);
  const marked = await marksOf(page);
  const frames = marked.reduce((sum, { from, to }) => sum + to - from, 0);
  expect(frames).toBeGreaterThan(0);

  await build.click();
  await expect(page.getByText(`${frames} moment`)).toBeVisible();
  await startBuild(page);
  await awaitIndex(page);
  const selection = await page.evaluate(async () => {
    const jobs = await (window as unknown as { api: Api }).api.call('jobs.list', null);
    const built = jobs.find(({ result }) => result?.kind === 'train')?.result;
    return built?.kind === 'train' ? built.value.record.selection : null;
  });
  expect(selection).toMatchObject({ moments: marked, dropped: { moments: frames } });

  await test.step('decisions are kept, and a recording that vanishes is said', async () => {
    await page.getByRole('button', { name: say('listen.open') }).click();
    await play(page, rows.nth(2).getByRole('button', { name: /^Play / }));
    for (const path of await filesIn(folder)) if (path.endsWith('.wav')) await rm(path);
    await page.keyboard.press('ArrowRight');
    await expect(strip(page).getByRole('alert')).toContainText(say('errors.SLICE_NOT_FOUND.sentence'));
    await page.getByRole('button', { name: say('sound.close') }).click();
  });

  await test.step('and can be taken back', async () => {
    await page.getByRole('button', { name: say('listen.takeAllIn') }).click();
    await expect.poll(() => marksOf(page)).toEqual([]);
    await expect(build).toBeDisabled();
  });
});

test('without recordings the buttons are away, until a person says where they are', async ({
  sampled,
  start,
  folder,
}) => {
  const { app, page } = await start({ userData: sampled, locale: 'en' });
  const slices = (await filesIn(folder)).find((path) => path.endsWith('.wav')) ?? '';
  const elsewhere = join(folder, 'elsewhere');
  await rename(join(slices, '..'), elsewhere);
  const names = await readdir(elsewhere);
  expect(names).not.toEqual([]);
  // They have been compressed since, and one of them in MP3.
  for (const name of names) await compress(join(elsewhere, name));
  const [inMp3 = ''] = names.map(stemOf).sort();
  await rm(join(elsewhere, `${inMp3}.flac`));
  await cp(CLICK, join(elsewhere, `${inMp3}.mp3`));
  await page.evaluate(() => (window as unknown as { api: Api }).api.call('library.refresh', null));
  await expect.poll(async () => (await libraryOf(page)).voices[0]?.sound).toBeNull();
  await openVoice(page);
  await expect(page.getByText(/^Nothing can be played/)).toBeVisible();
  await expect(page.getByRole('button', { name: say('listen.open') })).toBeHidden();

  await answerOpenDialogs(app, [elsewhere]);
  await page.getByRole('button', { name: say('sound.none.point') }).click();
  await expect(page.getByRole('button', { name: say('listen.open') })).toBeVisible();
  await expect(page.getByText(/^Nothing can be played/)).toBeHidden();
  await page.getByRole('button', { name: say('listen.open') }).click();
  await awaitJob(page);
  await listenIn(page);
  await play(page, page.getByRole('button', { name: /^Play / }).first());

  const loudest = await page.evaluate(
    async ({ file, from }) => {
      const { api } = window as unknown as { api: Api };
      const { voices } = await api.call('library.get', null);
      const clip = await api.call('sound.clip', { voice: voices[0]?.id ?? '', file, from, frames: 1 });
      const { samples, rate, startSeconds } = clip;
      return startSeconds + samples.indexOf(samples.reduce((most, sample) => Math.max(most, sample))) / rate;
    },
    { file: `${inMp3}.npy`, from: CLICK_SECONDS / 0.02 },
  );
  expect(Math.abs(loudest - CLICK_SECONDS)).toBeLessThan(0.001);
});

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path);
  const header = walkBytes(bytes, readWavHeader(bytes.length));
  await writeFile(
    `${path.slice(0, -'.wav'.length)}.flac`,
    encodeFlac(decodeMono(header, bytes.subarray(header.dataOffset)), header.rate),
  );
  await rm(path);
}
