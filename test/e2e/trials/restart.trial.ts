import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kill } from 'node:process';
import type { Page } from '@playwright/test';
import type { Api } from '@shared/contract/api';
import type { ArgumentOf } from '@shared/contract/channels';
import type { JobSnapshot } from '@shared/contract/jobs';
import { plain } from '@shared/contract/build';
import { expect, test } from '../launch';
import { makeSample } from '../steps';
import { ask } from './ask';

/**
 * Main, or the process of a job, dies at every state that a job goes through and at every step of it: after the next start
 * the journal says what became of it, nothing half-made is left, and the same work can be done again.
 */

/** What a job is seen to be when the process is killed. */
const MOMENTS = ['queued', 'running', 'read', 'train', 'add', 'measure', 'write', 'check', 'done'] as const;
type Moment = (typeof MOMENTS)[number];
type Victim = 'main' | 'worker';

/** Waits until the page hears that a job has come so far, and answers from within the page at once. */
function seen(page: Page, id: string, moment: Moment): Promise<void> {
  return page.evaluate(
    ([job, wanted]) =>
      new Promise<void>((settle) => {
        const { api } = window as unknown as { readonly api: Api };
        const look = (snapshot: JobSnapshot): void => {
          const { state, progress } = snapshot;
          const isThere = state === wanted || progress?.step === wanted || state === 'done';
          if (snapshot.id === job && isThere) settle();
        };
        api.on('jobs.changed', look);
        void api.call('jobs.list', null).then((jobs) => jobs.forEach(look));
      }),
    [id, moment] as const,
  );
}

function trainingOf(voice: string): ArgumentOf<'jobs.start'> {
  return {
    kind: 'train',
    sources: [{ type: 'voice', id: voice, weight: null }],
    ...plain('balanced'),
    name: null,
    totalFea: false,
  };
}

async function leftovers(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith('.tmp'));
}

const figures = { kills: 0, seen: [] as string[] };

test.describe.configure({ mode: 'serial' });
test.afterAll(async () => {
  const { FIGURES } = process.env;
  if (FIGURES !== undefined) await writeFile(FIGURES, JSON.stringify(figures));
});

for (const victim of ['main', 'worker'] as const satisfies readonly Victim[]) {
  for (const moment of victim === 'main' ? MOMENTS : MOMENTS.filter((one) => one !== 'queued' && one !== 'done')) {
    test(`${victim} dies while a job is seen to ${moment}`, async ({ folder, start }) => {
      const home = join(folder, 'user data');
      const first = await start({ locale: 'en' });
      await makeSample(first.page);
      const [voice] = (await ask(first.page, 'library.get', null)).voices;
      const { id } = await ask(first.page, 'jobs.start', trainingOf(voice?.id ?? ''));
      const { id: waiting } = await ask(first.page, 'jobs.start', trainingOf(voice?.id ?? ''));
      await seen(first.page, moment === 'queued' ? waiting : id, moment);
      const worker = await first.app.evaluate(({ app }, name) => {
        const found = app.getAppMetrics().find((process) => process.name === name);
        return found?.pid ?? null;
      }, `train-${id}`);

      let { page } = first;
      if (victim === 'main') {
        first.app.process().kill('SIGKILL');
        await expect.poll(() => worker === null || !isAlive(worker)).toBe(true);
        ({ page } = await start());
      } else if (worker !== null) kill(worker, 'SIGKILL');
      figures.kills += 1;

      const stateOf = async (job: string): Promise<string> =>
        (await ask(page, 'jobs.list', null)).find((known) => known.id === job)?.state ?? 'gone';
      await expect.poll(() => stateOf(id), { timeout: 60_000 }).not.toBe('running');
      const ended = await stateOf(id);
      figures.seen.push(`${victim} ${moment} ${ended}`);
      expect(['done', victim === 'main' ? 'interrupted' : 'failed']).toContain(ended);
      if (victim === 'main') await ask(page, 'jobs.resume', null);
      // Where the first was done in time, the second had begun, and died with it.
      const wanted = victim === 'main' && ended === 'done' ? /done|interrupted/ : /done/;
      await expect.poll(() => stateOf(waiting), { timeout: 120_000 }).toMatch(wanted);
      expect(await leftovers(home)).toEqual([]);

      const { id: again } = await ask(page, 'jobs.rerun', { id });
      await expect.poll(() => stateOf(again), { timeout: 120_000 }).toBe('done');
    });
  }
}

function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch {
    return false;
  }
}
