import { basename, dirname } from 'node:path';
import * as v from 'valibot';
import { BACKUP, isBackupName } from '@shared/domain/backupName';
import { isThere, lookAt } from '../system/onDisk';
import type { Database } from './database';

/** A file that the app wrote into a folder that is not its own. */
export interface Left {
  readonly kind: 'backup' | 'copy';
  readonly path: string;
}

/** One that is still there. */
export interface Kept extends Left {
  readonly at: number;
  /** That are free when it is gone. */
  readonly bytes: number;
  /** It is what was written: a backup by its name, a copy by its size and time. */
  readonly isOurs: boolean;
}

/** Whole numbers are read as those that JavaScript has: SQLite's may be larger, and reading one would fail. */
const Row = v.object({
  path: v.string(),
  kind: v.picklist(['backup', 'copy']),
  at: v.number(),
  bytes: v.number(),
  modified: v.nullable(v.number()),
});

/** What jobs have left in folders of hosts and voices, so that it is found again and nothing else is taken for it. */
export class WrittenFiles {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Takes note of files that a job has written, as they are now. */
  async keep(at: number, files: readonly Left[]): Promise<void> {
    for (const { kind, path } of files) {
      const found = await lookAt(path);
      if (found === null) continue;
      this.#database
        .prepare('INSERT OR REPLACE INTO written (path, kind, at, bytes, modified) VALUES (?, ?, ?, ?, ?)')
        .run(path, kind, at, found.size, found.mtimeMs);
    }
  }

  /** Those that are still there, the oldest first. What is gone is forgotten. */
  async list(kind: Left['kind']): Promise<readonly Kept[]> {
    const rows = this.#database
      .prepare(
        `SELECT path, kind, CAST(at AS REAL) AS at, CAST(bytes AS REAL) AS bytes, modified
         FROM written WHERE kind = ? ORDER BY at, rowid`,
      )
      .all(kind)
      .map((row) => v.parse(Row, row));
    const kept: Kept[] = [];
    for (const { path, at, bytes, modified } of rows) {
      const found = await lookAt(path).catch(() => undefined);
      // A disk that does not answer may do so the next time.
      if (found === undefined) continue;
      if (found === null) {
        // A drive that is away may come back with what is on it.
        if (await isThere(dirname(path)).catch(() => false)) this.forget(path);
        continue;
      }
      const isSame = modified !== null && found.size === bytes && Math.abs(found.mtimeMs - modified) < 1;
      const isOurs = !found.isDirectory() && (kind === 'backup' ? isBackupName(basename(path)) : isSame);
      // What is a second name, or leads elsewhere, takes no space of its own.
      const isLink = found.isSymbolicLink() || found.nlink > 1;
      kept.push({ kind, path, at, bytes: isLink ? 0 : found.size, isOurs });
    }
    return kept;
  }

  forget(path: string): void {
    this.#database.prepare('DELETE FROM written WHERE path = ?').run(path);
  }

  /** A file has another name now, and so have its backups. */
  follow(from: string, to: string): void {
    const [before, after] = [from + BACKUP, to + BACKUP];
    this.#database
      .prepare('UPDATE OR REPLACE written SET path = ? || substr(path, ?) WHERE substr(path, 1, ?) = ?')
      .run(after, before.length + 1, before.length, before);
  }
}
