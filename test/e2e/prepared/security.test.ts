import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { goTo, openVoice, SAMPLE } from '../steps';
import { HAS_SANDBOX } from '../launch';
import { expect, test } from './prepared';

test('the page has no way to the system but the contract', async ({ visit }) => {
  const { page } = await visit({ locale: 'en' });
  const seen = await page.evaluate(() => ({
    node: [typeof globalThis.require, typeof globalThis.process, typeof globalThis.module, typeof globalThis.Buffer],
    api: Object.keys((window as unknown as { api: object }).api).sort(),
    frozen: Object.isFrozen((window as unknown as { api: object }).api),
  }));
  expect(seen).toEqual({
    node: ['undefined', 'undefined', 'undefined', 'undefined'],
    api: ['begin', 'call', 'on', 'tokenOf'],
    frozen: true,
  });
  const refused = await page.evaluate(async () => {
    const { call } = (window as unknown as { api: { call: (channel: string, value: unknown) => Promise<unknown> } })
      .api;
    const answer = async (channel: string, value: unknown): Promise<string> => {
      try {
        await call(channel, value);
        return 'answered';
      } catch (error) {
        return error instanceof Error ? error.message : String((error as { code?: string }).code);
      }
    };
    return [
      await answer('intake.drop', { path: '/etc/passwd' }),
      await answer('library.add', { token: '/etc/passwd' }),
      await answer('app.reveal', { id: '../../etc' }),
    ];
  });
  expect(refused).toEqual([
    expect.stringContaining("Unknown name 'intake.drop'"),
    expect.stringMatching(/^(BAD_REQUEST|TOKEN_UNKNOWN)$/),
    'BAD_REQUEST',
  ]);
});

test('the page runs in a sandbox that filters what it asks of the system', async ({ visit }) => {
  test.skip(!HAS_SANDBOX || process.platform !== 'linux', 'Linux says so of its processes; root has no sandbox.');
  const { app } = await visit({});
  const page = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
  );
  expect(await readFile(`/proc/${page}/status`, 'utf8')).toMatch(/^Seccomp:\s*2$/m);
});

test('S12: a whole session asks for nothing outside the app', async ({ visit }) => {
  const { app, page } = await visit({ locale: 'en' });
  const asked: string[] = [];
  app.context().on('request', (request) => asked.push(request.url()));
  await page.reload();
  await goTo(page, 'library');
  await openVoice(page, SAMPLE);
  await expect(page.locator('canvas').first()).toBeVisible();
  await goTo(page, 'jobs');
  await goTo(page, 'settings');
  expect(asked).toContain('app://voronoice/index.html');
  expect(asked.filter((address) => !/^(?:app:\/\/voronoice\/|data:|blob:app:)/.test(address))).toEqual([]);
});

test('no process is there for a network that nobody uses', async ({ visit }) => {
  const { app } = await visit({});
  const services = await app.evaluate(({ app: main }) => main.getAppMetrics().map(({ type, name }) => name ?? type));
  expect(services).toContain('Tab');
  expect(services.filter((name) => /network/i.test(name))).toEqual([]);
});

test('what is smuggled into the page does not run, and nothing leaves it', async ({ prepared, start }) => {
  const { app, page } = await start({ userData: prepared, locale: 'en' });
  const ran = await page.evaluate(async () => {
    const world = globalThis as unknown as Record<string, unknown>;
    const script = document.createElement('script');
    script.textContent = 'window.smuggled = true';
    document.body.append(script);
    const image = document.createElement('img');
    image.setAttribute('onerror', 'window.smuggled = true');
    image.src = 'data:,';
    document.body.append(image);
    const remote = document.createElement('script');
    remote.src = 'https://example.com/script.js';
    document.body.append(remote);
    // In a turn of its own: what the debugger evaluates itself is exempt from the policy.
    const evaluated = await new Promise((resolve) => {
      window.setTimeout(() => {
        try {
          resolve((0, eval)('1 + 1'));
        } catch (error) {
          resolve((error as Error).name);
        }
      }, 100);
    });
    const fetched = await fetch('https://example.com/').then(
      () => 'answered',
      () => 'refused',
    );
    const file = await fetch('file:///etc/passwd').then(
      () => 'answered',
      () => 'refused',
    );
    return { smuggled: world['smuggled'], evaluated, fetched, file };
  });
  expect(ran).toEqual({ smuggled: undefined, evaluated: 'EvalError', fetched: 'refused', file: 'refused' });

  const opened = await app.evaluate(({ shell }) => {
    const addresses: string[] = [];
    shell.openExternal = (address) => Promise.resolve(void addresses.push(address));
    (globalThis as unknown as { opened: string[] }).opened = addresses;
    return addresses.length;
  });
  expect(opened).toBe(0);
  expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
  await page.evaluate(() => {
    for (const address of ['https://example.com/', 'file:///etc/passwd', 'data:text/html,hello']) {
      const link = document.createElement('a');
      link.href = address;
      document.body.append(link);
      link.click();
    }
    location.href = 'https://example.com/';
  });
  // A refused navigation is never reported as finished: only time tells that none came.
  await setTimeout(1_000);
  const windows = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(({ webContents }) => webContents.getURL()),
  );
  expect(windows).toEqual(['app://voronoice/index.html']);
  expect(await page.evaluate(() => typeof (window as unknown as { api?: object }).api)).toBe('object');
  expect(await app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual([]);
});
