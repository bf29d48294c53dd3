import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { put } from '../fixtures/files';
import { ivfFlatIndex } from '../fixtures/hostileIndexes';
import { npyFile } from '../fixtures/npy';
import { answerOpenDialogs, expect, snapshot, test } from './launch';
import { goTo, libraryOf, openVoice, voiceCard } from './steps';
import { say } from './words';

/** What a person may choose by mistake, as files below one folder, and what the app says to it. */
interface Mistake {
  readonly title: string;
  readonly way: 'addFolder' | 'openFile';
  /** The folder or file that is chosen. */
  readonly choose: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly says: string;
}

const filled = ivfFlatIndex({ dimension: 768, sizes: [20, 20] }).bytes;

const MISTAKES: readonly Mistake[] = [
  {
    title: 'features of both versions in one folder',
    way: 'addFolder',
    choose: 'mixed',
    files: { 'mixed/3_feature768/a.npy': npyFile(40, 768), 'mixed/3_feature768/b.npy': npyFile(40, 256) },
    says: 'errors.FEATURES_MIXED_DIMENSIONS.sentence',
  },
  { title: 'an empty folder', way: 'addFolder', choose: 'empty', files: {}, says: 'intake.foundNothing' },
  {
    title: 'a folder with other files only',
    way: 'addFolder',
    choose: 'stray',
    files: { 'stray/readme.txt': 'hello', 'stray/cover.jpg': 'not a picture' },
    says: 'intake.foundNothing',
  },
  {
    title: 'a web page saved as an index',
    way: 'openFile',
    choose: 'page.index',
    files: { 'page.index': '<!DOCTYPE html><html><body>404: Not Found</body></html>' },
    says: 'errors.INDEX_LOOKALIKE.sentence',
  },
  {
    title: 'the intermediate file of RVC',
    way: 'openFile',
    choose: 'trained_IVF2_Flat_nprobe_1_aria_v2.index',
    files: { 'trained_IVF2_Flat_nprobe_1_aria_v2.index': ivfFlatIndex({ dimension: 768, sizes: [0, 0] }).bytes },
    says: 'errors.INDEX_NO_VECTORS.sentence',
  },
  {
    title: 'an index that was cut off',
    way: 'openFile',
    choose: 'added_IVF2_Flat_nprobe_1_aria_v2.index',
    files: { 'added_IVF2_Flat_nprobe_1_aria_v2.index': filled.subarray(0, filled.length / 2) },
    says: 'errors.INDEX_TRUNCATED.sentence',
  },
];

test('what is chosen by mistake is told in plain words, and the app stays', async ({ folder, start }) => {
  const { app, page } = await start({ locale: 'en' });
  await goTo(page, 'library');
  for (const { title, way, choose, files, says } of MISTAKES) {
    await test.step(title, async () => {
      if (way === 'addFolder') await mkdir(join(folder, choose));
      for (const [name, content] of Object.entries(files)) await put(join(folder, name), content);
      await answerOpenDialogs(app, [join(folder, choose)]);
      await page.getByRole('button', { name: say(`library.${way}`) }).click();
      await expect.soft(page.getByText(say(says), { exact: true }).first()).toBeVisible();
      // Also takes the message away, which the next mistake may bring again.
      await page.reload();
      await goTo(page, 'library');
    });
  }
});

test('a file that fits no other is left out at one press, and taken in again', async ({ folder, start }) => {
  const features = join(folder, 'logs', 'Aria', '3_feature768');
  for (const name of ['a', 'b', 'c']) await put(join(features, `${name}.npy`), npyFile(40, 768));
  await put(join(features, 'odd.npy'), npyFile(40, 256));
  const { app, page } = await start({ locale: 'en' });
  await answerOpenDialogs(app, [join(folder, 'logs')]);
  await goTo(page, 'library');
  await page.getByRole('button', { name: say('library.addFolder') }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Aria', exact: true })).toBeVisible();
  const leave = page.getByRole('button', { name: say('leaveOut.button', { count: '1' }, 1) });
  await expect(leave).toBeVisible();
  await snapshot(page, 'odd-file');
  await leave.click();
  const note = say('leaveOut.note', { count: '1' }, 1);
  await expect(page.getByText(note)).toBeVisible();
  await expect(page.getByText(/odd\.npy/).first()).toBeVisible();
  await page.getByRole('button', { name: say('verdict.actions.build') }).click();
  await expect(page.getByText(note)).toBeVisible();
  await expect(page.getByRole('button', { name: say('build.start') })).toBeEnabled();
  await snapshot(page, 'odd-file-left-out');
  await page.getByRole('button', { name: say('leaveOut.useAgain') }).click();
  await expect(page.getByText(say('errors.FEATURES_MIXED_DIMENSIONS.sentence'))).toBeVisible();
  await page.getByRole('button', { name: say('leaveOut.button', { count: '1' }, 1) }).click();
  await page.getByRole('button', { name: say('build.start') }).click();
  await expect(
    page.getByText(
      say('toasts.done', { title: say('jobs.titles.train', { voice: 'Aria', recipe: say('recipes.balanced.name') }) }),
    ),
  ).toBeVisible();
  expect(await readdir(features)).toContain('odd.npy');
});

test('among 20,000 folders voices are found as far as is looked, and that is said', async ({ folder, start }) => {
  const root = join(folder, 'everything');
  await put(join(root, 'aria', '3_feature768', '0_0.npy'), npyFile(40, 768));
  for (let crowd = 0; crowd < 200; crowd++) {
    const names = Array.from({ length: 100 }, (_, at) => join(root, 'crowd', `${crowd}`, `${at}`));
    await Promise.all(names.map((name) => mkdir(name, { recursive: true })));
  }
  const { app, page } = await start({ locale: 'en' });
  await answerOpenDialogs(app, [root]);
  await page.getByRole('button', { name: say('welcome.addFolder') }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'aria', exact: true })).toBeVisible();
  await goTo(page, 'library');
  await expect(voiceCard(page, 'aria')).toBeVisible();
  await expect(page.getByText(say('away.stopped', { count: '10K' }, 10_000))).toBeVisible();
});

test('E1: without the engine the app opens, looks at indexes, and says why it cannot build', async ({
  folder,
  start,
}) => {
  const voice = join(folder, 'logs', 'aria');
  await put(join(voice, '3_feature768', 'a.npy'), npyFile(400, 768));
  await put(join(voice, 'added_IVF2_Flat_nprobe_1_aria_v2.index'), filled);
  const { app, page } = await start({ locale: 'en', env: { FAISS_NODE_BINARY: join(folder, 'nowhere.node') } });
  await answerOpenDialogs(app, [voice]);
  await page.getByRole('button', { name: say('welcome.addFolder') }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'aria' })).toBeVisible();

  await page.getByRole('button', { name: say('voice.inspect') }).click();
  await expect(page.getByText(say('index.factsTitle'))).toBeVisible();
  await expect(page.getByRole('definition').filter({ hasText: /^40$/ })).toBeVisible();
  const [known] = (await libraryOf(page)).voices;
  expect(known?.indexes[0]?.facts).toMatchObject({ vectors: 40, dimension: 768, nlist: 2 });

  await openVoice(page, 'aria');
  await page.getByRole('button', { name: say('voice.buildMore'), exact: true }).click();
  await expect(page.getByRole('alert').getByText(say('errors.ENGINE_MISSING.sentence'))).toBeVisible();
  await expect(page.getByRole('button', { name: say('build.start') })).toBeDisabled();

  await test.step('and leads to what the guide says of it', async () => {
    await page
      .getByRole('alert')
      .getByRole('button', { name: say('help.more') })
      .first()
      .click();
    await expect(page.getByRole('heading', { level: 2, name: say('commands.troubleshooting') })).toBeVisible();
    await expect(page.getByRole('heading', { level: 3, name: 'The engine is missing' })).toBeInViewport();
    await snapshot(page, 'troubleshooting-light-1280-en');
    await page.keyboard.press('Alt+ArrowLeft');
    await expect(page.getByRole('heading', { level: 1, name: say('build.title', { voice: 'aria' }) })).toBeVisible();
  });
});
