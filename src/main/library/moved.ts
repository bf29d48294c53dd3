import { sep } from 'node:path';
import * as v from 'valibot';
import { filePath } from '@shared/contract/primitives';
import type { Database } from './database';
import type { Memory } from './memory';

const KEY = 'home';

/** Every column that may hold a path, alone or in JSON. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  source: ['path', 'scan'],
  found: ['voices'],
  job: ['snapshot', 'work'],
  memory: ['value'],
  measurement: ['path'],
  written: ['path'],
};

/**
 * What lies in the app's own folder is found again where that folder is now. Paths elsewhere stay as they are.
 *
 * @param home the app's own folder, without links
 */
export function followMove(database: Database, memory: Pick<Memory, 'get' | 'set'>, home: string): void {
  const before = memory.get(KEY, filePath);
  if (before !== null && before !== home) {
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const [table, columns] of Object.entries(COLUMNS)) {
        for (const column of columns) rewrite(database, table, column, before, home);
      }
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
  if (before !== home) memory.set(KEY, home);
}

const Row = v.object({ id: v.number(), text: v.nullable(v.string()) });

function rewrite(database: Database, table: string, column: string, from: string, to: string): void {
  const update = database.prepare(`UPDATE OR REPLACE ${table} SET ${column} = ? WHERE rowid = ?`);
  for (const raw of database.prepare(`SELECT rowid AS id, ${column} AS text FROM ${table}`).all()) {
    const { id, text } = v.parse(Row, raw);
    if (text === null) continue;
    const moved = movedText(text, from, to);
    if (moved !== text) update.run(moved, id);
  }
}

/** A path, or JSON with paths in it, with those in one folder put into another. */
function movedText(text: string, from: string, to: string): string {
  try {
    return JSON.stringify(movedValue(JSON.parse(text), from, to));
  } catch {
    // It is a path.
    return movedPath(text, from, to);
  }
}

function movedValue(value: unknown, from: string, to: string): unknown {
  if (typeof value === 'string') return movedPath(value, from, to);
  if (Array.isArray(value)) return value.map((item) => movedValue(item, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, movedValue(item, from, to)]));
}

/** Folders of another system are told apart by either separator. */
function movedPath(path: string, from: string, to: string): string {
  if (path === from) return to;
  const next = path.charAt(from.length);
  if (!path.startsWith(from) || (next !== '/' && next !== '\\')) return path;
  return to + path.slice(from.length).replaceAll(next, sep);
}
