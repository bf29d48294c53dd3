import * as v from 'valibot';
import type { Database } from './database';

/** Small things remembered from one start to the next, each under its key, parsed when read. */
export class Memory {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Null when nothing was remembered, or something that is not understood any more. */
  get<T>(key: string, schema: v.GenericSchema<unknown, T>): T | null {
    const row = this.#database.prepare('SELECT value FROM memory WHERE key = ?').get(key) as
      { value: string } | undefined;
    if (row === undefined) return null;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), row.value);
    return parsed.success ? parsed.output : null;
  }

  set(key: string, value: unknown): void {
    this.#database
      .prepare('INSERT INTO memory (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
      .run(key, JSON.stringify(value));
  }
}
