import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_SETTINGS } from '@shared/contract/settings';
import { visible } from '@shared/domain/visible';
import type { Log } from '../../supervisor/log';

const KEPT_FILES = 3;

/** Replaces the person's home folder by `~`, so that a shared log does not carry their name. */
export function hideHome(text: string, home: string): string {
  return home.length < 2 ? text : text.replaceAll(home, '~');
}

/** What is said more in further lines stands apart, so that the name of a file cannot write an entry of its own. */
export function oneEntry(text: string): string {
  return visible(text).replaceAll('\n', '\n  ');
}

/** Plain text lines in `voronoice.log`; when it has grown to a third of what is kept it moves to `.1`, then `.2`. */
export class FileLog implements Log {
  readonly path: string;
  readonly #home: string;
  readonly #now: () => Date;
  #limit = DEFAULT_SETTINGS.logLimit;

  constructor(folder: string, home: string, now: () => Date = () => new Date()) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, 'voronoice.log');
    this.#home = home;
    this.#now = now;
  }

  info(text: string): void {
    this.#write('info', text);
  }

  warn(text: string): void {
    this.#write('warn', text);
  }

  /** The last lines, oldest first. */
  tail(lines: number): string[] {
    try {
      return readFileSync(this.path, 'utf8').trimEnd().split('\n').slice(-lines);
    } catch {
      // Nothing was written yet, or the disk does not give it: who asks for help still gets the rest.
      return [];
    }
  }

  /** Keeps at most so many bytes from now on; the oldest beyond it goes at once. */
  keepWithin(bytes: number): void {
    this.#limit = bytes;
    try {
      this.#rotate();
      const older = Array.from({ length: KEPT_FILES - 1 }, (_, i) => `${this.path}.${i + 1}`);
      let all = sizeOf(this.path);
      for (const path of older) {
        all += sizeOf(path);
        if (all > bytes) rmSync(path, { force: true });
      }
    } catch {
      // The disk refuses; what is written from now on is kept within it all the same.
    }
  }

  #write(level: string, text: string): void {
    const line = `${this.#now().toISOString()} ${level} ${oneEntry(hideHome(text.trimEnd(), this.#home))}\n`;
    try {
      this.#rotate();
      appendFileSync(this.path, line);
    } catch {
      // A full disk must not stop the app for the sake of its log.
    }
  }

  #rotate(): void {
    if (sizeOf(this.path) < this.#limit / KEPT_FILES) return;
    rmSync(`${this.path}.${KEPT_FILES - 1}`, { force: true });
    for (let i = KEPT_FILES - 2; i >= 1; i--) {
      if (statSync(`${this.path}.${i}`, { throwIfNoEntry: false }) !== undefined) {
        renameSync(`${this.path}.${i}`, `${this.path}.${i + 1}`);
      }
    }
    renameSync(this.path, `${this.path}.1`);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
