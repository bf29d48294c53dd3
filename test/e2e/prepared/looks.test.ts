import type { Page } from '@playwright/test';
import { resize, snapshot } from '../launch';
import { expect, test } from './prepared';
import {
  advanced,
  chooseIndex,
  goTo,
  openHearing,
  JOB_TIMEOUT,
  openInspection,
  openRepair,
  openVoice,
  unfoldAdvanced,
  useButton,
  voiceCard,
  winnerTable,
} from '../steps';
import { wordsIn } from '../words';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 960, height: 640 },
] as const;

/** A theme changes colors, not places: the dark one is looked at in one language and one size. */
const LOOKS = [
  { locale: 'en', theme: 'light', sizes: SIZES },
  { locale: 'en', theme: 'dark', sizes: SIZES.slice(0, 1) },
  { locale: 'ko', theme: 'light', sizes: SIZES },
  // Their words are the longest.
  { locale: 'ru', theme: 'light', sizes: SIZES.slice(1) },
  { locale: 'es', theme: 'dark', sizes: SIZES.slice(1) },
] as const;

for (const { locale, theme, sizes } of LOOKS) {
  test(`every page fits its window, ${locale}, ${theme}`, async ({ prepared, start }) => {
    const t = wordsIn(locale);
    const { app, page } = await start({ userData: prepared, theme, locale });
    for (const size of sizes) {
      await resize(app, size);
      await expect.poll(() => page.evaluate(() => innerWidth)).toBe(size.width);
      const keep = async (name: string): Promise<void> => {
        await snapshot(page, `${name}-${theme}-${size.width}-${locale}`);
        await expectToFit(page, `${name}, ${size.width} wide`);
      };

      await goTo(page, 'library', t);
      await expect(voiceCard(page)).toBeVisible();
      await keep('library');
      await openVoice(page, undefined, t);
      await expect(page.locator('canvas').first()).toBeVisible();
      await keep('voice');
      await openHearing(page, t);
      await page.getByRole('heading', { name: t('sound.worst.title') }).evaluate((title) => title.scrollIntoView());
      await keep('voice-sound');
      await page.getByRole('button', { name: t('listen.open'), exact: true }).click();
      await expect(page.getByRole('columnheader', { name: t('listen.table.why') })).toBeVisible({
        timeout: JOB_TIMEOUT,
      });
      await page.getByRole('row').nth(1).getByRole('button').first().click();
      await expect(page.getByRole('region', { name: t('sound.strip') })).toBeVisible();
      await keep('listen');
      await page.getByRole('button', { name: t('sound.close') }).click();
      await openVoice(page, undefined, t);
      await page.getByRole('heading', { name: t('measure.more') }).click();
      await page.getByRole('main').evaluate((main) => main.scrollTo(0, main.scrollHeight));
      await keep('pictures');
      await useButton(page, t).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expect(page.getByText(t('export.files'))).toBeVisible();
      await keep('export');
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
      await page.getByRole('button', { name: t('voice.buildMore'), exact: true }).click();
      await expect(page.getByRole('button', { name: t('build.start') })).toBeVisible();
      await keep('build');
      await unfoldAdvanced(page, t);
      await advanced(page, 'index', t).evaluate((part) => part.scrollIntoView());
      await keep('build-index');
      await advanced(page, 'expansion', t).evaluate((part) => part.scrollIntoView());
      await keep('build-expansion');
      await page.getByRole('button', { name: t('build.findBest') }).click();
      await expect(page.getByRole('button', { name: t('tune.start'), exact: true })).toBeVisible();
      await keep('tune');
      await openVoice(page, undefined, t);
      await chooseIndex(page, 'rvc', t);
      await openRepair(page, t);
      await keep('repair');
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
      await openInspection(page, t);
      await keep('index');
      await page.getByRole('heading', { name: t('measure.more') }).click();
      await expect(page.getByRole('figure', { name: t('measure.history.title') })).toBeVisible();
      await page.getByRole('main').evaluate((main) => main.scrollTo(0, main.scrollHeight));
      await keep('index-pictures');
      await goTo(page, 'compare', t);
      await expect(winnerTable(page, t)).toBeVisible();
      await keep('compare');
      await page.getByRole('main').evaluate((main) => main.scrollTo(0, main.scrollHeight));
      await keep('compare-pictures');
      await goTo(page, 'jobs', t);
      await keep('jobs');
      await goTo(page, 'settings', t);
      await keep('settings');
    }
  });
}

/** Nothing is wider than the window, and no text is cut without a title that says all of it. */
async function expectToFit(page: Page, what: string): Promise<void> {
  const found = await page.evaluate(() => {
    const boxes = [document.scrollingElement, document.querySelector('main')];
    const wide = boxes.filter((box) => box !== null && box.scrollWidth > box.clientWidth);
    const cut = [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => {
      if (element.scrollWidth <= element.clientWidth || element.closest('[title]') !== null) return false;
      // A clip this small hides text that is for screen readers only.
      if (element.clientWidth <= 1 || element.innerText.trim() === '') return false;
      return ['hidden', 'clip'].includes(getComputedStyle(element).overflowX);
    });
    const pen = document.createElement('canvas').getContext('2d');
    const hints = [...document.querySelectorAll<HTMLInputElement>('input[placeholder]')].filter((input) => {
      const { font, paddingLeft, paddingRight } = getComputedStyle(input);
      if (pen === null || input.value !== '' || input.clientWidth === 0) return false;
      pen.font = font;
      const room = input.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      return pen.measureText(input.placeholder).width > room;
    });
    return {
      hints: hints.map(({ placeholder }) => placeholder),
      wide: wide.map((box) => `${box?.tagName}: ${box?.scrollWidth} in ${box?.clientWidth}`),
      cut: cut.map((element) => `${element.tagName}.${element.className}: ${element.innerText.slice(0, 80)}`),
    };
  });
  expect.soft(found, what).toEqual({ hints: [], wide: [], cut: [] });
}
