import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Checkpoints } from '../../../../src/main/library/checkpoints';
import { openDatabase, SCHEMA_VERSION, settleLibrary } from '../../../../src/main/library/database';
import { Memory } from '../../../../src/main/library/memory';
import { silentLog } from '../../../fixtures/mainServices';

const MEGABYTE = 2 ** 20;

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-checkpoints-'));
  path = join(folder, 'library.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

const size = (file: string): number => statSync(file).size;
/** Nearly six megabytes, of which the library keeps a tenth. */
function writeMuch(memory: Memory): void {
  for (let number = 0; number < 60; number++) memory.set(`key-${number % 6}`, String(number).repeat(50_000));
}

describe('what was written beside the library’s file', () => {
  it('is taken over into it while it is open, and goes on from there', () => {
    const database = openDatabase(path, silentLog);
    const memory = new Memory(database);
    writeMuch(memory);
    const before = size(path);
    expect(size(`${path}-wal`)).toBeGreaterThan(5 * MEGABYTE);
    settleLibrary(path);
    expect(size(path)).toBeGreaterThan(before + 500_000);
    // Already begun anew: who writes next need not wait until the disk has that.
    expect(size(`${path}-wal`)).toBeLessThan(20_000);
    memory.set('next', 'y'.repeat(50_000));
    expect(size(`${path}-wal`)).toBeLessThan(100_000);
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: SCHEMA_VERSION });
    database.close();
  });

  it('stays as far as somebody reads it, and nothing is lost', () => {
    const database = openDatabase(path, silentLog);
    const memory = new Memory(database);
    memory.set('first', 1);
    const reader = openDatabase(path, silentLog);
    reader.exec('BEGIN');
    reader.prepare('SELECT * FROM memory').all();
    writeMuch(memory);
    settleLibrary(path);
    expect(reader.prepare('SELECT count(*) AS count FROM memory').get()).toEqual({ count: 1 });
    reader.exec('COMMIT');
    reader.close();
    settleLibrary(path);
    expect(database.prepare('SELECT count(*) AS count FROM memory').get()).toEqual({ count: 7 });
    expect(size(`${path}-wal`)).toBeLessThan(20_000);
    database.close();
  });

  it('is looked at now and then, and settled once it is much, one time after the other', async () => {
    const asked: string[] = [];
    let end = (): void => undefined;
    const settle = (of: string): Promise<void> => {
      asked.push(of);
      return new Promise((resolve) => (end = resolve));
    };
    writeFileSync(`${path}-wal`, Buffer.alloc(3 * MEGABYTE));
    const checkpoints = new Checkpoints({ path, settle, log: silentLog, lookMs: 5 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toEqual([]);
    writeFileSync(`${path}-wal`, Buffer.alloc(5 * MEGABYTE));
    await vi.waitFor(() => expect(asked).toEqual([path]));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toHaveLength(1);
    end();
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    const closed = checkpoints.close();
    end();
    await closed;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toHaveLength(2);
  });

  it('is no trouble where it cannot be looked at', async () => {
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (text: string) => warnings.push(text) };
    const settle = (): Promise<void> => Promise.reject(new Error('no thread'));
    const checkpoints = new Checkpoints({ path, settle, log, lookMs: 5 });
    await vi.waitFor(() => expect(warnings.join()).toContain('ENOENT'));
    writeFileSync(`${path}-wal`, Buffer.alloc(5 * MEGABYTE));
    await vi.waitFor(() => expect(warnings.join()).toContain('no thread'));
    await checkpoints.close();
  });
});
