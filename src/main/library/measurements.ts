import * as v from 'valibot';
import {
  HistoryEntry,
  type IndexMeasurements,
  type JobMeasurements,
  Measurement,
  MeasurementOutline,
  measurementOutline,
} from '@shared/contract/measurement';
import { opaqueId, type RecipeId, shortText } from '@shared/contract/primitives';
import type { IndexFile } from '@shared/contract/voices';
import { originalOf } from '@shared/domain/voice/linked';
import type { Known } from './catalogue';
import type { Database } from './database';

/** One index as a job has measured it. */
export interface MeasuredIndex {
  readonly path: string;
  /** When the file was written last, as it was measured; null when it is gone already. */
  readonly modified: number | null;
  readonly index: string | null;
  readonly name: string;
  readonly voice: string | null;
  /** By which it was built; null when that is not known. */
  readonly recipe: RecipeId | null;
  readonly measurement: Measurement;
}

/** By path, size and time: the file is as it was measured. A copy keeps whole milliseconds of its time at most. */
const AS_IT_IS = 'path = ? AND bytes = ? AND abs(modified - ?) < 1';

/** What was held against the voice comes before what was held against the index itself; the newest first. */
const BEST_FIRST = `ORDER BY
  CASE WHEN json_valid(entry) THEN json_extract(entry, '$.reference') = 'voice' ELSE 0 END DESC, rowid DESC`;

/** Pictures are kept of so many, the newest; what the verdict rests on, which is small, of very many. */
const KEPT_WHOLE = 200;
const KEPT = 20_000;
const LONGEST_HISTORY = 200;
/** Stands where the pictures were. */
const DROPPED = '';

/** The newest has the highest number. */
const LAST = '(SELECT max(rowid) FROM measurement)';

const Body = v.pipe(v.string(), v.parseJson(), Measurement);
const Entry = v.pipe(v.string(), v.parseJson(), HistoryEntry);
const LatestRow = v.object({ hash: v.string(), body: Body });
const OutlineRow = v.object({ outline: v.pipe(v.string(), v.parseJson(), MeasurementOutline) });
const JobRow = v.object({ index_id: v.fallback(v.nullable(opaqueId), null), name: shortText, body: Body });
const HashRow = v.object({ hash: v.string() });
const EntryRow = v.object({ entry: Entry });

/**
 * What jobs have measured, newest last. A measurement holds for a file as long as it has the same size and time; its
 * history follows both the path and the content. Rows that an older version wrote and this one does not understand are
 * left out.
 */
export class Measurements {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps what a job has measured, in this order, and drops the pictures of old ones, and the very oldest. */
  keep(job: string, at: number, measured: readonly MeasuredIndex[]): void {
    const insert = this.#database.prepare(
      `INSERT INTO measurement (job, position, path, hash, bytes, modified, index_id, name, voice, entry, body, outline)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const [position, { path, modified, index, name, voice, recipe, measurement }] of measured.entries()) {
      const { hash, bytes } = measurement;
      const entry = JSON.stringify(historyEntry(job, at, recipe, measurement));
      const body = JSON.stringify(measurement);
      const outline = JSON.stringify(measurementOutline(measurement));
      insert.run(job, position, path, hash, bytes, modified, index, name, voice, entry, body, outline);
    }
    // By their numbers: to ask each for its pictures, all that are kept would be read, in main, after every job.
    this.#database
      .prepare(`UPDATE measurement SET body = ? WHERE rowid <= ${LAST} - ? AND rowid > ${LAST} - ? AND body <> ?`)
      .run(DROPPED, KEPT_WHOLE, 2 * KEPT_WHOLE + measured.length, DROPPED);
    this.#database.prepare(`DELETE FROM measurement WHERE rowid <= ${LAST} - ?`).run(KEPT);
  }

  ofJob(job: string): JobMeasurements {
    return this.#database
      .prepare('SELECT index_id, name, body FROM measurement WHERE job = ? ORDER BY position')
      .all(job)
      .flatMap((row) => {
        const parsed = v.safeParse(JobRow, row);
        return parsed.success
          ? [{ index: parsed.output.index_id, name: parsed.output.name, measurement: parsed.output.body }]
          : [];
      });
  }

  ofIndex(file: Pick<IndexFile, 'path' | 'bytes' | 'modified'>): IndexMeasurements {
    const latest = this.#latest(file);
    return { latest: latest?.body ?? null, history: this.history(file.path, latest?.hash ?? null) };
  }

  /** What was measured of this content, under any name and at any time; null when nothing was, or too long ago. */
  ofHash(hash: string): Measurement | null {
    const rows = this.#database
      .prepare(`SELECT hash, body FROM measurement WHERE hash = ? ${BEST_FIRST}`)
      .iterate(hash);
    return firstWhole(rows)?.body ?? null;
  }

  /** What the verdict on a file rests on; null when it is not measured as it is now. */
  outlineOf({ path, bytes, modified }: Pick<IndexFile, 'path' | 'bytes' | 'modified'>): MeasurementOutline | null {
    const rows = this.#database
      .prepare(`SELECT outline FROM measurement WHERE ${AS_IT_IS} ${BEST_FIRST}`)
      .all(path, bytes, modified);
    for (const row of rows) {
      const parsed = v.safeParse(OutlineRow, row);
      if (parsed.success) return parsed.output.outline;
    }
    return null;
  }

  /** How the file at a path, and its content under any name, was measured over time: oldest first, at most 200. */
  history(path: string, hash: string | null): HistoryEntry[] {
    return this.#database
      .prepare('SELECT entry FROM measurement WHERE path = ? OR hash = ? ORDER BY rowid DESC LIMIT ?')
      .all(path, hash, LONGEST_HISTORY)
      .flatMap((row) => {
        const parsed = v.safeParse(EntryRow, row);
        return parsed.success ? [parsed.output.entry] : [];
      })
      .reverse();
  }

  /** Of the content that a file was last measured with; null when it is not measured as it is now. */
  hashOf({ path, bytes, modified }: Pick<IndexFile, 'path' | 'bytes' | 'modified'>): string | null {
    const row: unknown = this.#database
      .prepare(`SELECT hash FROM measurement WHERE ${AS_IT_IS} ORDER BY rowid DESC LIMIT 1`)
      .get(path, bytes, modified);
    return row === undefined ? null : v.parse(HashRow, row).hash;
  }

  /** Whose measurements tell of an index: its own, and as long as there are none those of what it is a copy of. */
  tellerOf({ index, voice }: Known): IndexFile {
    const original = originalOf(index, voice?.indexes ?? []);
    return original === null || this.hashOf(index) !== null ? index : original;
  }

  /** Of every index whose pictures are remembered. */
  hashes(): ReadonlySet<string> {
    const rows = this.#database.prepare(`SELECT hash FROM measurement WHERE rowid > ${LAST} - ?`).all(KEPT_WHOLE);
    return new Set(rows.map((row) => v.parse(HashRow, row).hash));
  }

  /** A file has another name now, and is the same otherwise. */
  follow(from: string, to: { readonly path: string; readonly name: string; readonly index: string | null }): void {
    this.#database
      .prepare('UPDATE measurement SET path = ?, name = ?, index_id = ? WHERE path = ?')
      .run(to.path, to.name, to.index, from);
  }

  #latest({ path, bytes, modified }: Pick<IndexFile, 'path' | 'bytes' | 'modified'>) {
    const rows = this.#database
      .prepare(`SELECT hash, body FROM measurement WHERE ${AS_IT_IS} ${BEST_FIRST}`)
      .iterate(path, bytes, modified);
    return firstWhole(rows);
  }
}

function firstWhole(rows: Iterable<unknown>): v.InferOutput<typeof LatestRow> | null {
  for (const row of rows) {
    const parsed = v.safeParse(LatestRow, row);
    if (parsed.success) return parsed.output;
  }
  return null;
}

function historyEntry(
  job: string,
  at: number,
  recipe: RecipeId | null,
  { hash, facts, stored, reference, queries, verdict }: Measurement,
): HistoryEntry {
  return {
    job,
    at,
    hash,
    recipe,
    nprobe: stored.nprobe,
    vectors: facts.vectors,
    recall: stored.recall.value,
    missing: stored.missing.value,
    same: stored.same?.value ?? null,
    reference,
    origin: queries.origin,
    level: verdict.level,
  };
}
