import { readFile, rm } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { openPromise } from 'yauzl';
import type { Api } from '@shared/contract/api';
import { plain } from '@shared/contract/build';
import type { ArgumentOf, Channel, ResultOf } from '@shared/contract/channels';
import type { JobState } from '@shared/contract/jobs';
import type { JobRequest } from '@shared/jobs';
import { put } from '../fixtures/files';
import { ivfFlatIndex } from '../fixtures/hostileIndexes';
import { npyFile } from '../fixtures/npy';
import { answerOpenDialogs, answerSaveDialogs, expect, test } from './launch';
import { JOB_TIMEOUT, libraryOf } from './steps';

/** Names as people have them, and of each what nobody else must read. */
const VOICES = {
  '김민지 노래': ['김민지', '노래'],
  'Анна Петрова (live)': ['Анна', 'Петрова'],
  "Zoë's Küchenlieder": ['Zoë', 'Küchenlieder'],
  'Grandma Rosalind': ['Grandma', 'Rosalind'],
} as const;

type Answer<C extends Channel> = { readonly value: ResultOf<C> } | { readonly failed: string };

/** Asks main what the page may; what is refused is an answer, too. */
function ask<C extends Channel>(page: Page, channel: C, argument: ArgumentOf<C>): Promise<Answer<C>> {
  return page.evaluate(
    ([name, value]) =>
      (window as unknown as { api: Api }).api.call(name as never, value as never).then(
        (answered) => ({ value: answered }) as never,
        (failure: unknown) => ({ failed: (failure as { readonly code: string }).code }) as never,
      ),
    [channel, argument] as const,
  );
}

async function given<C extends Channel>(page: Page, channel: C, argument: ArgumentOf<C>): Promise<ResultOf<C>> {
  const answer = await ask(page, channel, argument);
  if ('value' in answer) return answer.value;
  throw new Error(`${channel}: ${answer.failed}`);
}

/** A job, until it has ended. */
async function work(page: Page, request: JobRequest): Promise<JobState> {
  const { id } = await given(page, 'jobs.start', request);
  const state = async (): Promise<JobState | undefined> =>
    (await given(page, 'jobs.list', null)).find((job) => job.id === id)?.state;
  await expect.poll(state, { timeout: JOB_TIMEOUT }).toMatch(/^(?:done|failed)$/);
  return (await state()) ?? 'failed';
}

/** Fewer bytes stand in any text. */
const SHORTEST = 4;

/** A secret in every writing that hides it from a search for its letters. */
function writings(secret: string): readonly Buffer[] {
  const texts = ['NFC', 'NFD'].flatMap((form) => [secret.normalize(form), secret.normalize(form).toLowerCase()]);
  const all = texts.flatMap((text) => [
    Buffer.from(text),
    Buffer.from(text, 'utf16le'),
    Buffer.from(Buffer.from(text, 'utf16le').swap16()),
    Buffer.from(encodeURIComponent(text)),
    Buffer.from(JSON.stringify(text).slice(1, -1)),
    Buffer.from(text.replaceAll(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)),
    Buffer.from(Buffer.from(text).toString('hex')),
    // In the middle of three bytes each its letters are others; the first and the last depend on what is around.
    ...[0, 1, 2].map((shift) =>
      Buffer.from(
        Buffer.from('\0'.repeat(shift) + text)
          .toString('base64')
          .slice(shift === 0 ? 0 : 4)
          .replace(/.{0,3}=*$/, ''),
      ),
    ),
  ]);
  return all.filter(({ length }) => length >= SHORTEST);
}

test('diagnostics at the end of a full session name nobody and no place', async ({ folder, start }) => {
  const home = join(folder, 'RVC of Rosalind Müller');
  const half = ivfFlatIndex({ dimension: 768, sizes: [20, 20] }).bytes;
  for (const name of Object.keys(VOICES)) {
    const voice = join(home, 'logs', name);
    await put(join(voice, '3_feature768', `${name} 1.npy`), npyFile(400, 768));
    await put(join(voice, '3_feature768', `${name} 2.npy`), 'no features');
    await put(join(voice, '1_16k_wavs', `${name} 1.wav`), 'no recording');
    await put(join(voice, `added_IVF2_Flat_nprobe_1_${name}_v2.index`), half.subarray(0, half.length / 2));
  }
  const { app, page, close, userData } = await start({ userData: join(folder, 'Rosalinds data'), locale: 'en' });
  await answerOpenDialogs(app, [home]);
  const [picked] = await given(page, 'intake.pick', { what: 'folder' });
  await given(page, 'library.add', { token: picked!.token });
  const { voices } = await libraryOf(page);
  expect(voices.map(({ name }) => name).sort()).toEqual(Object.keys(VOICES).sort());

  await test.step('jobs are done and fail, and what is asked for is refused', async () => {
    for (const [place, { id, name, indexes }] of voices.entries()) {
      const train = (change: object = {}): JobRequest => ({
        kind: 'train',
        sources: [{ type: 'voice', id, weight: null }],
        ...plain('rvc'),
        name: null,
        totalFea: false,
        ...change,
      });
      if (place === 0) expect(await work(page, train())).toBe('done');
      expect(await work(page, train({ factory: 'IVF9999,Flat' }))).toBe('failed');
      for (const index of indexes) {
        await ask(page, 'index.inspect', { id: index.id });
        await given(page, 'shelf.set', { index: index.id, starred: true, note: `for ${name}` });
        await ask(page, 'jobs.start', { kind: 'measure', index: index.id, queries: null });
      }
      expect(await ask(page, 'sound.clip', { voice: id, file: `${name} 1.npy`, from: 0, frames: 50 })).toHaveProperty(
        'failed',
      );
      await ask(page, 'voices.leaveOut', { voice: id, files: [`${name} 2.npy`] });
      await ask(page, 'marks.set', { voice: id, marks: [{ file: `${name} 1.npy`, from: 0, to: 5 }] });
    }
    await rm(join(home, 'logs', 'Grandma Rosalind'), { recursive: true });
    await given(page, 'library.refresh', null);
    for (const { id } of await given(page, 'jobs.list', null)) await ask(page, 'jobs.rerun', { id });
    await rm(home, { recursive: true });
    await given(page, 'library.refresh', null);
    await app.evaluate(() => void Promise.reject(new Error("ENOENT: open '/home/Rosalind/Küchenlieder/노래.wav'")));
    const busy = async (): Promise<boolean> =>
      (await given(page, 'jobs.list', null)).some(({ state }) => state === 'running' || state === 'queued');
    await expect.poll(busy, { timeout: JOB_TIMEOUT }).toBe(false);
  });

  const path = join(folder, 'for Rosalind', 'diagnostics.zip');
  await put(path, '');
  await answerSaveDialogs(app, path);
  await given(page, 'app.saveDiagnostics', null);
  const pasted = await given(page, 'app.diagnostics', { code: 'INTERNAL', message: `"${home}" is gone`, job: null });
  await close();

  const all: Buffer[] = [await readFile(path), Buffer.from(pasted)];
  const archive = await openPromise(path);
  for await (const entry of archive.eachEntry())
    for await (const piece of await archive.openReadStreamPromise(entry)) all.push(piece as Buffer);
  const log = await readFile(join(userData, 'logs', 'voronoice.log'), 'utf8');
  const secrets = [
    ...Object.values(VOICES).flat(),
    'Müller',
    'Rosalinds data',
    basename(dirname(folder)),
    basename(folder),
  ];
  const { username } = userInfo();
  // Names that are words of every log cannot be told from them.
  for (const own of [hostname(), username]) if (own.length > 4 && own !== 'voronoice') secrets.push(own);
  expect(log, 'there was something to be taken out').toContain('Rosalind');
  expect(pasted).toContain('INTERNAL');
  for (const secret of secrets.filter((name) => name !== 'voronoice')) {
    const found = writings(secret).filter((writing) =>
      all.some(
        (bytes) =>
          bytes.includes(writing) || Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1').includes(writing),
      ),
    );
    expect(found.map(String), secret).toEqual([]);
  }
});
