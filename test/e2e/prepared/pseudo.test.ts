import type { Page } from '@playwright/test';
import { resize, snapshot } from '../launch';
import { goTo } from '../steps';
import { PSEUDO, PSEUDO_WORDS, wordsIn } from '../words';
import { expectToFit, walk } from './pages';
import { expect, test } from './prepared';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 960, height: 640 },
] as const;

/** The language whose file the page takes for this one. */
const HOST = 'es';

/** What nobody translates, with what stands between two of it. */
const DATA = [
  // Numbers, alone or with their units.
  /^[^\p{L}]*$/u,
  /^[·\s]*[<≈]?\s*[\d.,\s]+(?:[kMG]?B|bytes?|h|min|m?s|kHz)$/,
  // The version of a package of a stand-in.
  /^[\d.]+-not-for-release$/,
  // Days, worded by the system.
  /^(?:hoy|\d+ \p{L}+ \d{4}, \d+:\d+)$/u,
  // Names: of the app, the voice and its version, kinds of index, files, keys, and languages, which stand under their own.
  /^[·\s]*(?:Voronoice|Sample voice|v[12]|IVF\d+|Flat|\/.+|.+\.(?:index|npy|pth))$/,
  /^(?:Ctrl|Alt|Esc|Shift|F\d+|[A-Z])$/,
  /^(?:English|Español|Português \(Brasil\)|Русский|한국어|日本語|简体中文)$/,
];

for (const size of SIZES) {
  test(`words of any length fit, and none is left untranslated, ${size.width} wide`, async ({ visit }) => {
    const { app, page } = await visit({ theme: 'light', locale: HOST });
    await page.route(new RegExp(`/${HOST}-[\\w-]+\\.js$`), (route) =>
      route.fulfill({ contentType: 'text/javascript', body: `export default ${JSON.stringify(PSEUDO_WORDS)}` }),
    );
    await page.reload();
    await resize(app, size);
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(size.width);
    await walk(page, wordsIn(PSEUDO), async (name) => {
      await snapshot(page, `${name}-light-${size.width}-${PSEUDO}`);
      await expectToFit(page, `${name}, ${size.width} wide`);
      await expectTranslated(page, name);
    });
  });
}

test('letters come before words, and without them the app shows its words in those of the system', async ({
  prepared,
  start,
}) => {
  const { page } = await start({ userData: prepared, theme: 'light', locale: 'ko' });
  await goTo(page, 'library', wordsIn('ko'));
  await page.addInitScript(noteFirstWords);
  await page.reload();
  const first = () => page.evaluate(() => (window as unknown as { first?: object }).first);
  await expect.poll(first).toEqual({ language: 'ko', hasLetters: true });
  await page.route(/\.woff2$/, (route) => route.abort());
  await page.reload();
  await goTo(page, 'settings', wordsIn('ko'));
  const failed = () => page.evaluate(() => [...document.fonts].filter(({ status }) => status === 'error').length);
  await expect.poll(failed).toBeGreaterThan(0);
  await snapshot(page, 'settings-light-1280-without-fonts');
  await expectToFit(page, 'settings without fonts');
});

/** Keeps what is so when the first words are seen: their language, and whether the letters for them are there. */
function noteFirstWords(): void {
  const look = (): void => {
    const words = document.querySelector('nav')?.innerText ?? '';
    const { lang, style } = document.documentElement;
    if (words === '' || style.visibility === 'hidden') requestAnimationFrame(look);
    else {
      const isRead = [...document.fonts].some(({ family, status }) => family.includes('KR') && status === 'loaded');
      const hasLetters = isRead && document.fonts.check("1em 'Noto Sans KR Variable'", words);
      Object.assign(window, { first: { language: lang, hasLetters } });
    }
  };
  requestAnimationFrame(look);
}

/**
 * Every text in sight stands in brackets, or is data, and two in a row stand as their language has it. Paths do so by how
 * they break, lessons by what they say.
 */
async function expectTranslated(page: Page, what: string): Promise<void> {
  const contents = wordsIn(PSEUDO)('guide.lessons');
  const texts = await page.evaluate((lessons) => {
    const own = `article, nav[aria-label="${lessons}"], :has(> wbr)`;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent?.trim() ?? '';
      if (text === '' || element === null || element.closest(own) !== null) continue;
      if (element.checkVisibility({ visibilityProperty: true })) found.push(text);
    }
    return found;
  }, contents);
  const bare = texts.filter((text) => !/[[\]】]/.test(text) && !DATA.some((pattern) => pattern.test(text)));
  expect.soft([...new Set(bare)], `${what}: untranslated`).toEqual([]);
  const joined = texts.filter((text) => text.includes('】 '));
  expect.soft([...new Set(joined)], `${what}: set apart by hand`).toEqual([]);
}
