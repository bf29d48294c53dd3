import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Absence, AddResult, LibraryFolder, LibrarySnapshot, VoiceNews } from '@shared/contract/library';
import { type ErrorCode, toFailure, VoronoiceError } from '@shared/contract/errors';
import type { ModelFile } from '@shared/contract/models';
import type { IndexFile, ScanResult, Voice } from '@shared/contract/voices';
import { newsOf } from '@shared/domain/voice/news';
import type { Log } from '../../supervisor/log';
import { overlaps } from '../../supervisor/inside';
import { inTurns } from '../system/turns';
import type { Database } from './database';
import { partOf, type Watched, watchedOf, withVoices } from './part';
import { Scans } from './scans';
import type { LibraryState } from './telling';

/** A folder or single index file that a person added, with what was found there last. */
interface Source {
  readonly id: string;
  readonly path: string;
  readonly kind: 'folder' | 'index';
  /** Null while it can be reached. */
  readonly absence: Absence | null;
  readonly scan: ScanResult | null;
}

export interface LibraryOptions {
  readonly database: Database;
  /** Looks through a path on disk; rejects with a `VoronoiceError`. */
  readonly scan: (path: string) => Promise<ScanResult>;
  readonly changed: () => void;
  /** Tells what other programs have added since the last look. */
  readonly announce: (news: readonly VoiceNews[]) => void;
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

function archivesIn(scan: ScanResult | null): Pick<LibraryState['folders'][number], 'archives'> {
  const count = scan?.looked?.archives.length ?? 0;
  return count === 0 ? {} : { archives: count };
}

/** Loose models that a person may look for, or must be warned of; other files of PyTorch are nobody's business here. */
function isWorthShowing({ facts, problem }: ModelFile): boolean {
  return facts?.what === 'voice' || problem?.code === 'MODEL_RUNS_CODE';
}

/** A file that was opened by hand and turned out to be no index: there is nothing to come back to. */
function isUnreadable({ root, indexes: [index] }: ScanResult): boolean {
  return index?.path === root && index.facts === null && index.problem !== null;
}

function shownFolder({ id, path, absence, scan }: Source): LibraryFolder {
  const { unread = [], complete = true, folders = 0 } = scan?.looked ?? {};
  const stoppedAfter = complete ? null : folders;
  return { id, path, absence, what: scan?.what ?? 'nothing', ...archivesIn(scan), unread, stoppedAfter };
}

function idsIn(scan: ScanResult | null): readonly string[] {
  const { voices, indexes } = scan ?? { voices: [], indexes: [] };
  return [
    ...voices.flatMap(({ id, indexes: own }) => [id, ...own.map((index) => index.id)]),
    ...indexes.map(({ id }) => id),
  ];
}

function absenceOf(code: ErrorCode): Absence {
  return code === 'FILE_UNREADABLE' ? 'forbidden' : 'gone';
}

/**
 * Whether a change at a path is a change of what a source shows: voices may be links that lead out of it, and built
 * indexes of a voice lie in the app's own folder.
 */
function concerns({ path: root, scan }: Source, path: string): boolean {
  if (overlaps(root, path)) return true;
  const { voices, indexes } = scan ?? { voices: [], indexes: [] };
  const isNear = (known: { readonly path: string }): boolean => overlaps(known.path, path);
  return indexes.some(isNear) || voices.some((voice) => isNear(voice) || voice.indexes.some(isNear));
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
  readonly away: LibrarySnapshot['away'];
}

/** @param sources What several of them hold is taken from the last. */
function everythingIn(sources: readonly Source[]): Everything {
  const scans = sources.flatMap(({ scan }) => (scan === null ? [] : [scan]));
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
  const pathById = new Map<string, string>();
  for (const { id, path } of voices) pathById.set(id, path);
  for (const { index } of indexById.values()) pathById.set(index.id, index.path);
  for (const { id, path } of found) pathById.set(id, path);
  for (const { id, path } of owned) pathById.set(id, path);
  const models = [...new Map(found.filter(isWorthShowing).map((model) => [model.id, model])).values()];
  return { voices, loose: [...loose.values()], models, voiceById, indexById, pathById, away: awayIn(sources) };
}

/** By the id of a voice or index. */
function awayIn(sources: readonly Source[]): LibrarySnapshot['away'] {
  // As nearly always: thousands of ids would be looked at for nothing.
  if (sources.every(({ absence }) => absence === null)) return {};
  const away = new Map<string, LibrarySnapshot['away'][string]>();
  for (const { id, absence, scan } of sources) {
    for (const known of idsIn(scan)) {
      if (absence === null) away.delete(known);
      else away.set(known, { source: id, absence });
    }
  }
  return Object.fromEntries(away);
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

/** What came of looking again. */
interface Found {
  readonly changed: boolean;
  readonly news: readonly VoiceNews[];
}
const NOTHING_FOUND: Found = { changed: false, news: [] };

/**
 * What the app knows of voices and indexes. The last scan of every source is kept in the database, so that a start shows
 * everything at once and looks again behind it.
 */
export class Library {
  readonly #options: LibraryOptions;
  readonly #scansKept: Scans;
  readonly #sources = new Map<string, Source>();
  #everything: Everything | null = null;
  #scans = 0;
  /** Scans run one after another: a disk does not get faster by being asked twice. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: LibraryOptions) {
    this.#options = options;
    this.#scansKept = new Scans(options.database);
    for (const raw of options.database.prepare('SELECT id, path, kind, scan FROM source ORDER BY added, rowid').all()) {
      const row = v.parse(Row, raw);
      const scan = this.#scansKept.read(row.id, row.scan);
      this.#sources.set(row.id, { id: row.id, path: row.path, kind: row.kind, absence: null, scan });
    }
  }

  snapshot(): LibraryState {
    const { voices, loose, models, away } = this.#all();
    return {
      scanning: this.isScanning,
      folders: [...this.#sources.values()].flatMap((source) =>
        // The app's own folder of merged voices is none that a person added.
        source.kind === 'folder' && source.scan?.what !== 'merged' ? [shownFolder(source)] : [],
      ),
      voices: [...voices],
      indexes: [...loose],
      models: [...models],
      away,
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
      await this.#keep({ id, path: scan.root, kind, absence: null, scan });
    } else await this.#keep({ ...known, absence: null, scan });
    this.#options.changed();
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

  /**
   * Looks again at every source, and tells what is new; or, where the app itself has changed something at a path, at the
   * voices that it is about, or else at the sources that it lies in or holds. Never rejects.
   */
  async refresh(path?: string): Promise<void> {
    const sources = [...this.#sources.values()].filter((source) => path === undefined || concerns(source, path));
    const look = (id: string): Promise<Found> => (path === undefined ? this.#rescan(id) : this.#lookAgain(id, [path]));
    const found = await Promise.all(sources.map(({ id }) => this.#scanning(() => look(id))));
    if (path === undefined) this.#announce(found.flatMap(({ news }) => news));
  }

  /**
   * Looks again where other programs have changed something, at as little as possible, and tells what is new. Says
   * nothing while it looks, and nothing at all where everything is as it was. Never rejects.
   */
  async catchUp(paths: readonly string[]): Promise<void> {
    const looking = this.#queue.then(() => this.#catchUp(paths));
    this.#queue = looking;
    await looking;
  }

  /** What is to be watched of every source. */
  async watched(): Promise<readonly Watched[]> {
    const watched: Watched[] = [];
    for (const { path, absence, scan } of [...this.#sources.values()])
      watched.push(await watchedOf(path, absence, scan));
    return watched;
  }

  get isScanning(): boolean {
    return this.#scans > 0;
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

  /**
   * Makes sure that work on a voice or index does not begin while it cannot be reached.
   *
   * @throws FOLDER_AWAY
   */
  requireReachable(id: string): void {
    const away = this.#all().away[id];
    const path = away === undefined ? undefined : this.#sources.get(away.source)?.path;
    if (path !== undefined) throw new VoronoiceError('FOLDER_AWAY', `"${path}" cannot be reached now.`, { path });
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
    this.#everything ??= everythingIn(this.#reachableLast());
    return this.#everything;
  }

  /** What several sources hold is shown as the one has it that can be reached. */
  #reachableLast(): Source[] {
    return [...this.#sources.values()].sort((a, b) => Number(b.absence !== null) - Number(a.absence !== null));
  }

  async #catchUp(paths: readonly string[]): Promise<void> {
    const news: VoiceNews[] = [];
    let changed = false;
    for (const before of [...this.#sources.values()]) {
      const own = paths.filter((path) => concerns(before, path));
      if (own.length === 0) continue;
      const found = await this.#lookAgain(before.id, own);
      news.push(...found.news);
      changed ||= found.changed;
    }
    if (!changed) return;
    this.#options.changed();
    this.#announce(news);
  }

  /** Looks again at as little of a source as changes at these paths are about. */
  async #lookAgain(id: string, paths: readonly string[]): Promise<Found> {
    const source = this.#sources.get(id);
    if (source === undefined) return NOTHING_FOUND;
    const part = source.absence === null ? partOf(source.scan, paths) : null;
    return (part === null ? null : await this.#rereadVoices(source, part)) ?? this.#rescan(id);
  }

  /** Looks again at some voices of a source; null when that does not tell how they are, as when one is gone. */
  async #rereadVoices(before: Source, voices: readonly Voice[]): Promise<Found | null> {
    if (before.scan === null) return null;
    const found = await Promise.all(voices.map(({ path }) => this.#options.scan(path).catch(() => null)));
    const scan = withVoices(before.scan, voices, found);
    if (scan === null || !this.#sources.has(before.id)) return null;
    return { changed: await this.#keep({ ...before, scan }), news: newsOf(before.scan.voices, scan.voices) };
  }

  async #rescan(id: string): Promise<Found> {
    const before = this.#sources.get(id);
    if (before === undefined) return NOTHING_FOUND;
    try {
      const scan = await this.#options.scan(before.path);
      if (!this.#sources.has(id)) return NOTHING_FOUND;
      const emptied = scan.what === 'nothing' && idsIn(before.scan).length > 0;
      const changed = await this.#keep(
        emptied ? { ...before, absence: 'emptied' } : { ...before, absence: null, scan },
      );
      return { changed, news: emptied || before.scan === null ? [] : newsOf(before.scan.voices, scan.voices) };
    } catch (error) {
      // What was found last stays to be seen: a drive may only be unplugged.
      this.#options.log.warn(`${before.path} cannot be looked through: ${String(error)}`);
      if (!this.#sources.has(id)) return NOTHING_FOUND;
      return { changed: await this.#keep({ ...before, absence: absenceOf(toFailure(error).code) }), news: [] };
    }
  }

  #announce(news: readonly VoiceNews[]): void {
    if (news.length > 0) this.#options.announce(news);
  }

  /** @returns whether it is other than it was; false where it was taken out of the library meanwhile */
  async #keep({ scan, ...source }: Source): Promise<boolean> {
    const { id } = source;
    const before = this.#sources.get(id);
    const kept = scan === null ? null : await withKnown(scan, before?.scan ?? null);
    if (before !== undefined && !this.#sources.has(id)) return false;
    const isKnown = before !== undefined && isSameScan(before.scan, kept);
    this.#sources.set(id, { ...source, scan: isKnown ? before.scan : kept });
    const isSame = isKnown && before.absence === source.absence;
    // Of thousands of voices that are as they were, nothing is put together anew.
    if (!isSame) this.#everything = null;
    if (isKnown) return !isSame;
    if (kept === null) return true;
    try {
      await this.#scansKept.keep(id, kept, () => this.#sources.get(id)?.scan === kept);
    } catch (error) {
      // It only lets the next start show something sooner.
      this.#options.log.warn(`What was found in ${source.path} is not kept: ${String(error)}`);
    }
    return true;
  }

  #remove(id: string): void {
    this.#sources.delete(id);
    this.#options.database.prepare('DELETE FROM source WHERE id = ?').run(id);
    this.#scansKept.forget(id);
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
