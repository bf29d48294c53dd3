import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { type ErrorCode, VoronoiceError } from '@shared/contract/errors';
import type { Log } from '../../supervisor/log';

export type Database = InstanceType<typeof DatabaseSync>;

/** Each entry takes the schema one version further; entries are never changed once released. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE source (
     id TEXT PRIMARY KEY,
     path TEXT NOT NULL UNIQUE,
     kind TEXT NOT NULL CHECK (kind IN ('folder', 'index')),
     added INTEGER NOT NULL,
     scan TEXT
   ) STRICT;
   CREATE TABLE job (
     id TEXT PRIMARY KEY,
     created INTEGER NOT NULL,
     snapshot TEXT NOT NULL,
     work TEXT NOT NULL
   ) STRICT;
   CREATE TABLE memory (
     key TEXT PRIMARY KEY,
     value TEXT NOT NULL
   ) STRICT;`,
  // Trainings asked for before there was a choice are measured when they are run again.
  `CREATE TABLE measurement (
     job TEXT NOT NULL,
     position INTEGER NOT NULL,
     path TEXT NOT NULL,
     hash TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     modified REAL,
     index_id TEXT,
     name TEXT NOT NULL,
     voice TEXT,
     entry TEXT NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (job, position)
   ) STRICT;
   CREATE INDEX measurement_path ON measurement (path);
   CREATE INDEX measurement_hash ON measurement (hash);
   UPDATE job SET work = json_set(work, '$.measure', json('true'))
     WHERE CASE WHEN json_valid(work)
       THEN json_extract(work, '$.kind') = 'train' AND json_type(work, '$.measure') IS NULL ELSE FALSE END;`,
  // A training is made of one or more sources, and says everything about how its index is built.
  `UPDATE job SET
     work = json_remove(json_set(work,
       '$.sources', json_array(json_object('path', json_extract(work, '$.folder'), 'weight', NULL)),
       '$.factory', NULL, '$.metric', 'l2', '$.kFactor', NULL, '$.compression', NULL, '$.expansion', NULL,
       '$.selection', NULL, '$.memoryLimit', NULL), '$.folder'),
     snapshot = json_remove(json_set(snapshot,
       '$.request.sources',
         json_array(json_object('type', 'voice', 'id', json_extract(snapshot, '$.request.voice'), 'weight', NULL)),
       '$.request.factory', NULL, '$.request.metric', 'l2', '$.request.kFactor', NULL, '$.request.compression', NULL,
       '$.request.expansion', NULL, '$.request.selection', NULL, '$.request.name', NULL), '$.request.voice')
     WHERE CASE WHEN json_valid(work) AND json_valid(snapshot)
       THEN json_extract(work, '$.kind') = 'train' AND json_type(work, '$.folder') IS NOT NULL ELSE FALSE END;
   UPDATE job SET
     snapshot = json_set(snapshot,
       '$.result.value.seconds.prepare', 0,
       '$.result.value.notes', json('[]'),
       '$.result.value.record', json_object('format', 1, 'options', json_object(
         'recipe', json_extract(work, '$.recipe'), 'factory', NULL, 'metric', 'l2',
         'nprobe', json_extract(work, '$.nprobe'), 'kFactor', NULL, 'compression', NULL, 'expansion', NULL,
         'selection', NULL), 'compression', NULL, 'expansion', NULL, 'selection', NULL, 'origins', json('[]')))
     WHERE CASE WHEN json_valid(work) AND json_valid(snapshot)
       THEN json_extract(work, '$.kind') = 'train' AND json_type(snapshot, '$.result.value') = 'object' ELSE FALSE END;`,
  // What a person says of an index. A file that was moved is known again by its content.
  `CREATE TABLE shelf (
     id TEXT PRIMARY KEY,
     content TEXT,
     starred INTEGER NOT NULL CHECK (starred IN (0, 1)),
     note TEXT NOT NULL,
     repaired_from INTEGER
   ) STRICT;
   CREATE INDEX shelf_content ON shelf (content);`,
  // What the verdict rests on is kept for longer than the pictures.
  `ALTER TABLE measurement ADD COLUMN outline TEXT;
   UPDATE measurement SET outline = json_object(
     'queries', json_extract(body, '$.queries'), 'stored', json_extract(body, '$.stored'),
     'suggestion', json_extract(body, '$.suggestion'), 'evidence', json_extract(body, '$.evidence'),
     'relation', json_extract(body, '$.relation'), 'source', json_extract(body, '$.source'))
     WHERE json_valid(body);`,
  // What was written into folders that are not the app's own, to be known again there.
  `CREATE TABLE written (
     path TEXT PRIMARY KEY,
     kind TEXT NOT NULL CHECK (kind IN ('backup', 'copy')),
     at INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     modified REAL
   ) STRICT;
   INSERT OR IGNORE INTO written
     SELECT json_extract(snapshot, '$.result.value.backup'), 'backup', created, 0, NULL FROM job
     WHERE CASE WHEN json_valid(snapshot) THEN json_type(snapshot, '$.result.value.backup') = 'text' ELSE FALSE END;
   INSERT OR IGNORE INTO written
     SELECT backup.value, 'backup', created, 0, NULL
     FROM job, json_each(CASE WHEN json_valid(snapshot) THEN snapshot ELSE '{}' END, '$.result.value.backups') AS backup
     WHERE backup.type = 'text';`,
  // Voices that were found last, some in each row.
  `CREATE TABLE found (
     source TEXT NOT NULL,
     position INTEGER NOT NULL,
     voices TEXT NOT NULL,
     PRIMARY KEY (source, position)
   ) STRICT;`,
  // What an index was built by outlives the job. A training writes into a folder of its own name.
  `ALTER TABLE shelf ADD COLUMN recipe TEXT;
   INSERT INTO shelf (id, starred, note, recipe)
     SELECT index_id, 0, '', json_extract(entry, '$.recipe') FROM measurement
     WHERE index_id IS NOT NULL AND instr(path, job) > 0
       AND CASE WHEN json_valid(entry) THEN json_type(entry, '$.recipe') = 'text' ELSE FALSE END
     GROUP BY index_id
     ON CONFLICT (id) DO UPDATE SET recipe = excluded.recipe;`,
];
export const SCHEMA_VERSION = MIGRATIONS.length;
/** Each with all that is read and written of it. */
const TABLES: Readonly<Record<string, string>> = {
  source: 'id, path, kind, added, scan',
  job: 'id, created, snapshot, work',
  memory: 'key, value',
  measurement: 'job, position, path, hash, bytes, modified, index_id, name, voice, entry, body, outline',
  shelf: 'id, content, starred, note, repaired_from, recipe',
  written: 'path, kind, at, bytes, modified',
  found: 'source, position, voices',
};

/** The library was written by a newer version of the app, and is left as it is. */
export class NewerDatabaseError extends Error {
  readonly version: number;
  constructor(version: number) {
    super(`The library has schema version ${version}; this version of Voronoice knows ${SCHEMA_VERSION}.`);
    this.name = 'NewerDatabaseError';
    this.version = version;
  }
}

/** What is in the file is not a library any more. */
class DamagedDatabaseError extends Error {
  override readonly name = 'DamagedDatabaseError';
}

/** Main and the thread that settles the library wait for each other for so long; it takes a few milliseconds. */
const WAIT_MS = 2_000;

function userVersion(database: Database): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

/** SQLite's code for a file that cannot be read before a change that was cut short is taken back (READONLY_ROLLBACK). */
const CUT_SHORT = 776;

/**
 * Nothing of a newer library is written: not even what its last end may have left to be written. Where a change was cut
 * short, nobody can say which version it is before that is taken back, which is no loss to any.
 */
function refuseNewer(path: string): void {
  if (!existsSync(path)) return;
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const version = userVersion(database);
    if (version > SCHEMA_VERSION) throw new NewerDatabaseError(version);
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === CUT_SHORT) return;
    throw error;
  } finally {
    database.close();
  }
}

function migrate(path: string): Database {
  refuseNewer(path);
  const database = new DatabaseSync(path);
  try {
    const version = userVersion(database);
    if (version > SCHEMA_VERSION) throw new NewerDatabaseError(version);
    requireWholePages(database, path);
    // What was written is taken over into the file by a thread apart (`Checkpoints`); by SQLite only where that never comes.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 16384;');
    const check = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    if (check.quick_check !== 'ok') throw new DamagedDatabaseError(check.quick_check);
    requireFitting(() => {
      bringUpToDate(database, version);
      requireTables(database);
    });
    database.exec(`PRAGMA busy_timeout = ${WAIT_MS}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLite's code for a statement that does not fit what is there. */
const NOT_FITTING = 1;

/** A library whose tables are not those of the version that it says it is of is no library. */
function requireFitting(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Error) || !('errcode' in error) || error.errcode !== NOT_FITTING) throw error;
    throw new DamagedDatabaseError(error.message, { cause: error });
  }
}

function bringUpToDate(database: Database, version: number): void {
  if (version < 0) throw new DamagedDatabaseError(`there is no version ${version}`);
  MIGRATIONS.slice(version).forEach((sql, i) => {
    database.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${version + i + 1}; COMMIT;`);
  });
}

/**
 * A file that ends within a page was cut off. SQLite takes what is missing for zeros, and a file of less than a page for none,
 * which it would write over without a word.
 */
function requireWholePages(database: Database, path: string): void {
  const { page_size: page } = database.prepare('PRAGMA page_size').get() as { page_size: number };
  const isCut = (): boolean => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) % page !== 0;
  if (!isCut()) return;
  // What is missing may lie beside the file still.
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  if (isCut()) throw new DamagedDatabaseError('it ends within a page');
}

function requireTables(database: Database): void {
  for (const [table, columns] of Object.entries(TABLES)) database.prepare(`SELECT ${columns} FROM ${table}`);
}

/**
 * Takes what was written beside the library's file over into it, and begins anew beside it: whoever writes next would wait
 * for the disk to do the one or the other. While somebody reads what is beside, some of it stays there.
 */
export function settleLibrary(path: string): void {
  const database = new DatabaseSync(path, { timeout: WAIT_MS });
  try {
    database.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 0;');
    database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    database.exec(`PRAGMA user_version = ${userVersion(database)}`);
  } finally {
    database.close();
  }
}

/** SQLite's codes for a file whose content is not what it should be: SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED_CODES: readonly unknown[] = [11, 26];

function isDamaged(error: unknown): boolean {
  if (error instanceof DamagedDatabaseError) return true;
  return error instanceof Error && 'errcode' in error && DAMAGED_CODES.includes(error.errcode);
}

/** What a person is told of SQLite's codes: SQLITE_BUSY, _LOCKED, _READONLY, _IOERR, _FULL and _CANTOPEN. */
const SAID: Readonly<Partial<Record<number, ErrorCode>>> = {
  5: 'FILE_BUSY',
  6: 'FILE_BUSY',
  8: 'FOLDER_READ_ONLY',
  10: 'DISK_FAILED',
  13: 'DISK_FULL',
  14: 'FILE_UNREADABLE',
};

/** What could not be written because of the disk, as an error that says so; anything else as it is. */
export function writingError(error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error;
  const code = SAID[error.errcode & 0xff];
  return code === undefined ? error : new VoronoiceError(code, `The library cannot be written: ${error.message}`);
}

/** A disk that fails for a moment makes a sound file look damaged: only what is so a second time is. */
function lookTwice(path: string): Database {
  try {
    return migrate(path);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    return migrate(path);
  }
}

/** What a library is called beside its own name. */
const PARTS = ['', '-wal', '-shm'];
/** What comes before the time at which a damaged one was set aside. */
const BROKEN = '.broken-';
/** Damaged libraries that are kept; a disk that fails damages one after the other. */
const KEPT_BROKEN = 3;

/** Sets a damaged library aside. @returns where it is kept */
function setAside(path: string, at: Date): string {
  const broken = `${path}${BROKEN}${at.toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const part of PARTS) if (existsSync(path + part)) renameSync(path + part, broken + part);
  return broken;
}

/** Forgets the oldest of those that were set aside before this one, which is the newest whatever the clock says. */
function forgetBroken(path: string, newest: string): void {
  const folder = dirname(path);
  const all = readdirSync(folder).filter((name) => name.startsWith(basename(path) + BROKEN));
  const before = new Set(all.map((name) => name.replace(/-(?:wal|shm)$/, '')));
  before.delete(basename(newest));
  const oldest = [...before].sort().slice(0, 1 - KEPT_BROKEN);
  for (const name of oldest) for (const part of PARTS) rmSync(join(folder, name + part), { force: true });
}

/**
 * Opens the library's file, making or updating it. A damaged file is kept as `.broken-<time>` and a new one takes its
 * place; nothing in it is more than a list of what lies elsewhere. A file that is only locked, or on a disk that is full
 * or read-only, is left as it is.
 *
 * @param options.replaced Told where a damaged file is kept.
 * @throws NewerDatabaseError; what SQLite says when the file cannot be opened
 */
export function openDatabase(
  path: string,
  log: Log,
  {
    now = () => new Date(),
    replaced = () => undefined,
  }: { readonly now?: () => Date; readonly replaced?: (kept: string) => void } = {},
): Database {
  try {
    return lookTwice(path);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    const broken = setAside(path, now());
    log.warn(`The library cannot be read (${String(error)}). It is kept as ${broken}, and a new one is begun.`);
    replaced(broken);
    const database = migrate(path);
    try {
      forgetBroken(path, broken);
    } catch (reason) {
      log.warn(`Libraries that were set aside before are kept: ${String(reason)}`);
    }
    return database;
  }
}

/** The library, and whether it is only a copy of one that must not be changed. */
export interface OpenedLibrary {
  readonly database: Database;
  readonly isNewer: boolean;
}

/**
 * Opens the library, or what this version understands of a newer one: a copy in memory, so that whoever writes into it
 * changes nothing that lasts.
 *
 * @throws NewerDatabaseError when it lacks what this version reads; else as {@link openDatabase}
 */
export function openLibrary(...args: Parameters<typeof openDatabase>): OpenedLibrary {
  try {
    return { database: openDatabase(...args), isNewer: false };
  } catch (error) {
    if (!(error instanceof NewerDatabaseError)) throw error;
    const [path, log] = args;
    log.warn(`${error.message} It is shown and not changed.`);
    return { database: copyOfNewer(path, error), isNewer: true };
  }
}

function copyOfNewer(path: string, newer: NewerDatabaseError): Database {
  const copy = new DatabaseSync(':memory:');
  try {
    bringUpToDate(copy, 0);
    copy.prepare('ATTACH ? AS newer').run(`${pathToFileURL(path).href}?mode=ro`);
    for (const table of Object.keys(TABLES)) {
      const columns = copy.prepare('SELECT name FROM pragma_table_info(?)').all(table) as { name: string }[];
      const names = columns.map(({ name }) => name).join(', ');
      // What it says in words that this version does not know is left out.
      copy.exec(`INSERT OR IGNORE INTO main.${table} (${names}) SELECT ${names} FROM newer.${table}`);
    }
    copy.exec('DETACH newer');
    return copy;
  } catch (error) {
    copy.close();
    newer.cause = error;
    throw newer;
  }
}
