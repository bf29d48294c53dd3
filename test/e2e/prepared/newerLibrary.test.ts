import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { snapshot } from '../launch';
import { goTo, openVoice, useButton } from '../steps';
import { wordsIn } from '../words';
import { expect, test } from './prepared';

test('a library of a newer version is shown, and nothing of it is changed', async ({ prepared, start }) => {
  const t = wordsIn('en');
  const path = join(prepared, 'library.sqlite');
  const database = new DatabaseSync(path);
  database.exec('ALTER TABLE source ADD COLUMN mood TEXT; PRAGMA user_version = 99');
  database.close();
  const before = await readFile(path);
  const { page, close } = await start({ userData: prepared, theme: 'light', locale: 'en' });
  const notices = page.getByRole('region', { name: t('toasts.strip') }).getByRole('listitem');
  const refusals = notices.filter({ hasText: t('errors.LIBRARY_NEWER.sentence') });

  await test.step('it is said, and voices, verdict and figures are there', async () => {
    await expect(refusals).toHaveCount(1);
    await openVoice(page);
    await expect(page.locator('canvas').first()).toBeVisible();
    await expect(useButton(page, t)).toBeVisible();
    await snapshot(page, 'newer-library-light-1280-en');
    await goTo(page, 'compare');
    await expect(page.getByRole('table').first()).toBeVisible();
  });

  await test.step('what would change something is refused, and said once', async () => {
    await openVoice(page);
    await page.getByRole('button', { name: t('voice.buildMore'), exact: true }).click();
    await page.getByRole('button', { name: t('build.start') }).click();
    await expect(refusals).toHaveCount(1);
    await expect(refusals).toContainText(t('errors.LIBRARY_NEWER.action'));
    await goTo(page, 'jobs');
    await expect(page.getByRole('heading', { name: t('jobs.sections.running') })).toBeHidden();
  });

  await test.step('it leads to what can be done', async () => {
    await refusals.getByRole('button', { name: t('help.more') }).click();
    await expect(page.getByRole('heading', { level: 3, name: 'The library is of a newer Voronoice' })).toBeInViewport();
  });

  await close();
  expect((await readFile(path)).equals(before)).toBe(true);
});
