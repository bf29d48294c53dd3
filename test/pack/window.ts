import type { Readable } from 'node:stream';
import { type Browser, chromium, type Page } from '@playwright/test';

/** A packed program that was started with `--remote-debugging-port=0`, which needs no fuse. */
export interface Started {
  readonly stderr: Readable;
  on(event: 'exit', listener: () => void): unknown;
}

export interface Window {
  readonly page: Page;
  /** Ends the program as a person would, by closing it. */
  readonly quit: () => Promise<void>;
}

/** Its window, as soon as its page has a heading; `patience` is in milliseconds. */
export async function windowOf(program: Started, patience = 60_000): Promise<Window> {
  const ended = new Promise<void>((settle) => program.on('exit', settle));
  const browser = await chromium.connectOverCDP(await addressOf(program), { timeout: patience });
  const [context] = browser.contexts();
  const page = context?.pages()[0] ?? (await context?.waitForEvent('page', { timeout: patience }));
  if (page === undefined) throw new Error('no page');
  await page.getByRole('heading', { level: 1 }).waitFor({ timeout: patience });
  return { page, quit: () => quit(browser, ended) };
}

function addressOf(program: Started): Promise<string> {
  return new Promise((settle, fail) => {
    let text = '';
    program.stderr.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const address = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (address !== undefined) settle(address);
    });
    program.on('exit', () => fail(new Error(text)));
  });
}

async function quit(browser: Browser, ended: Promise<void>): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.close').catch(() => undefined);
  await ended;
}
