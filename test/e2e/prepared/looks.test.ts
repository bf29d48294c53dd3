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
