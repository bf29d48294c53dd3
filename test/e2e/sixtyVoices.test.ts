import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { LONGEST, makeWildLibrary, MENDABLE, NAMESAKE } from '../fixtures/wildLibrary';
import { answerOpenDialogs, expect, resize, snapshot, test } from './launch';
import { awaitIndex, awaitJob, filesIn, goTo, JOB_TIMEOUT, libraryOf, startBuild, useButton } from './steps';
import { say, wordsIn } from './words';

const SMALL = { width: 960, height: 640 } as const;
const NARROW = { width: 640, height: 640 } as const;

/** What a person reads of each kind of trouble, once everything is checked. */
const JUDGED = {
  Aria: 'usable',
  copied: 'usable',
  linked: 'usable',
  littered: 'usable',
  Ben: 'repair',
  grown: 'repair',
  'other recordings': 'repair',
  'other version': 'repair',
  'half a download': 'unusable',
  'zeros at the end': 'unusable',
  'a saved page': 'unusable',
  'only trained': 'unusable',
  silent: 'none',
} as const;

// A folder that may not be read is no folder that can be taken away.
test.afterEach(async ({ folder }) => {
  await chmod(join(folder, 'music', 'RVC', 'logs', 'locked'), 0o700).catch(() => undefined);
});

test('sixty voices as they are in the wild are found, checked, mended and handed over', async ({ folder, start }) => {
  const wild = await makeWildLibrary(join(folder, 'music'));
  const { app, page } = await start({ locale: 'en', theme: 'light' });
  const search = page.getByRole('textbox', { name: say('library.search') });
  const found = page.getByRole('search').getByRole('status');

  await test.step('all of them are found, whatever lies around them', async () => {
    await answerOpenDialogs(app, wild.folders);
    await page.getByRole('button', { name: say('welcome.addFolder') }).click();
    await expect(page.getByText(say('library.count', { count: '60' }, 60), { exact: true })).toBeVisible();
    const { voices, indexes, models } = await libraryOf(page);
    expect(voices.map(({ name }) => name).sort()).toEqual([...wild.voices].sort());
    expect(indexes.map(({ name }) => name).sort()).toEqual([...wild.indexes].sort());
    expect(models.map(({ name }) => name).sort()).toEqual([...wild.models].sort());
    await snapshot(page, 'sixty-found-light-1280-en');
    await scrollToEnd(page);
    await expect(page.getByText(say('intake.packed.archive', { count: 1 }, 1))).toBeVisible();
    if (wild.locked !== null) {
      await expect(page.getByText(say('away.unread', { count: 1 }, 1))).toBeVisible();
      await expect(page.getByText(wild.locked, { exact: true })).toBeVisible();
    }
    await snapshot(page, 'sixty-found-end-light-1280-en');
  });

  await test.step('a voice is found by any spelling of its name, and two of one name are told apart', async () => {
    await page.keyboard.press('ControlOrMeta+f');
    for (const [typed, name] of [
      ['cafe', 'Café Noir'],
      ['하나', '가수 하나'],
      ['unal', 'Ünal 2. Versuch'],
      ['певи', 'Певица'],
    ] as const) {
      await search.fill(typed);
      await expect(found).toHaveText(say('voices.found', { found: '1', count: '60' }));
      await expect(shown(page, name)).toBeVisible();
    }
    await search.fill(NAMESAKE);
    await expect(found).toHaveText(say('voices.found', { found: '2', count: '60' }));
    await expect(shown(page, NAMESAKE)).toHaveCount(2);
    for (const card of await shown(page, NAMESAKE).all()) await expect(card).toBeInViewport({ ratio: 1 });
    await snapshot(page, 'sixty-namesakes-light-1280-en');
    await search.fill('가가');
    await expect(shown(page, LONGEST)).toBeVisible();
    await snapshot(page, 'sixty-longest-light-1280-en');
    await search.fill('');
  });

  await test.step('one press checks everything, and says how each is', async () => {
    await page.getByRole('button', { name: say('library.view.rows') }).click();
    await page.getByRole('button', { name: say('voices.check.button') }).click();
    await snapshot(page, 'sixty-checking-light-1280-en');
    await expect(repairAll(page)).toBeVisible({ timeout: JOB_TIMEOUT });
    await expect(
      page.getByRole('status').filter({ hasText: say('voices.check.found.repair', { count: '3' }, 3) }),
    ).toBeVisible();
    await expect(page.getByText(say('voices.check.found.unknown', { count: '' }, 1))).toBeHidden();
    await snapshot(page, 'sixty-checked-light-1280-en');
    for (const [name, level] of Object.entries(JUDGED)) {
      await search.fill(name);
      await expect
        .soft(shown(page, name), name)
        .toContainText(say(level === 'none' ? 'verdict.nothing.noIndex.word' : `verdict.levels.${level}`));
    }
    await search.fill('');
  });

  await test.step('all that one press mends is mended, and taken back as a whole', async () => {
    const indexes = (await filesIn(join(folder, 'music', 'RVC', 'logs'))).filter((path) => path.endsWith('.index'));
    const read = () => Promise.all(indexes.map(async (path) => [path, (await readFile(path)).toString('base64')]));
    const before = await read();
    await repairAll(page).click();
    const dialog = page.getByRole('dialog');
    for (const name of MENDABLE) await expect(dialog.getByRole('listitem').filter({ hasText: name })).toBeVisible();
    await snapshot(page, 'sixty-repair-light-1280-en');
    await dialog.getByRole('button', { name: say('voices.batch.repair.button'), exact: true }).click();
    const undo = page.getByRole('button', { name: say('voices.batch.undo', { count: '3' }) });
    await expect(undo).toBeVisible({ timeout: JOB_TIMEOUT });
    const after = await read();
    const changed = before.filter(([, content], at) => content !== after[at]?.[1]).map(([path]) => path);
    expect(changed).toHaveLength(MENDABLE.length);
    await snapshot(page, 'sixty-repaired-light-1280-en');
    await undo.click();
    await expect(undo).toBeHidden();
    await awaitJob(page);
    await expect(repairAll(page)).toBeVisible();
    expect(await read()).toEqual(before);
  });

  await test.step('several are handed over, each to the program it is from', async () => {
    for (const name of ['Aria', 'Luna', 'only trained']) {
      await search.fill(name);
      await shown(page, name).getByRole('checkbox').check();
    }
    await search.fill('');
    const bar = page.getByRole('toolbar', { name: say('voices.batch.label') });
    await bar.getByRole('button', { name: say('voices.batch.use.button') }).click();
    const dialog = page.getByRole('dialog');
    const write = dialog.getByRole('button', { name: say('voices.batch.use.button'), exact: true });
    await expect(write).toBeEnabled();
    // Which file each gets is known before anything is written.
    await expect(dialog.getByRole('listitem').filter({ hasText: 'Aria' })).toContainText('.index');
    await dialog.getByRole('switch', { name: say('export.linking.switch') }).check();
    await expect(dialog.getByText(say('export.linking.nothing'))).toBeVisible();
    await snapshot(page, 'sixty-hand-over-light-1280-en');
    const before = new Set(await filesIn(join(folder, 'music')));
    await write.click();
    // Applio's own index lies where it looks for it already.
    await expect(page.getByRole('button', { name: say('voices.batch.undo', { count: '1' }) })).toBeVisible();
    const [linked = ''] = (await filesIn(join(folder, 'music'))).filter((path) => !before.has(path));
    const [built = ''] = [...before].filter((path) => /logs.Aria.added_.*\.index$/.test(path));
    expect((await stat(linked)).ino).toBe((await stat(built)).ino);
    // What is known of an index is known of its copies.
    await expect(
      page.getByRole('status').filter({ hasText: say('voices.check.found.fine', { count: '12' }, 12) }),
    ).toBeVisible();
    await search.fill('Aria');
    await expect(shown(page, 'Aria')).toContainText(say('verdict.levels.usable'));
    await search.fill('');
  });

  await test.step('a name as long as can be is built, and handed over under a shorter one', async () => {
    await search.fill(LONGEST);
    await shown(page, LONGEST)
      .getByRole('button', { name: say('library.build') })
      .click();
    await startBuild(page);
    await awaitIndex(page);
    await useButton(page).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: say('export.write', { host: say('hosts.rvc') }) }).click();
    await expect(dialog.getByText(say('export.done'))).toBeVisible();
    await snapshot(page, 'sixty-longest-handed-over-light-1280-en');
    await dialog
      .getByRole('button', { name: say('close'), exact: true })
      .last()
      .click();
    await goTo(page, 'library');
    await search.fill('');
  });

  const ko = wordsIn('ko');
  await test.step('in Korean, in the dark and in a small window', async () => {
    await page.evaluate(() =>
      (window as unknown as { api: { call: (c: string, a: object) => unknown } }).api.call('settings.set', {
        locale: 'ko',
        theme: 'dark',
      }),
    );
    await page.reload();
    await resize(app, SMALL);
    await expect(page.getByRole('heading', { level: 1, name: ko('library.title') })).toBeVisible();
    await snapshot(page, 'sixty-rows-dark-960-ko');
    await page.getByRole('button', { name: ko('library.view.cards') }).click();
    await snapshot(page, 'sixty-cards-dark-960-ko');
    // As on a small screen, or with large letters.
    await page.setViewportSize(NARROW);
    await page.getByRole('textbox', { name: ko('library.search') }).fill('a');
    await expectNothingCut(page);
    await snapshot(page, 'sixty-narrow-dark-640-ko');
    await page.setViewportSize(SMALL);
    await goTo(page, 'jobs', ko);
    await snapshot(page, 'sixty-jobs-dark-960-ko');
    await goTo(page, 'settings', ko);
    const storage = page.getByRole('region', { name: ko('storage.title') });
    await storage.scrollIntoViewIfNeeded();
    await snapshot(page, 'sixty-storage-dark-960-ko');
    for (const name of ['Aria', 'copied', 'other version', 'half a download', 'one odd file', 'linked', LONGEST]) {
      await goTo(page, 'library', ko);
      await page.getByRole('textbox', { name: ko('library.search') }).fill(name);
      await shown(page, name).getByRole('button', { name, exact: true }).click();
      await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
      await expectNothingCut(page);
      await snapshot(page, `sixty-voice-${name === LONGEST ? 'longest' : name}-dark-960-ko`);
    }
  });
});

/** A voice in the list, as a card or a row. */
function shown(page: Page, name: string): Locator {
  return page.getByRole('listitem').filter({ has: page.getByRole('button', { name, exact: true }) });
}

function repairAll(page: Page): Locator {
  return page.getByRole('button', { name: say('voices.check.repair', { count: '3' }) });
}

async function scrollToEnd(page: Page): Promise<void> {
  await page.getByRole('main').evaluate((main) => main.scrollTo(0, main.scrollHeight));
}

async function expectNothingCut(page: Page): Promise<void> {
  expect(await page.getByRole('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBeLessThanOrEqual(0);
}
