import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Api } from '@shared/contract/api';
import { answerOpenDialogs } from '../launch';
import { openVoice, SAMPLE, voiceCard } from '../steps';
import { expect, test } from './prepared';

/** Asks what the page may not, or as it may not; the code of the refusal, or "answered". */
function tryTo(page: Page, channel: string, argument: unknown): Promise<string> {
  return page.evaluate(
    ([name, value]) =>
      (window as unknown as { api: Api }).api.call(name as never, value as never).then(
        () => 'answered',
        (failure: unknown) => (failure as { readonly code: string }).code,
      ),
    [channel, argument] as const,
  );
}

test('frames and windows that a script makes have no way to main', async ({ prepared, start }) => {
  const { app, page } = await start({ userData: prepared, locale: 'en' });
  const frames = await page.evaluate(async () => {
    const seen: Record<string, string> = {};
    const policy = document.createElement('iframe');
    for (const [name, address] of [
      ['blank', 'about:blank'],
      ['own', 'app://voronoice/index.html'],
      ['data', 'data:text/html,hello'],
      ['file', 'file:///etc/passwd'],
    ] as const) {
      const frame = policy.cloneNode() as HTMLIFrameElement;
      frame.src = address;
      document.body.append(frame);
      await new Promise((settle) => {
        frame.addEventListener('load', settle);
        setTimeout(settle, 1_000);
      });
      try {
        seen[name] = typeof (frame.contentWindow as unknown as { api?: object }).api;
      } catch {
        seen[name] = 'closed';
      }
      frame.remove();
    }
    const inside = document.createElement('iframe');
    inside.srcdoc = '<script>parent.smuggled = typeof api</script>';
    document.body.append(inside);
    await new Promise((settle) => setTimeout(settle, 500));
    seen['srcdoc'] = String((window as unknown as { smuggled?: string }).smuggled);
    inside.remove();
    seen['opened'] = window.open('app://voronoice/index.html') === null ? 'refused' : 'object';
    return seen;
  });
  for (const [frame, found] of Object.entries(frames)) expect([frame, found]).not.toEqual([frame, 'object']);
  expect(frames).toMatchObject({ blank: 'undefined', srcdoc: 'undefined', opened: 'refused' });
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('a window of somebody else is answered nothing, though it has our page and preload', async ({
  prepared,
  start,
}) => {
  const { app, page } = await start({ userData: prepared, locale: 'en' });
  const preload = join(import.meta.dirname, '../../../out/preload/index.cjs');
  const answers = await app.evaluate(async ({ BrowserWindow }, path) => {
    const other = new BrowserWindow({ show: false, webPreferences: { preload: path, sandbox: true } });
    await other.loadURL('app://voronoice/index.html');
    const answer = (await other.webContents.executeJavaScript(
      `Promise.all([
        window.api.call('settings.get', null).catch(({ code }) => code),
        window.api.begin('library.get').ok,
        window.api.call('jobs.start', { kind: 'sample' }).catch(({ code }) => code),
      ])`,
    )) as unknown;
    other.destroy();
    return answer;
  }, preload);
  expect(answers).toEqual(['BAD_REQUEST', false, 'BAD_REQUEST']);
  await expect(voiceCard(page)).toBeVisible();
});

test('a token is good for what was chosen, and nothing else', async ({ folder, prepared, start }) => {
  const { app, page } = await start({ userData: prepared, locale: 'en' });
  const before = await readdir(folder);
  await answerOpenDialogs(app, [folder]);
  const pick = (): Promise<string> =>
    page.evaluate(() =>
      (window as unknown as { api: Api }).api.call('intake.pick', { what: 'files' }).then(([one]) => one?.token ?? ''),
    );
  const token = await pick();
  expect(token).toMatch(/^[A-Za-z0-9-]{8,64}$/);
  // It was chosen to be read, not to be written into.
  expect(await tryTo(page, 'storage.setFolder', { token })).toBe('TOKEN_UNKNOWN');
  expect(await tryTo(page, 'intake.look', { token }), 'it is used up').toBe('TOKEN_UNKNOWN');
  expect(await tryTo(page, 'library.add', { token })).toBe('TOKEN_UNKNOWN');
  for (const forged of [`${token.slice(0, -1)}0`, token.toUpperCase(), '0'.repeat(36)])
    expect(await tryTo(page, 'library.add', { token: forged })).toBe('TOKEN_UNKNOWN');
  for (const odd of ['', '../..', folder, null, 7, {}, [], 'x'.repeat(100_000), '__proto__'])
    expect(await tryTo(page, 'library.add', { token: odd })).toMatch(/^(?:BAD_REQUEST|TOKEN_UNKNOWN)$/);
  expect(await readdir(folder)).toEqual(before);
});

test('ten thousand calls at once and a hundred megabytes are answered, and the page works on', async ({
  prepared,
  start,
}) => {
  const { app, page } = await start({ userData: prepared, locale: 'en' });
  await expect(voiceCard(page)).toBeVisible();
  const flood = await page.evaluate(async () => {
    const { api } = window as unknown as { api: Api };
    const codes: Record<string, number> = {};
    const count = (code: string): void => void (codes[code] = (codes[code] ?? 0) + 1);
    await Promise.all(
      Array.from({ length: 10_000 }, (_, at) => {
        const asked =
          at % 2 === 0
            ? api.call('settings.get', null)
            : api.call('library.add', { token: `00000000-0000-0000-0000-${String(at).padStart(12, '0')}` });
        return asked.then(
          () => count('answered'),
          (failure: unknown) => count((failure as { readonly code: string }).code),
        );
      }),
    );
    return codes;
  });
  expect(flood).toEqual({ answered: 5_000, TOKEN_UNKNOWN: 5_000 });
  const large = await page.evaluate(async () => {
    const { api } = window as unknown as { api: Api };
    const refused = (channel: string, value: unknown): Promise<string> =>
      api.call(channel as never, value as never).then(
        () => 'answered',
        (failure: unknown) => (failure as { readonly code: string }).code,
      );
    let deep: unknown = null;
    for (let level = 0; level < 900; level++) deep = [deep];
    return [
      await refused('library.add', { token: 'x'.repeat(100_000_000) }),
      await refused('shelf.set', { index: 'index-00000000', note: 'x'.repeat(100_000_000) }),
      await refused('marks.set', { voice: 'voice-00000000', marks: new Uint8Array(100_000_000) }),
      await refused('measurements.outlines', { indexes: Array.from({ length: 1_000_000 }, () => 'index-00000000') }),
      await refused('settings.get', deep),
    ];
  });
  expect(large).toEqual(Array.from({ length: 5 }, () => 'BAD_REQUEST'));
  await openVoice(page, SAMPLE);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('a page that goes while it waits, and one that comes again, leave main at work', async ({ prepared, start }) => {
  const { app, page } = await start({ userData: prepared, locale: 'en' });
  await expect(voiceCard(page)).toBeVisible();
  for (let again = 0; again < 3; again++) {
    // What is answered meanwhile has nobody to go to.
    await page.evaluate(() => {
      const { api } = window as unknown as { api: Api };
      for (let call = 0; call < 50; call++) {
        void api.call('library.refresh', null);
        void api.call('hosts.find', null);
      }
      for (const channel of ['settings.get', 'library.get', 'jobs.list'] as const) api.begin(channel);
    });
    await page.reload();
    await expect(voiceCard(page)).toBeVisible();
  }
  // Its process ends in the middle of a question.
  await page.evaluate(() => void (window as unknown as { api: Api }).api.call('library.refresh', null));
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  /** The title of the page that is there; a page that is not yet answers nothing, not even late. */
  const title = (): Promise<unknown> =>
    app.evaluate(({ BrowserWindow }) =>
      Promise.race([
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript("document.querySelector('h1')?.textContent"),
        new Promise((settle) => setTimeout(settle, 1_000)),
      ]),
    );
  await expect.poll(title, { timeout: 60_000 }).toBeTruthy();
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});
