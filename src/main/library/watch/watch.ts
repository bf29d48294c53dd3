import { setImmediate } from 'node:timers/promises';
import { modifiedOf } from '../../system/onDisk';
import { Patience } from '../../system/patience';
import type { Library } from '../library';
import { Handles, type SystemEyes } from './handles';
import { Rounds } from './rounds';

export interface LibraryWatchOptions {
  readonly library: Pick<Library, 'watched' | 'catchUp' | 'isScanning'>;
  /** Whether a job of the app writes there now. */
  readonly isWriting: (path: string) => boolean;
  readonly eyes: SystemEyes;
  /** How long a folder must be quiet before it is looked at. */
  readonly quietMs: number;
  /** The shortest pause between two looks at what nobody tells about. */
  readonly pauseMs: number;
}

/** A program that never stops writing is looked at now and then all the same. */
const LONGEST_MS = 5 * 60_000;
/** What changed so shortly before it was watched may have changed after it was looked at. */
const JUST_NOW_MS = 10_000;

/**
 * Watches what is in the library, and has it looked at again where other programs have changed something: once they have
 * finished, and never while the app looks or writes there itself.
 */
export class LibraryWatch {
  readonly #options: LibraryWatchOptions;
  readonly #handles: Handles;
  readonly #rounds: Rounds;
  readonly #changed = new Set<string>();
  #since = 0;
  /** Which time it is that what is watched is chosen: a later one takes the place of those under way. */
  #follows = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: LibraryWatchOptions) {
    this.#options = options;
    const patience = new Patience();
    this.#handles = new Handles(options.eyes, patience, (folder) => this.#note(folder));
    this.#rounds = new Rounds(options.pauseMs, patience, (path) => this.#note(path));
    void this.follow();
  }

  /** Watches what is in the library now: of thousands of folders in several steps, between which others come to their turn. */
  async follow(): Promise<void> {
    const follow = (this.#follows += 1);
    const isOver = async (): Promise<boolean> => {
      await setImmediate();
      return this.#closed || follow !== this.#follows;
    };
    if (await isOver()) return;
    const watched = await this.#options.library.watched();
    if (await isOver()) return;
    const { begun, left } = await this.#handles.watch(watched);
    void this.#noteNew(begun);
    if (await isOver()) return;
    const untold = new Set(left);
    if (await isOver()) return;
    const files = watched.flatMap((source) => (untold.has(source.root) ? source.files : []));
    // A drive that is pulled out says nothing, whoever watches it.
    const gone = new Set(watched.flatMap((source) => (source.gone ? [source.root] : [])));
    await this.#rounds.watch([...watched.map(({ root }) => root), ...left, ...files], gone);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#handles.close();
    this.#rounds.close();
  }

  /** One after another: a thousand questions at once keep main itself from its turn while the disk is busy. */
  async #noteNew(folders: readonly string[]): Promise<void> {
    for (const folder of folders) {
      const modified = await modifiedOf(folder);
      if (modified !== null && Math.abs(Date.now() - modified) < JUST_NOW_MS) this.#note(folder);
    }
  }

  #note(path: string): void {
    if (this.#closed) return;
    const now = performance.now();
    if (this.#changed.size === 0) this.#since = now;
    this.#changed.add(path);
    if (this.#timer === null || now - this.#since < LONGEST_MS) this.#wait();
  }

  #wait(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), this.#options.quietMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    this.#timer = null;
    const { library, isWriting } = this.#options;
    const paths = [...this.#changed];
    if (library.isScanning || paths.some(isWriting)) {
      this.#wait();
      return;
    }
    this.#changed.clear();
    await library.catchUp(paths);
    await this.follow();
  }
}
