import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { ElectronApplication, Locator, Page } from '@playwright/test';
import type { MessageBoxOptions } from 'electron';
import type { Api } from '@shared/contract/api';
import type { Pace } from '@shared/jobs/progress';
import { expectAccessible } from '../accessible';
import { answerQuestions, saveTo, snapshot } from '../launch';
import { awaitJob, goTo, JOB_TIMEOUT, jobBar, jobCards, libraryOf, openVoice } from '../steps';
import { say } from '../words';
import { expect, test } from './prepared';

test('a queue is put in order, held, left and found again, let go on, and cleared', async ({
  prepared,
  folder,
  start,
}) => {
  const first = await start({ userData: prepared, locale: 'en' });
  const { page } = first;
  const [names] = await Promise.all([queue(page), goTo(page, 'jobs')]);
  const [one, two, three] = names;
  await expect(titles(page)).toHaveText([one, two, three]);

  await test.step('by dragging, and by keys with the place said', async () => {
    await drag(page, handle(page, three), handle(page, one));
    await expect(titles(page)).toHaveText([three, one, two]);
    await handle(page, three).press('Alt+ArrowDown');
    await expect(titles(page)).toHaveText([one, three, two]);
    await expect(handle(page, three)).toBeFocused();
    await expect(page.getByRole('status').filter({ hasText: three })).toHaveText(
      say('jobs.order.moved', { title: three, place: 2, count: 3 }),
    );
    await page.keyboard.press('Alt+ArrowUp');
    await expect(titles(page)).toHaveText([three, one, two]);
  });

  await test.step('cancelling says first what is thrown away', async () => {
    await jobBar(page)
      .getByRole('button', { name: say('jobs.cancel') })
      .click();
    const dialog = page.getByRole('dialog', { name: say('jobs.cancelling.title') });
    await expect(dialog).toContainText(say('jobs.cancelling.next', { count: 3 }, 3));
    await snapshot(page, 'jobs-cancel-en');
    await expectAccessible(page, 'cancelling');
    await dialog.getByRole('button', { name: say('jobs.cancelling.keep') }).click();
    await expect(jobCards(page, 'running')).toHaveCount(1);
  });

  await test.step('quitting names all of them, and goes on only when it may', async () => {
    await page.getByRole('button', { name: say('jobs.pause') }).click();
    await expect(jobCards(page, 'held')).toHaveCount(3);
    const asked = first.app.evaluate(
      ({ BrowserWindow, dialog }) =>
        new Promise<MessageBoxOptions>((resolve) => {
          dialog.showMessageBox = ((_window: unknown, options: MessageBoxOptions) => {
            resolve(options);
            return Promise.resolve({ response: 0, checkboxChecked: false });
          }) as typeof dialog.showMessageBox;
          BrowserWindow.getAllWindows()[0]?.close();
        }),
    );
    const { message, detail, buttons, defaultId, cancelId } = await asked;
    for (const name of [three, one, two]) expect(detail).toContain(name);
    expect(message).toBe(say('main.closing.message'));
    // What is pressed by mistake keeps everything as it is.
    expect([defaultId, cancelId].map((id) => buttons?.[id ?? -1])).toEqual(Array(2).fill(say('main.closing.keepOpen')));
    await answerQuestions(first.app, 1);
    await first.close();
  });

  await test.step('at the next start what waited waits for a word, in its order', async () => {
    const again = await start({ userData: prepared, locale: 'en' });
    const second = again.page;
    await expect(jobBar(second)).toContainText(say('jobs.states.held'));
    await goTo(second, 'jobs');
    await expect(titles(second)).toHaveText([three, one, two]);
    const interrupted = jobCards(second, 'interrupted').first();
    await expect(interrupted.getByRole('button', { name: say('jobs.rerun') })).toBeVisible();
    await jobBar(second)
      .getByRole('button', { name: say('jobs.resume') })
      .click();
    await awaitJob(second);

    const ended = second.getByRole('region', { name: say('jobs.sections.over') }).getByRole('listitem');
    const count = await ended.count();
    const measured = ended.filter({ hasText: one });
    await measured.getByRole('button', { name: say('report.title') }).click();
    const report = second.getByRole('dialog', { name: say('report.title') });
    await expect(report).toContainText(say('repair.figures.recall'));
    await report.getByRole('button', { name: say('report.copy') }).click();
    await expect(report.getByRole('button', { name: say('app.copied') })).toBeVisible();
    expect(await again.app.evaluate(({ clipboard }) => clipboard.readText())).toContain(say('report.sections.times'));
    const saved = join(folder, 'report.txt');
    await saveTo(again.app, saved);
    await report.getByRole('button', { name: say('report.saveText') }).click();
    await expect.poll(() => readFile(saved, 'utf8').catch(() => '')).toContain(say('report.sections.times'));
    await second.keyboard.press('Escape');
    await second.getByRole('button', { name: say('jobs.clear') }).click();
    await expect(second.getByText(say('jobs.empty'))).toBeVisible();
    await second.getByRole('button', { name: say('repair.undo') }).click();
    await expect(ended).toHaveCount(count);
  });
});

test('a computer at work stays awake, and when all is done goes off unless anybody keeps it on', async ({
  prepared,
  folder,
  start,
}) => {
  test.skip(process.platform !== 'linux', 'Elsewhere this computer would be shut down.');
  // Stands in for what shuts a computer down.
  const programs = join(folder, 'programs');
  const off = join(folder, 'it is off');
  await mkdir(programs);
  await writeFile(join(programs, 'systemctl'), `#!/bin/sh\n[ "$1" = poweroff ] && : > '${off}'\n`);
  await chmod(join(programs, 'systemctl'), 0o755);
  const env = { PATH: [programs, process.env['PATH'] ?? ''].join(delimiter) };
  const { app, page } = await start({ userData: prepared, locale: 'en', env });
  const asked = page.getByRole('dialog', { name: say('jobs.powerOff.title') });
  const wish = page.getByRole('switch', { name: say('settings.whenDone.shutDown') });

  const measureAndWait = async (): Promise<void> => {
    await goTo(page, 'settings');
    await wish.check();
    await measureAgain(page);
    await expect(asked.getByRole('timer')).toBeVisible({ timeout: JOB_TIMEOUT });
  };

  await test.step('it is kept awake, shows how far it is, and tells who looks elsewhere, once', async () => {
    const seen = await watchSystem(app);
    await measureAgain(page);
    await expect.poll(() => seen.evaluate(({ told }) => told), { timeout: JOB_TIMEOUT }).toHaveLength(1);
    const { awake, bars } = await seen.jsonValue();
    expect(awake).toEqual(['kept', 'let']);
    expect(bars.at(-1)).toBe(-1);
    expect(Math.max(...bars)).toBeGreaterThan(0);
  });

  await test.step('somebody is there, and it stays on; it held for once', async () => {
    await measureAndWait();
    await snapshot(page, 'jobs-power-off-en');
    await expectAccessible(page, 'power off');
    await asked.getByRole('button', { name: say('jobs.powerOff.keepOn') }).click();
    await expect(asked).toBeHidden();
    await goTo(page, 'settings');
    await expect(wish).not.toBeChecked();
    await expect(access(off)).rejects.toThrow();
  });

  await test.step('asked for again, it goes off', async () => {
    await measureAndWait();
    await asked.getByRole('button', { name: say('jobs.powerOff.now') }).click();
    await expect.poll(() => access(off).then(() => 'off')).toBe('off');
  });
});

test('how long a job takes is known from what others took on this computer', async ({ prepared, start }) => {
  const before = await start({ userData: prepared, locale: 'en' });
  await measureAgain(before.page);
  await awaitJob(before.page);
  await before.close();
  makePastSlower(join(prepared, 'library.sqlite'), 3_000);

  const { page } = await start({ userData: prepared, locale: 'en' });
  const lefts = await watchLeft(page);
  const measured = async (): Promise<number> => {
    await measureAgain(page);
    await awaitJob(page);
    return Math.max(...(await lefts.evaluate((seen) => seen.splice(0))));
  };

  // As long as a slow computer would need, though this one has just begun …
  expect(await measured()).toBeGreaterThan(60_000);
  // … and never again: by now it has shown how fast it is.
  expect(await measured()).toBeLessThan(60_000);
});

async function measureAgain(page: Page): Promise<void> {
  await openVoice(page);
  await page.getByRole('button', { name: say('measure.again'), exact: true }).click();
  await page.getByRole('menuitem').first().click();
  await expect(jobBar(page)).toBeVisible();
}

/** As if all that was measured here had been measured on a computer so many times slower. */
function makePastSlower(path: string, times: number): void {
  const database = new DatabaseSync(path);
  const rows = database.prepare("SELECT key, value FROM memory WHERE key LIKE 'pace:measure:%'").all() as {
    key: string;
    value: string;
  }[];
  expect(rows).not.toHaveLength(0);
  for (const { key, value } of rows) {
    const slower = (JSON.parse(value) as Pace[]).map(({ size, steps }) => ({
      size,
      steps: Object.fromEntries(Object.entries(steps).map(([step, ms]) => [step, ms * times])),
    }));
    database.prepare('UPDATE memory SET value = ? WHERE key = ?').run(JSON.stringify(slower), key);
  }
  database.close();
}

/** Every time that is said to be left of a job from now on, in ms. */
function watchLeft(page: Page) {
  return page.evaluateHandle(() => {
    const lefts: number[] = [];
    const { api } = window as unknown as { api: Api };
    api.on('jobs.changed', ({ progress }) => {
      if (typeof progress?.remainingMs === 'number') lefts.push(progress.remainingMs);
    });
    return lefts;
  });
}

/** One that takes long, and three that are quick; the titles of these. */
async function queue(page: Page): Promise<[string, string, string]> {
  const [voice] = (await libraryOf(page)).voices;
  const indexes = voice?.indexes ?? [];
  await page.evaluate(
    async ([id, one, two]) => {
      const { api } = window as unknown as { api: Api };
      const limits = { maxBytes: null, maxMs: null, minQuality: null };
      await api.call('jobs.start', { kind: 'tune', voice: id, budgetSeconds: 300, options: null, limits });
      await api.call('jobs.start', { kind: 'measure', index: one, queries: null });
      await api.call('jobs.start', { kind: 'measure', index: two, queries: null });
      await api.call('jobs.start', { kind: 'sample' });
    },
    [voice!.id, indexes[0]!.id, indexes[1]!.id] as const,
  );
  const measured = (place: number): string => say('jobs.titles.measure', { subject: indexes[place]!.name });
  return [measured(0), measured(1), say('jobs.titles.sample')];
}

/** What the system is asked for from now on, while the person looks at another window. */
function watchSystem(app: ElectronApplication) {
  return app.evaluateHandle(({ BrowserWindow, Notification, powerSaveBlocker }) => {
    const seen = { awake: [] as string[], bars: [] as number[], told: [] as string[] };
    const [window] = BrowserWindow.getAllWindows();
    const begin = powerSaveBlocker.start.bind(powerSaveBlocker);
    const end = powerSaveBlocker.stop.bind(powerSaveBlocker);
    Object.assign(powerSaveBlocker, {
      start: (kind: 'prevent-app-suspension') => {
        seen.awake.push('kept');
        return begin(kind);
      },
      stop: (id: number) => {
        seen.awake.push('let');
        end(id);
      },
    });
    Object.assign(window!, {
      isFocused: () => false,
      setProgressBar: (fraction: number) => void seen.bars.push(fraction),
    });
    Notification.prototype.show = function show(this: Electron.Notification) {
      seen.told.push(this.title);
    };
    return seen;
  });
}

function titles(page: Page): Locator {
  return page.getByRole('region', { name: say('jobs.sections.waiting') }).getByRole('heading', { level: 3 });
}

function handle(page: Page, title: string): Locator {
  return page.getByRole('button', { name: say('jobs.order.handle', { title }) });
}

async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  await from.hover();
  await page.mouse.down();
  const box = (await to.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y, { steps: 4 });
  await page.mouse.up();
}
