import { mkdir, readFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import type { Locator } from '@playwright/test';
import { answerOpenDialogs, expect, test } from './launch';
import {
  awaitIndex,
  chooseHost,
  filesIn,
  goTo,
  jobBar,
  cancelJob,
  jobCards,
  libraryOf,
  makeSample,
  openBuild,
  openVoice,
  SAMPLE,
  startBuild,
  useButton,
  voiceCard,
} from './steps';
import { pattern, say } from './words';

for (const folderName of ['voronoice', '测试 тест ü #1']) {
  test.describe(`in a folder named ${folderName}`, () => {
    test.use({ folderName });

    test('E2: from the first start to an index that RVC finds, and back after a restart', async ({ folder, start }) => {
      const first = await start({ theme: 'light', locale: 'en' });
      const built = join(folder, 'user data', 'indexes');
      const rvc = join(folder, 'RVC');
      await mkdir(join(rvc, 'logs'), { recursive: true });
      await mkdir(join(rvc, 'assets', 'indices'), { recursive: true });
      const { page } = first;

      await test.step('the first start welcomes, and makes the sample voice', async () => {
        await expect(page.getByRole('heading', { name: say('welcome.title') })).toBeVisible();
        await makeSample(page);
      });

      await test.step('a build shows how far it is, and cancelling leaves nothing behind', async () => {
        await openBuild(page);
        await startBuild(page);
        await expectToMove(jobBar(page).getByRole('progressbar'), 2);
        await expect(jobBar(page)).toContainText(pattern('jobs.elapsed', 'time'));
        await cancelJob(jobBar(page));
        await expect(jobBar(page)).toBeHidden();
        await goTo(page, 'jobs');
        await expect(jobCards(page, 'cancelled')).toHaveCount(1);
        expect(await filesIn(built)).toEqual([]);
      });

      await test.step('building again makes an index', async () => {
        await openBuild(page);
        await startBuild(page);
        await awaitIndex(page);
        const files = await filesIn(built);
        expect(files.map((file) => basename(file))).toEqual([
          expect.stringMatching(/^added_IVF\d+_Flat_nprobe_\d+_Sample voice_v2\.index$/),
        ]);
      });

      await test.step('the sizes of its groups are drawn, and listed', async () => {
        const picture = page.getByRole('figure', { name: say('charts.groupSizes.title') });
        await expect.poll(() => colorsOf(picture.locator('canvas').first())).toBeGreaterThan(2);
        await picture.getByRole('button', { name: say('charts.frame.showTable') }).click();
        const [voice] = (await libraryOf(page)).voices;
        const groups = voice?.indexes[0]?.facts?.nlist ?? 0;
        expect(groups).toBeGreaterThan(8);
        // The first row names the columns.
        await expect(picture.getByRole('row')).toHaveCount(1 + Math.min(groups, 500));
      });

      await test.step('"Use in RVC" puts it where RVC looks', async () => {
        await answerOpenDialogs(first.app, [rvc]);
        const dialog = await chooseHost(page);
        await dialog.getByRole('button', { name: say('export.write', { host: say('hosts.rvc') }) }).click();
        await expect(dialog.getByText(say('export.done'))).toBeVisible();

        const [source = ''] = await filesIn(built);
        const name = basename(source);
        expect((await filesIn(rvc)).sort()).toEqual(
          [join(rvc, 'assets', 'indices', `${SAMPLE}_${name}`), join(rvc, 'logs', SAMPLE, name)].sort(),
        );
        const bytes = await readFile(source);
        for (const file of await filesIn(rvc)) expect(bytes.equals(await readFile(file)), file).toBe(true);
        await page.keyboard.press('Escape');
        await expect(dialog).toBeHidden();
      });

      await test.step('a restart finds the voice, the index and the jobs', async () => {
        await first.close();
        const second = await start();
        await expect(voiceCard(second.page)).toBeVisible();
        await openVoice(second.page);
        await expect(useButton(second.page)).toBeVisible();
        const [voice] = (await libraryOf(second.page)).voices;
        expect(voice?.indexes.map(({ path }) => path.split(sep).at(-1))).toEqual(
          (await filesIn(built)).map((file) => basename(file)),
        );
        await goTo(second.page, 'jobs');
        await expect(jobCards(second.page, 'done')).toHaveCount(3);
        await expect(jobCards(second.page, 'cancelled')).toHaveCount(1);
      });
    });
  });
}

/** Waits until a bar has grown this often. */
async function expectToMove(bar: Locator, times: number): Promise<void> {
  let seen = -1;
  let grown = -1;
  await expect
    .poll(
      async () => {
        const now = Number((await bar.getAttribute('aria-valuenow')) ?? -1);
        expect(now).toBeGreaterThanOrEqual(seen);
        if (now > seen) {
          seen = now;
          grown += 1;
        }
        return grown;
      },
      { intervals: [50] },
    )
    .toBeGreaterThanOrEqual(times);
}

/** How many different colors a canvas shows. */
function colorsOf(canvas: Locator): Promise<number> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const context = (element as HTMLCanvasElement).getContext('2d');
    if (context === null || width === 0 || height === 0) return 0;
    return new Set(new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)).size;
  });
}
