import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { AddResult } from '@shared/contract/channels';
import { VoronoiceError } from '@shared/contract/errors';
import type { ModelFile } from '@shared/contract/models';
import { type IndexFile, ScanResult, type Voice } from '@shared/contract/voices';
import type { Log } from '../system/log';
import type { Database } from './database';
import type { LibraryState } from './telling';

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
  readonly changed: () => void;
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

function archivesIn(scan: ScanResult | null): Pick<LibraryState['folders'][number], 'archives'> {
  const count = scan?.looked?.archives.length ?? 0;
  return count === 0 ? {} : { archives: count };
}

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

/** An index, and the voice that it belongs to. */
interface Known {
  readonly index: IndexFile;
  readonly voice: Voice | null;
}

/** Everything in all sources, each once. */
interface Everything {
  readonly voices: readonly Voice[];
  /** Those that belong to no voice. */
  readonly loose: readonly IndexFile[];
  readonly models: readonly ModelFile[];
  readonly voiceById: ReadonlyMap<string, Voice>;
  readonly indexById: ReadonlyMap<string, Known>;
  /** Of a voice, an index or a model. */
  readonly pathById: ReadonlyMap<string, string>;
}

function everythingIn(scans: readonly ScanResult[]): Everything {
  const voiceById = new Map<string, Voice>();
  for (const { voices } of scans) for (const voice of voices) voiceById.set(voice.id, voice);
  const voices = [...voiceById.values()];
  const indexById = new Map<string, Known>();
  for (const voice of voices) for (const index of voice.indexes) indexById.set(index.id, { index, voice });
  const loose = new Map<string, IndexFile>();
  for (const { indexes } of scans)
    for (const index of indexes) if (!indexById.has(index.id)) loose.set(index.id, index);
  for (const index of loose.values()) indexById.set(index.id, { index, voice: null });
  const owned = voices.flatMap((voice) => voice.models);
  const ownedIds = new Set(owned.map(({ id }) => id));
  const found = scans.flatMap(({ models = [] }) => models).filter(({ id }) => !ownedIds.has(id));
  const pathById = new Map(
    [...voices, ...[...indexById.values()].map(({ index }) => index), ...found, ...owned].map(({ id, path }) => [
      id,
      path,
    ]),
  );
  const models = [...new Map(found.filter(isWorthShowing).map((model) => [model.id, model])).values()];
  return { voices, loose: [...loose.values()], models, voiceById, indexById, pathById };
}

function sameAs<T extends { readonly id: string }>(before: readonly T[]): (item: T) => T {
  const known = new Map(before.map((item) => [item.id, item]));
  return (item) => {
    const old = known.get(item.id);
    return old !== undefined && isDeepStrictEqual(old, item) ? old : item;
  };
}

/** A new look with the objects of the one before, where they say the same: only what is new is told. */
function withKnown(scan: ScanResult, before: ScanResult | null): ScanResult {
  if (before === null) return scan;
  return {
    ...scan,
    voices: scan.voices.map(sameAs(before.voices)),
    indexes: scan.indexes.map(sameAs(before.indexes)),
    ...(scan.models === undefined ? {} : { models: scan.models.map(sameAs(before.models ?? [])) }),
  };
}

/**
 * What the app knows of voices and indexes. The last scan of every source is kept in the database, so that a start shows
 * everything at once and looks again behind it.
 */
export class Library {
  readonly #options: LibraryOptions;
  readonly #sources = new Map<string, Source>();
  #everything: Everything | null = null;
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

  snapshot(): LibraryState {
    const { voices, loose, models } = this.#all();
    return {
      scanning: this.#scans > 0,
      folders: [...this.#sources.values()].flatMap(({ id, path, kind, available, scan }) =>
        // The app's own folder of merged voices is none that a person added.
        kind === 'folder' && scan?.what !== 'merged'
          ? [{ id, path, available, what: scan?.what ?? 'nothing', ...archivesIn(scan) }]
          : [],
      ),
      voices: [...voices],
      indexes: [...loose],
      models: [...models],
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

  /** Archives in a folder, by their paths. */
  archives(id: string): readonly string[] {
    return this.#sources.get(id)?.scan?.looked?.archives ?? [];
  }

  removeFolder(id: string): void {
    if (this.#sources.get(id)?.kind !== 'folder') throw new VoronoiceError('BAD_REQUEST', 'No such folder.');
    this.#remove(id);
  }

  /** Forgets what was added at a path, if anything was. */
  removeAt(path: string): void {
    const source = [...this.#sources.values()].find((candidate) => candidate.path === path);
    if (source !== undefined) this.#remove(source.id);
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

  /** Looks again at what shows the indexes in a folder of built ones: `<folder of a voice>/<job>`. */
  async refreshBuilt(folder: string): Promise<void> {
    const owner = [folder, dirname(folder)].map((path) => this.pathOf(basename(path))).find((path) => path !== null);
    await this.refresh(owner ?? dirname(dirname(folder)));
  }

  /** @throws FILE_NOT_FOUND */
  voice(id: string): Voice {
    const voice = this.#all().voiceById.get(id);
    if (voice !== undefined) return voice;
    throw new VoronoiceError('FILE_NOT_FOUND', 'This voice is not in the library any more.');
  }

  /** @throws FILE_NOT_FOUND */
  index(id: string): Known {
    const found = this.find(id);
    if (found === undefined) throw new VoronoiceError('FILE_NOT_FOUND', 'This index is not in the library any more.');
    return found;
  }

  /** An index, if it is still there. */
  find(id: string): Known | undefined {
    return this.#all().indexById.get(id);
  }

  /** The index at a path, if a scan has found one there. */
  indexAt(path: string): IndexFile | null {
    for (const { index } of this.#all().indexById.values()) if (index.path === path) return index;
    return null;
  }

  /** Where a folder, voice, index or model lies; null when the id is none of ours. */
  pathOf(id: string): string | null {
    return this.#sources.get(id)?.path ?? this.#all().pathById.get(id) ?? null;
  }

  /** Every index that is known. */
  indexes(): readonly IndexFile[] {
    return [...this.#all().indexById.values()].map(({ index }) => index);
  }

  #all(): Everything {
    this.#everything ??= everythingIn([...this.#sources.values()].flatMap(({ scan }) => (scan === null ? [] : [scan])));
    return this.#everything;
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

  #keep({ scan, ...source }: Source & { readonly scan: ScanResult }): void {
    const kept = withKnown(scan, this.#sources.get(source.id)?.scan ?? null);
    this.#sources.set(source.id, { ...source, scan: kept });
    this.#options.database.prepare('UPDATE source SET scan = ? WHERE id = ?').run(JSON.stringify(kept), source.id);
    this.#everything = null;
    this.#options.changed();
  }

  #remove(id: string): void {
    this.#sources.delete(id);
    this.#options.database.prepare('DELETE FROM source WHERE id = ?').run(id);
    this.#everything = null;
    this.#options.changed();
  }

  async #scanning<T>(work: () => Promise<T>): Promise<T> {
    this.#scans++;
    this.#options.changed();
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      this.#scans--;
      this.#options.changed();
    }
  }
}
