import { mkdirSync, openSync, closeSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import type { ElectronApplication, Page } from '@playwright/test';
import { plain } from '@shared/contract/build';
import type { Api } from '@shared/contract/api';
import type { ArgumentOf } from '@shared/contract/channels';
import type { JobSnapshot } from '@shared/contract/jobs';
import { answerOpenDialogs, expect, test } from '../launch';
import { makeSample } from '../steps';
import { npy } from '../../unit/worker/support';
import { ask } from './ask';

/**
 * A library as large as any: 10,000 voices, one of them of 20,000 files and one of 3 GB, 1,000 jobs that have ended, 50 that
 * wait. Main answers all along, and its memory stays what it was.
 */

const VOICES = 10_000;
const FILES = 20_000;
const GIGABYTES = 3;
const ENDED = 1_000;
const WAITING = 50;
const COLUMNS = 768;
/** What the app takes over into its library's file by a thread of its own, beyond which SQLite would, in bytes. */
const MOST_BESIDE = 16 * 2 ** 20;
/** What a person feels. That other programs have the processor is not held against it. */
const MOST_BLOCKED_MS = 50;
const UNFINISHED: ReadonlySet<string> = new Set(['queued', 'running']);

interface Stretch {
  readonly name: string;
  readonly seconds: number;
  /** Longest time in which main answered nothing, in ms. */
  readonly longestMs: number;
  /** Longest time that main itself was at work in between, in ms; null where the system does not tell. */
  readonly workedMs: number | null;
  /** How long it, or the thread that wakes it, waited for a processor, of the longest time. */
  readonly queuedMs: number | null;
  readonly residentMb: number;
}

const stretches: Stretch[] = [];
let begun = 0;

/** How long main was away, and at work, at most. */
interface Delays {
  longest: number;
  worked: number | null;
  queued: number | null;
}
type Watching = typeof globalThis & { voronoiceDelays: Delays };

/** Begins to look at how long main is away. */
async function watch(app: ElectronApplication): Promise<void> {
  begun = performance.now();
  await app.evaluate(async () => {
    const { readdirSync, readFileSync } = process.getBuiltinModule('node:fs');
    const { performance: clock } = process.getBuiltinModule('node:perf_hooks');
    const isLinux = process.platform === 'linux';
    const ofThread = (thread: string, file: string): string =>
      readFileSync(`/proc/self/task/${thread}/${file}`, 'utf8');
    // Linux tells how long a thread had a processor, and how long it waited for one, in nanoseconds, and how often it began.
    const timesOf = (thread: string): readonly number[] => ofThread(thread, 'schedstat').split(' ').map(Number);
    const main = String(process.pid);
    const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    /** Electron's, which waits for what concerns Node and wakes main. It bears main's name; no other wakes up as often. */
    const findWaker = async (): Promise<string> => {
      const threads = readdirSync('/proc/self/task').filter(
        (thread) => thread !== main && ofThread(thread, 'comm') === ofThread(main, 'comm'),
      );
      const begins = (): readonly number[] => threads.map((thread) => timesOf(thread)[2] ?? 0);
      const before = begins();
      for (let round = 0; round < 100; round++) await wait(2);
      const often = begins().map((count, place) => count - (before[place] ?? 0));
      return threads[often.indexOf(Math.max(...often))] ?? main;
    };
    const waker = isLinux ? await findWaker() : main;
    const times = (): readonly [number, number] => {
      if (!isLinux) return [0, 0];
      const [worked = 0, queued = 0] = timesOf(main);
      const [, wakerQueued = 0] = timesOf(waker);
      return [worked / 1e6, (queued + wakerQueued) / 1e6];
    };
    const state: Delays = { longest: 0, worked: isLinux ? 0 : null, queued: isLinux ? 0 : null };
    let [last, [lastWorked, lastQueued]] = [clock.now(), times()];
    setInterval(() => {
      const away = clock.now() - last - 5;
      const [worked, queued] = times();
      if (away > state.longest) {
        state.longest = away;
        if (isLinux) state.queued = Math.min(away, queued - lastQueued);
      }
      if (state.worked !== null) state.worked = Math.max(state.worked, worked - lastWorked);
      [last, lastWorked, lastQueued] = [clock.now(), worked, queued];
    }, 5);
    (globalThis as Watching).voronoiceDelays = state;
  });
}

async function note(app: ElectronApplication, name: string): Promise<Stretch> {
  const found = await app.evaluate(() => {
    const state = (globalThis as Watching).voronoiceDelays;
    const { longest, worked, queued } = state;
    state.longest = 0;
    if (worked !== null) state.worked = 0;
    return {
      longestMs: Math.round(longest),
      workedMs: worked === null ? null : Math.round(worked),
      queuedMs: queued === null ? null : Math.round(queued),
      residentMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
    };
  });
  const stretch = { name, seconds: Math.round((performance.now() - begun) / 100) / 10, ...found };
  begun = performance.now();
  stretches.push(stretch);
  return stretch;
}

/** Begins to count the voices that a page is told of. */
async function countVoices(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const state = window as unknown as { readonly api: Api; told: Set<string> };
    state.told = new Set();
    state.api.on('library.changed', ({ voices }) => voices.forEach(({ id }) => state.told.add(id)));
    const { voices } = await state.api.call('library.get', null);
    for (const { id } of voices) state.told.add(id);
  });
}

const told = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as { readonly told: ReadonlySet<string> }).told.size);

/** The same bytes in every voice: what is looked at is how many there are. */
function makeVoices(root: string): void {
  const small = npy(3, COLUMNS);
  for (let voice = 0; voice < VOICES - 2; voice++) {
    const folder = join(root, 'logs', `voice ${String(voice).padStart(5, '0')}`, '3_feature768');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '0_0.npy'), small);
  }
  const many = join(root, 'logs', 'of many files', '3_feature768');
  mkdirSync(many, { recursive: true });
  for (let file = 0; file < FILES; file++) writeFileSync(join(many, `0_${file}.npy`), small);
  const large = join(root, 'logs', 'large', '3_feature768');
  mkdirSync(large, { recursive: true });
  // Sparse: its length is what is asked for, not its bytes.
  const rows = Math.floor((GIGABYTES * 2 ** 30) / (4 * COLUMNS));
  const header = npy(0, COLUMNS, { shape: `(${rows}, ${COLUMNS})`, body: new Uint8Array() });
  const file = openSync(join(large, '0_0.npy'), 'w');
  writeSync(file, header);
  closeSync(file);
  truncateSync(join(large, '0_0.npy'), header.length + rows * 4 * COLUMNS);
}

/** As if the same job had been done again and again. */
function repeatJob(path: string): void {
  const database = new DatabaseSync(path);
  const row = database.prepare('SELECT created, snapshot, work FROM job').get() as {
    created: number;
    snapshot: string;
    work: string;
  };
  const insert = database.prepare('INSERT INTO job (id, created, snapshot, work) VALUES (?, ?, ?, ?)');
  for (let job = 0; job < ENDED; job++) {
    const id = crypto.randomUUID();
    const snapshot = { ...(JSON.parse(row.snapshot) as object), id, createdAt: row.created + job };
    insert.run(id, row.created + job, JSON.stringify(snapshot), row.work);
  }
  database.close();
}

/** Of jobs that are done, in the order in which they were. */
function durations(jobs: readonly JobSnapshot[]): readonly number[] {
  return jobs
    .filter(({ state, startedAt }) => state === 'done' && startedAt !== null)
    .map(({ startedAt, finishedAt }) => (finishedAt ?? 0) - (startedAt ?? 0));
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

test('a library as large as any', async ({ folder, start }) => {
  test.setTimeout(900_000);
  const root = join(folder, 'rvc');
  makeVoices(root);
  const before = await start({ locale: 'en' });
  await makeSample(before.page);
  await before.close();
  repeatJob(join(before.userData, 'library.sqlite'));

  const { app, page, close } = await start();
  await delay(5_000);
  await answerOpenDialogs(app, [root]);
  await countVoices(page);
  await watch(app);
  const [offer] = await ask(page, 'intake.pick', { what: 'folder' });
  await ask(page, 'library.add', { token: offer?.token ?? '' });
  const reading = await note(app, 'it is looked through for the first time');
  await expect.poll(() => told(page), { timeout: 60_000 }).toBeGreaterThanOrEqual(VOICES);
  await note(app, 'the page is told of all of it');
  await ask(page, 'library.refresh', null);
  await note(app, 'it is looked through again');
  await delay(5_000);
  await note(app, 'nobody does anything');

  const kept = await ask(page, 'jobs.list', null);
  const sample = (await ask(page, 'library.get', null)).voices.find(({ name }) => name === 'Sample voice')?.id ?? '';
  const training = {
    ...{ kind: 'train', ...plain('small'), name: null, totalFea: false },
    sources: [{ type: 'voice', id: sample, weight: null }],
  } satisfies ArgumentOf<'jobs.start'>;
  for (let job = 0; job < WAITING; job++) await ask(page, 'jobs.start', training);
  await note(app, `${WAITING} jobs are asked for`);
  const list = (): Promise<readonly JobSnapshot[]> => ask(page, 'jobs.list', null);
  const unfinished = async (): Promise<number> => (await list()).filter(({ state }) => UNFINISHED.has(state)).length;
  await expect.poll(unfinished, { timeout: 600_000, intervals: [2_000] }).toBe(0);
  const after = await note(app, 'they are done');
  const took = durations((await list()).slice(-WAITING));
  const beside = statSync(join(before.userData, 'library.sqlite-wal')).size;
  await close();

  const figures = {
    ...{ voices: VOICES, files: FILES, gigabytes: GIGABYTES, ended: ENDED, kept: kept.length, waiting: WAITING },
    stretches,
    firstJobsMs: median(took.slice(0, 10)),
    lastJobsMs: median(took.slice(-10)),
  };
  const { FIGURES } = process.env;
  if (FIGURES !== undefined) writeFileSync(FIGURES, JSON.stringify(figures));
  expect(took.length).toBe(WAITING);
  expect(beside).toBeLessThan(MOST_BESIDE);
  expect(after.residentMb).toBeLessThan(reading.residentMb + 50);
  expect(figures.lastJobsMs).toBeLessThan(3 * figures.firstJobsMs);
  const blocked = stretches.filter(({ longestMs, queuedMs }) => longestMs - (queuedMs ?? 0) > MOST_BLOCKED_MS);
  expect(blocked).toEqual([]);
});
