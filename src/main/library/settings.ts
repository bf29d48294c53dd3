import { readFileSync, renameSync } from 'node:fs';
import * as v from 'valibot';
import type { ArgumentOf } from '@shared/contract/channels';
import { DEFAULT_SETTINGS, Settings, type SettingsTrouble } from '@shared/contract/settings';
import type { Effort } from '@shared/contract/effort';
import { isAbsence } from '@shared/contract/systemErrors';
import type { Log } from '../../supervisor/log';
import { writeWholeSync } from '../system/wholeFile';

export const SETTINGS_VERSION = 1;

const SettingsFile = v.looseObject({ version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) });
const Known = v.object(Settings.entries);

/** What a person has set, in one small JSON file. */
export class SettingsStore {
  readonly #path: string;
  #value: Settings = DEFAULT_SETTINGS;
  #trouble: SettingsTrouble | null = null;

  constructor(path: string, log: Log) {
    this.#path = path;
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if (isAbsence(error)) return;
      // Whoever took a disk that fails for a first start would write over what a person has set.
      this.#trouble = 'broken';
      setAside(path, log);
      return;
    }
    const file = v.safeParse(v.pipe(v.string(), v.parseJson(), SettingsFile), text);
    if (file.success && file.output.version > SETTINGS_VERSION) {
      log.warn(`The settings are of a newer version (${file.output.version}); they are left as they are.`);
      this.#trouble = 'newer';
      this.#value = understood(file.output);
      return;
    }
    const parsed = file.success ? v.safeParse(Known, { ...DEFAULT_SETTINGS, ...file.output }) : file;
    if (parsed.success) {
      this.#value = parsed.output;
      return;
    }
    this.#trouble = 'broken';
    setAside(path, log);
  }

  /** Why what was set before does not hold; null when it does. */
  get trouble(): SettingsTrouble | null {
    return this.#trouble;
  }

  get(): Settings {
    return this.#value;
  }

  /** What a job that begins now may take of the computer. */
  effort(): Effort {
    const { threads, priority } = this.#value;
    return { threads, priority };
  }

  /**
   * Changes what is given. Null may be a choice; undefined is none. What cannot be written holds until the app ends.
   *
   * @throws as the system refuses to write
   */
  set(change: ArgumentOf<'settings.set'>): Settings {
    const chosen = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    this.#value = v.parse(Known, { ...this.#value, ...chosen });
    // A newer version's file is never written: it has what this version would lose.
    if (this.#trouble !== 'newer')
      writeWholeSync(this.#path, `${JSON.stringify({ version: SETTINGS_VERSION, ...this.#value }, null, 2)}\n`);
    return this.#value;
  }
}

/** What this version understands of another's settings, each by itself. */
function understood(found: Readonly<Record<string, unknown>>): Settings {
  return Object.keys(Settings.entries).reduce((settings, key) => {
    const parsed = v.safeParse(Known, { ...settings, ...(key in found ? { [key]: found[key] } : {}) });
    return parsed.success ? parsed.output : settings;
  }, DEFAULT_SETTINGS);
}

/** One copy is enough to look at: the newest takes the place of the one before. */
function setAside(path: string, log: Log): void {
  log.warn(`The settings cannot be read and are reset; the old file is kept as ${path}.broken`);
  try {
    renameSync(path, `${path}.broken`);
  } catch (error) {
    log.warn(`It could not be kept: ${String(error)}`);
  }
}
