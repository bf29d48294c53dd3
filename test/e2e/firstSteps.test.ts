import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LANGUAGES } from '@shared/contract/languages';
import { npyFile } from '../fixtures/npy';
import { answerOpenDialogs, expect, snapshot, test } from './launch';
import { goTo } from './steps';
import { pattern, say, wordsIn } from './words';

test('the first steps: a language, the folder of RVC, what a job may take, and back', async ({ folder, start }) => {
  const userData = join(folder, 'user data');
  const stored = join(userData, 'settings.json');
  await mkdir(userData);
  await writeFile(stored, '{"version":1,"theme":"da');
  const voice = join(folder, 'RVC', 'logs', 'aria', '3_feature768');
  await mkdir(voice, { recursive: true });
  await writeFile(join(voice, 'a.npy'), npyFile(400, 768));
  const { app, page } = await start({ userData });
  const strip = page.getByRole('region', { name: say('toasts.strip') });
  const notices = strip.getByRole('listitem');
  const title = (t = say) => page.getByRole('heading', { level: 1, name: t('welcome.title') });

  await test.step('settings that were cut off are set aside, and that is said', async () => {
    await expect(notices).toHaveText(new RegExp(say('settings.trouble.broken.title')));
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
    await expect(notices).toHaveText(new RegExp(say('settings.reset.done')));
  });

  await test.step('older notices wait behind the newest, and the keyboard reaches all of them', async () => {
    await page.keyboard.press('F8');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect(strip.getByRole('button', { name: pattern('toasts.more', 'count') })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(notices.first()).toContainText(say('settings.reset.done'));
    await expect(notices.last()).toContainText(say('settings.trouble.broken.title'));
    await notices
      .last()
      .getByRole('button', { name: say('close') })
      .press('Enter');
    await expect(strip).not.toContainText(say('settings.trouble.broken.title'));
    await page.getByRole('button', { name: say('settings.reset.undo'), exact: true }).click();
    const priority = page.getByRole('group', { name: say('settings.priority.title') });
    await expect(priority.getByRole('button', { name: say('settings.priority.low') })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
  });
});
