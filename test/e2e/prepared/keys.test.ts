import { expectAccessible } from '../accessible';
import { join } from 'node:path';
import { hostname } from 'node:os';
import { openPromise } from 'yauzl';
import { answerSaveDialogs, snapshot } from '../launch';
import { expect, test } from './prepared';
import { SAMPLE, voiceCard } from '../steps';
import { wordsIn } from '../words';

test('the keyboard leads everywhere: palette, shortcuts, back and forward', async ({ visit, folder }) => {
  const t = wordsIn('en');
  const { app, page, userData } = await visit({ theme: 'light', locale: 'en' });
  await expect(voiceCard(page)).toBeVisible();
  const palette = page.getByRole('dialog', { name: t('palette.title') });
  const title = (name: string) => page.getByRole('heading', { level: 1, name, exact: true });
  const options = palette.getByRole('option');

  await test.step('the palette finds the voice by a part of its name', async () => {
    await page.keyboard.press('Control+k');
    await expect(palette.getByRole('combobox')).toBeFocused();
    await expectAccessible(page, 'palette');
    await snapshot(page, 'palette-light-1280-en');
    await page.keyboard.type('SÁMPLE vo');
    await expect(options.first()).toHaveText(SAMPLE);
    await snapshot(page, 'palette-found-light-1280-en');
    await page.keyboard.press('Enter');
    await expect(title(SAMPLE)).toBeVisible();
  });

  await test.step('an index, a page and an action, by arrow keys', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('guide');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect(title(t('guide.title'))).toBeVisible();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('added');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: t('index.factsTitle') })).toBeVisible();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('xyzzy');
    await expect(palette.getByText(t('palette.none'))).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();
    await expect(page.getByRole('heading', { name: t('index.factsTitle') })).toBeVisible();
  });

  await test.step('back and forward', async () => {
    await page.keyboard.press('Alt+ArrowLeft');
    await expect(title(t('guide.title'))).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(title(t('library.title'))).toBeVisible();
    await page.keyboard.press('Alt+ArrowRight');
    await expect(title(t('guide.title'))).toBeVisible();
  });

  await test.step('a command about a voice, where none is at hand', async () => {
    await page.keyboard.press('Control+2');
    await expect(title(t('jobs.title'))).toBeVisible();
    await page.keyboard.press('Control+b');
    await expect(title(t('build.title', { voice: SAMPLE }))).toBeVisible();
  });

  await test.step('the search of the library, from any page, and marked to be typed over', async () => {
    const field = page.getByRole('search').getByRole('textbox');
    await page.keyboard.press('Control+f');
    await expect(field).toBeFocused();
    await page.keyboard.type('sam');
    await page.keyboard.press('Control+k');
    await page.keyboard.type(t('commands.find'));
    await page.keyboard.press('Enter');
    await expect(field).toBeFocused();
    await page.keyboard.type('voice');
    await expect(field).toHaveValue('voice');
    await page.keyboard.press('Escape');
    await expect(field).toHaveValue('');
  });

  await test.step('a voice explains its figures to who rests on it', async () => {
    const name = voiceCard(page).getByRole('button', { name: SAMPLE, exact: true });
    await expect(name).toHaveAccessibleDescription(/9,000 moments .* 256 or 768 numbers/);
    await expect(page.locator('[data-slot=content]')).toBeHidden();
    await page.keyboard.press('Tab');
    await name.focus();
    await expect(page.locator('[data-slot=content]')).toContainText('256 or 768 numbers');
  });

  await test.step('what to do when something is wrong', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(t('commands.troubleshooting'));
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 2, name: t('commands.troubleshooting') })).toBeVisible();
    await page.getByRole('link', { name: 'The engine is missing' }).click();
    await expect(page.getByRole('heading', { level: 3, name: 'The engine is missing' })).toBeInViewport();
    await page.keyboard.press('Control+b');
    await expect(title(t('build.title', { voice: SAMPLE }))).toBeVisible();
  });

  await test.step('the list of shortcuts', async () => {
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: t('shortcuts.title') });
    await expect(sheet).toBeVisible();
    await expectAccessible(page, 'shortcuts');
    await snapshot(page, 'shortcuts-light-1280-en');
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
    await expect(title(t('build.title', { voice: SAMPLE }))).toBeVisible();
  });

  await test.step('the menu leads there, too', async () => {
    await app.evaluate(({ Menu }, label) => {
      const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? [];
      items.find((item) => item.label === label)?.click();
    }, t('commands.merge'));
    await expect(title(t('merge.title'))).toBeVisible();
  });

  await test.step('diagnostics are saved, and name no voice and no computer', async () => {
    const path = join(folder, 'diagnostics.zip');
    await answerSaveDialogs(app, path);
    await page.keyboard.press('Control+k');
    await page.keyboard.type(t('commands.saveDiagnostics'));
    await page.keyboard.press('Enter');
    await expect(page.getByText(t('help.lookFirst'), { exact: true })).toBeVisible();
    const texts = await textsIn(path);
    expect(texts).toContain('voices: 1');
    for (const name of [SAMPLE, hostname(), userData]) expect(texts).not.toContain(name);
  });
});

/** The texts of all files in an archive. */
async function textsIn(path: string): Promise<string> {
  const archive = await openPromise(path);
  const pieces: Buffer[] = [];
  for await (const entry of archive.eachEntry())
    for await (const piece of await archive.openReadStreamPromise(entry)) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
