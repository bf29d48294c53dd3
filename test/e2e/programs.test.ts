import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { ivfFlatIndex } from '../fixtures/hostileIndexes';
import { npyFile } from '../fixtures/npy';
import { voiceModel } from '../fixtures/pickles';
import { answerOpenDialogs, expect, resize, snapshot, test } from './launch';
import { awaitJob, goTo } from './steps';
import { say, wordsIn } from './words';

/** Narrow enough for one column. */
const SMALL = { width: 960, height: 640 } as const;
const MODEL = 'aria_100e_2000s.pth';

/** An index of so many groups, of vectors as long as features are. */
function sound(groups: number): Uint8Array {
  const sizes = Array.from({ length: groups }, () => 20);
  return ivfFlatIndex({ dimension: 768, sizes, nprobe: 2, component: (n, column) => ((n * 31 + column) % 17) / 20 })
    .bytes;
}

test('a program is found and added; what it loads is said, another index is put in its place, and taken back', async ({
  folder,
  start,
}) => {
  const home = join(folder, 'home');
  const applio = join(home, 'Applio-3.2');
  const voice = join(applio, 'logs', 'aria');
  await mkdir(join(applio, 'rvc'), { recursive: true });
  await mkdir(join(voice, 'extracted'), { recursive: true });
  await writeFile(join(voice, 'extracted', '0_0_0.npy'), npyFile(400, 768));
  await writeFile(join(voice, MODEL), voiceModel(768));
  const first = sound(4);
  const second = sound(6);
  await writeFile(join(voice, 'aria.index'), first);
  await writeFile(join(voice, 'best.index'), second);
  const { app, page } = await start({ theme: 'light', locale: 'en', env: { HOME: home, USERPROFILE: home } });
  const add = page.getByRole('button', {
    name: say('uses.found.addNamed', { host: say('hosts.applio'), path: applio }),
  });

  await test.step('the first steps say where it is, and one press adds it', async () => {
    await expect(add).toBeVisible();
    await snapshot(page, 'programs-welcome');
    await add.click();
    await expect(page.getByRole('heading', { level: 1, name: 'aria' })).toBeVisible();
  });

  await test.step('the voice says which index its model is given, and why', async () => {
    await expect(uses(page)).toContainText(MODEL);
    await expect(uses(page)).toContainText(say('uses.why.begins', { file: 'aria.index', key: 'aria' }));
    await expect(marked(page)).toContainText('aria.index');
    await snapshot(page, 'programs-voice');
  });

  await test.step('another takes its place by one press', async () => {
    await switchTo(page, 'best.index');
    const named = MODEL.replace('.pth', '.index');
    await expect(uses(page)).toContainText(say('uses.why.sameName', { file: named }));
    expect((await readFile(join(voice, named))).equals(second)).toBe(true);
    // What other models find stays where it is.
    expect((await readFile(join(voice, 'aria.index'))).equals(first)).toBe(true);
    await expect(marked(page)).toContainText(named);
    await snapshot(page, 'programs-switched');
  });

  await test.step('and goes back by one, also later', async () => {
    await goTo(page, 'library');
    await page.getByRole('button', { name: 'aria', exact: true }).click();
    await uses(page)
      .getByRole('button', { name: say('uses.backFor', { host: say('hosts.applio'), model: MODEL }) })
      .click();
    await awaitJob(page);
    await expect(uses(page)).toContainText(say('uses.why.begins', { file: 'aria.index', key: 'aria' }));
    expect((await readdir(voice)).filter((name) => name.endsWith('.index')).sort()).toEqual([
      'aria.index',
      'best.index',
    ]);
  });

  await test.step('the notice of a hand-over takes it back as well', async () => {
    await switchTo(page, 'best.index');
    await expect(uses(page)).toContainText(say('uses.why.sameName', { file: MODEL.replace('.pth', '.index') }));
    const notices = page.getByRole('region', { name: say('toasts.strip') });
    await notices.getByRole('button', { name: say('repair.undo') }).click();
    await awaitJob(page);
    await expect(uses(page)).toContainText(say('uses.why.begins', { file: 'aria.index', key: 'aria' }));
    await expect(uses(page).getByRole('button', { name: say('uses.back') })).toBeHidden();
  });

  await test.step('where nothing fits, that is said, with what to do', async () => {
    await writeFile(join(voice, 'other.pth'), voiceModel(768));
    await uses(page)
      .getByRole('button', { name: say('uses.found.again') })
      .click();
    await expect(uses(page)).toContainText(say('uses.nothing'));
    await expect(uses(page)).toContainText(say('uses.noneWhy.noMatch', { key: 'other' }));
    await snapshot(page, 'programs-nothing');
    await resize(app, SMALL);
    await uses(page).scrollIntoViewIfNeeded();
    await snapshot(page, 'programs-nothing-small');
  });

  await test.step('the settings know it is in the library', async () => {
    await goTo(page, 'settings');
    const section = page.getByRole('region', { name: say('uses.found.section') });
    await expect(section.getByText(say('uses.found.added'))).toBeVisible();
    await section.scrollIntoViewIfNeeded();
    await snapshot(page, 'programs-settings');
  });
});

test('programs that load nothing and that are away are named, in Korean and in the dark', async ({ folder, start }) => {
  const home = join(folder, 'home');
  const rvc = join(home, 'RVC');
  const ko = wordsIn('ko');
  await mkdir(join(rvc, 'logs', 'aria', '3_feature768'), { recursive: true });
  await mkdir(join(rvc, 'assets', 'weights'), { recursive: true });
  await writeFile(join(rvc, 'logs', 'aria', '3_feature768', 'a.npy'), npyFile(400, 768));
  await writeFile(join(rvc, 'logs', 'aria', 'added_IVF4_Flat_nprobe_4_aria_v2.index'), sound(4));
  await writeFile(join(rvc, 'assets', 'weights', 'aria.pth'), voiceModel(768));
  await writeFile(join(rvc, 'assets', 'weights', 'aria_e100_s2000.pth'), voiceModel(768));
  const slot = join(home, 'voice-changer', 'server', 'model_dir', '0');
  await mkdir(slot, { recursive: true });
  const settings = { voiceChangerType: 'RVC', name: 'Aria', indexFile: 'gone.index' };
  await writeFile(join(slot, 'params.json'), JSON.stringify(settings));
  const { page } = await start({ theme: 'dark', locale: 'ko', env: { HOME: home, USERPROFILE: home } });
  await snapshot(page, 'programs-welcome-ko');
  await page.getByRole('button', { name: ko('uses.found.addNamed', { host: ko('hosts.rvc'), path: rvc }) }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'aria' })).toBeVisible();
  await expect(uses(page, ko)).toContainText(ko('uses.noneWhy.noMatch', { key: 'aria_e100_s2000' }));
  await expect(uses(page, ko)).toContainText(ko('uses.noneWhy.missingFile', { key: 'gone.index' }));
  await uses(page, ko).scrollIntoViewIfNeeded();
  await snapshot(page, 'programs-voice-ko');

  // As a drive that is pulled out takes it away.
  await rename(rvc, join(folder, 'away'));
  await uses(page, ko)
    .getByRole('button', { name: ko('uses.found.again') })
    .click();
  await expect(uses(page, ko)).toContainText(ko('uses.away'));
  await snapshot(page, 'programs-away-ko');
});

test('of a slot of VC Client it is no fault that it has no features', async ({ folder, start }) => {
  const home = join(folder, 'voice-changer', 'server', 'model_dir');
  const slot = join(home, '0');
  await mkdir(slot, { recursive: true });
  await writeFile(join(slot, 'aria.index'), sound(4));
  await writeFile(join(slot, 'aria.pth'), voiceModel(768));
  const settings = { voiceChangerType: 'RVC', name: 'Aria', indexFile: 'aria.index', modelFile: 'aria.pth' };
  await writeFile(join(slot, 'params.json'), JSON.stringify(settings));
  const { app, page } = await start({ theme: 'light', locale: 'en', env: { HOME: folder, USERPROFILE: folder } });
  await answerOpenDialogs(app, [home]);
  await page.getByRole('button', { name: say('welcome.addFolder') }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Aria' })).toBeVisible();
  await expect(page.getByRole('region', { name: say('verdict.title') })).toBeVisible();
  await expect(uses(page)).toContainText('aria.index');
  await expect(page.getByText(say('errors.NO_FEATURES.sentence'))).toBeHidden();
  await snapshot(page, 'slot-light-1280-en');
});

function uses(page: Page, t = say) {
  return page.getByRole('region', { name: t('uses.title') });
}

/** The index in the list that a program uses. */
function marked(page: Page) {
  return page
    .getByRole('radiogroup', { name: say('voice.indexes') })
    .locator('label')
    .filter({ hasText: say('uses.by', { host: say('hosts.applio') }) });
}

async function switchTo(page: Page, file: string): Promise<void> {
  await uses(page)
    .getByRole('button', { name: say('uses.otherFor', { host: say('hosts.applio'), model: MODEL }) })
    .click();
  await page.getByRole('menuitem').filter({ hasText: file }).click();
  await awaitJob(page);
}
