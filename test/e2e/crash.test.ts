import { join } from 'node:path';
import { kill } from 'node:process';
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from './launch';
import { filesIn, goTo, jobBar, jobCards, makeSample, openBuild, startBuild } from './steps';
import { say } from './words';

const BUILD_TIMEOUT = 60_000;

test('F8: work that dies is told in words, leaves nothing half-made, and can be done again', async ({
  folder,
  start,
}) => {
  const built = join(folder, 'user data', 'indexes');
  const first = await start({ locale: 'en' });
  await makeSample(first.page);

  await test.step('the process of a build dies', async () => {
    const { app, page } = first;
    await openBuild(page);
    await startBuild(page);
    kill(await workerUnderWay(app, page), 'SIGKILL');
    await expect(jobBar(page)).toBeHidden();
    await goTo(page, 'jobs');
    const card = jobCards(page, 'failed');
    await expect(card).toContainText(say('errors.JOB_CRASHED.sentence'));
    expect(await filesIn(built)).toEqual([]);
    await card.getByRole('button', { name: say('jobs.rerun') }).click();
    await expect(jobBar(page)).toBeVisible();
    // The sample voice, and the build that was run again.
    await expect(jobCards(page, 'done')).toHaveCount(2, { timeout: BUILD_TIMEOUT });
    expect(await filesIn(built)).toHaveLength(1);
  });

  await test.step('the app itself dies in the middle of a build', async () => {
    const { app, page } = first;
    await page
      .getByRole('button', { name: say('jobs.openVoice') })
      .first()
      .click();
    await page.getByRole('button', { name: say('voice.buildMore'), exact: true }).click();
    await startBuild(page);
    const worker = await workerUnderWay(app, page);
    app.process().kill('SIGKILL');
    await expect.poll(() => isAlive(worker)).toBe(false);

    const second = await start();
    await goTo(second.page, 'jobs');
    const card = jobCards(second.page, 'interrupted');
    await expect(card).toContainText(say('errors.JOB_INTERRUPTED.sentence'));
    await expect.poll(() => filesIn(built)).toHaveLength(1);
    await card.getByRole('button', { name: say('jobs.rerun') }).click();
    await expect(jobCards(second.page, 'done')).toHaveCount(3, { timeout: BUILD_TIMEOUT });
    expect(await filesIn(built)).toHaveLength(2);
  });
});

/** The id of the process of the build under way, once it has begun to work. */
async function workerUnderWay(app: ElectronApplication, page: Page): Promise<number> {
  await expect(jobBar(page).getByRole('progressbar')).toHaveAttribute('aria-valuenow', /^[1-9]/);
  const pids = await app.evaluate(({ app: main }) =>
    main.getAppMetrics().flatMap(({ pid, name }) => (name?.startsWith('train-') === true ? [pid] : [])),
  );
  expect(pids).toHaveLength(1);
  return pids[0]!;
}

function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch {
    return false;
  }
}
