import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import * as v from 'valibot';
import { plain } from '@shared/contract/build';
import { measurementOutline } from '@shared/contract/measurement';
import type { JobRequest } from '@shared/jobs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../../../src/main/jobs/journal';
import { RateHistory } from '../../../../src/main/jobs/rates';
import { newJob } from '../../../../src/main/jobs/transitions';
import {
  type Database,
  NewerDatabaseError,
  openDatabase,
  SCHEMA_VERSION,
  settleLibrary,
} from '../../../../src/main/library/database';
import { Measurements } from '../../../../src/main/library/measurements';
import { Memory } from '../../../../src/main/library/memory';
import { Shelf } from '../../../../src/main/library/shelf';
import { NO_RATES } from '../../../fixtures/contract';
import { measurement, silentLog } from '../../../fixtures/mainServices';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-database-'));
  path = join(folder, 'library.sqlite');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const version = (): number => {
  const database = new DatabaseSync(path);
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
  database.close();
  return row.user_version;
};

describe('the library’s file', () => {
  it('is made, and opened again as it was', () => {
    const first = openDatabase(path, silentLog);
    new Memory(first).set('a', { b: 1 });
    first.close();
    const second = openDatabase(path, silentLog);
    expect(new Memory(second).get('a', v.object({ b: v.number() }))).toEqual({ b: 1 });
    second.close();
    expect(version()).toBe(SCHEMA_VERSION);
  });

  it.each([
    ['text', Buffer.from('this is not a database, but long enough to look like one '.repeat(40))],
    ['a cut header', Buffer.from('SQLite format 3\0')],
  ])('is set aside once when it is %s', (_what, content) => {
    writeFileSync(path, content);
    const warnings: string[] = [];
    const replaced: string[] = [];
    const log = { info: () => undefined, warn: (text: string) => warnings.push(text) };
    const database = openDatabase(path, log, {
      now: () => new Date('2026-01-02T03:04:05.678Z'),
      replaced: (kept) => replaced.push(kept),
    });
    new Memory(database).set('works', true);
    database.close();
    openDatabase(path, log).close();
    const kept = readdirSync(folder).filter((name) => name.includes('.broken-'));
    expect(kept).toEqual(['library.sqlite.broken-2026-01-02T03-04-05-678Z']);
    expect(readFileSync(join(folder, kept[0]!))).toEqual(content);
    expect(warnings).toHaveLength(1);
    expect(replaced).toEqual([`${path}.broken-2026-01-02T03-04-05-678Z`]);
  });

  it('is kept beside the last two that were set aside, whatever the clock says', () => {
    for (const year of [2023, 2024, 2025, 2020, 2021]) {
      writeFileSync(path, 'no library');
      openDatabase(path, silentLog, { now: () => new Date(`${year}-01-01`) }).close();
      writeFileSync(`${path}.broken-${year}-01-01T00-00-00-000Z-wal`, 'beside it');
    }
    const kept = readdirSync(folder).filter((name) => name.includes('.broken-') && !name.endsWith('-wal'));
    expect(kept.map((name) => /broken-(\d+)/.exec(name)?.[1])).toEqual(['2021', '2024', '2025']);
    expect(readdirSync(folder).filter((name) => name.endsWith('Z-wal'))).toHaveLength(3);
  });

  it('is left alone while another program holds it, and where it cannot be opened', () => {
    openDatabase(path, silentLog).close();
    const other = new DatabaseSync(path);
    other.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    expect(() => openDatabase(path, silentLog)).toThrow('locked');
    other.exec('COMMIT');
    other.close();
    expect(() => openDatabase(folder, silentLog)).toThrow('open');
    expect(readdirSync(folder)).toEqual(['library.sqlite']);
  });

  it.each([
    ['its tables are gone', 'DROP TABLE job'],
    ['a column is gone', 'ALTER TABLE shelf DROP COLUMN recipe'],
    ['it says that it is older than it is', 'PRAGMA user_version = 3'],
    ['it says that it is of no version', 'PRAGMA user_version = -1'],
  ])('is set aside when %s', (_, sql) => {
    const first = openDatabase(path, silentLog);
    first.exec(sql);
    first.close();
    const replaced: string[] = [];
    const second = openDatabase(path, silentLog, { replaced: (kept) => replaced.push(kept) });
    expect(second.prepare('SELECT count(*) AS n FROM job').get()).toEqual({ n: 0 });
    second.close();
    expect(replaced).toHaveLength(1);
  });

  it('is set aside when a page in the middle is damaged', () => {
    const first = openDatabase(path, silentLog);
    const memory = new Memory(first);
    for (let i = 0; i < 500; i++) memory.set(`key-${i}`, 'x'.repeat(200));
    first.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    first.close();
    const bytes = readFileSync(path);
    bytes.fill(0xaa, 4096, bytes.length - 4096);
    writeFileSync(path, bytes);
    openDatabase(path, silentLog).close();
    expect(readdirSync(folder).some((name) => name.includes('.broken-'))).toBe(true);
  });

  /** Opens what is there of a library that was cut off. @returns what of its rows it still knows; null: it was set aside */
  function openCut(): readonly string[] | null {
    const kept: string[] = [];
    const database = openDatabase(path, silentLog, { replaced: (at) => kept.push(at) });
    const rows = database.prepare('SELECT key, value FROM memory ORDER BY key').all() as {
      key: string;
      value: string;
    }[];
    for (const { key, value } of rows) expect(value).toBe(JSON.stringify(key.repeat(500)));
    expect(new Journal(database, silentLog).read().length).toBeLessThanOrEqual(1);
    database.close();
    for (const file of kept) rmSync(file);
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    return kept.length > 0 ? null : rows.map(({ key }) => key);
  }

  /** A library of some size, as it is while it is open: what was written last lies beside it. */
  function written(rows: number): { readonly file: Buffer; readonly beside: Buffer } {
    const database = openDatabase(path, silentLog);
    settleLibrary(path);
    const memory = new Memory(database);
    for (let row = 0; row < rows; row++) memory.set(String(row), String(row).repeat(500));
    const found = { file: readFileSync(path), beside: readFileSync(`${path}-wal`) };
    database.close();
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    return found;
  }

  /** Every byte would take minutes: around each page and in between, from another place each time. */
  function cuts(length: number): readonly number[] {
    const pages = Array.from({ length: Math.ceil(length / 4_096) }, (_, page) => 4_096 * page);
    const between = Array.from(
      { length: Math.ceil(length / 997) },
      (_, at) => 997 * at + Math.floor(Math.random() * 997),
    );
    return [...pages.flatMap((page) => [page - 1, page, page + 1]), ...between].filter((at) => at >= 0 && at < length);
  }

  it('that is cut anywhere is read whole or set aside, and never read in part', () => {
    const whole = openDatabase(path, silentLog);
    const memory = new Memory(whole);
    for (let row = 0; row < 40; row++) memory.set(String(row), String(row).repeat(500));
    whole.close();
    const bytes = readFileSync(path);
    rmSync(path);
    for (const length of cuts(bytes.length)) {
      writeFileSync(path, bytes.subarray(0, length));
      // Nothing at all is a library that was never begun.
      expect(openCut(), `cut at ${length}`).toEqual(length === 0 ? [] : null);
    }
  });

  it('whose last writing is cut anywhere has all that was written before, in its order', () => {
    const { file, beside } = written(20);
    const order = Array.from({ length: 20 }, (_, row) => String(row));
    let most = 0;
    for (const length of [...cuts(beside.length), beside.length]) {
      writeFileSync(path, file);
      writeFileSync(`${path}-wal`, beside.subarray(0, length));
      const found = openCut();
      expect(found?.toSorted(), `cut at ${length}`).toEqual(order.slice(0, found?.length).toSorted());
      most = Math.max(most, found?.length ?? 0);
    }
    expect(most).toBe(20);
  });

  it('of a newer version is refused and left alone', () => {
    const database = openDatabase(path, silentLog);
    // As it may also keep it: not in the way that this version does.
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}; PRAGMA journal_mode = DELETE`);
    database.close();
    const before = readFileSync(path);
    expect(() => openDatabase(path, silentLog)).toThrow(NewerDatabaseError);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes('broken'))).toEqual([]);
  });
});

describe('a library of the version before there was a shelf', () => {
  it('keeps what it has, and takes note of stars, notes and backups', () => {
    const before = openDatabase(path, silentLog);
    new Memory(before).set('a', 1);
    const job = before.prepare('INSERT INTO job (id, created, snapshot, work) VALUES (?, ?, ?, ?)');
    job.run('repaired', 5, JSON.stringify({ result: { kind: 'repair', value: { backup: '/a.backup-1' } } }), '{}');
    job.run('renamed', 6, JSON.stringify({ result: { kind: 'repair', value: { backup: null } } }), '{}');
    job.run('exported', 7, JSON.stringify({ result: { kind: 'export', value: { backups: ['/b', '/c'] } } }), '{}');
    job.run('failed', 8, JSON.stringify({ result: null }), '{}');
    job.run('broken', 9, 'no JSON', '{}');
    before.exec(`DROP TABLE shelf; DROP TABLE written; DROP TABLE found; ALTER TABLE measurement DROP COLUMN outline;
      PRAGMA user_version = 3`);
    before.close();
    const database = openDatabase(path, silentLog);
    const shelf = new Shelf({ database, indexes: () => [{ id: 'index-00000001' }], publish: () => undefined });
    shelf.set({ id: 'index-00000001' }, { starred: true });
    expect(shelf.entries()).toMatchObject([{ index: 'index-00000001', starred: true }]);
    expect(new Memory(database).get('a', v.number())).toBe(1);
    // Backups that were made before are known, too.
    expect(database.prepare('SELECT path, kind, at FROM written ORDER BY at, path').all()).toEqual([
      { path: '/a.backup-1', kind: 'backup', at: 5 },
      { path: '/b', kind: 'backup', at: 7 },
      { path: '/c', kind: 'backup', at: 7 },
    ]);
    database.close();
    expect(version()).toBe(SCHEMA_VERSION);
  });
});

describe('a library of the fourth version', () => {
  it('keeps what its verdicts rest on, apart from the pictures', () => {
    const old = openDatabase(path, silentLog);
    old.exec(
      `DROP TABLE written; DROP TABLE found; ALTER TABLE measurement DROP COLUMN outline;
       ALTER TABLE shelf DROP COLUMN recipe; PRAGMA user_version = 4`,
    );
    const insert = old.prepare(
      `INSERT INTO measurement (job, position, path, hash, bytes, modified, name, entry, body)
       VALUES (?, 0, '/a.index', 'hash-1', 1000, 1, 'a.index', '{}', ?)`,
    );
    insert.run('job-00000001', JSON.stringify(measurement()));
    insert.run('job-00000002', 'not JSON');
    old.close();
    const database = openDatabase(path, silentLog);
    expect(new Measurements(database).outlineOf({ path: '/a.index', bytes: 1000, modified: 1 })).toEqual(
      measurementOutline(measurement()),
    );
    database.close();
  });
});

describe('a library of the seventh version', () => {
  it('knows by the measurements of trainings what its indexes were built by', () => {
    const old = openDatabase(path, silentLog);
    old.exec(`ALTER TABLE shelf DROP COLUMN recipe; PRAGMA user_version = 7;
      INSERT INTO shelf (id, starred, note) VALUES ('built', 1, 'mine')`);
    const insert = old.prepare(
      `INSERT INTO measurement (job, position, path, hash, bytes, index_id, name, entry, body)
       VALUES (?, 0, ?, 'hash', 1, ?, 'a.index', ?, '')`,
    );
    insert.run('job-1', '/built/aria/job-1/a.index', 'built', JSON.stringify({ recipe: 'best' }));
    insert.run('job-2', '/built/ben/job-2/a.index', 'other', JSON.stringify({ recipe: 'small' }));
    // A file elsewhere may be another by now.
    insert.run('job-3', '/rvc/logs/aria/a.index', 'copy', JSON.stringify({ recipe: 'best' }));
    insert.run('job-4', '/built/aria/job-4/a.index', 'broken', 'not JSON');
    old.close();
    const database = openDatabase(path, silentLog);
    expect(database.prepare('SELECT id, starred, note, recipe FROM shelf ORDER BY id').all()).toEqual([
      { id: 'built', starred: 1, note: 'mine', recipe: 'best' },
      { id: 'other', starred: 0, note: '', recipe: 'small' },
    ]);
    database.close();
  });
});

describe('a library of one of the last three versions', () => {
  /** What takes a library back to each, from the newest on. */
  const BACK: Readonly<Record<number, string>> = {
    7: 'ALTER TABLE shelf DROP COLUMN recipe;',
    6: 'DROP TABLE found;',
    5: 'DROP TABLE written;',
  };
  const tables = ['source', 'job', 'memory', 'measurement', 'shelf'];
  const contents = (database: Database): unknown[] =>
    tables.map((name): unknown => database.prepare(`SELECT * FROM ${name} ORDER BY 1`).all());
  const schema = (database: Database): unknown[] =>
    tables.map((name): unknown =>
      database.prepare('SELECT name, type FROM pragma_table_info(?) ORDER BY name').all(name),
    );

  it('is one of those that this test knows', () => {
    expect(Object.keys(BACK).map(Number).toReversed()).toEqual([1, 2, 3].map((back) => SCHEMA_VERSION - back));
  });

  it.each(Object.keys(BACK).map(Number))('keeps all that was in it: %i', (from) => {
    const old = openDatabase(path, silentLog);
    const filled = schema(old);
    new Memory(old).set('a', 1);
    old.exec(`
      INSERT INTO source VALUES ('source-1', '/rvc/logs', 'folder', 1, NULL), ('source-2', '/a.index', 'index', 2, '{}');
      INSERT INTO job VALUES ('job-1', 3, '{}', '{"kind":"sample"}');
      INSERT INTO shelf (id, content, starred, note) VALUES ('index-1', 'hash', 1, 'mine');
      INSERT INTO measurement (job, position, path, hash, bytes, name, entry, body, outline)
        VALUES ('job-1', 0, '/a.index', 'hash', 1, 'a.index', '{}', 'packed', '{}');`);
    const before = contents(old);
    for (let version = SCHEMA_VERSION - 1; version >= from; version--) old.exec(BACK[version] ?? '');
    old.exec(`PRAGMA user_version = ${from}`);
    old.close();
    const database = openDatabase(path, silentLog);
    expect(contents(database)).toEqual(before);
    expect(schema(database)).toEqual(filled);
    database.close();
    expect(version()).toBe(SCHEMA_VERSION);
  });
});

describe('a library of the first version', () => {
  it('keeps its jobs, and trainings run again are measured', () => {
    const old = new DatabaseSync(path);
    old.exec(`
      CREATE TABLE source (id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, added INTEGER NOT NULL,
        scan TEXT) STRICT;
      CREATE TABLE job (id TEXT PRIMARY KEY, created INTEGER NOT NULL, snapshot TEXT NOT NULL, work TEXT NOT NULL) STRICT;
      CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      PRAGMA user_version = 1;`);
    const request = {
      kind: 'train',
      voice: 'voice-00000001',
      recipe: 'rvc',
      nprobe: null,
      totalFea: false,
    } as const;
    const train = {
      kind: 'train',
      folder: '/v',
      recipe: 'rvc',
      seed: 1,
      name: 'v',
      out: '/o',
      nprobe: null,
      totalFea: false,
    };
    const { folder, ...kept } = train;
    const trainNow = {
      ...kept,
      ...plain('rvc'),
      sources: [{ path: folder, weight: null }],
      measure: true,
      traces: null,
      memoryLimit: null,
    };
    const sample = { kind: 'sample', root: '/s', name: 'n', minutes: 3, version: 'v2', seed: 1 };
    const insert = old.prepare('INSERT INTO job (id, created, snapshot, work) VALUES (?, ?, ?, ?)');
    for (const [i, work] of [train, sample]
      .map((value) => JSON.stringify(value))
      .concat('not JSON', '[]')
      .entries()) {
      const id = `job-0000000${i}`;
      const snapshot = newJob({
        id,
        request: i === 0 ? (request as unknown as JobRequest) : { kind: 'sample' },
        subject: 's',
        voice: null,
        rank: i,
        now: i,
      });
      insert.run(id, i, JSON.stringify(snapshot), work);
    }
    old.close();
    const warnings: string[] = [];
    const database = openDatabase(path, { info: () => undefined, warn: (text) => warnings.push(text) });
    expect(warnings).toEqual([]);
    expect(new Journal(database, silentLog).read().map(({ work }) => work)).toEqual([trainNow, sample]);
    expect(new Journal(database, silentLog).read()[0]?.snapshot.request).toEqual({
      kind: 'train',
      sources: [{ type: 'voice', id: 'voice-00000001', weight: null }],
      ...plain('rvc'),
      name: null,
      totalFea: false,
    });
    database.close();
    expect(version()).toBe(SCHEMA_VERSION);
  });
});

describe('what is remembered', () => {
  it('is null when it is not there or not understood any more', () => {
    const memory = new Memory(openDatabase(':memory:', silentLog));
    expect(memory.get('a', v.string())).toBeNull();
    memory.set('a', 1);
    expect(memory.get('a', v.string())).toBeNull();
    memory.set('a', 'x');
    expect(memory.get('a', v.string())).toBe('x');
  });
});

describe('the journal', () => {
  const work = { kind: 'sample', root: '/s', name: 'n', minutes: 3, version: 'v2', seed: 1 } as const;
  const entry = (id: string, now = 0) => ({
    snapshot: newJob({ id, request: { kind: 'sample' }, subject: 's', voice: null, rank: now, now }),
    work,
  });

  it('gives back what was written, oldest first, and skips what it does not understand', () => {
    const database = openDatabase(':memory:', silentLog);
    const journal = new Journal(database, silentLog);
    journal.write(entry('job-00000002', 2));
    journal.write(entry('job-00000001', 1));
    journal.write(entry('job-00000003', 2));
    database
      .prepare('INSERT INTO job (id, created, snapshot, work) VALUES (?, ?, ?, ?)')
      .run('job-00000004', 4, '{"id":1}', '[');
    expect(journal.read().map(({ snapshot }) => snapshot.id)).toEqual(['job-00000001', 'job-00000002', 'job-00000003']);
    expect(journal.read()[0]).toEqual(entry('job-00000001', 1));
    journal.remove('job-00000001');
    expect(journal.read()).toHaveLength(2);
  });
});

describe('the speeds of this computer', () => {
  const trained = (seconds: number) =>
    ({
      seconds: { read: seconds, prepare: seconds, train: seconds, add: seconds, measure: 1, write: 0, total: 9 },
      vectors: 1000,
      dimension: 100,
      nlist: 10,
      measurement: null,
      record: { compression: null, expansion: null },
    }) as never;

  it('are unknown at first, then the median of the last five trainings', () => {
    const rates = new RateHistory(new Memory(openDatabase(':memory:', silentLog)));
    expect(rates.current()).toEqual(NO_RATES);
    for (const seconds of [100, 1, 2, 4, 5, 10]) rates.record(trained(seconds));
    // Of 1, 2, 4, 5 and 10 seconds; the first is forgotten, and writing was too short to be timed.
    expect(rates.current()).toEqual({ ...NO_RATES, read: 25_000, train: 250_000, add: 250_000 });
  });

  it('are as a probe found them until a training has shown them, step by step', () => {
    const rates = new RateHistory(new Memory(openDatabase(':memory:', silentLog)));
    const probed = { read: 1, train: 2, add: 3, write: 4, measure: 5, compress: 6, expand: 7 };
    rates.keepProbed(probed);
    expect(rates.current()).toEqual(probed);
    rates.record(trained(4));
    expect(rates.current()).toEqual({ ...probed, read: 25_000, train: 250_000, add: 250_000 });
  });
});
