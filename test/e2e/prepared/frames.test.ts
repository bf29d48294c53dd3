import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { Api } from '@shared/contract/api';
import { expectAccessible } from '../accessible';
import { figure, listenIn, play } from '../heard';
import { expect, test } from './prepared';
import { awaitJob, goTo, jobBar, jobCards, openBuild, SAMPLE, startBuild } from '../steps';
import { say } from '../words';

const COLUMNS = 768;
const HEADER = 128;
/** Frames of a file that are made to repeat the one before them. */
const SILENT = 40;
/** Frames of it that are there twice. */
const REPEATED = 10;

/** Makes a part of one of the voice's recordings silent, as if nothing had been recorded, and repeats another part. */
async function silence(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  const name = names.filter((path) => /3_feature768.*\.npy$/.test(path)).sort()[3];
  const file = await open(join(folder, name ?? ''), 'r+');
  const frame = Buffer.alloc(4 * COLUMNS);
  await file.read(frame, 0, frame.length, HEADER + 20 * frame.length);
  for (let row = 21; row <= 20 + SILENT; row++) await file.write(frame, 0, frame.length, HEADER + row * frame.length);
  const passage = Buffer.alloc(REPEATED * frame.length);
  await file.read(passage, 0, passage.length, HEADER + 100 * frame.length);
  await file.write(passage, 0, passage.length, HEADER + 130 * frame.length);
  await file.close();
}

/** From the build page to the dialog, once it has looked. */
async function chooseFrames(page: Page): Promise<Locator> {
  const choose = page.getByRole('button', { name: say('build.frames.choose') });
  if (!(await choose.isVisible())) {
    await page.getByText(say('build.advanced.title'), { exact: true }).click();
    await page
      .getByRole('region', { name: say('build.advanced.frames.title') })
      .locator('summary')
      .click();
  }
  await choose.click();
  const dialog = page.getByRole('dialog', { name: say('frames.title') });
  await expect(dialog.getByRole('slider')).toBeVisible({ timeout: 60_000 });
  return dialog;
}

/** What the index that was built last says about the frames it left out. */
function leftOut(page: Page): Promise<unknown> {
  return page.evaluate(async () => {
    const jobs = await (window as unknown as { api: Api }).api.call('jobs.list', null);
    const built = jobs.find(({ result }) => result?.kind === 'train')?.result;
    return built?.kind === 'train' ? built.value.record.selection : null;
  });
}

test('what the dialog promises is what the index leaves out', async ({ sampled, start, folder }) => {
  const { page } = await start({ userData: sampled, locale: 'en' });
  await silence(folder);
  await openBuild(page);
  const dialog = await chooseFrames(page);
  const effect = dialog.getByText(/left out, /);
  await expect(dialog.getByText(say('frames.effect.none'))).toBeVisible();

  await test.step('the effect follows every choice', async () => {
    await dialog.getByRole('switch', { name: say('frames.rules.silence') }).click();
    await expect(effect).toBeVisible();
    await expect(dialog.getByRole('row').nth(1)).toContainText(String(SILENT));
    await dialog.getByRole('slider', { name: say('frames.rules.outliers') }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(dialog.getByRole('status').getByText('1%')).toBeVisible();
    await dialog.getByRole('checkbox').nth(1).uncheck();
  });
  await test.step('what each rule takes can be heard before it is taken, and every file', async () => {
    await listenIn(page);
    for (const rule of ['silence', 'duplicates', 'outliers'] as const) {
      const what = say('sound.rule', { rule: say(`frames.rules.${rule}`) });
      await play(page, dialog.getByRole('button', { name: say('sound.play', { what }) }));
    }
    await play(page, dialog.getByRole('row').nth(1).getByRole('button'));
    await page.getByRole('button', { name: say('sound.close') }).click();
  });
  await test.step('axe finds nothing', async () => {
    await expectAccessible(page);
  });
  const [, out, all] = /^([\d,]+) of ([\d,]+) /.exec((await effect.textContent()) ?? '') ?? [];
  await dialog.getByRole('button', { name: say('frames.apply') }).click();
  await expect(dialog).toBeHidden();

  await test.step('it opens again as it was left', async () => {
    const again = await chooseFrames(page);
    await expect(again.getByRole('switch', { name: say('frames.rules.silence') })).toBeChecked();
    await expect(again.getByRole('switch', { name: say('frames.rules.duplicates') })).not.toBeChecked();
    await expect(again.getByRole('checkbox').nth(1)).not.toBeChecked();
    await expect(effect).toContainText(`${out ?? ''} of ${all ?? ''} `);
    await page.keyboard.press('Escape');
    await expect(again).toBeHidden();
  });

  await startBuild(page, 'rvc');
  await awaitJob(page);
  const frames = Number(all?.replace(',', ''));
  expect(await leftOut(page)).toMatchObject({
    silence: true,
    duplicates: false,
    outliers: 0.01,
    files: [expect.stringMatching(/\.npy$/)],
    frames,
    kept: frames - Number(out?.replace(',', '')),
  });

  await test.step('the source check plays the file that repeats itself', async () => {
    await page.getByRole('heading', { name: say('measure.more') }).click();
    const files = figure(page, 'sourceCheck').getByRole('button', { name: /^Play / });
    await play(page, files.first());
  });
});

test('closing the dialog while it looks stops the look, without a toast', async ({ sampled, start }) => {
  const { page } = await start({ userData: sampled, locale: 'en' });
  await openBuild(page);
  await page.getByText(say('build.advanced.title'), { exact: true }).click();
  await page
    .getByRole('region', { name: say('build.advanced.frames.title') })
    .locator('summary')
    .click();
  await page.getByRole('button', { name: say('build.frames.choose') }).click();
  await expect(page.getByRole('dialog', { name: say('frames.title') })).toBeVisible();
  await expect(jobBar(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(jobBar(page)).toBeHidden();
  await goTo(page, 'jobs');
  await expect(jobCards(page, 'cancelled')).toBeVisible();
  const title = say('jobs.titles.sift', { voice: SAMPLE });
  // At once: a toast goes by itself.
  expect(await page.getByText(say('toasts.cancelled', { title })).count()).toBe(0);
});
