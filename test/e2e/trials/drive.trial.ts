import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { plain } from '@shared/contract/build';
import type { ArgumentOf } from '@shared/contract/channels';
import type { LibrarySnapshot } from '@shared/contract/library';
import { npy } from '../../unit/worker/support';
import { answerOpenDialogs, expect, snapshot, test } from '../launch';
import { cancelJob, goTo, jobCards } from '../steps';
import { say } from '../words';
import { ask } from './ask';

/**
 * A drive that hangs, as one in a network does whose server is gone: a file system of which nobody answers any question. The
 * app goes on answering, says that the drive cannot be reached, begins no work there, says of a job that waits for it that it
 * does, starts without it, and has everything back when it answers again. A command ends with a sentence and its exit code.
 */

/** Mounts it over a folder, until what comes back is called. Takes root and Linux. */
function hang(folder: string): () => void {
  const questions = openSync('/dev/fuse', 'r+');
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0';
  const mounted = spawnSync('mount', ['-i', '-t', 'fuse.hang', '-o', options, 'none', folder], {
    stdio: ['ignore', 'ignore', 'pipe', questions],
    encoding: 'utf8',
  });
  if (mounted.status !== 0) throw new Error(`A drive that hangs cannot be mounted: ${mounted.stderr}`);
  return () => {
    closeSync(questions);
    spawnSync('umount', ['-l', folder]);
  };
}

const figures: Record<string, number> = {};
const seconds = (since: number): number => Math.round((performance.now() - since) / 100) / 10;

/** How long main takes to answer what needs no disk, at most, while something lasts; in ms. */
async function answering<T>(page: Page, work: Promise<T>): Promise<{ readonly longestMs: number; readonly value: T }> {
  const state = { isOver: false, longestMs: 0 };
  const done = work.finally(() => (state.isOver = true));
  while (!state.isOver) {
    const before = performance.now();
    await ask(page, 'jobs.list', null);
    state.longestMs = Math.max(state.longestMs, performance.now() - before);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { longestMs: Math.round(state.longestMs), value: await done };
}

const libraryOf = (page: Page): Promise<LibrarySnapshot> => ask(page, 'library.get', null);
const absences = async (page: Page): Promise<unknown> => (await libraryOf(page)).folders.map(({ absence }) => absence);

test('a drive that does not answer', async ({ folder, start }) => {
  test.setTimeout(300_000);
  const drive = join(folder, 'drive');
  const features = join(drive, 'logs', 'aria', '3_feature768');
  mkdirSync(features, { recursive: true });
  writeFileSync(join(features, '0_0.npy'), npy(60, 768));
  const first = await start({ locale: 'en' });
  await answerOpenDialogs(first.app, [drive]);
  const [offer] = await ask(first.page, 'intake.pick', { what: 'folder' });
  const { voices } = await ask(first.page, 'library.add', { token: offer?.token ?? '' });
  expect(voices).toHaveLength(1);

  let answerAgain = hang(drive);
  try {
    let begun = performance.now();
    const looked = await answering(first.page, ask(first.page, 'library.refresh', null));
    figures['toldAfter'] = seconds(begun);
    figures['longestMs'] = looked.longestMs;
    expect(await absences(first.page)).toEqual(['gone']);
    expect((await libraryOf(first.page)).voices.map(({ name }) => name)).toEqual(['aria']);
    await expect(first.page.getByText('Not reachable now').first()).toBeVisible();
    const training = {
      ...{ kind: 'train', ...plain('small'), name: null, totalFea: false },
      sources: [{ type: 'voice', id: voices[0] ?? '', weight: null }],
    } satisfies ArgumentOf<'jobs.start'>;
    await expect(ask(first.page, 'jobs.start', training)).rejects.toThrow();
    expect(await ask(first.page, 'jobs.list', null)).toEqual([]);

    begun = performance.now();
    await first.close();
    figures['closedAfter'] = seconds(begun);
    begun = performance.now();
    const second = await start();
    figures['startedAfter'] = seconds(begun);
    const waited = await answering(
      second.page,
      expect.poll(() => absences(second.page), { timeout: 90_000 }).toEqual(['gone']),
    );
    figures['longestMs'] = Math.max(looked.longestMs, waited.longestMs);
    begun = performance.now();
    answerAgain();
    answerAgain = () => undefined;
    await expect.poll(() => absences(second.page), { timeout: 90_000 }).toEqual([null]);
    figures['backAfter'] = seconds(begun);
    await second.close();
  } finally {
    answerAgain();
  }
  expect(figures['toldAfter']).toBeLessThan(60);
  expect(figures['longestMs']).toBeLessThan(1_000);
});

/** Enough that reading them takes seconds. */
const MANY_FILES = 4_000;

test('a job that runs when its drive stops answering', async ({ folder, start }) => {
  test.setTimeout(300_000);
  const drive = join(folder, 'drive');
  const features = join(drive, 'logs', 'aria', '3_feature768');
  mkdirSync(features, { recursive: true });
  for (let file = 0; file < MANY_FILES; file++) writeFileSync(join(features, `0_${file}.npy`), npy(20, 768));
  const { app, page, close } = await start({ locale: 'en' });
  await answerOpenDialogs(app, [drive]);
  const [offer] = await ask(page, 'intake.pick', { what: 'folder' });
  const { voices } = await ask(page, 'library.add', { token: offer?.token ?? '' });
  const job = async () => (await ask(page, 'jobs.list', null)).at(-1);
  await ask(page, 'jobs.start', {
    ...{ kind: 'train', ...plain('small'), name: null, totalFea: false },
    sources: [{ type: 'voice', id: voices[0] ?? '', weight: null }],
  });
  await expect.poll(async () => (await job())?.progress?.step, { timeout: 30_000, intervals: [20] }).toBe('read');

  const hangs = hang(drive);
  let begun = performance.now();
  try {
    await goTo(page, 'jobs');
    const row = jobCards(page, 'running');
    await expect(row.getByText(say('jobs.silent.title'))).toBeVisible({ timeout: 30_000 });
    figures['jobToldAfter'] = seconds(begun);
    await snapshot(page, 'job-on-a-drive-that-hangs');
    begun = performance.now();
    await cancelJob(row);
    await expect.poll(async () => (await job())?.state, { timeout: 60_000 }).toBe('cancelled');
    figures['jobCancelledAfter'] = seconds(begun);
    await ask(page, 'jobs.start', { kind: 'sample' });
    await expect.poll(async () => (await job())?.state, { timeout: 60_000 }).toBe('done');
    await close();
  } finally {
    hangs();
  }
});

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
  readonly seconds: number;
}

/** @param stopAfter seconds after which the person presses Ctrl-C */
function command(words: readonly string[], stopAfter: number | null = null): Promise<Ended> {
  const begun = performance.now();
  const child = spawn(process.execPath, [resolve('out', 'cli', 'index.js'), ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (stderr += piece));
  if (stopAfter !== null) setTimeout(() => child.kill('SIGINT'), 1_000 * stopAfter);
  return new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('exit', (code) => settle({ code, stderr, seconds: seconds(begun) }));
  });
}

test('a command beside a drive that does not answer', async ({ folder }) => {
  test.setTimeout(300_000);
  const drive = join(folder, 'drive');
  mkdirSync(drive);
  const hangs = hang(drive);
  try {
    const experiment = join(drive, 'logs', 'aria');
    const [scanned, stopped, built] = await Promise.all([
      command(['scan', drive]),
      command(['inspect', join(drive, 'aria.index')], 3),
      command(['train', experiment, '--recipe', 'rvc', '--out', join(folder, 'built')], 10),
    ]);
    expect(scanned).toMatchObject({ code: 3, stderr: expect.stringContaining('[FOLDER_AWAY]') });
    expect(stopped).toMatchObject({ code: 4, stderr: expect.stringContaining('[JOB_CANCELLED]') });
    expect(built).toMatchObject({ code: 4, stderr: expect.stringContaining('[JOB_CANCELLED]') });
    expect(built.stderr).toContain(`The drive of "${experiment}" does not answer.`);
    figures['scanEndedAfter'] = scanned.seconds;
    figures['stoppedAfter'] = Math.max(stopped.seconds - 3, built.seconds - 10);
  } finally {
    hangs();
  }
});

test.afterAll(() => {
  const { FIGURES } = process.env;
  if (FIGURES !== undefined) writeFileSync(FIGURES, JSON.stringify(figures));
});
