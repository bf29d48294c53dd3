import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LANGUAGES } from '@shared/contract/languages';
import { npyFile } from '../fixtures/npy';
import { answerOpenDialogs, expect, snapshot, test } from './launch';
import { goTo } from './steps';
import { say, wordsIn } from './words';

test('the first steps: a language, the folder of RVC, what a job may take, and back', async ({ folder, start }) => {
  const userData = join(folder, 'user data');
  const stored = join(userData, 'settings.json');
  await mkdir(userData);
  await writeFile(stored, '{"version":1,"theme":"da');
  const voice = join(folder, 'RVC', 'logs', 'aria', '3_feature768');
  await mkdir(voice, { recursive: true });
  await writeFile(join(voice, 'a.npy'), npyFile(400, 768));
  const { app, page } = await start({ userData });
  const title = (t = say) => page.getByRole('heading', { level: 1, name: t('welcome.title') });

  await test.step('settings that were cut off are set aside, and that is said', async () => {
    const told = page.getByRole('listitem').filter({ hasText: say('settings.trouble.broken.title') });
    await expect(told).toBeVisible();
    await told.getByRole('button', { name: say('close') }).click();
    await expect(told).toBeHidden();
    expect(await readdir(userData)).toContain('settings.json.broken');
  });

  await test.step('the language is chosen by its own name', async () => {
    await page.getByRole('button', { name: LANGUAGES.ko, exact: true }).click();
    await expect(title(wordsIn('ko'))).toBeVisible();
    await snapshot(page, 'welcome-ko');
    await page.getByRole('button', { name: LANGUAGES.en, exact: true }).click();
    await expect(title()).toBeVisible();
  });

  await test.step('the first steps can be skipped, and taken again', async () => {
    await page.getByRole('button', { name: say('welcome.skip') }).click();
    await expect(page.getByRole('heading', { name: say('library.empty.title') })).toBeVisible();
    await goTo(page, 'settings');
    await page.getByRole('button', { name: say('welcome.again.open') }).click();
    await expect(title()).toBeVisible();
  });

  await test.step('the folder of RVC brings its voices', async () => {
    await answerOpenDialogs(app, [join(folder, 'RVC')]);
    await page.getByRole('button', { name: say('welcome.addFolder') }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'aria' })).toBeVisible();
  });

  await test.step('what a job may take is kept, reset, and brought back', async () => {
    await goTo(page, 'settings');
    const priority = page.getByRole('group', { name: say('settings.priority.title') });
    const low = priority.getByRole('button', { name: say('settings.priority.low') });
    await low.click();
    await expect(low).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(() => readFile(stored, 'utf8')).toContain('"priority": "low"');
    await page.getByRole('button', { name: say('settings.reset.button'), exact: true }).click();
    await expect(low).toHaveAttribute('aria-pressed', 'false');
    await page.getByRole('button', { name: say('settings.reset.undo'), exact: true }).click();
    await expect(low).toHaveAttribute('aria-pressed', 'true');
  });
});
