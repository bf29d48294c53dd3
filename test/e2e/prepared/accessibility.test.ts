import type { Locator, Page } from '@playwright/test';
import { expectAccessible, expectReachable } from '../accessible';
import { snapshot } from '../launch';
import { expect, test } from './prepared';
import { chooseIndex, goTo, openInspection, openVoice, unfoldAdvanced, voiceCard, winnerTable } from '../steps';
import { walkDialogs } from './pages';
import { say } from '../words';

/** Every page, and the way to it. */
const PAGES = {
  library: (page) => goTo(page, 'library'),
  voice: async (page) => {
    await openVoice(page);
    await expect(page.locator('canvas').first()).toBeVisible();
    await page.getByRole('heading', { name: say('measure.more') }).click();
  },
  build: async (page) => {
    await openVoice(page);
    await page.getByRole('button', { name: say('voice.buildMore'), exact: true }).click();
    await expect(page.getByRole('button', { name: say('build.start') })).toBeVisible();
    await unfoldAdvanced(page);
  },
  tune: async (page) => {
    await openVoice(page);
    await page.getByRole('button', { name: say('voice.buildMore'), exact: true }).click();
    await page.getByRole('button', { name: say('build.findBest') }).click();
    await expect(page.getByRole('button', { name: say('tune.start'), exact: true })).toBeVisible();
  },
  index: async (page) => {
    await openVoice(page);
    await chooseIndex(page, 'rvc');
    await openInspection(page);
    await expect(page.locator('canvas').first()).toBeVisible();
  },
  compare: async (page) => {
    await goTo(page, 'compare');
    await expect(winnerTable(page)).toBeVisible();
  },
  jobs: (page) => goTo(page, 'jobs'),
  settings: (page) => goTo(page, 'settings'),
  merge: async (page) => {
    await page.keyboard.press('Control+4');
    await expect(page.getByRole('heading', { level: 1, name: say('merge.title') })).toBeVisible();
  },
  guide: async (page) => {
    await page.keyboard.press('Control+5');
    await expect(page.getByRole('heading', { level: 1, name: say('guide.title') })).toBeVisible();
  },
  welcome: async (page) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: say('commands.welcome') }).click();
    await expect(page.getByRole('heading', { level: 1, name: say('welcome.title') })).toBeVisible();
  },
} as const satisfies Readonly<Record<string, (page: Page) => Promise<void>>>;

/** On the pages themselves it looks while looks.test.ts leads through them. */
for (const [theme, rules] of [
  ['light', 'all'],
  ['dark', 'color'],
] as const) {
  test(`axe finds nothing on a first run, nor in what opens over a page, ${theme}`, async ({ visit, start }) => {
    await test.step('first run', async () => {
      const { page, close } = await start({ theme, locale: 'en' });
      await expect(page.getByRole('heading', { name: say('welcome.title') })).toBeVisible();
      await expectAccessible(page, 'first run', rules);
      await page.getByRole('button', { name: say('welcome.skip') }).click();
      await expect(page.getByRole('heading', { name: say('library.empty.title') })).toBeVisible();
      await expectAccessible(page, 'empty library', rules);
      await close();
    });
    const { page } = await visit({ theme, locale: 'en' });
    await walkDialogs(page, say, async (name) => {
      await snapshot(page, `${name}-${theme}-1280-en`);
      await expectAccessible(page, name, rules);
    });
  });
}

test('the keyboard reaches everything on every page, and it is seen where it is', async ({ visit }) => {
  const { page } = await visit({ theme: 'light', locale: 'en' });
  for (const [place, open] of Object.entries(PAGES)) {
    await test.step(place, async () => {
      await open(page);
      await expectReachable(page, place);
    });
  }
});

test('Esc and Alt+Left go back from every page, and nothing glides where motion is reduced', async ({ visit }) => {
  const { page } = await visit({ theme: 'light', locale: 'en' });
  for (const [place, open] of Object.entries(PAGES)) {
    if (place === 'library') continue;
    for (const key of ['Escape', 'Alt+ArrowLeft']) {
      await test.step(`${place}, ${key}`, async () => {
        await open(page);
        const title = await page.getByRole('heading', { level: 1 }).innerText();
        const glides = await page.evaluate(() =>
          document
            .getAnimations()
            .filter((one) => Number(one.effect?.getComputedTiming().duration) > 1)
            .map(String),
        );
        expect.soft(glides, place).toEqual([]);
        await page.keyboard.press(key);
        await expect(page.getByRole('heading', { level: 1, name: title, exact: true })).toBeHidden();
      });
    }
  }
});

test('with the few colors of a system, it is seen what is chosen, on, drawn, and where a button ends', async ({
  visit,
}) => {
  const { page } = await visit({ theme: 'light', locale: 'en' });
  // A dark one, whatever theme was chosen here.
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark', reducedMotion: 'reduce' });
  const ground = (of: Locator): Promise<string> => of.evaluate((element) => getComputedStyle(element).backgroundColor);
  const places = page.getByRole('navigation', { name: say('nav.label') });
  const place = (name: string): Locator => places.getByRole('button', { name: say(`nav.${name}`) });
  await openVoice(page);
  await expect(page.locator('canvas').first()).toBeVisible();
  await expect.poll(() => page.locator('canvas').first().evaluate(lightest)).toBeGreaterThan(250);
  const verdict = page.getByRole('region', { name: say('verdict.title') });
  await expect(verdict.locator('svg.text-good').first()).toHaveCSS('color', 'rgb(98, 211, 148)');
  await snapshot(page, 'voice-contrast-1280-en');

  await goTo(page, 'settings');
  expect(await ground(place('settings'))).not.toBe(await ground(place('library')));
  const [on, off] = [true, false].map((pressed) => page.getByRole('main').getByRole('button', { pressed }).first());
  expect(await ground(on!)).not.toBe(await ground(off!));
  await expect(on!).toHaveCSS('forced-color-adjust', 'none');
  await expect(off!).toHaveCSS('outline-style', 'solid');
  const wish = page.getByRole('switch').first();
  expect(await ground(wish.locator('[data-slot=thumb]'))).not.toBe(await ground(wish));
  await page.getByRole('combobox').first().click();
  await expect(page.getByRole('listbox')).toHaveCSS('outline-style', 'solid');
  await snapshot(page, 'settings-contrast-1280-en');
  await page.keyboard.press('Escape');
});

/** How light the lightest of a picture is, from 0 to 255. */
function lightest(canvas: Element): number {
  const { width, height } = canvas as HTMLCanvasElement;
  const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
  let most = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 255) most = Math.max(most, Math.min(data[at]!, data[at + 1]!, data[at + 2]!));
  }
  return most;
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
