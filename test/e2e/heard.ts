import { expect, type Locator, type Page } from '@playwright/test';
import { say } from './words';

/** What is heard in the real app: what the strip says, and what reaches the sound device. */

export const strip = (page: Page): Locator => page.getByRole('region', { name: say('sound.strip'), exact: true });

export const figure = (page: Page, key: string): Locator =>
  page.getByRole('figure', { name: say(`charts.${key}.title`) });

/** One sound that was handed to the device. */
interface Started {
  /** When, and when the last click was: milliseconds since the page began. */
  readonly at: number;
  readonly clicked: number;
  /** Whether the device runs, and there is anything to hear. */
  readonly audible: boolean;
}

type Ear = { readonly started: Started[]; sounding: number };

/** Notes every sound that is started from now on, until the page is loaded again. */
export async function listenIn(page: Page): Promise<void> {
  await page.evaluate(() => {
    const ear: Ear = { started: [], sounding: 0 };
    Object.assign(window, { ear });
    let clicked = 0;
    window.addEventListener('click', ({ timeStamp }) => (clicked = timeStamp), { capture: true });
    const start = Object.getOwnPropertyDescriptor(AudioBufferSourceNode.prototype, 'start')?.value as (
      this: AudioBufferSourceNode,
      ...when: readonly (number | undefined)[]
    ) => void;
    AudioBufferSourceNode.prototype.start = function (...when): void {
      const loud = this.buffer?.getChannelData(0).some((sample) => Math.abs(sample) > 0.001) ?? false;
      ear.started.push({ at: performance.now(), clicked, audible: loud && this.context.state === 'running' });
      ear.sounding += 1;
      this.addEventListener('ended', () => (ear.sounding -= 1));
      start.apply(this, when);
    };
  });
}

const startedIn = (page: Page): Promise<readonly Started[]> =>
  page.evaluate(() => (window as unknown as { ear: Ear }).ear.started);

/** Waits until no more than this many sounds run side by side. */
export async function expectSounding(page: Page, most: number): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { ear: Ear }).ear.sounding))
    .toBeLessThanOrEqual(most);
}

/**
 * Sees to it that something sounds because of what is done, and nothing else does.
 *
 * @returns milliseconds from the last click to the first sound
 */
export async function expectSound(page: Page, what: string, act: () => Promise<void>, takes = 1): Promise<number> {
  const before = (await startedIn(page)).length;
  await act();
  await expect
    .poll(async () => (await startedIn(page)).length, { message: what })
    .toBeGreaterThanOrEqual(before + takes);
  await expect(strip(page)).toBeVisible();
  const first = (await startedIn(page))[before];
  expect(first?.audible, what).toBe(true);
  await expectSounding(page, takes);
  return (first?.at ?? Infinity) - (first?.clicked ?? 0);
}

/** Plays what a button is for; see {@link expectSound}. */
export async function play(page: Page, button: Locator, takes = 1): Promise<number> {
  const name = (await button.getAttribute('aria-label')) ?? '';
  expect(name).toMatch(/^Play /);
  return expectSound(page, name, () => button.click(), takes);
}

export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? Infinity;
}
