import type { Page } from '@playwright/test';
import { expect, test } from './prepared';
import { chooseIndex, goTo, openInspection, openRepair, openVoice, winnerTable } from '../steps';
import { pattern, say } from '../words';

/** What the pages say of one index, read off them as a person does: each figure is one value wherever it stands. */

const COMES_OUT = 'come out the same';

test('an index has one figure on every page', async ({ visit }) => {
  const { page } = await visit({ locale: 'en' });
  await goTo(page, 'compare');
  const compared = async (metric: string) => {
    const name = new RegExp(`^${say(`charts.compareTable.metrics.${metric}`)}`);
    const cells = await winnerTable(page).getByRole('row', { name }).getByRole('cell').allInnerTexts();
    return cells.map((text) => /[\d.]+/.exec(text)?.[0] ?? '');
  };
  await expect(winnerTable(page)).toBeVisible();
  const [same, missing] = [await compared('same'), await compared('missing')];
  // Balanced comes first, as in the table of the comparison.
  expect(Number(same[0])).toBeGreaterThan(Number(same[1]));

  await test.step('Balanced: on the page of the voice and on its own', async () => {
    await openVoice(page);
    await chooseIndex(page, 'balanced');
    await expectFigure(page, same[0] ?? '');
    await expect(verdict(page)).toContainText(`${same[0]} of 100 moments ${COMES_OUT}`);
    // Nothing better is suggested of what the app builds by default.
    await expect(page.getByRole('main').getByRole('button', { name: pattern('repair.offer', 'nprobe') })).toBeHidden();
    await openInspection(page);
    await expectFigure(page, same[0] ?? '');
    await expect(verdict(page)).toContainText(`${same[0]} of 100 moments ${COMES_OUT}`);
  });

  await test.step('as RVC builds it: on the page of the voice, and before the repair', async () => {
    await openVoice(page);
    await chooseIndex(page, 'rvc');
    await expectFigure(page, same[1] ?? '');
    await expect(verdict(page)).toContainText(`${missing[1]} of 100 moments miss a neighbor`);
    const dialog = await openRepair(page);
    const before = (figure: string) =>
      dialog
        .getByRole('row', { name: say(`repair.figures.${figure}`) })
        .getByRole('cell')
        .first();
    await expect(before('same')).toHaveText(`${same[1]} of 100`);
    await expect(before('missing')).toHaveText(`${missing[1]} of 100`);
  });
});

function verdict(page: Page) {
  return page.getByRole('region', { name: say('verdict.title') });
}

/** What the pictures say of moments that come out the same; of all, no number is needed. */
async function expectFigure(page: Page, same: string): Promise<void> {
  const picture = (name: string) => page.getByRole('figure', { name: say(`charts.${name}.title`) });
  const ofAll = same === '100' ? say('charts.blendBands.all') : `Of 100 moments, ${same} ${COMES_OUT}`;
  await expect(picture('blendBands')).toContainText(ofAll);
  await expect(picture('qualityCurve')).toContainText(`${same} of 100 moments ${COMES_OUT}`);
}
