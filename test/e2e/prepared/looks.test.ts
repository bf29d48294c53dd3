import { expectAccessible } from '../accessible';
import { DEFAULT_SIZE, resize, snapshot } from '../launch';
import { wordsIn } from '../words';
import { expectToFit, walk } from './pages';
import { expect, test } from './prepared';

const SMALLEST = { width: 960, height: 640 } as const;
const WIDEST = { width: 2560, height: 1440 } as const;

/** A theme changes colors, not places: each is looked at in another language. */
const LOOKS = [
  { locale: 'en', theme: 'light', sizes: [WIDEST, DEFAULT_SIZE, SMALLEST] },
  { locale: 'ko', theme: 'dark', sizes: [DEFAULT_SIZE, SMALLEST] },
  // Its words are the longest that anybody reads.
  { locale: 'ru', theme: 'light', sizes: [SMALLEST] },
] as const;

/** What axe asks of a page in its usual size: of the other theme, what colors can change. */
const RULES = { light: 'all', dark: 'color' } as const;

for (const { locale, theme, sizes } of LOOKS) {
  test(`every page fits its window, ${locale}, ${theme}`, async ({ visit }) => {
    const t = wordsIn(locale);
    const { app, page } = await visit({ theme, locale });
    for (const size of sizes) {
      await resize(app, size);
      await expect.poll(() => page.evaluate(() => innerWidth)).toBe(size.width);
      await walk(page, t, async (name) => {
        await snapshot(page, `${name}-${theme}-${size.width}-${locale}`);
        await expectToFit(page, `${name}, ${size.width} wide`);
        if (size === DEFAULT_SIZE) await expectAccessible(page, `${name}, asked by axe`, RULES[theme]);
      });
    }
  });
}

/** What 200 % leave of a usual window, and of the smallest on a screen of 800 pixels. */
const ENLARGED = [
  { width: 640, height: 400 },
  { width: 400, height: 267 },
] as const;

test('every page fits its window at 200 %, also on a screen of 800 pixels', async ({ visit }) => {
  const { app, page } = await visit({ theme: 'light', locale: 'ru' });
  const zoom = (factor: number) =>
    app.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(to), factor);
  for (const { width, height } of ENLARGED) {
    // No window is as small as that screen would be here: in the smallest one the page is enlarged more.
    const factor = Math.max(2, SMALLEST.width / width);
    await zoom(factor);
    await resize(app, { width: Math.round(factor * width), height: Math.round(factor * height) });
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(width);
    await walk(page, wordsIn('ru'), (name) => expectToFit(page, `${name}, ${width} wide`));
  }
});
