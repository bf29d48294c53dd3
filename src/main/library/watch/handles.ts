import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, join, posix, win32 } from 'node:path';
import { isInside } from '../../../supervisor/inside';
import { modifiedOf } from '../../system/onDisk';
import type { Patience } from '../../system/patience';
import type { Watched } from '../part';
import { matters } from './matters';

/** Where a system tells of changes, and how. */
export interface SystemEyes {
  /** One handle tells of all that lies in a folder, however deep: on Windows and macOS. */
  readonly deep: boolean;
  /** Whether a folder may be held open: on Windows, that keeps a drive from being taken out safely. */
  readonly mayHold: (path: string) => boolean;
}

/** @param home A folder on the drive that is always there. */
export function systemEyes(platform: NodeJS.Platform, home: string): SystemEyes {
  const deep = platform === 'win32' || platform === 'darwin';
  const paths = platform === 'win32' ? win32 : posix;
  const driveOf = (path: string): string => paths.parse(path).root.toLowerCase();
  return { deep, mayHold: (path) => platform !== 'win32' || driveOf(path) === driveOf(home) };
}

/** Each takes memory of the system, which gives a user only so many (8,192 on older Linux). */
const MOST = 1_000;

/** Folders that the system itself watches. */
export class Handles {
  readonly #eyes: SystemEyes;
  readonly #patience: Pick<Patience, 'ask'>;
  readonly #changed: (folder: string) => void;
  readonly #open = new Map<string, FSWatcher>();
  /** Which time it is that what is watched is chosen: a later one takes the place of those under way. */
  #watches = 0;
  #closed = false;

  /** @param changed Told of the folder in which something has changed. */
  constructor(eyes: SystemEyes, patience: Pick<Patience, 'ask'>, changed: (folder: string) => void) {
    this.#eyes = eyes;
    this.#patience = patience;
    this.#changed = changed;
  }

  /**
   * Watches these and nothing else, as far as that is possible.
   *
   * @returns the folders that are watched from now on, and those that are not watched
   */
  async watch(
    watched: readonly Watched[],
  ): Promise<{ readonly begun: readonly string[]; readonly left: readonly string[] }> {
    const watch = (this.#watches += 1);
    const { deep, mayHold } = this.#eyes;
    const folders = [...new Set(watched.flatMap((source) => source.folders))];
    const heads = deep ? watched.map(({ root }) => root) : folders;
    const wanted = new Set(heads.filter(mayHold).slice(0, MOST));
    for (const folder of [...this.#open.keys()]) if (!wanted.has(folder)) this.#drop(folder);
    const begun: string[] = [];
    for (const source of watched) {
      for (const folder of deep ? [source.root] : source.folders) {
        if (!wanted.has(folder) || this.#open.has(folder)) continue;
        // The system itself waits for a drive that hangs, and main with it: what does not answer is not held.
        if ((await this.#patience.ask(folder, modifiedOf)).type !== 'answer') break;
        if (watch !== this.#watches) return { begun, left: [] };
        if (this.#hold(folder)) begun.push(folder);
      }
    }
    const holds = (folder: string): boolean =>
      this.#open.has(folder) || (deep && [...this.#open.keys()].some((root) => isInside(folder, root)));
    return { begun, left: folders.filter((folder) => !holds(folder)) };
  }

  close(): void {
    this.#closed = true;
    for (const folder of [...this.#open.keys()]) this.#drop(folder);
  }

  #hold(folder: string): boolean {
    if (this.#closed) return false;
    try {
      const options = { persistent: false, recursive: this.#eyes.deep };
      const handle = watch(folder, options, (event, name) => this.#heard(folder, event, name));
      handle.on('error', () => {
        this.#drop(folder);
        this.#changed(folder);
      });
      this.#open.set(folder, handle);
      return true;
    } catch {
      // The system has no handle left, or the folder is gone: it is looked at in rounds.
      return false;
    }
  }

  #heard(folder: string, event: 'rename' | 'change', name: string | null): void {
    if (event === 'rename' && name !== null) {
      // What came under this name is another folder than the one that is held.
      this.#drop(join(folder, name));
      if (name === basename(folder)) this.#drop(folder);
    }
    if (!matters(event, name === null ? null : basename(name))) return;
    this.#changed(this.#eyes.deep && name !== null ? dirname(join(folder, name)) : folder);
  }

  #drop(folder: string): void {
    this.#open.get(folder)?.close();
    this.#open.delete(folder);
  }
}
