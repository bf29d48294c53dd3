import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import type { ScanResult, Voice } from '@shared/contract/voices';
import { openDatabase } from '../../src/main/library/database';
import { facts, indexFile, voice } from '../fixtures/fakeApi';
import { expect, test } from './launch';
import { goTo, voiceCard } from './steps';
import { say } from './words';

const VOICES = 5_000;
/** Of a task of the page while it is scrolled: what takes longer is felt. */
const MOST_TASK_MS = 50;
/** From the click to the library on the screen. */
const MOST_BACK_MS = 100;
const MOST_MEMORY_BYTES = 250e6;

/** A folder that cannot be reached: what was found there last is shown as it is. */
const ROOT = join('/', 'nowhere', 'logs');

/** Every fourth voice has no index, every seventh of the others one without a voice in it. */
function voiceAt(at: number): Voice {
  const number = String(at).padStart(6, '0');
  const path = join(ROOT, `voice ${at}`);
  const indexes = Array.from({ length: at % 4 }, (_, copy) =>
    indexFile({
      id: `index-${number}-${copy}`,
      path: join(path, `added_${copy}.index`),
      modified: Date.UTC(2025, 0, 1) + at,
      facts: facts({ vectors: at % 7 === 0 ? 0 : 9_000 }),
    }),
  );
  return voice({ id: `voice-${number}`, name: `Zoë ${at}`, path, frames: 3_000 + at, indexes });
}

/** A library as it is after thousands of voices were found. */
async function fill(userData: string): Promise<void> {
  await mkdir(userData, { recursive: true });
  const database = openDatabase(join(userData, 'library.sqlite'), { info: () => undefined, warn: () => undefined });
  const voices = Array.from({ length: VOICES }, (_, at) => voiceAt(at));
  const scan: ScanResult = { root: ROOT, what: 'logs', voices, indexes: [] };
  database
    .prepare(`INSERT INTO source (id, path, kind, added, scan) VALUES ('source-00000001', ?, 'folder', 1, ?)`)
    .run(ROOT, JSON.stringify(scan));
  database.close();
}

/** Scrolls through the whole list, by the wheel first and then by leaps; the longest task meanwhile, in ms. */
function scrollThrough(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const tasks: number[] = [0];
    const observer = new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ duration }) => duration)),
    );
    observer.observe({ type: 'longtask' });
    const main = document.querySelector('main');
    const scrollTo = async (top: number): Promise<void> => {
      main?.scrollTo(0, top);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    };
    for (let top = 0; top < 6_000; top += 120) await scrollTo(top);
    for (let top = 6_000; top < (main?.scrollHeight ?? 0); top += 20_000) await scrollTo(top);
    await scrollTo(main?.scrollHeight ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    observer.disconnect();
    return Math.max(...tasks);
  });
}

/** From a click on the library to cards on the screen, in ms. */
function comeBack(page: Page, name: string): Promise<number> {
  return page.evaluate(async (library) => {
    const buttons = [...document.querySelectorAll<HTMLElement>('nav button')];
    const begun = performance.now();
    buttons.find(({ title }) => title === library)?.click();
    do await new Promise((resolve) => requestAnimationFrame(resolve));
    while (document.querySelector('[data-place]') === null);
    return performance.now() - begun;
  }, name);
}

async function memoryOf(app: ElectronApplication, page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const kilobytes = await app.evaluate(({ app: main }) =>
    main.getAppMetrics().flatMap(({ type, memory }) => (type === 'Tab' ? [memory.workingSetSize] : [])),
  );
  return 1024 * Math.max(...kilobytes);
}

test('a library of thousands is found in, stays smooth and stays small', async ({ folder, start }) => {
  const userData = join(folder, 'user data');
  await fill(userData);
  const { app, page } = await start({ userData, locale: 'en', theme: 'light' });
  const search = page.getByRole('textbox', { name: say('library.search') });
  const found = (count: string): string => say('voices.found', { found: count, count: '5,000' });
  const status = page.getByRole('search').getByRole('status');

  await test.step('all of them are there', async () => {
    await expect(page.getByText(say('library.count', { count: '5,000' }, VOICES))).toBeVisible();
    await expect(voiceCard(page, 'Zoë 0')).toBeVisible();
  });

  await test.step('scrolling keeps every frame, and the search in sight', async () => {
    await expect(async () => expect(await scrollThrough(page)).toBeLessThanOrEqual(MOST_TASK_MS)).toPass();
    await expect(voiceCard(page, 'Zoë 4999')).toBeVisible();
    await expect(search).toBeInViewport();
  });

  await test.step('a search without accents finds by name, and Esc ends it', async () => {
    await page.keyboard.press('ControlOrMeta+f');
    await page.keyboard.type('zoe 499');
    await expect(status).toHaveText(found('15'));
    await expect(voiceCard(page, 'Zoë 4999')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(search).toHaveValue('');
    await expect(search).toBeFocused();
  });

  await test.step('a filter shows what is meant, and the order puts first what needs attention', async () => {
    await page.getByRole('combobox', { name: say('voices.filter.label') }).click();
    await page.getByRole('option', { name: say('voices.filter.noIndex') }).click();
    await expect(status).toHaveText(found('1,250'));
    await page.getByRole('combobox', { name: say('voices.filter.label') }).click();
    await page.getByRole('option', { name: say('voices.filter.all') }).click();
    await page.getByRole('combobox', { name: say('library.sort.label') }).click();
    await page.getByRole('option', { name: say('library.sort.attention') }).click();
    await expect(voiceCard(page, 'Zoë 7')).toBeVisible();
  });

  await test.step('keys go from voice to voice', async () => {
    const first = voiceCard(page, 'Zoë 7').getByRole('button').first();
    await first.focus();
    await page.keyboard.press('End');
    await expect(voiceCard(page, 'Zoë 4999').getByRole('button').first()).toBeFocused();
    await page.keyboard.press('Home');
    await expect(first).toBeFocused();
  });

  await test.step('several are chosen by keyboard and mouse, and what cannot be done is said with its reason', async () => {
    await search.fill('zoe 10');
    await voiceCard(page, 'Zoë 10').getByRole('checkbox').focus();
    await page.keyboard.press('Space');
    const bar = page.getByRole('toolbar', { name: say('voices.batch.label') });
    await expect(bar.getByRole('status')).toHaveText(say('voices.selected', { count: 1 }, 1));
    await voiceCard(page, 'Zoë 100')
      .getByRole('button', { name: 'Zoë 100' })
      .click({ modifiers: ['Shift'] });
    await expect(bar.getByRole('status')).toHaveText(say('voices.selected', { count: 2 }, 2));
    await page.keyboard.press('ControlOrMeta+a');
    await expect(bar.getByRole('status')).toHaveText(say('voices.selected', { count: 111 }, 111));
    await bar.getByRole('button', { name: say('voices.batch.build.button') }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(say('voices.batch.reasons.away'));
    await expect(dialog).toContainText(say('voices.batch.nothing'));
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await page.keyboard.press('Escape');
    await expect(bar).toBeHidden();
  });

  await test.step('it is there again at once, and the page stays small', async () => {
    await expect(async () => {
      await goTo(page, 'jobs');
      expect(await comeBack(page, say('nav.library'))).toBeLessThanOrEqual(MOST_BACK_MS);
    }).toPass();
    expect(await memoryOf(app, page)).toBeLessThan(MOST_MEMORY_BYTES);
  });
});
