import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANGES } from '@shared/contract/api';
import type { Channel } from '@shared/contract/channels';
import { refusingChanges } from '../../../../src/main/ipc/handlers';
import { NewerDatabaseError, openDatabase, openLibrary, SCHEMA_VERSION } from '../../../../src/main/library/database';
import { Memory } from '../../../../src/main/library/memory';
import { createMain, silentLog } from '../../../fixtures/mainServices';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-newer #'));
  path = join(folder, 'library.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A library as a newer version would leave it. */
function makeNewer(sql = ''): void {
  const database = openDatabase(path, silentLog);
  new Memory(database).set('a', { b: 1 });
  database.exec(`INSERT INTO source (id, path, kind, added) VALUES ('source-00000001', '/rvc', 'folder', 1);
    ALTER TABLE source ADD COLUMN mood TEXT; CREATE TABLE mood (id TEXT);
    ${sql}; PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  database.close();
}

/** What is kept; the file of the locks between readers is none of it, nor is an empty log. */
function kept(): readonly (readonly [string, string])[] {
  return readdirSync(folder)
    .filter((name) => !name.endsWith('-shm'))
    .map((name) => [name, readFileSync(join(folder, name)).toString('base64')] as const)
    .filter(([, content]) => content !== '');
}

describe('a library of a newer version', () => {
  it('is shown as far as it is understood, and never written', () => {
    makeNewer();
    const before = kept();
    const { database, isNewer } = openLibrary(path, silentLog);
    expect(isNewer).toBe(true);
    const memory = new Memory(database);
    expect(memory.get('a', v.unknown())).toEqual({ b: 1 });
    memory.set('a', 2);
    expect(database.prepare('SELECT path FROM source').all()).toEqual([{ path: '/rvc' }]);
    database.exec('DELETE FROM source');
    database.close();
    expect(kept()).toEqual(before);
  });

  it('is shown with what its last end left to be written, which is left to be written', () => {
    makeNewer();
    const open = new DatabaseSync(path);
    open.exec(`INSERT INTO source (id, path, kind, added) VALUES ('source-00000002', '/late', 'folder', 2)`);
    const crashed = join(folder, 'crashed');
    mkdirSync(crashed);
    for (const name of ['library.sqlite', 'library.sqlite-wal']) cpSync(join(folder, name), join(crashed, name));
    open.close();
    const wal = join(crashed, 'library.sqlite-wal');
    expect(existsSync(wal)).toBe(true);
    const before = readFileSync(wal);
    const { database } = openLibrary(join(crashed, 'library.sqlite'), silentLog);
    expect(database.prepare('SELECT path FROM source ORDER BY added').all()).toEqual([
      { path: '/rvc' },
      { path: '/late' },
    ]);
    database.close();
    expect(readFileSync(wal).equals(before)).toBe(true);
  });

  it.each([
    ['a column is gone', 'ALTER TABLE source DROP COLUMN scan'],
    ['a table is gone', 'DROP TABLE shelf'],
  ])('is refused and left alone when %s', (_what, sql) => {
    makeNewer(sql);
    const before = kept();
    expect(() => openLibrary(path, silentLog)).toThrow(NewerDatabaseError);
    expect(kept()).toEqual(before);
  });

  it('leaves out what it says in words of its own', () => {
    makeNewer();
    const open = new DatabaseSync(path);
    open.exec(`CREATE TABLE other (id TEXT PRIMARY KEY, path TEXT, kind TEXT, added INTEGER, scan TEXT);
      INSERT INTO other SELECT id, path, kind, added, scan FROM source;
      INSERT INTO other VALUES ('source-00000003', '/cloud', 'cloud', 3, NULL);
      DROP TABLE source; ALTER TABLE other RENAME TO source`);
    open.close();
    const { database } = openLibrary(path, silentLog);
    expect(database.prepare('SELECT path FROM source').all()).toEqual([{ path: '/rvc' }]);
    database.close();
  });

  it('is no library of this version', () => {
    openDatabase(path, silentLog).close();
    const { database, isNewer } = openLibrary(path, silentLog);
    expect(isNewer).toBe(false);
    database.close();
  });
});

describe('requests while the library is of a newer version', () => {
  const main = createMain({ ground: { isLibraryNewer: true } });
  const handlers = refusingChanges(main.handlers);

  it('are refused by one code where they would change something, and answered where not', () => {
    for (const channel of Object.keys(CHANGES) as Channel[]) {
      if (CHANGES[channel])
        expect(handlers[channel], channel).toThrow(expect.objectContaining({ code: 'LIBRARY_NEWER' }));
      else expect(handlers[channel], channel).toBe(main.handlers[channel]);
    }
  });

  it('begin no work and start no change of what is kept', () => {
    const changing = (Object.keys(CHANGES) as Channel[]).filter((channel) => CHANGES[channel]);
    expect(changing.filter((channel) => /\.(?:get|list|info|look|plan)$/.test(channel))).toEqual([]);
    expect(changing).toEqual(
      expect.arrayContaining(['jobs.start', 'shelf.set', 'library.add', 'storage.clean', 'marks.set']),
    );
  });
});

describe('what a newer version has put away', () => {
  it.each([
    [true, true],
    [false, false],
  ])('stays at the start: %s', async (isLibraryNewer, stays) => {
    const takesRoot = join(folder, 'takes');
    mkdirSync(join(takesRoot, 'job-of-its-own'), { recursive: true });
    writeFileSync(join(takesRoot, 'job-of-its-own', 'take.npy'), 'take');
    createMain({ ground: { isLibraryNewer, takesRoot } });
    await setTimeout(200);
    expect(existsSync(join(takesRoot, 'job-of-its-own'))).toBe(stays);
  });
});
