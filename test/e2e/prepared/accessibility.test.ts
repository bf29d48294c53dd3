import { expectAccessible } from '../accessible';
import { expect, test } from './prepared';
import {
  chooseIndex,
  goTo,
  openInspection,
  openRepair,
  openVoice,
  unfoldAdvanced,
  voiceCard,
  winnerTable,
} from '../steps';
import { say } from '../words';

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page, ${theme}`, async ({ prepared, start }) => {
    await test.step('welcome', async () => {
      const { page, close } = await start({ theme, locale: 'en' });
      await expect(page.getByRole('heading', { name: say('welcome.title') })).toBeVisible();
      await expectAccessible(page);
      await close();
    });
    const { page } = await start({ userData: prepared, theme, locale: 'en' });
    await test.step('library', async () => {
      await goTo(page, 'library');
      await expect(voiceCard(page)).toBeVisible();
      await expectAccessible(page);
    });
    await test.step('voice', async () => {
      await openVoice(page);
      await expect(page.locator('canvas').first()).toBeVisible();
      await page.getByRole('heading', { name: say('measure.more') }).click();
      await expectAccessible(page);
    });
    await test.step('build', async () => {
      await page.getByRole('button', { name: say('voice.buildMore'), exact: true }).click();
      await expect(page.getByRole('button', { name: say('build.start') })).toBeVisible();
      await unfoldAdvanced(page);
      await expectAccessible(page);
    });
    await test.step('repair', async () => {
      await openVoice(page);
      await chooseIndex(page, 'rvc');
      const dialog = await openRepair(page);
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
    });
    await test.step('index', async () => {
      await openInspection(page);
      await expect(page.locator('canvas').first()).toBeVisible();
      await page.getByRole('heading', { name: say('measure.more') }).click();
      await expectAccessible(page);
    });
    await test.step('compare', async () => {
      await goTo(page, 'compare');
      await expect(winnerTable(page)).toBeVisible();
      await expectAccessible(page);
    });
    for (const place of ['jobs', 'settings'] as const) {
      await test.step(place, async () => {
        await goTo(page, place);
        await expectAccessible(page);
      });
    }
  });
}

test('the keyboard alone makes the sample voice', async ({ start }) => {
  const { page } = await start({ locale: 'en' });
  const sample = page.getByRole('button', { name: say('welcome.sample') });
  await expect(sample).toBeVisible();
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect(sample).toBeFocused({ timeout: 100 });
  }).toPass({ intervals: [0], timeout: 10_000 });
  await page.keyboard.press('Enter');
  await expect(voiceCard(page)).toBeVisible({ timeout: 60_000 });
});
