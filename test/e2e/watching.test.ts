import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Api } from '@shared/contract/api';
import { put } from '../fixtures/files';
import { ivfFlatIndex } from '../fixtures/hostileIndexes';
import { npyFile } from '../fixtures/npy';
import { answerOpenDialogs, expect, resize, snapshot, test } from './launch';
import { goTo, JOB_TIMEOUT, openVoice, voiceCard } from './steps';
import { say, wordsIn } from './words';

const SOON = { timeout: 15_000 } as const;

test('the library sees what other programs do to its folders', async ({ folder, start }) => {
  const root = join(folder, 'RVC');
  const aria = join(root, 'logs', 'Aria');
  const indexed = ivfFlatIndex({ dimension: 768, sizes: [200, 200] }).bytes;
  await put(join(aria, '3_feature768', '0_0.npy'), npyFile(400, 768));
  await put(join(aria, 'added_IVF2_Flat_nprobe_1_Aria_v2.index'), indexed);
  await put(join(root, 'logs', 'Ben', '3_feature768', '0_0.npy'), npyFile(400, 768));
  const { app, page } = await start({ locale: 'en', theme: 'light' });
  await answerOpenDialogs(app, [root]);
  await page.getByRole('button', { name: say('welcome.addFolder') }).click();
  await expect(voiceCard(page, 'Aria')).toBeVisible();

  await test.step('new frames, with building again at hand', async () => {
    await put(join(aria, '3_feature768', '0_1.npy'), npyFile(312, 768));
    const told = say('found.frames', { voice: 'Aria', moments: '312' }, 312);
    await expect(page.getByText(told, { exact: true })).toBeVisible(SOON);
    await snapshot(page, 'watching-frames-light-1280-en');
    await page.getByRole('button', { name: say('verdict.actions.rebuild'), exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: say('build.title', { voice: 'Aria' }) })).toBeVisible();
    await goTo(page, 'library');
  });

  await test.step('a drive that is pulled out: its voices stay, and work on them is refused before it begins', async () => {
    await rename(root, `${root} away`);
    await expect(voiceCard(page, 'Aria').getByText(say('away.mark'), { exact: true })).toBeVisible(SOON);
    await snapshot(page, 'watching-away-light-1280-en');
    const refused = await page.evaluate(async () => {
      const { api } = window as unknown as { api: Api };
      await api.call('settings.set', { locale: 'ko', theme: 'dark' });
      const { voices } = await api.call('library.get', null);
      const index = voices.find(({ name }) => name === 'Aria')?.indexes[0]?.id ?? '';
      return api.call('jobs.start', { kind: 'measure', index, queries: null }).catch((failure: unknown) => failure);
    });
    expect(refused).toMatchObject({ code: 'FOLDER_AWAY' });
  });

  await test.step('and comes back by itself, in another language', async () => {
    const t = wordsIn('ko');
    await page.reload();
    await resize(app, { width: 960, height: 640 });
    await openVoice(page, 'Aria', t);
    await expect(page.getByRole('alert').getByText(t('away.gone'))).toBeVisible();
    await snapshot(page, 'watching-away-dark-960-ko');
    await rename(`${root} away`, root);
    await expect(page.getByText(t('away.title'))).toBeHidden(SOON);
    await goTo(page, 'library', t);
    await expect(voiceCard(page, 'Ben').getByText(t('away.mark'), { exact: true })).toBeHidden();
  });

  await test.step('what a check of everything has found is said wherever the person is, and leads back', async () => {
    const t = wordsIn('ko');
    await page.getByRole('button', { name: t('voices.check.button') }).click();
    await goTo(page, 'jobs', t);
    // Of Aria the index is measured now, Ben has none.
    const told = page.getByRole('listitem').filter({ hasText: t('voices.check.found.build', { count: '1' }, 1) });
    await expect(told).toBeVisible({ timeout: JOB_TIMEOUT });
    await snapshot(page, 'watching-checked-dark-960-ko');
    await told.getByRole('button', { name: t('toasts.show') }).click();
    await expect(
      page.getByRole('status').filter({ hasText: t('voices.check.found.build', { count: '1' }, 1) }),
    ).toBeVisible();
  });
});
