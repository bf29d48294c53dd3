import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { filePath, opaqueId } from '@shared/contract/primitives';
import type { ScanResult } from '@shared/contract/voices';
import type { Log } from '../../supervisor/log';
import { overlaps } from '../../supervisor/inside';
import { inTurns } from '../system/turns';
import { type Catalogue, catalogueOf, type Looked } from './catalogue';
import type { Database } from './database';
import { Scans } from './scans';

/** A folder or single index file that a person added, with what was found there last. */
export interface Source extends Looked {
  readonly path: string;
  readonly kind: 'folder' | 'index';
}

const Row = v.object({
  id: opaqueId,
  path: filePath,
  kind: v.picklist(['folder', 'index']),
  scan: v.nullable(v.string()),
});

/**
 * Whether a change at a path is a change of what a source shows: voices may be links that lead out of it, and built
 * indexes of a voice lie in the app's own folder.
 */
export function concerns({ path: root, scan }: Source, path: string): boolean {
  if (overlaps(root, path)) return true;
  const { voices, indexes } = scan ?? { voices: [], indexes: [] };
  const isNear = (known: { readonly path: string }): boolean => overlaps(known.path, path);
  return indexes.some(isNear) || voices.some((voice) => isNear(voice) || voice.indexes.some(isNear));
}

/** Whether a new look, made of what was known, found nothing new. */
function isSameScan(before: ScanResult | null, after: ScanResult | null): boolean {
  if (before === null || after === null) return before === after;
  const isSame = <T>(a: readonly T[] = [], b: readonly T[] = []): boolean =>
    a.length === b.length && a.every((item, at) => item === b[at]);
  return (
    isSame(before.voices, after.voices) &&
    isSame(before.indexes, after.indexes) &&
    isSame(before.models, after.models) &&
    before.what === after.what &&
    isDeepStrictEqual(before.looked, after.looked)
  );
}

function sameAs<T extends { readonly id: string }>(before: readonly T[]): (item: T) => T {
  const known = new Map(before.map((item) => [item.id, item]));
  return (item) => {
    const old = known.get(item.id);
    return old !== undefined && isDeepStrictEqual(old, item) ? old : item;
  };
}

/** A new look with the objects of the one before, where they say the same: only what is new is told. */
async function withKnown(scan: ScanResult, before: ScanResult | null): Promise<ScanResult> {
  if (before === null) return scan;
  return {
    ...scan,
    voices: await inTurns(scan.voices, sameAs(before.voices)),
    indexes: scan.indexes.map(sameAs(before.indexes)),
    ...(scan.models === undefined ? {} : { models: scan.models.map(sameAs(before.models ?? [])) }),
  };
}

/** What a person has added to the library, with what was found there last: kept, so that a start shows all of it at once. */
export class Sources {
  readonly #database: Database;
  readonly #log: Log;
  readonly #scans: Scans;
  readonly #sources = new Map<string, Source>();
  #catalogue: Catalogue | null = null;

  constructor(database: Database, log: Log) {
    this.#database = database;
    this.#log = log;
    this.#scans = new Scans(database);
    for (const raw of database.prepare('SELECT id, path, kind, scan FROM source ORDER BY added, rowid').all()) {
      const row = v.safeParse(Row, raw);
      // The page could be told of nothing at all if it were told of this.
      if (!row.success) {
        log.warn(`Something that was added is not understood any more: ${row.issues[0].message}`);
        continue;
      }
      const { id, path, kind, scan } = row.output;
      this.#sources.set(id, { id, path, kind, absence: null, scan: this.#scans.read(id, scan) });
    }
  }

  /** In the order in which they were added; another array each time, which may be gone through while they change. */
  all(): readonly Source[] {
    return [...this.#sources.values()];
  }

  get(id: string): Source | undefined {
    return this.#sources.get(id);
  }

  /** What was added at a path. */
  at(path: string): Source | undefined {
    return this.all().find((source) => source.path === path);
  }

  /** What is in all of them. */
  get catalogue(): Catalogue {
    this.#catalogue ??= catalogueOf(this.all());
    return this.#catalogue;
  }

  /** @param added When, in milliseconds. */
  async add(source: Source, added: number): Promise<void> {
    this.#database
      .prepare('INSERT INTO source (id, path, kind, added) VALUES (?, ?, ?, ?)')
      .run(source.id, source.path, source.kind, added);
    await this.keep(source);
  }

  /** @returns whether it is other than it was; false where it was taken out of the library meanwhile */
  async keep({ scan, ...source }: Source): Promise<boolean> {
    const { id } = source;
    const before = this.#sources.get(id);
    const kept = scan === null ? null : await withKnown(scan, before?.scan ?? null);
    if (before !== undefined && !this.#sources.has(id)) return false;
    const isKnown = before !== undefined && isSameScan(before.scan, kept);
    this.#sources.set(id, { ...source, scan: isKnown ? before.scan : kept });
    const isSame = isKnown && before.absence === source.absence;
    // Of thousands of voices that are as they were, nothing is put together anew.
    if (!isSame) this.#catalogue = null;
    if (isKnown) return !isSame;
    if (kept === null) return true;
    try {
      await this.#scans.keep(id, kept, () => this.#sources.get(id)?.scan === kept);
    } catch (error) {
      // It only lets the next start show something sooner.
      this.#log.warn(`What was found in "${source.path}" is not kept: ${String(error)}`);
    }
    return true;
  }

  /** It lies at another path now. */
  move(source: Source, to: string): void {
    this.#database.prepare('UPDATE source SET path = ? WHERE id = ?').run(to, source.id);
    this.#sources.set(source.id, { ...source, path: to });
  }

  remove(id: string): void {
    this.#sources.delete(id);
    this.#database.prepare('DELETE FROM source WHERE id = ?').run(id);
    this.#scans.forget(id);
    this.#catalogue = null;
  }
}
