import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOpenDialogs, launch, test as base } from './launch';
import { awaitIndex, awaitJob, chooseHost, compareIndexes, makeSample, openBuild, startBuild } from './steps';
import { say } from './words';

interface Prepared {
  /**
   * User data with the sample voice, its two indexes (as RVC makes it, and balanced), their comparison and RVC's folder,
   * made once. Tests change nothing but settings, or take back what they change.
   */
  readonly prepared: string;
}

/** The test of launch.ts for what needs a finished voice but is not about making it. */
export const test = base.extend<object, Prepared>({
  prepared: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads which fixtures are needed from this pattern.
    async ({}, use) => {
      const parent = await mkdtemp(join(tmpdir(), 'voronoice-e2e-'));
      const userData = join(parent, 'user data');
      const rvc = join(parent, 'RVC');
      await mkdir(join(rvc, 'logs'), { recursive: true });
      const { app, page, close } = await launch({ userData, theme: 'light', locale: 'en' });
      await makeSample(page);
      await openBuild(page);
      await startBuild(page, 'rvc');
      await awaitJob(page);
      await page.getByRole('button', { name: say('voice.buildMore'), exact: true }).click();
      await startBuild(page);
      await awaitIndex(page);
      await answerOpenDialogs(app, [rvc]);
      await chooseHost(page);
      await page.keyboard.press('Escape');
      await compareIndexes(page);
      await close();
      await use(userData);
      await rm(parent, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 600_000 },
  ],
});

export { expect } from './launch';
