import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { plain } from '@shared/contract/build';
import type { ArgumentOf } from '@shared/contract/channels';
import type { JobSnapshot } from '@shared/contract/jobs';
import { answerOpenDialogs, expect, test } from '../launch';
import { ask } from './ask';

/** The app and a command work on one experiment at the same time, and neither knows of the other. */

const ROUNDS = 5;

interface Ended {
  readonly code: number | null;
  readonly answer: Readonly<Record<string, unknown>>;
}

function command(...words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [resolve('out', 'cli', 'index.js'), ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (stdout += piece));
  return new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code) => settle({ code, answer: JSON.parse(stdout) as Ended['answer'] }));
  });
}

async function done(page: Page, request: ArgumentOf<'jobs.start'>): Promise<JobSnapshot> {
  const { id } = await ask(page, 'jobs.start', request);
  const job = async (): Promise<JobSnapshot | undefined> =>
    (await ask(page, 'jobs.list', null)).find((known) => known.id === id);
  await expect.poll(async () => (await job())?.finishedAt ?? null, { timeout: 120_000 }).not.toBeNull();
  const ended = await job();
  if (ended === undefined) throw new Error('The job is gone.');
  return ended;
}

const hasDone = ({ state }: JobSnapshot): boolean => state === 'done';

test('the app beside a command, on one experiment', async ({ folder, start }) => {
  test.setTimeout(600_000);
  const root = join(folder, 'rvc');
  await command('sample', '--out', root, '--minutes', '1');
  const experiment = join(root, 'logs', 'sample');
  const { app, page, close } = await start({ locale: 'en' });
  await answerOpenDialogs(app, [root]);
  const [offer] = await ask(page, 'intake.pick', { what: 'folder' });
  const { voices } = await ask(page, 'library.add', { token: offer?.token ?? '' });
  const training = {
    ...{ kind: 'train', ...plain('small'), name: null, totalFea: false },
    sources: [{ type: 'voice', id: voices[0] ?? '', weight: null }],
  } satisfies ArgumentOf<'jobs.start'>;

  // They build: each has its own, and both are whole.
  const [built, beside] = await Promise.all([
    done(page, training),
    command('train', experiment, '--recipe', 'rvc', '--out', join(folder, 'beside')),
  ]);
  expect(hasDone(built)).toBe(true);
  expect(beside.code).toBe(0);
  const one = built.result?.kind === 'train' ? (built.result.index ?? '') : '';
  const indexes = (await ask(page, 'library.get', null)).voices.flatMap((voice) => voice.indexes);
  const own = indexes.find(({ id }) => id === one)?.path ?? '';
  const other = String(beside.answer['index']);
  const contents = [own, other].map((path) => readFileSync(path, 'base64'));

  const counts = { rounds: ROUNDS, handedOver: 0, repaired: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    // They hand over under one name: what is there is what one of them has built, and so is every backup.
    const handOver = {
      ...{ kind: 'export', index: one, host: 'rvc', root: null, name: 'sample', slot: null, setAside: false },
    } satisfies ArgumentOf<'jobs.start'>;
    const [handed, handedBeside] = await Promise.all([
      done(page, handOver),
      command('export', other, '--host', 'rvc', '--root', root, '--name', 'sample'),
    ]);
    const files = readdirSync(experiment).filter((name) => name.includes('.index') && !name.endsWith('.json'));
    for (const name of files) expect(contents, name).toContain(readFileSync(join(experiment, name), 'base64'));
    expect(hasDone(handed) || handedBeside.code === 0).toBe(true);
    for (const why of [handed.failure?.code, (handedBeside.answer['error'] as { code?: string } | undefined)?.code]) {
      if (why === undefined) counts.handedOver += 1;
      else counts.refused += 1;
      expect([undefined, 'FILE_EXISTS', 'FILE_CHANGED', 'FILE_NOT_FOUND']).toContain(why);
    }
  }

  // They repair one index: it is as one of them wants it.
  for (let round = 0; round < ROUNDS; round++) {
    const nprobe = round % 2 === 0 ? 2 : 3;
    const [repaired, repairedBeside] = await Promise.all([
      done(page, { kind: 'repair', index: one, change: { type: 'nprobe', nprobe } }),
      command('repair', own, '--nprobe', String(nprobe + 2)),
    ]);
    const { answer } = await command('inspect', own);
    expect(answer['problems']).toEqual([]);
    expect([nprobe, nprobe + 2]).toContain(answer['nprobe']);
    expect(hasDone(repaired) || repairedBeside.code === 0).toBe(true);
    counts.repaired += Number(hasDone(repaired)) + Number(repairedBeside.code === 0);
  }
  const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp'));
  expect(left).toEqual([]);
  await close();
  const { FIGURES } = process.env;
  if (FIGURES !== undefined) writeFileSync(FIGURES, JSON.stringify(counts));
});
