import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanResult } from '@shared/contract/voices';
import type { Measurement } from '@shared/contract/measurement';
import { openDatabase, settleLibrary } from '../../src/main/library/database';
import { Measurements } from '../../src/main/library/measurements';
import { FileLog } from '../../src/main/system/log';
import { createMain, indexFile, measurement, silentLog, voice } from '../fixtures/mainServices';
import { put } from '../unit/worker/support';

/**
 * What main holds when there is a great deal of it: a library of 10,000 voices, 10,000 jobs, 1,000 backups, 100 MB of log. It
 * keeps what it says it keeps and no more, and nothing keeps it from answering for long.
 */

const VOICES = 10_000;
const JOBS = 10_000;
const WAITING = 50;
const BACKUPS = 1_000;
const KEPT_BACKUPS = 100;
const LOG_BYTES = 100_000_000;
/** As many measurements as are remembered, those among them with their pictures, and what pictures take. */
const [MEASURED, WHOLE, PICTURES_BYTES] = [20_000, 200, 150_000];
const SAMPLE = { kind: 'sample' } as const;
const MADE = { folder: '/sample/logs/Sample voice', files: 1, frames: 1, bytes: 1 };

const folder = { path: '' };
beforeAll(() => void (folder.path = mkdtempSync(join(tmpdir(), 'voronoice-load-'))));

const figures: Record<string, number> = { voices: VOICES, jobs: JOBS, waiting: WAITING, backups: BACKUPS };
afterAll(() => {
  rmSync(folder.path, { recursive: true, force: true });
  const { FIGURES } = process.env;
  if (FIGURES !== undefined) writeFileSync(FIGURES, JSON.stringify(figures));
});

/** A library once all of it is in its own file. */
function bytesOf(path: string): number {
  settleLibrary(path);
  return statSync(path).size + statSync(`${path}-wal`).size;
}

const megabytes = (): number => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 2 ** 20);
};

/** The longest time in which nothing else came to its turn while `work` went on, in ms. */
async function longestAway(work: () => Promise<unknown>): Promise<number> {
  let [last, longest, goesOn] = [performance.now(), 0, true];
  const looking = (async () => {
    while (goesOn) {
      await turn();
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
  })();
  await work();
  goesOn = false;
  await looking;
  return Math.round(longest);
}

function library(): ScanResult {
  const voices = Array.from({ length: VOICES }, (_, number) => {
    const path = `/many/logs/voice-${number}`;
    return voice(path, { id: `voice-${number}-00000000`, indexes: [indexFile(`${path}/added-${number}.index`)] });
  });
  return { root: '/many', what: 'rvc', voices, indexes: [] };
}

describe('a great deal', () => {
  it('of voices is taken in, told and looked at again', async () => {
    const main = createMain({ databasePath: join(folder.path, 'library.sqlite') });
    main.disk.set('/many', library());
    const token = main.tokens.issue({ kind: 'folder', path: '/many' });
    figures['addMs'] = await longestAway(() => Promise.resolve(main.handlers['library.add']({ token })));
    figures['getMs'] = await longestAway(() => Promise.resolve(main.handlers['library.get'](null)));
    // As a reader answers: what it says is never the same object, and other things come to their turn in between.
    const looks = Array.from({ length: 10 }, library);
    const before = megabytes();
    figures['refreshMs'] = await longestAway(async () => {
      for (const look of looks) {
        main.disk.set('/many', look);
        await turn();
        await main.handlers['library.refresh'](null);
        await turn();
      }
    });
    figures['refreshMb'] = megabytes() - before;
    expect(main.library.snapshot().voices).toHaveLength(VOICES);
    expect(figures['refreshMb']).toBeLessThan(300);
    main.database.close();
  });

  it('of jobs comes to an end, of which the last 200 are kept', async () => {
    const path = join(folder.path, 'jobs.sqlite');
    const main = createMain({ databasePath: path });
    const work = async (jobs: number): Promise<void> => {
      for (let done = 0; done < jobs; done++) {
        while (main.jobs.list().filter(({ state }) => state === 'queued').length < WAITING) main.jobs.start(SAMPLE);
        main.runs.shift()?.resolve(MADE);
        main.changes.length = 0;
        await turn();
      }
    };
    await work(JOBS / 10);
    const [before, bytesBefore] = [megabytes(), bytesOf(path)];
    const away: number[] = [];
    for (let portion = 1; portion < 10; portion++) {
      away.push(await longestAway(() => work(JOBS / 10)));
      // In the app it is a thread that does so now and then.
      settleLibrary(path);
    }
    figures['jobsMs'] = Math.max(...away);
    figures['jobsMb'] = megabytes() - before;
    figures['journalGrowth'] = bytesOf(path) - bytesBefore;
    figures['keptJobs'] = main.jobs.list().filter(({ state }) => state === 'done').length;
    expect(figures['keptJobs']).toBe(200);
    expect(figures['jobsMb']).toBeLessThan(100);
    expect(figures['journalGrowth']).toBeLessThan(1_000_000);
    await main.jobs.close();
  });

  it('of measurements is kept beside those of years, and costs no more than a few', async () => {
    const database = openDatabase(join(folder.path, 'measured.sqlite'), silentLog);
    const measurements = new Measurements(database);
    const pictures = 'x'.repeat(PICTURES_BYTES);
    const keep = (number: number): void =>
      measurements.keep(`job-${number}`, number, [
        {
          ...{ path: `/${number}.index`, modified: 1, index: null, name: 'a.index', voice: null, recipe: null },
          measurement: { ...measurement({ hash: `hash-${number}` }), pictures } as Measurement,
        },
      ]);
    const old = database.prepare(
      `INSERT INTO measurement (job, position, path, hash, bytes, modified, name, entry, body, outline)
       VALUES (?, 0, ?, ?, 1, 1, 'a.index', ?, '', ?)`,
    );
    database.exec('BEGIN');
    for (let number = 0; number < MEASURED; number++)
      old.run(`old-${number}`, `/${number}.index`, `old-${number}`, 'x'.repeat(400), 'x'.repeat(900));
    database.exec('COMMIT');
    for (let number = 0; number < WHOLE; number++) keep(number);
    settleLibrary(join(folder.path, 'measured.sqlite'));
    figures['measuredMs'] = await longestAway(async () => {
      for (let number = WHOLE; number < WHOLE + 50; number++) {
        keep(number);
        await turn();
        expect(measurements.hashes().size).toBe(WHOLE);
        await turn();
      }
    });
    // Far more than a person may feel: other programs take the processor, too.
    expect(figures['measuredMs']).toBeLessThan(200);
    database.close();
  });

  it('of backups is brought within the number that is kept', async () => {
    const main = createMain();
    const written = main.database.prepare("INSERT INTO written VALUES (?, 'backup', ?, 4, NULL)");
    for (let number = 0; number < BACKUPS; number++) {
      const name = `a.index.backup-20260101-${String(100_000 + number)}`;
      written.run(put(join(folder.path, 'backups', name), 'four'), number);
    }
    figures['backupsMs'] = await longestAway(() =>
      main.storage.keepBackupsWithin({ bytes: null, count: KEPT_BACKUPS }),
    );
    figures['keptBackups'] = BACKUPS - main.trashed.length;
    expect(figures['keptBackups']).toBe(KEPT_BACKUPS);
  });

  it('of log takes three megabytes', () => {
    const log = new FileLog(join(folder.path, 'logs'), '/home/person');
    const line = 'x'.repeat(10_000);
    for (let written = 0; written < LOG_BYTES; written += line.length) log.info(line);
    const bytes = readdirSync(join(folder.path, 'logs')).map((name) => statSync(join(folder.path, 'logs', name)).size);
    figures['logBytes'] = bytes.reduce((sum, size) => sum + size, 0);
    expect(figures['logBytes']).toBeLessThan(3_100_000);
  });
});
