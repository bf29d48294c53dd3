import { copyFile, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { IndexFile } from '@shared/contract/voices';
import { answerOpenDialogs } from '../launch';
import { expect, test } from './prepared';
import {
  awaitJob,
  chooseIndex,
  compareIndexes,
  filesIn,
  goTo,
  JOB_TIMEOUT,
  libraryOf,
  openRepair,
  openVoice,
  winnerTable,
} from '../steps';
import { pattern, say } from '../words';

test('comparing says which index is better, figure by figure, and remembers it', async ({ visit }) => {
  const { page } = await visit({ locale: 'en' });
  const balanced = say('recipes.balanced.name');
  const rvc = say('recipes.rvc.name');
  await openVoice(page);
  await compareIndexes(page);

  const row = (metric: string) =>
    winnerTable(page).getByRole('row', { name: new RegExp(`^${say(`charts.compareTable.metrics.${metric}`)}`) });
  await expect(winnerTable(page).getByRole('columnheader')).toHaveText(['Figure', balanced, rvc, 'Better']);
  // More groups searched find more and take longer; both files hold the same vectors, and ours more groups.
  await expect(row('recall').getByRole('cell').last()).toHaveText(balanced);
  await expect(row('missing').getByRole('cell').last()).toHaveText(balanced);
  await expect(row('cost').getByRole('cell').last()).toHaveText(rvc);
  await expect(row('bytes').getByRole('cell').last()).toHaveText(rvc);
  const percents = await row('recall').getByRole('cell').allInnerTexts();
  expect(parseFloat(percents[0] ?? '')).toBeGreaterThan(parseFloat(percents[1] ?? ''));
  await expect(page.getByRole('figure')).toHaveCount(4);

  await goTo(page, 'library');
  await goTo(page, 'compare');
  await expect(row('recall').getByRole('cell')).toHaveText(percents);
});

test('a repair shows before and after, keeps a few bytes and can be taken back', async ({ visit }) => {
  const { page } = await visit({ locale: 'en' });
  await openVoice(page);
  await chooseIndex(page, 'rvc');
  const { path } = await indexWith(page, 1);
  const original = await readFile(path);

  const dialog = await openRepair(page);
  const suggested = dialog.getByRole('button', { name: pattern('repair.nprobe.suggested', 'nprobe') });
  await expect(suggested).toHaveAttribute('aria-pressed', 'true');
  const nprobe = parseInt(await suggested.innerText(), 10);
  expect(nprobe).toBeGreaterThan(1);
  await expect(dialog.getByRole('columnheader')).toContainText([
    say('repair.nprobe.before', { nprobe: 1 }),
    say('repair.nprobe.after', { nprobe }),
  ]);
  const recall = dialog.getByRole('row', { name: say('repair.figures.recall') }).getByRole('cell');
  expect(parseInt(await recall.last().innerText(), 10)).toBeGreaterThan(parseInt(await recall.first().innerText(), 10));
  await dialog.getByRole('button', { name: say('repair.nprobe.start'), exact: true }).click();
  await expect(dialog).toBeHidden();
  await awaitJob(page);

  const mended = await indexWith(page, nprobe, path);
  const backups = (await filesIn(dirname(path))).filter((file) => file.includes('.backup-'));
  expect(backups).toHaveLength(1);
  expect((await readFile(backups[0] ?? '')).length).toBeLessThan(400);
  const changed = await readFile(mended.path);
  expect(changed).toHaveLength(original.length);
  expect(changed.equals(original)).toBe(false);

  await page
    .getByRole('main')
    .getByRole('button', { name: say('repair.undo') })
    .click();
  await expect(message(page).last()).toHaveText(say('toasts.repair.undo'));
  await indexWith(page, 1, path);
  expect(original.equals(await readFile(path))).toBe(true);
  // Neither the page nor the first message offers to take it back once more.
  await expect(page.getByRole('button', { name: say('repair.undo') })).toHaveCount(0);
});

test('an index alone shows what it holds, and how it was measured over time', async ({ folder, visit }) => {
  const { app, page, userData } = await visit({ locale: 'en' });
  const [built] = (await filesIn(join(userData, 'indexes'))).filter((file) => /_nprobe_1_.*\.index$/.test(file));
  const file = join(folder, 'added_IVF230_Flat_nprobe_1_aria_v2.index');
  await copyFile(built ?? '', file);
  await answerOpenDialogs(app, [file]);
  await page.getByRole('button', { name: say('library.openFile') }).click();
  await expect(page.getByRole('heading', { level: 1, name: basename(file) })).toBeVisible();
  await expect(page.getByText(say('index.ofNoVoice'))).toBeVisible();
  const fact = (name: string) => page.getByRole('term').filter({ hasText: say(`index.facts.${name}`) });
  const value = (name: string) => fact(name).locator('xpath=following-sibling::dd[1]');
  await expect(value('vectors')).toHaveText('9,000');
  await expect(value('dimension')).toHaveText('768 (v2)');
  await expect(value('nprobe')).toHaveText('1');
  await expect(value('path')).toHaveText(file);

  await page.getByRole('button', { name: say('verdict.actions.measure'), exact: true }).click();
  await expect(page.getByRole('button', { name: say('measure.again') })).toBeVisible({ timeout: JOB_TIMEOUT });
  await page.getByRole('heading', { name: say('measure.more') }).click();
  // It is a copy of the voice's index, and the history follows the content.
  const history = page.getByRole('figure', { name: say('measure.history.title') });
  await expect(history.locator('canvas').first()).toBeVisible();
  await history.getByRole('button', { name: say('charts.frame.showTable') }).click();
  const rows = history.getByRole('row').filter({ has: page.getByRole('cell') });
  await expect(rows.filter({ hasText: say('recipes.rvc.name') }).first()).toBeVisible();
  expect(await rows.count()).toBeGreaterThan(1);

  await goTo(page, 'library');
  await page
    .getByRole('main')
    .getByRole('button', { name: say('library.loose.close') })
    .click();
  await expect(page.getByRole('button', { name: basename(file) })).toBeHidden();
});

/** What a toast says below its title. */
function message(page: Page): Locator {
  return page.getByRole('region').locator('[data-slot="description"]');
}

/** The index at a path, or any other, once it searches this many groups. */
async function indexWith(page: Page, nprobe: number, path?: string): Promise<IndexFile> {
  let found: IndexFile | undefined;
  await expect
    .poll(async () => {
      const [voice] = (await libraryOf(page)).voices;
      found = voice?.indexes.find((index) => index.facts?.nprobe === nprobe && (path ?? index.path) === index.path);
      return found?.facts?.nprobe;
    })
    .toBe(nprobe);
  return found!;
}
