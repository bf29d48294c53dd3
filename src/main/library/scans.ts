import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import { ScanResult, Voice } from '@shared/contract/voices';
import type { Database } from './database';

/** Voices in one row: when one of them changes, no more than these are written again. */
const ROW = 100;

const KeptScan = v.pipe(v.string(), v.parseJson(), ScanResult);
const KeptVoices = v.pipe(v.string(), v.parseJson(), v.array(Voice));
const Row = v.object({ voices: v.string() });

/**
 * What was found last in each folder, for the next start. Its voices, of which there may be thousands, lie in rows of their
 * own, which are written one at a time: others come to their turn in between. A start that is in time for half of them shows
 * some as they were before, until it has looked.
 */
export class Scans {
  readonly #database: Database;
  /** What lies in the rows of each source. */
  readonly #kept = new Map<string, readonly (readonly Voice[])[]>();

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * @param text What stands beside the source itself.
   * @returns null where there is nothing, or nothing that is understood
   */
  read(source: string, text: string | null): ScanResult | null {
    const scan = v.safeParse(KeptScan, text);
    if (!scan.success) return null;
    const rows: Voice[][] = [];
    const found = this.#database.prepare('SELECT voices FROM found WHERE source = ? ORDER BY position').all(source);
    for (const raw of found) {
      const voices = v.safeParse(KeptVoices, v.parse(Row, raw).voices);
      if (!voices.success) return null;
      rows.push(voices.output);
    }
    this.#kept.set(source, rows);
    // Earlier versions kept all of it in one place.
    return { ...scan.output, voices: [...scan.output.voices, ...rows.flat()] };
  }

  /** @param isCurrent Whether it is still the last that was found. */
  async keep(source: string, { voices, ...rest }: ScanResult, isCurrent: () => boolean): Promise<void> {
    const before = this.#kept.get(source) ?? [];
    const rows: (readonly Voice[])[] = [];
    for (let from = 0; from < voices.length; from += ROW) rows.push(voices.slice(from, from + ROW));
    // What is written only in part is not known to be there.
    this.#kept.delete(source);
    const text = JSON.stringify({ ...rest, voices: [] });
    this.#database.prepare('UPDATE source SET scan = ? WHERE id = ?').run(text, source);
    const write = this.#database.prepare('INSERT OR REPLACE INTO found (source, position, voices) VALUES (?, ?, ?)');
    for (const [position, row] of rows.entries()) {
      if (isSame(row, before[position])) continue;
      write.run(source, position, JSON.stringify(row));
      await setImmediate();
      if (!isCurrent()) return;
    }
    this.#database.prepare('DELETE FROM found WHERE source = ? AND position >= ?').run(source, rows.length);
    this.#kept.set(source, rows);
  }

  forget(source: string): void {
    this.#kept.delete(source);
    this.#database.prepare('DELETE FROM found WHERE source = ?').run(source);
  }
}

function isSame(row: readonly Voice[], before: readonly Voice[] = []): boolean {
  return row.length === before.length && row.every((voice, at) => voice === before[at]);
}
