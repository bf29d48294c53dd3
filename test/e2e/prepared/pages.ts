import type { Page } from '@playwright/test';
import { expect } from './prepared';
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
  untilDrawn,
  useButton,
  voiceCard,
  winnerTable,
} from '../steps';
import type { Say } from '../words';

/** What is done with each look at a page. */
export type Keep = (name: string) => Promise<void>;

/** Leads through every page of the prepared library, with its dialogs and what is folded away. */
export async function walk(page: Page, t: Say, keep: Keep): Promise<void> {
  await goTo(page, 'library', t);
  await expect(voiceCard(page)).toBeVisible();
  await keep('library');
  await page.getByRole('button', { name: t('library.view.rows') }).click();
  await keep('library-rows');
  await page.getByRole('button', { name: t('library.view.cards') }).click();
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
  await untilDrawn(page.locator('details').filter({ hasText: t('measure.more') }));
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
  await untilDrawn(page.locator('details').filter({ hasText: t('measure.more') }));
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
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: t('commands.welcome') }).click();
  await expect(page.getByRole('heading', { level: 1, name: t('welcome.title') })).toBeVisible();
  await keep('welcome');
  await page.keyboard.press('Control+4');
  await expect(page.getByRole('heading', { level: 1, name: t('merge.title') })).toBeVisible();
  await keep('merge');
  await page.keyboard.press('Control+5');
  await expect(page.getByRole('heading', { level: 1, name: t('guide.title') })).toBeVisible();
  await keep('guide');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: t('shortcuts.title') })).toBeVisible();
  await keep('shortcuts');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: t('palette.title') })).toBeVisible();
  await keep('palette');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
}

/** Leads through the dialogs and bars that open over a page and are not on the way of `walk`. */
export async function walkDialogs(page: Page, t: Say, keep: Keep): Promise<void> {
  const main = page.getByRole('main');
  const dialog = page.getByRole('dialog');
  const look = async (name: string): Promise<void> => {
    await expect(dialog).toBeVisible();
    await keep(name);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  };
  await goTo(page, 'jobs', t);
  await main
    .getByRole('button', { name: t('report.title') })
    .first()
    .click();
  await look('report');
  await goTo(page, 'settings', t);
  await main.getByRole('button', { name: t('settings.news.open') }).click();
  await look('news');
  await main
    .getByRole('button', { name: t('settings.reset.button'), exact: true })
    .evaluate((row) => row.scrollIntoView());
  await keep('settings-end');
  await main
    .getByRole('listitem')
    .filter({ hasText: t('storage.parts.traces.title') })
    .getByRole('button')
    .click();
  await look('clean');
  await goTo(page, 'library', t);
  await dragOver(page, 'dragenter');
  await expect(page.getByText(t('intake.dropTitle'))).toBeVisible();
  await keep('drop');
  await dragOver(page, 'dragleave');
  await page.keyboard.press('Control+a');
  const bar = page.getByRole('toolbar', { name: t('voices.batch.label') });
  await expect(bar).toBeVisible();
  await keep('selection');
  await bar.getByRole('button', { name: t('voices.batch.use.button') }).click();
  await look('batch');
  await page.keyboard.press('Escape');
  await openVoice(page, undefined, t);
  const actions = page.getByRole('radiogroup', { name: t('voice.indexes') }).getByRole('button');
  for (const [name, item] of [
    ['menu', null],
    ['rename', t('shelf.rename.open')],
    ['note', t('shelf.note.add')],
  ] as const) {
    await actions.first().click();
    await expect(page.getByRole('menu')).toBeVisible();
    if (item === null) {
      await keep(name);
      await page.keyboard.press('Escape');
    } else {
      await page.getByRole('menuitem', { name: item }).click();
      await look(name);
    }
    await expect(page.getByRole('menu')).toBeHidden();
  }
  await page.keyboard.press('Control+5');
  const lessons = page.getByRole('navigation', { name: t('guide.lessons'), exact: true }).getByRole('button');
  for (const [name, place] of [
    ['glossary', -2],
    ['troubleshooting', -1],
  ] as const) {
    const lesson = lessons.nth(place);
    const title = await lesson.innerText();
    await lesson.click();
    await expect(page.getByRole('heading', { level: 2, name: title, exact: true })).toBeVisible();
    await keep(name);
  }
}

/** A file comes over the window, or leaves it. */
async function dragOver(page: Page, type: 'dragenter' | 'dragleave'): Promise<void> {
  await page.evaluate((event) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([], 'Aria.index'));
    window.dispatchEvent(new DragEvent(event, { dataTransfer }));
  }, type);
}

/** Nothing is wider than the window, and no text is cut without something that says all of it. */
export async function expectToFit(page: Page, what: string): Promise<void> {
  const found = await page.evaluate(() => {
    const boxes = [document.scrollingElement, document.querySelector('main')];
    const wide = boxes.filter((box) => box !== null && box.scrollWidth > box.clientWidth);
    const cut = [...document.querySelectorAll('body *')].filter((element): element is HTMLElement => {
      const [wider, higher] = [
        element.scrollWidth > element.clientWidth,
        // Letters may reach a little beyond their line.
        element.scrollHeight > element.clientHeight + 4,
      ];
      if ((!wider && !higher) || element.closest('[title], [data-explained]') !== null) return false;
      // A clip this small hides text that is for screen readers only.
      if (element.clientWidth <= 1 || !(element instanceof HTMLElement) || element.innerText.trim() === '')
        return false;
      if (wider && element.matches('button, [role=button], [role=tab]')) return true;
      const { overflowX, overflowY } = getComputedStyle(element);
      const hides = (overflow: string): boolean => overflow === 'hidden' || overflow === 'clip';
      return (wider && hides(overflowX)) || (higher && hides(overflowY));
    });
    // What has an edge of its own holds its text, but for what can be scrolled.
    const edged = (element: Element | null): Element | null => {
      for (let box = element; box !== null; box = box.parentElement) {
        const { borderRightWidth, overflowX } = getComputedStyle(box);
        if (['auto', 'scroll', 'hidden', 'clip'].includes(overflowX)) return null;
        if (parseFloat(borderRightWidth) > 0 || box.matches('button')) return box;
      }
      return null;
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const spilled: string[] = [];
    while (texts.nextNode()) {
      const node = texts.currentNode;
      const box = edged(node.parentElement)?.getBoundingClientRect();
      if (box === undefined || box.width <= 1 || node.textContent?.trim() === '') continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const rects = [...range.getClientRects()].filter(({ width }) => width > 1);
      if (rects.some(({ left, right }) => right > box.right + 1 || left < box.left - 1)) {
        spilled.push(node.textContent ?? '');
      }
    }
    const pen = document.createElement('canvas').getContext('2d');
    const hints = [...document.querySelectorAll<HTMLInputElement>('input[placeholder]')].filter((input) => {
      const { font, paddingLeft, paddingRight } = getComputedStyle(input);
      if (pen === null || input.value !== '' || input.clientWidth === 0) return false;
      pen.font = font;
      const room = input.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      return pen.measureText(input.placeholder).width > room;
    });
    return {
      spilled,
      hints: hints.map(({ placeholder }) => placeholder),
      wide: wide.map((box) => `${box?.tagName}: ${box?.scrollWidth} in ${box?.clientWidth}`),
      cut: cut.map((element) => `${element.tagName}.${element.className}: ${element.innerText.slice(0, 80)}`),
    };
  });
  expect.soft(found, what).toEqual({ spilled: [], hints: [], wide: [], cut: [] });
}
