import { mkdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';
import type { Locale } from '@shared/contract/channels';
import { SettingsStore } from '../library/settings';
import { localeOf, type Texts, textsOf } from '../window/texts';
import { FileLog } from './log';

/** Where the app keeps its own, and what the person has set. */
export interface Place {
  readonly log: FileLog;
  readonly settings: SettingsStore;
  readonly locale: () => Locale;
  readonly texts: () => Texts;
  readonly libraryPath: string;
  readonly builtRoot: string;
  readonly sampleRoot: string;
}

/** Makes the folders that are missing. @throws when they cannot be written */
export function openPlace(): Place {
  const userData = app.getPath('userData');
  const folder = (name: string): string => {
    const path = join(userData, name);
    mkdirSync(path, { recursive: true });
    return realpathSync(path);
  };
  const log = new FileLog(folder('logs'), homedir());
  const settings = new SettingsStore(join(userData, 'settings.json'), log);
  const locale = (): Locale => localeOf(settings.get().locale, app.getLocale());
  return {
    log,
    settings,
    locale,
    texts: () => textsOf(locale()),
    libraryPath: join(userData, 'library.sqlite'),
    builtRoot: folder('indexes'),
    sampleRoot: folder('sample'),
  };
}
