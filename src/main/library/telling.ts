import { isDeepStrictEqual } from 'node:util';
import type { LibraryChange, LibrarySnapshot } from '@shared/contract/library';
import type { ModelFile } from '@shared/contract/models';
import type { IndexFile, Voice } from '@shared/contract/voices';

/** Voices told at once: the page takes them in between two frames. */
const PORTION = 100;
/** Between two portions, and before the first: what changes at the same time is told together. */
const PACE_MS = 25;

export type LibraryState = Omit<LibrarySnapshot, 'sequence'>;

export interface TellingOptions {
  readonly state: () => LibraryState;
  readonly send: (change: LibraryChange) => void;
}

/**
 * Tells the page what is another in the library, and only that. A voice is another when it is another object: the library
 * keeps those that a new look found unchanged.
 */
export class Telling {
  readonly #options: TellingOptions;
  /** What the page has; null as long as it has not asked. */
  #told: Map<string, Voice> | null = null;
  #indexes: readonly IndexFile[] = [];
  #models: readonly ModelFile[] = [];
  #away: LibrarySnapshot['away'] = {};
  #sequence = 0;
  #isDue = false;

  constructor(options: TellingOptions) {
    this.#options = options;
  }

  /**
   * For a page that begins: the first voices at once, the others soon. What was about to be told still is: who asks may not
   * be the only one who listens.
   */
  begin(): LibrarySnapshot {
    const state = this.#options.state();
    const voices = state.voices.slice(0, PORTION);
    const before = this.#told;
    if (before === null) {
      this.#told = new Map(voices.map((voice) => [voice.id, voice]));
      this.#indexes = state.indexes;
      this.#models = state.models;
      this.#away = state.away;
    } else {
      const there = new Set(state.voices.map(({ id }) => id));
      const same = voices.filter((voice) => before.get(voice.id) === voice);
      const gone = [...before].filter(([id]) => !there.has(id));
      this.#told = new Map([...same.map((voice) => [voice.id, voice] as const), ...gone]);
    }
    if (before !== null || voices.length < state.voices.length) this.changed();
    return { sequence: this.#sequence, ...state, voices };
  }

  /** Something is another: the page hears of it in a moment. */
  changed(): void {
    if (this.#told === null || this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => this.#tell(), PACE_MS).unref();
  }

  #tell(): void {
    this.#isDue = false;
    const told = this.#told;
    if (told === null) return;
    const { scanning, folders, voices, indexes, models, away } = this.#options.state();
    const news = voices.filter((voice) => told.get(voice.id) !== voice);
    const portion = news.slice(0, PORTION);
    const there = new Set(voices.map(({ id }) => id));
    const gone = [...told.keys()].filter((id) => !there.has(id));
    for (const voice of portion) told.set(voice.id, voice);
    for (const id of gone) told.delete(id);
    this.#sequence++;
    this.#options.send({
      sequence: this.#sequence,
      scanning,
      folders,
      voices: portion,
      gone,
      indexes: isSame(indexes, this.#indexes) ? null : indexes,
      models: isSame(models, this.#models) ? null : models,
      away: isDeepStrictEqual(away, this.#away) ? null : away,
    });
    this.#indexes = indexes;
    this.#models = models;
    this.#away = away;
    if (portion.length < news.length) this.changed();
  }
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}
