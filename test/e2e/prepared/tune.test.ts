import type { Page } from '@playwright/test';
import { expect, test } from './prepared';
import { awaitIndex, cancelJob, goTo, jobBar, openVoice, SAMPLE } from '../steps';
import { say } from '../words';

/** The shortest time that can be chosen, and room for a busy machine. */
const SEARCH_TIMEOUT = 180_000;

test('finding the best: the search, the limits, and building what is proposed', async ({ prepared, start }) => {
  const { page } = await start({ userData: prepared, locale: 'en' });
  await openTune(page);
  await page.getByRole('button', { name: '30 sec' }).click();
  await page.getByRole('button', { name: say('tune.start'), exact: true }).click();
  const running = page.getByRole('region', { name: say('jobs.titles.tune', { voice: SAMPLE }) });
  await expect(running.getByRole('progressbar')).toBeVisible();
  await cancelJob(running);
  await page.getByRole('button', { name: say('tune.start'), exact: true }).click();
  await expect(running.getByRole('progressbar')).toBeVisible();

  // Leaving and coming back finds the search as it is.
  await goTo(page, 'library');
  await openTune(page);
  await expect(running).toBeVisible();
  const build = page.getByRole('button', { name: say('tune.build'), exact: true });
  await expect(build).toBeVisible({ timeout: SEARCH_TIMEOUT });

  const table = page.getByRole('table', { name: say('tune.table.title') });
  const rows = table.getByRole('row').filter({ has: page.getByRole('cell') });
  // It is tried first: the shortest time is enough for it.
  await expect(rows.filter({ hasText: say('tune.candidates.balanced') })).not.toHaveCount(0);
  await table.getByRole('button', { name: say('tune.table.msPerSecond'), exact: true }).click();
  await expect(table.getByRole('columnheader', { name: say('tune.table.msPerSecond') })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await expect(table.getByText(say('charts.tune.proposed'))).toHaveCount(1);
  await expect(page.getByRole('figure', { name: say('charts.tune.title') }).locator('canvas')).toBeVisible();

  await test.step('a limit moves the proposal at once', async () => {
    await page.getByRole('switch', { name: say('tune.limits.maxBytes.label') }).click();
    const megabytes = page.getByRole('spinbutton', { name: say('tune.limits.maxBytes.label') });
    // Even the smallest way makes a larger file.
    await megabytes.fill('0.5');
    await megabytes.press('Enter');
    await expect(page.getByText(say('tune.noneFits'))).toBeVisible();
    await expect(build).toBeHidden();
    await expect(rows.first()).toContainText(say('tune.limits.maxBytes.broken'));
    await page.getByRole('button', { name: say('tune.limits.maxBytes.loosen', { value: '' }) }).click();
    await expect(build).toBeVisible();
    await expect(jobBar(page)).toBeHidden();
  });

  let same = '';
  await test.step('the proposal is what the build page begins with', async () => {
    await page.getByRole('switch', { name: say('tune.limits.maxBytes.label') }).click();
    const proposed = await table
      .getByRole('row')
      .filter({ hasText: say('charts.tune.proposed') })
      .innerText();
    expect(Number(/nprobe (\d+)/.exec(proposed)?.[1])).toBeGreaterThan(0);
    same = /^([\d.]+)$/m.exec(proposed)?.[1] ?? '';
    await build.click();
    await expect(page.getByRole('heading', { level: 1, name: say('build.title', { voice: SAMPLE }) })).toBeVisible();
    await expect(page.getByText(say('build.advanced.changes', { count: 1 }, 1))).toBeVisible();
  });

  await test.step('once built, it is as good as was said', async () => {
    await page.getByRole('button', { name: say('build.start') }).click();
    await expect(jobBar(page)).toBeVisible();
    await awaitIndex(page);
    await expect(page.getByRole('region', { name: say('verdict.title') })).toContainText(`${same} of 100 moments`);
  });
});

async function openTune(page: Page): Promise<void> {
  await openVoice(page);
  await page.getByRole('button', { name: say('voice.buildMore'), exact: true }).click();
  await page.getByRole('button', { name: say('build.findBest') }).click();
  await expect(page.getByRole('heading', { level: 1, name: say('tune.title', { voice: SAMPLE }) })).toBeVisible();
}
