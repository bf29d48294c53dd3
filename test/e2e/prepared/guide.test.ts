import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { FALLBACK, Locale } from '@shared/contract/languages';
import { expectAccessible } from '../accessible';
import { resize, snapshot } from '../launch';
import { expect, test } from './prepared';
import { goTo, openVoice, SAMPLE, winnerTable } from '../steps';
import { type Say, say, wordsIn } from '../words';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 960, height: 640 },
] as const;

/** With GUIDE_PICTURES=write the pictures of docs/guide, in every language, and of the README are made anew. */
const PICTURES = resolve(import.meta.dirname, '../../../docs/images/guide');
const writing = process.env['GUIDE_PICTURES'] === 'write';

/** A theme changes colors, not places: each is looked at in another language. */
const LOOKS = [
  { locale: 'en', theme: 'light', sizes: SIZES },
  { locale: 'ko', theme: 'dark', sizes: SIZES },
] as const;

/** Only their pictures are made: the walk through the guide is the same. */
const OTHERS = Locale.options
  .filter((locale) => !LOOKS.some((look) => look.locale === locale && look.theme === 'light'))
  .map((locale) => ({ locale, theme: 'light', sizes: [] }) as const);

for (const { locale, theme, sizes } of [...LOOKS, ...(writing ? OTHERS : [])]) {
  test(`every lesson shows the sample voice, ${locale}, ${theme}`, async ({ visit }) => {
    const t = wordsIn(locale);
    const { app, page } = await visit({ theme, locale });
    await openGuide(page, t);
    const drawn = new Set<string>();
    for (const [place, lesson] of (await lessonsOf(page, t)).entries()) {
      await test.step(lesson, async () => {
        await openLesson(page, lesson, t);
        for (const picture of await page.locator('[data-picture]').all()) {
          await expect(picture.locator('canvas, svg, ul').first()).toBeVisible();
          await expect(picture).not.toContainText(t('guide.empty.build'));
          const name = (await picture.getAttribute('data-picture')) ?? '';
          if (drawn.has(name) || theme === 'dark') continue;
          drawn.add(name);
          if (name === 'search') await toLastStep(picture, t);
          await keep(page, name, locale, await picture.screenshot({ animations: 'disabled', style: BARE }));
        }
        // Names are words, and no language lacks any.
        if (locale === 'en') await expectAccessible(page, lesson);
        for (const size of sizes) {
          await resize(app, size);
          await expect.poll(() => page.evaluate(() => innerWidth)).toBe(size.width);
          await snapshot(page, `guide-${String(place + 1).padStart(2, '0')}-${theme}-${size.width}-${locale}`);
          const wide = await page.getByRole('main').evaluate((main) => main.scrollWidth - main.clientWidth);
          expect.soft(wide, `${lesson}, ${size.width} wide`).toBe(0);
        }
        await resize(app, SIZES[0]);
      });
    }
  });
}

test('the README shows the first page, a voice and a comparison as they are', async ({ visit, start, folder }) => {
  await test.step('the first page, where no program is found', async () => {
    const { page, close } = await start({ theme: 'light', locale: 'en', env: { HOME: folder, USERPROFILE: folder } });
    await expect(page.getByRole('heading', { name: say('welcome.title') })).toBeVisible();
    await keepShot(page, 'welcome');
    await close();
  });
  const { page } = await visit({ theme: 'light', locale: 'en' });
  await openVoice(page);
  await expect(page.locator('canvas').first()).toBeVisible();
  await keepShot(page, 'voice');
  await goTo(page, 'compare');
  await expect(winnerTable(page)).toBeVisible();
  await keepShot(page, 'compare');
});

test('lessons lead to one another, and the keyboard goes along', async ({ visit }) => {
  const { page } = await visit({ theme: 'light', locale: 'en' });
  await openGuide(page, say);
  const lessons = await lessonsOf(page, say);
  const [first = '', second = ''] = lessons;
  await expectLesson(page, first);

  await test.step('the next one, and back', async () => {
    const turn = page.getByRole('navigation', { name: say('guide.turn') });
    await turn.getByRole('button', { name: second }).click();
    await expectLesson(page, second);
    await expect(page.getByRole('main')).toBeFocused();
    await turn.getByRole('button', { name: first }).press('Enter');
    await expectLesson(page, first);
  });

  await test.step('a link in the text', async () => {
    await page.getByRole('article').getByRole('link', { name: 'groups' }).click();
    await expectLesson(page, 'Groups');
    await expect(page.locator('[data-picture=groups] canvas')).toBeVisible();
  });

  await test.step('a slider changes its picture', async () => {
    await openLesson(page, 'α query expansion', say);
    const picture = page.locator('[data-picture=expansion]');
    const before = await picture.getByRole('img').getAttribute('aria-label');
    await picture.getByRole('slider').press('End');
    await expect(picture.getByRole('img')).not.toHaveAttribute('aria-label', before ?? '');
  });
});

test('without a voice the guide offers to make one', async ({ start }) => {
  const { page } = await start({ theme: 'light', locale: 'en' });
  await openGuide(page, say);
  await openLesson(page, 'Groups', say);
  await expect(page.getByText(say('guide.empty.sample')).first()).toBeVisible();
  await snapshot(page, 'guide-empty-light-1280-en');
  await expectAccessible(page, 'empty');
  await page
    .getByRole('button', { name: say('welcome.sample') })
    .first()
    .click();
  const build = page.getByRole('button', { name: say('guide.empty.buildVoice', { voice: SAMPLE }) });
  await expect(build.first()).toBeVisible({ timeout: 60_000 });
  await build.first().click();
  await expect(page.getByRole('heading', { level: 1, name: say('build.title', { voice: SAMPLE }) })).toBeVisible();
});

/** The documents need no buttons. */
const BARE = '[data-picture] figure > div:last-child:has(button) { display: none !important; }';

/** The last step of the search shows the most. */
async function toLastStep(picture: Locator, t: Say): Promise<void> {
  const next = picture.getByRole('button', { name: t('charts.searchStory.next') });
  while (await next.isEnabled()) await next.click();
}

async function keep(page: Page, name: string, locale: Locale, picture: Buffer): Promise<void> {
  expect(picture.length, name).toBeGreaterThan(2_000);
  if (!writing) return;
  const folder = locale === FALLBACK ? PICTURES : join(PICTURES, locale);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.webp`), await webpOf(page, picture));
}

/** The whole window, as the README shows it. */
async function keepShot(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const picture = await page.screenshot({ animations: 'disabled' });
  expect(picture.length, name).toBeGreaterThan(20_000);
  if (writing) await writeFile(join(PICTURES, '..', `${name}.png`), picture);
}

/** The same picture in half of the bytes. */
async function webpOf(page: Page, png: Buffer): Promise<Buffer> {
  const address = await page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.8);
  }, png.toString('base64'));
  return Buffer.from(address.replace(/^.*,/, ''), 'base64');
}

async function openGuide(page: Page, t: Say): Promise<void> {
  await page
    .getByRole('navigation', { name: t('nav.label') })
    .getByRole('button', { name: t('nav.guide') })
    .click();
  await expect(page.getByRole('heading', { level: 1, name: t('guide.title') })).toBeVisible();
}

function lessonsOf(page: Page, t: Say): Promise<string[]> {
  return page
    .getByRole('navigation', { name: t('guide.lessons'), exact: true })
    .getByRole('button')
    .allInnerTexts();
}

async function openLesson(page: Page, lesson: string, t: Say): Promise<void> {
  await page
    .getByRole('navigation', { name: t('guide.lessons'), exact: true })
    .getByRole('button', { name: lesson, exact: true })
    .click();
  await expectLesson(page, lesson);
}

async function expectLesson(page: Page, lesson: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 2, name: lesson, exact: true })).toBeVisible();
}
