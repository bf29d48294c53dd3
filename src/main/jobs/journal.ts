import * as v from 'valibot';
import { JobSnapshot } from '@shared/contract/jobs';
import { WorkRequest } from '@shared/jobs';
import type { Database } from '../library/database';

/** A job as it is kept: what the page sees of it, and what the worker was asked. */
export interface JournalEntry {
  readonly snapshot: JobSnapshot;
  readonly work: WorkRequest;
}

const KEPT_JOBS = 200;

const Row = v.object({
  snapshot: v.pipe(v.string(), v.parseJson(), JobSnapshot),
  work: v.pipe(v.string(), v.parseJson(), WorkRequest),
});

/** The jobs on disk, written at every change of state, so that a crash leaves word of what was under way. */
export class Journal {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All jobs kept, oldest first. What an older version wrote and this one does not understand is left out. */
  read(): JournalEntry[] {
    return this.#database
      .prepare('SELECT snapshot, work FROM job ORDER BY created, rowid')
      .all()
      .flatMap((row) => {
        const parsed = v.safeParse(Row, row);
        return parsed.success ? [parsed.output] : [];
      });
  }

  write({ snapshot, work }: JournalEntry): void {
    this.#database
      .prepare(
        `INSERT INTO job (id, created, snapshot, work) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET snapshot = excluded.snapshot, work = excluded.work`,
      )
      .run(snapshot.id, snapshot.createdAt, JSON.stringify(snapshot), JSON.stringify(work));
  }

  remove(id: string): void {
    this.#database.prepare('DELETE FROM job WHERE id = ?').run(id);
  }

  /** Drops the oldest beyond the last 200 and says which. */
  prune(): string[] {
    const rows = this.#database
      .prepare('SELECT id FROM job ORDER BY created DESC, rowid DESC LIMIT -1 OFFSET ?')
      .all(KEPT_JOBS) as { id: string }[];
    for (const { id } of rows) this.remove(id);
    return rows.map(({ id }) => id);
  }
}
