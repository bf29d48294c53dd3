import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * Axe finds nothing on the page as it is now.
 *
 * @param what Named when something is found.
 */
export async function expectAccessible(page: Page, what?: string): Promise<void> {
  const { passes, violations } = await new AxeBuilder({ page })
    // Electron has no second page for the default mode to finish in.
    .setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    // The message area's focus proxies: hidden from readers, and they hand the focus on at once.
    .exclude('div[role="region"] > span[aria-hidden]')
    .analyze();
  const found = violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map(({ target, failureSummary }) => `${String(target)}: ${failureSummary ?? ''}`),
  }));
  expect.soft(found, what).toEqual([]);
  // It has looked: every page has text on a ground.
  expect(passes.map(({ id }) => id)).toContain('color-contrast');
}
