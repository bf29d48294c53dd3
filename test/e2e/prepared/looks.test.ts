import { resize, snapshot } from '../launch';
import { wordsIn } from '../words';
import { expectToFit, walk } from './pages';
import { expect, test } from './prepared';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 960, height: 640 },
] as const;

/** A theme changes colors, not places: the dark one is looked at in one language and one size. */
const LOOKS = [
  { locale: 'en', theme: 'light', sizes: SIZES },
  { locale: 'en', theme: 'dark', sizes: SIZES.slice(0, 1) },
  { locale: 'ko', theme: 'light', sizes: SIZES },
  // Its words are the longest that anybody reads.
  { locale: 'ru', theme: 'light', sizes: SIZES.slice(1) },
] as const;

for (const { locale, theme, sizes } of LOOKS) {
  test(`every page fits its window, ${locale}, ${theme}`, async ({ prepared, start }) => {
    const t = wordsIn(locale);
    const { app, page } = await start({ userData: prepared, theme, locale });
    for (const size of sizes) {
      await resize(app, size);
      await expect.poll(() => page.evaluate(() => innerWidth)).toBe(size.width);
      await walk(page, t, async (name) => {
        await snapshot(page, `${name}-${theme}-${size.width}-${locale}`);
        await expectToFit(page, `${name}, ${size.width} wide`);
      });
    }
  });
}

/** What is left of a usual window at 200 %. */
const ENLARGED = { width: 640, height: 400 } as const;

test('every page fits its window at 200 %', async ({ prepared, start }) => {
  const { app, page } = await start({ userData: prepared, theme: 'light', locale: 'en' });
  const zoom = (factor: number) =>
    app.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(to), factor);
  await zoom(2);
  await resize(app, { width: 2 * ENLARGED.width, height: 2 * ENLARGED.height });
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(ENLARGED.width);
  try {
    await walk(page, wordsIn('en'), (name) => expectToFit(page, `${name}, at 200 %`));
  } finally {
    // Chromium remembers it for the next start.
    await zoom(1);
  }
});
