import { relative, isAbsolute, sep } from 'node:path';
import * as v from 'valibot';
import type { AddResult, LibrarySnapshot } from '@shared/contract/channels';
import { VoronoiceError } from '@shared/contract/errors';
import type { ModelFile } from '@shared/contract/models';
import { type IndexFile, ScanResult, type Voice } from '@shared/contract/voices';
import type { Log } from '../system/log';
import type { Database } from './database';

/** A folder or single index file that a person added, with what was found there last. */
interface Source {
  readonly id: string;
  readonly path: string;
  readonly kind: 'folder' | 'index';
  readonly available: boolean;
  readonly scan: ScanResult | null;
}

export interface LibraryOptions {
  readonly database: Database;
  /** Looks through a path on disk; rejects with a `VoronoiceError`. */
  readonly scan: (path: string) => Promise<ScanResult>;
  readonly publish: (snapshot: LibrarySnapshot) => void;
  readonly createId: () => string;
  readonly now: () => number;
  readonly log: Log;
}

const Row = v.object({
  id: v.string(),
  path: v.string(),
  kind: v.picklist(['folder', 'index']),
  scan: v.nullable(v.string()),
});
const CachedScan = v.pipe(v.string(), v.parseJson(), ScanResult);

/** Loose models that a person may look for, or must be warned of; other files of PyTorch are nobody's business here. */
function isWorthShowing({ facts, problem }: ModelFile): boolean {
  return facts?.what === 'voice' || problem?.code === 'MODEL_RUNS_CODE';
}

/** Whether one path is the other or lies inside it. */
function overlaps(a: string, b: string): boolean {
  const inside = (path: string, root: string): boolean => {
    const way = relative(root, path);
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  };
  return inside(a, b) || inside(b, a);
}

/** A file that was opened by hand and turned out to be no index: there is nothing to come back to. */
function isUnreadable({ root, indexes: [index] }: ScanResult): boolean {
  return index?.path === root && index.facts === null && index.problem !== null;
}

/** Whether a change at a path is a change of what a source shows: built indexes of a voice lie in the app's own folder. */
function concerns({ path: root, scan }: Source, path: string): boolean {
  if (overlaps(root, path)) return true;
  const indexes = [...(scan?.indexes ?? []), ...(scan?.voices ?? []).flatMap((voice) => voice.indexes)];
  return indexes.some((index) => overlaps(index.path, path));
}

/**
 * What the app knows of voices and indexes. The last scan of every source is kept in the database, so that a start shows
 * everything at once and looks again behind it.
 */
export class Library {
  readonly #options: LibraryOptions;
  readonly #sources = new Map<string, Source>();
  #sequence = 0;
  #scans = 0;
  /** Scans run one after another: a disk does not get faster by being asked twice. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: LibraryOptions) {
    this.#options = options;
    for (const raw of options.database.prepare('SELECT id, path, kind, scan FROM source ORDER BY added, rowid').all()) {
      const row = v.parse(Row, raw);
      const cached = v.safeParse(CachedScan, row.scan);
      const scan = cached.success ? cached.output : null;
      this.#sources.set(row.id, { id: row.id, path: row.path, kind: row.kind, available: true, scan });
    }
  }

  snapshot(): LibrarySnapshot {
    const sources = [...this.#sources.values()];
    const voices = new Map<string, Voice>();
    const indexes = new Map<string, IndexFile>();
    const models = new Map<string, ModelFile>();
    for (const { scan } of sources) for (const voice of scan?.voices ?? []) voices.set(voice.id, voice);
    const owned = new Set(
      [...voices.values()].flatMap((voice) => [...voice.indexes, ...voice.models].map(({ id }) => id)),
    );
    for (const { scan } of sources) {
      for (const index of scan?.indexes ?? []) if (!owned.has(index.id)) indexes.set(index.id, index);
      for (const model of scan?.models ?? [])
        if (!owned.has(model.id) && isWorthShowing(model)) models.set(model.id, model);
    }
    return {
      sequence: this.#sequence,
      scanning: this.#scans > 0,
      folders: sources.flatMap(({ id, path, kind, available, scan }) =>
        // The app's own folder of merged voices is none that a person added.
        kind === 'folder' && scan?.what !== 'merged' ? [{ id, path, available, what: scan?.what ?? 'nothing' }] : [],
      ),
      voices: [...voices.values()],
      indexes: [...indexes.values()],
      models: [...models.values()],
    };
  }

  /** Looks through a chosen path and keeps it, unless there is nothing in it. */
  async add(path: string): Promise<AddResult> {
    const scan = await this.#scanning(() => this.#options.scan(path));
    const result: AddResult = {
      what: scan.what,
      voices: scan.voices.map((voice) => voice.id),
      indexes: scan.indexes.map((index) => index.id),
    };
    if (scan.what === 'nothing' || isUnreadable(scan)) return result;
    const known = [...this.#sources.values()].find((source) => source.path === scan.root);
    if (known === undefined) {
      const id = this.#options.createId();
      // A folder of loose indexes also is called 'index'; the file itself is the root of its own scan.
      const kind = scan.what === 'index' && scan.indexes[0]?.place === 'opened' ? 'index' : 'folder';
      this.#options.database
        .prepare('INSERT INTO source (id, path, kind, added) VALUES (?, ?, ?, ?)')
        .run(id, scan.root, kind, this.#options.now());
      this.#keep({ id, path: scan.root, kind, available: true, scan });
    } else this.#keep({ ...known, available: true, scan });
    return result;
  }

  removeFolder(id: string): void {
    if (this.#sources.get(id)?.kind !== 'folder') throw new VoronoiceError('BAD_REQUEST', 'No such folder.');
    this.#remove(id);
  }

  /** Forgets an index that was opened by hand; the file stays. */
  closeIndex(id: string): void {
    const source = [...this.#sources.values()].find(
      (candidate) => candidate.kind === 'index' && candidate.scan?.indexes.some((index) => index.id === id),
    );
    if (source === undefined) throw new VoronoiceError('BAD_REQUEST', 'No such opened index.');
    this.#remove(source.id);
  }

  /** A file that was opened by hand has another name now. */
  follow(from: string, to: string): void {
    const sources = [...this.#sources.values()];
    const source = sources.find(
      ({ kind, scan }) => kind === 'index' && scan?.indexes.some((index) => index.path === from),
    );
    if (source === undefined) return;
    if (sources.some(({ path }) => path === to)) {
      this.#remove(source.id);
      return;
    }
    this.#options.database.prepare('UPDATE source SET path = ? WHERE id = ?').run(to, source.id);
    this.#sources.set(source.id, { ...source, path: to });
  }

  /** Looks again at every source, or at those that a path lies in or holds. Never rejects. */
  async refresh(path?: string): Promise<void> {
    const sources = [...this.#sources.values()].filter((source) => path === undefined || concerns(source, path));
    await Promise.all(sources.map((source) => this.#scanning(() => this.#rescan(source.id))));
  }

  /** @throws FILE_NOT_FOUND */
  voice(id: string): Voice {
    for (const { scan } of this.#sources.values()) {
      const voice = scan?.voices.find((candidate) => candidate.id === id);
      if (voice !== undefined) return voice;
    }
    throw new VoronoiceError('FILE_NOT_FOUND', 'This voice is not in the library any more.');
  }

  /** @throws FILE_NOT_FOUND */
  index(id: string): { readonly index: IndexFile; readonly voice: Voice | null } {
    const found = this.#indexes().find(({ index }) => index.id === id);
    if (found === undefined) throw new VoronoiceError('FILE_NOT_FOUND', 'This index is not in the library any more.');
    return found;
  }

  /** The index at a path, if a scan has found one there. */
  indexAt(path: string): IndexFile | null {
    return this.#indexes().find(({ index }) => index.path === path)?.index ?? null;
  }

  /** Where a folder, voice, index or model lies; null when the id is none of ours. */
  pathOf(id: string): string | null {
    const source = this.#sources.get(id);
    if (source !== undefined) return source.path;
    const scans = [...this.#sources.values()].flatMap(({ scan }) => (scan === null ? [] : [scan]));
    const found = scans.flatMap(({ voices, indexes, models = [] }) => [
      ...voices.flatMap((voice) => [voice, ...voice.indexes, ...voice.models]),
      ...indexes,
      ...models,
    ]);
    return found.find((candidate) => candidate.id === id)?.path ?? null;
  }

  /** Every index that is known. */
  indexes(): readonly IndexFile[] {
    return this.#indexes().map(({ index }) => index);
  }

  #indexes(): { index: IndexFile; voice: Voice | null }[] {
    const scans = [...this.#sources.values()].flatMap(({ scan }) => (scan === null ? [] : [scan]));
    return [
      ...scans.flatMap(({ voices }) => voices.flatMap((voice) => voice.indexes.map((index) => ({ index, voice })))),
      ...scans.flatMap(({ indexes }) => indexes.map((index) => ({ index, voice: null }))),
    ];
  }

  async #rescan(id: string): Promise<void> {
    const before = this.#sources.get(id);
    if (before === undefined) return;
    try {
      const scan = await this.#options.scan(before.path);
      if (this.#sources.has(id)) this.#keep({ ...before, available: true, scan });
    } catch (error) {
      // What was found last stays to be seen: a drive may only be unplugged.
      this.#options.log.warn(`${before.path} cannot be looked through: ${String(error)}`);
      if (this.#sources.has(id)) this.#sources.set(id, { ...before, available: false });
    }
  }

  #keep(source: Source): void {
    this.#sources.set(source.id, source);
    this.#options.database
      .prepare('UPDATE source SET scan = ? WHERE id = ?')
      .run(JSON.stringify(source.scan), source.id);
    this.#changed();
  }

  #remove(id: string): void {
    this.#sources.delete(id);
    this.#options.database.prepare('DELETE FROM source WHERE id = ?').run(id);
    this.#changed();
  }

  async #scanning<T>(work: () => Promise<T>): Promise<T> {
    this.#scans++;
    this.#changed();
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      this.#scans--;
      this.#changed();
    }
  }

  #changed(): void {
    this.#sequence++;
    this.#options.publish(this.snapshot());
  }
}
