import * as v from 'valibot';
import { JobSnapshot } from '@shared/contract/jobs';
import { WorkRequest } from '@shared/jobs';
import type { Database } from '../library/database';
import type { Log } from '../../supervisor/log';

/** A job as it is kept: what the page sees of it, and what the worker was asked. */
export interface JournalEntry {
  readonly snapshot: JobSnapshot;
  readonly work: WorkRequest;
}

const AGAIN_MS = 10_000;

const Row = v.object({
  snapshot: v.pipe(v.string(), v.parseJson(), JobSnapshot),
  work: v.pipe(v.string(), v.parseJson(), WorkRequest),
});

/**
 * The jobs on disk, written at every change of state, so that a crash leaves word of what was under way. A disk that is
 * full or read-only stops no job: what could not be written is written with the next change, or after a while.
 */
export class Journal {
  readonly #database: Database;
  readonly #log: Log;
  readonly #told: (kept: boolean) => void;
  /** What is not on the disk yet, oldest first; null: to be removed. */
  readonly #unwritten = new Map<string, JournalEntry | null>();
  #isKept = true;
  #again: NodeJS.Timeout | null = null;

  /** @param told Hears once that writing fails, and once that all is written again. */
  constructor(database: Database, log: Log, told: (kept: boolean) => void = () => undefined) {
    this.#database = database;
    this.#log = log;
    this.#told = told;
  }

  /** Whether all that happened is on the disk. */
  get isKept(): boolean {
    return this.#isKept;
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

  write(entry: JournalEntry): void {
    this.#unwritten.set(entry.snapshot.id, entry);
    this.#flush();
  }

  remove(id: string): void {
    this.#unwritten.set(id, null);
    this.#flush();
  }

  #flush(): void {
    if (this.#again !== null) clearTimeout(this.#again);
    this.#again = null;
    try {
      for (const [id, entry] of this.#unwritten) {
        if (entry === null) this.#database.prepare('DELETE FROM job WHERE id = ?').run(id);
        else this.#put(entry);
        this.#unwritten.delete(id);
      }
      this.#tell(true, 'The journal of jobs is written again.');
    } catch (error) {
      this.#tell(false, `The journal of jobs cannot be written: ${String(error)}`);
      this.#again = setTimeout(() => this.#flush(), AGAIN_MS).unref();
    }
  }

  #put({ snapshot, work }: JournalEntry): void {
    this.#database
      .prepare(
        `INSERT INTO job (id, created, snapshot, work) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET snapshot = excluded.snapshot, work = excluded.work`,
      )
      .run(snapshot.id, snapshot.createdAt, JSON.stringify(snapshot), JSON.stringify(work));
  }

  #tell(kept: boolean, text: string): void {
    if (kept === this.#isKept) return;
    this.#isKept = kept;
    this.#log.warn(text);
    this.#told(kept);
  }
}
