import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { answerOpenDialogs } from '../launch';
import { awaitJob, filesIn, goTo, openVoice } from '../steps';
import { say } from '../words';
import { expect, test } from './prepared';

test('an index is starred, noted, renamed, deleted and put back, and what lies on the disk is cleaned', async ({
  folder,
  prepared,
  start,
}) => {
  const { app, page } = await start({ userData: prepared, locale: 'en' });
  await openVoice(page);
  const list = page.getByRole('radiogroup', { name: say('voice.indexes') });
  const [name, given] = [
    say('recipes.balanced.name'),
    'Morning take, sung softly, before the chorus had been written at all',
  ];
  await choose(page, name, say('shelf.star.on'));
  await expect(list.getByText(say('shelf.star.is'), { exact: true })).toBeAttached();
  await choose(page, name, say('shelf.note.add'));
  const noting = page.getByRole('dialog', { name: say('shelf.note.title') });
  await noting.getByRole('textbox').fill('For the chorus');
  await noting.getByRole('button', { name: say('shelf.note.keep') }).click();
  await expect(list.getByText('For the chorus')).toBeVisible();

  await test.step('another name takes along what is said of it', async () => {
    await choose(page, name, say('shelf.rename.open'));
    const renaming = page.getByRole('dialog', { name: say('shelf.rename.title') });
    await renaming.getByLabel(say('shelf.rename.name')).fill(given);
    await renaming.getByRole('button', { name: say('shelf.rename.start') }).click();
    await expect(renaming).toBeHidden();
    await awaitJob(page);
    await expect(list.getByText(given, { exact: true })).toBeVisible();
    await expect(list.getByText('For the chorus')).toBeVisible();
    await expect(list.getByText(name, { exact: true })).toBeHidden();
  });

  const path = (await filesIn(join(prepared, 'indexes'))).find((file) => file.endsWith(`${given}.index`)) ?? '';
  await test.step('what was deleted is put back', async () => {
    await choose(page, given, say('shelf.delete'));
    await expect(list.getByText(given, { exact: true })).toBeHidden();
    await expect(access(path)).rejects.toThrow();
    const told = page.getByRole('alert').filter({ hasText: say('shelf.deleted.title', { name: given }) });
    await told
      .or(page.getByText(say('shelf.deleted.title', { name: given })))
      .first()
      .waitFor();
    await page
      .getByRole('button', { name: say('repair.undo'), exact: true })
      .last()
      .click();
    await expect(list.getByText('For the chorus')).toBeVisible();
    await access(path);
    await choose(page, given, say('shelf.delete'));
    await expect(list.getByText(given, { exact: true })).toBeHidden();
  });

  await test.step('settings count it, put it back, and clean what can be made again', async () => {
    await goTo(page, 'settings');
    const storage = page.getByRole('region', { name: say('storage.title') });
    await part(storage, 'deleted')
      .getByRole('button', { name: say('storage.putBack') })
      .click();
    await expect(part(storage, 'deleted')).toBeHidden();
    await access(path);
    const traces = part(storage, 'traces');
    await traces.getByRole('button').click();
    const asking = page.getByRole('dialog');
    await expect(asking).toContainText(say('storage.parts.traces.cleaning'));
    await asking.getByRole('button', { name: say('storage.clean') }).click();
    await expect(traces).toContainText(say('storage.nothing'));
    expect(await filesIn(join(prepared, 'traces'))).toEqual([]);

    await answerOpenDialogs(app, [folder]);
    await storage.getByRole('button', { name: say('storage.folder.choose') }).click();
    await expect(storage).toContainText('Voronoice indexes');
  });
});

async function choose(page: Page, index: string, action: string): Promise<void> {
  await page.getByRole('button', { name: say('voice.actionsFor', { name: index }) }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

function part(storage: Locator, name: string): Locator {
  return storage.getByRole('listitem').filter({ hasText: say(`storage.parts.${name}.title`) });
}
