import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Amount, type Storage, StoragePart } from '@shared/contract/storage';
import { assertNever } from '@shared/domain/assertNever';
import type { Bin } from './bin';
import type { BuiltFolders } from './builtFolders';
import type { Library } from './library';
import { moveToTrash, type Trash } from './trash';
import type { Left, WrittenFiles } from './written';

export interface StorageOptions {
  readonly built: Pick<BuiltFolders, 'current' | 'isChosen' | 'all'>;
  readonly bin: Pick<Bin, 'files' | 'empty'>;
  readonly written: Pick<WrittenFiles, 'list' | 'forget'>;
  readonly library: Pick<Library, 'snapshot' | 'removeAt'>;
  readonly takesRoot: string;
  readonly tracesRoot: string;
  readonly sampleRoot: string;
  readonly logRoot: string;
  /** Jobs that are under way or wait: what is theirs stays. */
  readonly activeJobs: () => ReadonlySet<string>;
  readonly trash: Trash;
}

/** What backups may take together; null: whatever they take. */
export interface BackupLimit {
  readonly bytes: number | null;
  readonly count: number | null;
}

/** One file or folder that the app has written. */
interface Item extends Amount {
  readonly path: string;
  readonly isCleanable: boolean;
}

/** Names of jobs, which the folders of what they made have; nobody else's folders look like this. */
const JOB = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** How deep the folders of jobs lie below one for built indexes: `<voice>/<job>`, `merged/<name>/<job>`. */
const LEVELS = 2;

/**
 * What the app has written, part by part, and what of it can be cleaned. Only what carries a mark of the app and lies where
 * the app wrote it is ever taken; what can be made again goes for good, everything else to the system's trash.
 */
export class StorageRoom {
  readonly #options: StorageOptions;

  constructor(options: StorageOptions) {
    this.#options = options;
  }

  async report(): Promise<Storage> {
    const { current: folder, isChosen } = this.#options.built;
    const parts: Storage['parts'] = [];
    for (const part of StoragePart.options) {
      const items = await this.#find(part);
      parts.push({ part, ...sum(items), cleanable: sum(items.filter(({ isCleanable }) => isCleanable)) });
    }
    return { folder, isChosen, parts };
  }

  /** @throws NO_TRASH; what was not taken is where it was */
  async clean(part: StoragePart): Promise<void> {
    if (part === 'deleted') return this.#options.bin.empty();
    for (const { path, isCleanable } of await this.#find(part)) if (isCleanable) await this.#take(part, path);
  }

  /** Moves the oldest backups to the trash until the others are together within the limit. */
  async keepBackupsWithin({ bytes, count }: BackupLimit): Promise<void> {
    if (bytes === null && count === null) return;
    const backups = (await this.#options.written.list('backup')).filter(({ isOurs }) => isOurs);
    let all = backups.reduce((total, backup) => total + backup.bytes, 0);
    let left = backups.length;
    for (const { path, bytes: own } of backups) {
      if (all <= (bytes ?? Infinity) && left <= (count ?? Infinity)) return;
      await this.#trash(path);
      this.#options.written.forget(path);
      all -= own;
      left -= 1;
    }
  }

  async #take(part: Exclude<StoragePart, 'deleted'>, path: string): Promise<void> {
    switch (part) {
      case 'built':
        for (const file of await filesIn(path)) await this.#trash(file.path);
        await rmdir(path).catch(() => undefined);
        return;
      case 'copies':
      case 'backups':
        await this.#trash(path);
        this.#options.written.forget(path);
        return;
      case 'takes':
      case 'traces':
      case 'log':
        return rm(path, { recursive: true, force: true });
      case 'sample':
        await rm(path, { recursive: true, force: true });
        this.#options.library.removeAt(this.#options.sampleRoot);
        return;
      default:
        return assertNever(part);
    }
  }

  async #find(part: StoragePart): Promise<readonly Item[]> {
    const { bin, takesRoot, tracesRoot, sampleRoot, logRoot } = this.#options;
    switch (part) {
      case 'built':
        return this.#built();
      case 'copies':
        return this.#written('copy');
      case 'backups':
        return this.#written('backup');
      case 'takes':
        return this.#inside(takesRoot);
      case 'traces':
        return this.#inside(tracesRoot);
      case 'sample':
        return this.#inside(sampleRoot);
      case 'log':
        return this.#inside(logRoot);
      case 'deleted':
        return Promise.all(bin.files().map(async (path) => ({ path, ...(await amountOf(path)), isCleanable: true })));
      default:
        return assertNever(part);
    }
  }

  /** The folders of jobs; what is of no voice and no index of the library can go, once all of it was looked at. */
  async #built(): Promise<readonly Item[]> {
    const { built, library } = this.#options;
    const active = this.#options.activeJobs();
    const { voices, indexes: loose, scanning } = library.snapshot();
    const owners = new Set(voices.map(({ id }) => id));
    const shown = new Set([...voices.flatMap((voice) => voice.indexes), ...loose].map(({ path }) => dirname(path)));
    const isKnown = (path: string): boolean => scanning || owners.has(basename(dirname(path))) || shown.has(path);
    const items: Item[] = [];
    for (const root of built.all()) {
      for (const path of await jobFolders(root, LEVELS)) {
        const files = await filesIn(path);
        const indexes = files.filter((file) => /\.index$/i.test(file.path)).length;
        if (files.length === 0) continue;
        const bytes = files.reduce((total, file) => total + file.bytes, 0);
        items.push({ path, files: indexes, bytes, isCleanable: !isKnown(path) && !active.has(basename(path)) });
      }
    }
    return items;
  }

  async #written(kind: Left['kind']): Promise<readonly Item[]> {
    const kept = await this.#options.written.list(kind);
    return kept.map(({ path, bytes, isOurs }) => ({ path, files: 1, bytes, isCleanable: isOurs }));
  }

  /** What lies in a folder that is the app's alone. */
  async #inside(root: string): Promise<readonly Item[]> {
    const active = this.#options.activeJobs();
    const names = await readdir(root).catch((): string[] => []);
    const found = names.map(async (name) => {
      const path = join(root, name);
      return { path, ...(await amountOf(path)), isCleanable: !active.has(name) };
    });
    return (await Promise.all(found)).filter(({ files }) => files > 0);
  }

  #trash(path: string): Promise<void> {
    return moveToTrash(path, this.#options.trash);
  }
}

/** The folders of jobs at most so many levels below a folder, which itself is none. */
async function jobFolders(root: string, levels: number): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(root, entry.name);
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    if (JOB.test(entry.name)) found.push(path);
    else if (levels > 0) found.push(...(await jobFolders(path, levels - 1)));
  }
  return found;
}

/** The files of a folder, without those in folders below it. */
async function filesIn(folder: string): Promise<readonly { readonly path: string; readonly bytes: number }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => join(folder, name));
  return Promise.all(files.map(async (path) => ({ path, bytes: (await amountOf(path)).bytes })));
}

/** Files and bytes of a file, or of all in a folder; nothing where it is gone. */
async function amountOf(path: string): Promise<Amount> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return NOTHING;
  if (!found.isDirectory()) return { files: 1, bytes: found.size };
  const names = await readdir(path).catch((): string[] => []);
  return sum(await Promise.all(names.map((name) => amountOf(join(path, name)))));
}

const NOTHING: Amount = { files: 0, bytes: 0 };

function sum(amounts: readonly Amount[]): Amount {
  return amounts.reduce((all, { files, bytes }) => ({ files: all.files + files, bytes: all.bytes + bytes }), NOTHING);
}
