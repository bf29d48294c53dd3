import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { answerOpenDialogs } from '../launch';
import { expect, test } from './prepared';
import { expectAccessible } from '../accessible';
import {
  advanced,
  awaitIndex,
  awaitJob,
  compareIndexes,
  filesIn,
  goTo,
  jobBar,
  libraryOf,
  openBuild,
  openVoice,
  SAMPLE,
  startBuild,
  winnerTable,
} from '../steps';
import { pattern, say } from '../words';

test('Advanced says what a kind of index is before it is built, and builds what was chosen', async ({
  sampled,
  start,
}) => {
  const { page } = await start({ userData: sampled, locale: 'en' });
  await openBuild(page);
  await page.getByText(say('build.advanced.title'), { exact: true }).click();

  const kind = await unfold(page, 'index');
  const factory = kind.getByLabel(say('build.factory.label'));
  const submit = page.getByRole('button', { name: say('build.start') });
  await test.step('a string that cannot be is marked, and nothing can be built', async () => {
    await factory.fill('IVF64,PQ7');
    await expect(kind.locator('mark')).toHaveText('PQ7');
    const fault = say('build.factory.reasons.notDivisible', { dimension: 768, subquantizers: 7 });
    await expect(kind.getByText(fault)).toBeVisible();
    await expect(submit).toBeDisabled();
    await expect(page.getByText(say('errors.FACTORY_INVALID.sentence'))).toBeVisible();
  });
  await test.step('a string that hosts cannot use says so', async () => {
    await factory.fill('IVF64,PQ384x4fs');
    const hosts = kind.getByRole('table', { name: say('build.hosts.title') });
    await expect(hosts.getByRole('row', { name: say('build.hosts.reasons.fastScan') })).toContainText(
      say('build.hosts.unfit'),
    );
    await expect(submit).toBeEnabled();
  });
  await test.step('cosine is for study', async () => {
    await factory.fill('IVF64,SQ8');
    await expect(kind.getByText(say('build.factory.codes.SQ8'))).toBeVisible();
    await kind.getByRole('button', { name: say('build.metrics.cosine.name') }).click();
    await expect(kind.getByText(say('build.metrics.study'))).toBeVisible();
  });
  await test.step('everything goes back to the recipe at once', async () => {
    await kind.getByRole('button', { name: say('build.advanced.reset') }).click();
    await expect(factory).toHaveValue('');
    await expect(kind.getByText(say('build.metrics.study'))).toBeHidden();
    await expect(kind.getByText(say('build.advanced.changed'), { exact: true })).toBeHidden();
  });
  await test.step('the slider changes the number of groups', async () => {
    await kind.getByRole('slider', { name: say('build.groups.label') }).fill('100');
    await expect(factory).toHaveValue('IVF100,Flat');
  });

  const compression = await unfold(page, 'compression');
  await compression.getByRole('button', { name: say('build.compression.modes.on'), exact: true }).click();
  const kept = compression.getByRole('spinbutton', { name: say('build.compression.clusters') });
  await kept.fill('9000');
  await kept.press('Tab');
  await expect(page.getByText(say('errors.CLUSTERS_TOO_MANY.sentence'))).toBeVisible();
  await expect(submit).toBeDisabled();
  await kept.fill('3000');
  await kept.press('Tab');
  await expect(submit).toBeEnabled();

  await test.step('a quick try says what compression costs', async () => {
    await compression.getByRole('button', { name: say('build.try.start') }).click();
    const said = say('build.try.result', { vectors: '3,000', compressed: 'N', whole: 'N' });
    const result = new RegExp(said.replaceAll('.', '\\.').replaceAll('N', '[0-9.]+'));
    await expect(compression.getByText(result)).toBeVisible({ timeout: 90_000 });
  });

  const expansion = await unfold(page, 'expansion');
  await expansion.getByRole('switch', { name: say('build.expansion.on') }).click();
  await expansion.getByRole('switch', { name: say('build.expansion.restoreNorms') }).click();
  await expect(expansion.getByText(say('build.expansion.wrongSound'))).toBeVisible();
  await expansion.getByRole('switch', { name: say('build.expansion.restoreNorms') }).click();
  await expect(expansion.getByText(say('build.expansion.wrongSound'))).toBeHidden();
  await expect(page.getByText(say('build.advanced.changes', { count: 3 }, 3))).toBeVisible();

  await test.step('a lesson and back keeps what was chosen', async () => {
    await expansion.getByRole('button', { name: say('build.advanced.lesson') }).click();
    await page.getByRole('button', { name: say('nav.back') }).click();
    await expect(page.getByText(say('build.advanced.changes', { count: 3 }, 3))).toBeVisible();
  });

  await submit.click();
  await awaitIndex(page);
  const [built] = (await libraryOf(page)).voices[0]?.indexes ?? [];
  expect(built?.facts).toMatchObject({ type: 'IndexIVFFlat', nlist: 100 });
  // Centers that are no frame's nearest are left out.
  expect(built?.made?.compressed).toBeLessThanOrEqual(3_000);
  expect(built?.made).toMatchObject({ expanded: true, selected: false, voices: 1 });
  const list = page.getByRole('radiogroup', { name: say('voice.indexes') });
  await expect(list.getByText(pattern('index.made.compressed', 'count'))).toBeVisible();
  const name = say('index.named.expanded', { name: say('recipes.balanced.name') });
  await expect(list.getByText(name, { exact: true })).toBeVisible();
});

test('an index is expanded into a new one beside it, and both can be heard in turn', async ({
  sampled,
  start,
  folder,
}) => {
  const { app, page } = await start({ userData: sampled, locale: 'en' });
  await openBuild(page);
  await startBuild(page);
  await awaitIndex(page);
  const name = say('voice.actionsFor', { name: say('recipes.balanced.name') });
  await page.getByRole('button', { name }).click();
  await page.getByRole('menuitem', { name: say('voice.expand') }).click();
  const expansion = advanced(page, 'expansion');
  await expect(expansion.getByText(say('build.advanced.changed'), { exact: true })).toBeVisible();
  await page.getByRole('button', { name: say('build.start') }).click();
  await expect(jobBar(page)).toBeVisible();
  await awaitIndex(page);
  const indexes = (await libraryOf(page)).voices[0]?.indexes ?? [];
  expect(indexes.map(({ made }) => made?.expanded ?? false).sort()).toEqual([false, true]);
  expect(indexes.map(({ facts }) => facts?.vectors)).toEqual([9_000, 9_000]);

  await test.step('compared, they are held against the voice', async () => {
    await compareIndexes(page);
    const same = winnerTable(page).getByRole('row', { name: say('charts.compareTable.metrics.same') });
    const names = await winnerTable(page).getByRole('columnheader').allInnerTexts();
    const figures = (await same.getByRole('cell').allInnerTexts()).map((text) => parseFloat(text));
    // The first column names the figure.
    const expanded = names.indexOf(say('index.named.expanded', { name: say('recipes.balanced.name') })) - 1;
    expect(expanded).toBeGreaterThanOrEqual(0);
    expect(figures[1 - expanded]).toBeGreaterThan(figures[expanded] ?? NaN);
  });

  await test.step('the second is written beside the first', async () => {
    const applio = join(folder, 'Applio');
    await mkdir(join(applio, 'logs'), { recursive: true });
    await answerOpenDialogs(app, [applio]);
    const host = say('hosts.applio');
    const dialog = page.getByRole('dialog', { name: say('export.title', { host }) });
    const hand = async (place: number, prepare: () => Promise<void>): Promise<void> => {
      await page
        .getByRole('button', { name: pattern('compare.use', 'name') })
        .nth(place)
        .click();
      await page.getByRole('button', { name: host, exact: true }).click();
      await prepare();
      await dialog.getByRole('button', { name: say('export.write', { host }) }).click();
      await expect(dialog.getByText(say('export.done'))).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
    };
    await hand(0, () => dialog.getByRole('button', { name: say('export.chooseRoot', { host }) }).click());
    const beside = `${SAMPLE}-2`;
    await hand(1, () => dialog.getByRole('button', { name: say('export.keepBoth', { name: beside }) }).click());
    const written = [SAMPLE, beside].map((name) => join(applio, 'logs', name, `${name}.index`));
    expect((await filesIn(applio)).sort()).toEqual(written.sort());
    const [one, other] = await Promise.all(written.map((path) => readFile(path)));
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(false);
  });
});

test('voices are merged by the balance that was chosen', async ({ sampled, start, folder }) => {
  const { app, page } = await start({ userData: sampled, locale: 'en' });
  const [sample] = (await libraryOf(page)).voices;
  await cp(sample?.path ?? '', join(folder, 'logs', 'aria'), { recursive: true });
  await answerOpenDialogs(app, [join(folder, 'logs')]);
  await page.getByRole('button', { name: say('library.addFolder') }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'aria', exact: true })).toBeVisible();

  await goTo(page, 'library');
  await page.getByRole('button', { name: say('merge.open') }).click();
  const submit = page.getByRole('button', { name: say('build.start') });
  await page.getByRole('checkbox', { name: SAMPLE }).check();
  await expect(submit).toBeDisabled();
  await page.getByRole('checkbox', { name: 'aria' }).check();
  await expect(page.getByRole('listitem').filter({ hasText: 'aria' })).toContainText('50%');
  await page.getByRole('button', { name: say('merge.balances.hand.name') }).click();
  await expectAccessible(page);
  await page.getByRole('slider', { name: say('merge.partOf', { voice: 'aria' }) }).fill('25');
  await expect(page.getByRole('listitem').filter({ hasText: 'aria' })).toContainText('20%');
  const name = page.getByLabel(say('merge.name'));
  await name.fill('duet/2');
  await expect(submit).toBeDisabled();
  await name.fill('duet');
  await submit.click();

  // It is a voice of its own, under the name that was typed, and its parts are as they were.
  await expect(page.getByRole('heading', { level: 1, name: say('jobs.title') })).toBeVisible();
  await awaitJob(page);
  await openVoice(page, 'duet');
  await expect(page.getByText(say('errors.MERGED_VOICE.sentence'))).toBeVisible();
  await expect(page.getByText(say('index.made.voices', { count: 2 }, 2))).toBeVisible();
  const { voices, folders } = await libraryOf(page);
  expect(folders).toHaveLength(2);
  const indexes = voices.map((voice) => [voice.name, voice.indexes.map(({ facts }) => facts?.vectors)] as const);
  expect(Object.fromEntries(indexes)).toEqual({ [SAMPLE]: [], aria: [], duet: [9_000 + 2_250] });
});

async function unfold(page: Page, name: Parameters<typeof advanced>[1]): Promise<Locator> {
  const part = advanced(page, name);
  await part.locator('summary').click();
  return part;
}
