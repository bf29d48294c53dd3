import { describe, expect, it } from 'vitest';
import { filePath } from '@shared/contract/primitives';
import { type Database, openDatabase } from '../../../../src/main/library/database';
import { Memory } from '../../../../src/main/library/memory';
import { followMove } from '../../../../src/main/library/moved';
import { silentLog } from '../../../fixtures/mainServices';

function opened(home: string): { database: Database; memory: Memory } {
  const database = openDatabase(':memory:', silentLog);
  const memory = new Memory(database);
  followMove(database, memory, home);
  return { database, memory };
}

function addSource(database: Database, id: string, path: string, scan: unknown): void {
  database
    .prepare("INSERT INTO source (id, path, kind, added, scan) VALUES (?, ?, 'folder', 0, ?)")
    .run(id, path, JSON.stringify(scan));
}

function sources(database: Database): unknown[] {
  return database
    .prepare('SELECT path, scan FROM source ORDER BY id')
    .all()
    .map((row) => {
      const { path, scan } = row as { path: string; scan: string };
      return { path, scan: JSON.parse(scan) as unknown };
    });
}

describe('a moved folder of data', () => {
  it('keeps what lies in it, and leaves alone what lies elsewhere', () => {
    const { database, memory } = opened('/stick/data');
    addSource(database, 'a', '/stick/data/sample', { voices: [{ path: '/stick/data/sample/logs/x', frames: 3 }] });
    addSource(database, 'b', '/stick/database', { root: '/stick/database' });
    memory.set('chosen', '/stick/data/sample');
    followMove(database, memory, '/media/다른 사람/data');
    expect(sources(database)).toEqual([
      {
        path: '/media/다른 사람/data/sample',
        scan: { voices: [{ path: '/media/다른 사람/data/sample/logs/x', frames: 3 }] },
      },
      { path: '/stick/database', scan: { root: '/stick/database' } },
    ]);
    expect(memory.get('chosen', filePath)).toBe('/media/다른 사람/data/sample');
  });

  it('keeps the voices that were found in it', () => {
    const { database, memory } = opened('/stick/data');
    const row = JSON.stringify([{ path: '/stick/data/sample/logs/x' }]);
    database.prepare('INSERT INTO found (source, position, voices) VALUES (?, 0, ?)').run('a', row);
    followMove(database, memory, '/media/data');
    expect(database.prepare('SELECT voices FROM found').get()).toEqual({
      voices: '[{"path":"/media/data/sample/logs/x"}]',
    });
  });

  it('comes from another system with its own separators', () => {
    const { database, memory } = opened('E:\\Voronoice\\data');
    addSource(database, 'a', 'E:\\Voronoice\\data\\sample', ['E:\\Voronoice\\data\\sample\\logs']);
    followMove(database, memory, '/media/stick/data');
    expect(sources(database)).toEqual([{ path: '/media/stick/data/sample', scan: ['/media/stick/data/sample/logs'] }]);
  });

  it('is looked at again only after it has moved', () => {
    const { database, memory } = opened('/a');
    addSource(database, 'a', '/a/x', []);
    followMove(database, memory, '/b');
    followMove(database, memory, '/b');
    followMove(database, memory, '/c');
    expect(sources(database)).toEqual([{ path: '/c/x', scan: [] }]);
  });
});
