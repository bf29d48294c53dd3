import { basename, dirname } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import type { AddResult, LibraryFolder, VoiceNews } from '@shared/contract/library';
import type { IndexFile, ScanResult, Voice } from '@shared/contract/voices';
import type { Log } from '../../supervisor/log';
import type { Known } from './catalogue';
import type { Database } from './database';
import { type Found, Looking } from './looking';
import { type Watched, watchedOf } from './part';
import { concerns, type Source, Sources } from './sources';
import type { LibraryState } from './telling';

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

function archivesIn(scan: ScanResult | null): Pick<LibraryFolder, 'archives'> {
  const count = scan?.looked?.archives.length ?? 0;
  return count === 0 ? {} : { archives: count };
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

/**
 * What the app knows of voices and indexes: what was added (`Sources`) and what is in it (`Catalogue`), looked at again
 * (`Looking`) wherever something may be another.
 */
export class Library {
  readonly #options: LibraryOptions;
  readonly #sources: Sources;
  readonly #looking: Looking;
  #scans = 0;
  /** Scans run one after another: a disk does not get faster by being asked twice. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: LibraryOptions) {
    this.#options = options;
    this.#sources = new Sources(options.database, options.log);
    this.#looking = new Looking(this.#sources, options.scan, options.log);
  }

  snapshot(): LibraryState {
    const { voices, loose, models, away } = this.#sources.catalogue;
    return {
      scanning: this.isScanning,
      folders: this.#sources.all().flatMap((source) =>
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
    const known = this.#sources.at(scan.root);
    if (known === undefined) {
      const id = this.#options.createId();
      // A folder of loose indexes also is called 'index'; the file itself is the root of its own scan.
      const kind = scan.what === 'index' && scan.indexes[0]?.place === 'opened' ? 'index' : 'folder';
      await this.#sources.add({ id, path: scan.root, kind, absence: null, scan }, this.#options.now());
    } else await this.#sources.keep({ ...known, absence: null, scan });
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
    const source = this.#sources.at(path);
    if (source !== undefined) this.#remove(source.id);
  }

  /** Forgets an index that was opened by hand; the file stays. */
  closeIndex(id: string): void {
    const source = this.#sources
      .all()
      .find((candidate) => candidate.kind === 'index' && candidate.scan?.indexes.some((index) => index.id === id));
    if (source === undefined) throw new VoronoiceError('BAD_REQUEST', 'No such opened index.');
    this.#remove(source.id);
  }

  /** A file that was opened by hand has another name now. */
  follow(from: string, to: string): void {
    const source = this.#sources
      .all()
      .find(({ kind, scan }) => kind === 'index' && scan?.indexes.some((index) => index.path === from));
    if (source === undefined) return;
    if (this.#sources.at(to) === undefined) this.#sources.move(source, to);
    else this.#remove(source.id);
  }

  /**
   * Looks again at every source, and tells what is new; or, where the app itself has changed something at a path, at the
   * voices that it is about, or else at the sources that it lies in or holds. Never rejects.
   */
  async refresh(path?: string): Promise<void> {
    const sources = this.#sources.all().filter((source) => path === undefined || concerns(source, path));
    const look = (id: string): Promise<Found> =>
      path === undefined ? this.#looking.whole(id) : this.#looking.part(id, [path]);
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
    for (const { path, absence, scan } of this.#sources.all()) watched.push(await watchedOf(path, absence, scan));
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
    const voice = this.#sources.catalogue.voiceById.get(id);
    if (voice !== undefined) return voice;
    throw new VoronoiceError('FILE_NOT_FOUND', 'This voice is not in the library any more.');
  }

  /**
   * Makes sure that work on a voice or index does not begin while it cannot be reached.
   *
   * @throws FOLDER_AWAY
   */
  requireReachable(id: string): void {
    const away = this.#sources.catalogue.away[id];
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
    return this.#sources.catalogue.indexById.get(id);
  }

  /** The index at a path, if a scan has found one there. */
  indexAt(path: string): IndexFile | null {
    for (const { index } of this.#sources.catalogue.indexById.values()) if (index.path === path) return index;
    return null;
  }

  /** Where a folder, voice, index or model lies; null when the id is none of ours. */
  pathOf(id: string): string | null {
    return this.#sources.get(id)?.path ?? this.#sources.catalogue.pathById.get(id) ?? null;
  }

  /** Every index that is known. */
  indexes(): readonly IndexFile[] {
    return [...this.#sources.catalogue.indexById.values()].map(({ index }) => index);
  }

  async #catchUp(paths: readonly string[]): Promise<void> {
    const news: VoiceNews[] = [];
    let changed = false;
    for (const before of this.#sources.all()) {
      const own = paths.filter((path) => concerns(before, path));
      if (own.length === 0) continue;
      const found = await this.#looking.part(before.id, own);
      news.push(...found.news);
      changed ||= found.changed;
    }
    if (!changed) return;
    this.#options.changed();
    this.#announce(news);
  }

  #announce(news: readonly VoiceNews[]): void {
    if (news.length > 0) this.#options.announce(news);
  }

  #remove(id: string): void {
    this.#sources.remove(id);
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
