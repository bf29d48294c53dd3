import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
/** The message area's focus proxies: hidden from readers, and they hand the focus on at once. */
const PROXIES = 'div[role="region"] > span[aria-hidden]';

/** All that another theme can change. */
const OF_COLOR = ['color-contrast', 'link-in-text-block'];

/**
 * Axe finds nothing on the page as it is now.
 *
 * @param what Named when something is found.
 * @param rules Those of color, where the same page was held against all of them in another theme.
 */
export async function expectAccessible(page: Page, what?: string, rules: 'all' | 'color' = 'all'): Promise<void> {
  // Once for all looks: to read the program takes as long as to use it.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { passes, violations } = await page.evaluate(
    ({ runOnly, exclude }) =>
      (window as Window & { axe?: typeof axe }).axe!.run({ exclude }, { runOnly, resultTypes: ['violations'] }),
    { runOnly: rules === 'all' ? WCAG : OF_COLOR, exclude: PROXIES },
  );
  const found = violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map(({ target, failureSummary }) => `${String(target)}: ${failureSummary ?? ''}`),
  }));
  expect.soft(found, what).toEqual([]);
  // It has looked: every page has text on a ground.
  expect(passes.map(({ id }) => id)).toContain('color-contrast');
}

/** More stops of the Tab key than any page has. */
const MOST_STOPS = 400;

/**
 * The Tab key comes to everything on the page that a person can press or fill in, and each stop is in sight and marked.
 *
 * @param what Named when something is found.
 */
export async function expectReachable(page: Page, what: string): Promise<void> {
  await page.evaluate(markControls);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const unseen = new Set<string>();
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(lookAtFocus);
    if (stop === 'seen before') break;
    if (stop !== '') unseen.add(stop);
  }
  expect.soft([...unseen], `${what}: focus not seen`).toEqual([]);
  const left = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-control=new]')].map(
      (control) =>
        control.getAttribute('aria-label') ?? (control.innerText.slice(0, 60) || control.outerHTML.slice(0, 80)),
    ),
  );
  expect.soft(left, `${what}: not reached by the keyboard`).toEqual([]);
}

/** Whatever has to be reached; of a group with arrow keys inside, the one that Tab comes to. */
function markControls(): void {
  const controls = document.querySelectorAll<HTMLElement>('button, a[href], input, select, textarea, summary');
  for (const control of document.querySelectorAll('[data-control]')) control.removeAttribute('data-control');
  for (const control of controls) {
    const { disabled, tabIndex, type } = control as HTMLInputElement;
    if (disabled || tabIndex < 0 || type === 'hidden') continue;
    if (!control.checkVisibility({ visibilityProperty: true })) continue;
    // Of radio buttons, Tab comes to the chosen one.
    if (type === 'radio' && !(control as HTMLInputElement).checked) continue;
    control.dataset['control'] = 'new';
  }
}

/** What is wrong with the stop that has the focus; empty: nothing. */
async function lookAtFocus(): Promise<string> {
  const focused = document.activeElement as HTMLElement | null;
  if (focused === null || focused === document.body) return '';
  if (focused.dataset['control'] === 'seen') return 'seen before';
  if (focused.dataset['control'] !== undefined) focused.dataset['control'] = 'seen';
  const isMarked = (box: Element, part?: string): boolean => {
    const { outlineStyle, outlineWidth } = getComputedStyle(box, part);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  };
  const fault = (): string => {
    const { left, top, right, bottom } = focused.getBoundingClientRect();
    if (right <= 0 || bottom <= 0 || left >= innerWidth || top >= innerHeight) return 'out of sight';
    // What is filled in shows a ring.
    const ring = getComputedStyle(focused).boxShadow;
    if (ring !== 'none' && !/^(rgba\(0, 0, 0, 0\)[^,]*,? ?)+$/.test(ring)) return '';
    // A button that covers its card has the mark of the card, and a radio button may leave it to the card around it.
    if (isMarked(focused, '::after')) return '';
    for (let box: Element | null = focused, depth = 0; box !== null && depth < 4; box = box.parentElement, depth += 1)
      if (isMarked(box)) return '';
    return 'no mark';
  };
  // What was scrolled to, and what was just marked, is there some frames later.
  const until = performance.now() + 1_000;
  let found = fault();
  while (found !== '' && performance.now() < until) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    found = fault();
  }
  const name =
    focused.getAttribute('aria-label') ?? (focused.innerText.slice(0, 60) || focused.outerHTML.slice(0, 120));
  return found === '' ? '' : `${name}: ${found}`;
}
