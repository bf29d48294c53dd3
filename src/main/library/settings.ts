import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { type ArgumentOf, Settings } from '@shared/contract/channels';
import type { Log } from '../system/log';

export const SETTINGS_VERSION = 1;
export const DEFAULT_SETTINGS: Settings = { theme: 'system', locale: null, libraryView: 'cards', memoryLimit: null };

const Versioned = v.object({ version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) });
const SettingsFile = v.object({
  version: v.literal(SETTINGS_VERSION),
  ...Settings.entries,
  // Older files do not have it.
  memoryLimit: v.optional(Settings.entries.memoryLimit, null),
});

/** What a person has set, in one small JSON file. */
export class SettingsStore {
  readonly #path: string;
  #value: Settings = DEFAULT_SETTINGS;
  /** A newer version's file is read as far as possible, and never written. */
  #readOnly = false;

  constructor(path: string, log: Log) {
    this.#path = path;
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      return;
    }
    const json = v.safeParse(v.pipe(v.string(), v.parseJson(), Versioned), text);
    if (json.success && json.output.version > SETTINGS_VERSION) {
      log.warn(`The settings are of a newer version (${json.output.version}); they are left as they are.`);
      this.#readOnly = true;
      return;
    }
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SettingsFile), text);
    if (parsed.success) {
      const { theme, locale, libraryView, memoryLimit } = parsed.output;
      this.#value = { theme, locale, libraryView, memoryLimit };
      return;
    }
    // One copy is enough to look at: the newest takes the place of the one before.
    log.warn(`The settings cannot be read and are reset; the old file is kept as ${path}.broken`);
    renameSync(path, `${path}.broken`);
  }

  get(): Settings {
    return this.#value;
  }

  set({ theme, locale, libraryView, memoryLimit }: ArgumentOf<'settings.set'>): Settings {
    this.#value = {
      theme: theme ?? this.#value.theme,
      // Null is a choice here: follow the system.
      locale: locale === undefined ? this.#value.locale : locale,
      libraryView: libraryView ?? this.#value.libraryView,
      // Here too: no limit.
      memoryLimit: memoryLimit === undefined ? this.#value.memoryLimit : memoryLimit,
    };
    if (!this.#readOnly) writeJson(this.#path, { version: SETTINGS_VERSION, ...this.#value });
    return this.#value;
  }
}

/** The old file or the new one, never half of it. */
function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'w');
    try {
      writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
