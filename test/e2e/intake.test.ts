import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { writeNpy } from '../../src/worker/features/npyFile';
import { ivfFlatIndex } from '../fixtures/hostileIndexes';
import * as make from '../fixtures/pickles';
import { zip } from '../fixtures/zips';
import { answerOpenDialogs, expect, snapshot, test } from './launch';
import { goTo, libraryOf, openVoice } from './steps';
import { say } from './words';

async function put(path: string, content: string | Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** Drops real files on the window; only those have a path for the app. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  await page.evaluate(() => {
    document.querySelector('#dropped')?.remove();
    document.body.append(
      Object.assign(document.createElement('input'), { id: 'dropped', type: 'file', multiple: true }),
    );
  });
  await page.locator('#dropped').setInputFiles([...paths]);
  await page.locator('#dropped').evaluate((input: HTMLInputElement) => {
    const dataTransfer = new DataTransfer();
    for (const file of input.files ?? []) dataTransfer.items.add(file);
    window.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true, bubbles: true }));
  });
}

test('whatever is dropped is named for what it is, and leads on', async ({ folder, start }) => {
  const voice = join(folder, 'RVC', 'logs', 'aria');
  const features = join(voice, '3_feature768', '0_0.npy');
  await mkdir(dirname(features), { recursive: true });
  await writeNpy(features, new Float32Array(40 * 768).fill(0.5), 768);
  const index = ivfFlatIndex({ dimension: 768, sizes: [20, 20] }).bytes;
  await put(join(voice, 'added_IVF2_Flat_nprobe_1_aria_v2.index'), index);
  const weights = join(folder, 'RVC', 'assets', 'weights');
  const model = await put(join(weights, 'aria.pth'), make.voiceModel(768, { author: make.text('Ada') }));
  await put(join(weights, 'aria_e20_s400.pth'), make.voiceModel(256));
  const evil = make.pickle(make.call(make.named('posix', 'system'), make.text('true')));
  const { app, page } = await start({ locale: 'en', files: [join(folder, 'RVC')] });

  await test.step('a voice shows its models, and whether the index fits', async () => {
    await expect.poll(() => libraryOf(page).then(({ voices }) => voices.map(({ name }) => name))).toEqual(['aria']);
    await openVoice(page, 'aria');
    const title = page.getByRole('heading', { name: say('model.title'), exact: true });
    const models = page.locator('section').filter({ has: title }).getByRole('listitem');
    await expect(models.filter({ hasText: 'aria.pth' })).toContainText(say('model.fit.yes'));
    await expect(models.filter({ hasText: 'aria.pth' })).toContainText(say('model.author', { name: 'Ada' }));
    const unfit = say('model.fit.dimension', { model: '256', index: '768' });
    await expect(models.filter({ hasText: 'aria_e20_s400.pth' })).toContainText(unfit);
  });

  await test.step('several things at once', async () => {
    await goTo(page, 'library');
    const notes = await put(join(folder, 'notes.txt'), 'to do');
    const half = await put(join(folder, 'half.index'), index.subarray(0, index.length / 2));
    await drop(page, [model, notes, half, await put(join(folder, 'evil.pth'), evil), features]);
    const taken = page.getByRole('dialog').getByRole('listitem');
    await expect(taken).toHaveCount(5);
    await expect(taken.filter({ hasText: 'aria.pth' })).toContainText(say('model.what.voice'));
    await expect(taken.filter({ hasText: 'aria.pth' })).toContainText(say('model.fit.yes'));
    await expect(taken.filter({ hasText: 'notes.txt' })).toContainText(say('intake.other.text'));
    await expect(taken.filter({ hasText: 'half.index' })).toContainText(say('errors.INDEX_TRUNCATED.sentence'));
    await expect(taken.filter({ hasText: 'evil.pth' })).toContainText(say('errors.MODEL_RUNS_CODE.sentence'));
    await taken
      .filter({ hasText: '0_0.npy' })
      .getByRole('button', { name: say('intake.addItsFolder') })
      .click();
    await expect(page.getByRole('heading', { level: 1, name: 'aria' })).toBeVisible();
    expect((await libraryOf(page)).indexes).toEqual([]);
  });

  await test.step('what is no voice, or would do harm, is named, with what to do', async () => {
    const layers = (...names: readonly string[]): number[] =>
      make.dictionary(Object.fromEntries(names.map((name) => [name, make.tensor(1)])));
    const trained = (model: number[], more = {}): Uint8Array => make.pickle(make.dictionary({ model, ...more }));
    const hubert = {
      task_state: make.dictionary({ target: make.call(make.named('fairseq.data.dictionary', 'Dictionary')) }),
    };
    const bomb = zip([{ name: 'Mira.pth', content: new Uint8Array(2 ** 24), deflate: true, bytes: 2 ** 32 - 1 }]);
    const files: Readonly<Record<string, readonly [Uint8Array, string]>> = {
      'hubert_base.pt': [
        trained(layers('mask_emb', 'feature_extractor.conv_layers.0.0.weight'), hubert),
        'model.what.embedder',
      ],
      'f0G48k.pth': [
        trained(make.dictionary({ 'enc_p.emb_phone.weight': make.tensor(192, 768) })),
        'model.what.pretrained',
      ],
      'f0D48k.pth': [trained(layers('discriminators.0.convs.0.weight_g')), 'model.what.discriminator'],
      'G_8000.pth': [
        trained(layers('emb_g.weight', 'pre.weight', 'emb_uv.weight'), { optimizer: make.none }),
        'model.what.sovits',
      ],
      'locked.zip': [
        zip([{ name: 'Mira.pth', content: 'secret', encrypted: true }]),
        'errors.ARCHIVE_ENCRYPTED.sentence',
      ],
      'bomb.zip': [bomb, 'errors.ARCHIVE_TOO_LARGE.sentence'],
    };
    await page.keyboard.press('Escape');
    await goTo(page, 'library');
    const paths = Object.entries(files).map(([name, [content]]) => put(join(folder, 'bad', name), content));
    await drop(page, await Promise.all(paths));
    const taken = page.getByRole('dialog').getByRole('listitem');
    for (const [name, [, key]] of Object.entries(files)) {
      await expect(taken.filter({ hasText: name })).toContainText(say(key));
    }
    await expect(taken.filter({ hasText: 'f0D48k.pth' })).toContainText(say('errors.MODEL_NOT_VOICE.action'));
    await snapshot(page, 'intake-bad-light-1280-en');
    const locked = taken.filter({ hasText: 'locked.zip' });
    await locked.getByRole('button', { name: say('app.copyDetails') }).click();
    await expect(locked.getByRole('button', { name: say('app.copied') })).toBeVisible();
  });

  await test.step('an archive is unpacked into the library, unless it leads out of it', async () => {
    const shared = zip([
      { name: 'Mira/Mira.pth', content: make.voiceModel(768) },
      { name: 'Mira/added_IVF2_Flat_nprobe_1_Mira_v2.index', content: index },
      { name: '__MACOSX/Mira/._Mira.pth', content: 'x' },
    ]);
    const climbing = zip([{ name: '../evil.pth', content: 'x' }]);
    await page.keyboard.press('Escape');
    await goTo(page, 'library');
    // Chosen in the system's dialog they are taken in as what is dropped.
    await answerOpenDialogs(app, [
      await put(join(folder, 'Mira.zip'), shared),
      await put(join(folder, 'evil.zip'), climbing),
    ]);
    await page.getByRole('button', { name: say('library.openFile') }).click();
    const taken = page.getByRole('dialog').getByRole('listitem');
    await expect(taken.filter({ hasText: 'evil.zip' })).toContainText(say('errors.ARCHIVE_UNSAFE.sentence'));
    const kinds = [say('intake.packed.model', { count: 1 }, 1), say('intake.packed.index', { count: 1 }, 1)];
    await expect(taken.filter({ hasText: 'Mira.zip' })).toContainText(new Intl.ListFormat('en').format(kinds));
    await expect(taken.filter({ hasText: 'Mira.zip' })).toContainText(say('model.fit.yes'));
    await snapshot(page, 'intake-archive-light-1280-en');
    await page.getByRole('button', { name: say('intake.unpack') }).click();
    await expect
      .poll(() => libraryOf(page).then(({ voices }) => voices.map(({ name }) => name).toSorted()))
      .toEqual(['Mira', 'aria']);
  });

  await test.step('an archive with names of another code page is read as who made it named them', async () => {
    // "歌声" as Windows in Japan writes it, without a word about how.
    const singing = Buffer.from([0x89, 0xcc, 0x90, 0xba]);
    const named = (before: string, after: string): Buffer =>
      Buffer.concat([singing, Buffer.from(before), singing, Buffer.from(after)]);
    const shared = zip([
      { name: named('/', '.pth'), content: make.voiceModel(768) },
      { name: named('/added_IVF2_Flat_nprobe_1_', '_v2.index'), content: index },
    ]);
    await goTo(page, 'library');
    await drop(page, [await put(join(folder, 'from japan.zip'), shared)]);
    const taken = page.getByRole('dialog').getByRole('listitem');
    await expect(taken.filter({ hasText: 'from japan.zip' })).toContainText(say('model.fit.yes'));
    await page.getByRole('button', { name: say('intake.unpack') }).click();
    await expect.poll(() => libraryOf(page).then(({ voices }) => voices.map(({ name }) => name))).toContain('歌声');
  });
});
