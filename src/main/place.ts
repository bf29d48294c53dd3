import { join } from 'node:path';
import { app } from 'electron';
import { type Locale, localeOf } from '@shared/contract/languages';
import { UNPACKED } from '@shared/jobs/unpack';
import { SettingsStore } from './library/settings';
import { type Texts, textsOf } from './window/texts';
import type { OwnFolders } from './system/dataFolder';
import { homeFolder, madeFolder } from './system/home';
import { FileLog } from './system/log';

/** Where the app keeps its own, and what the person has set. */
export interface Place extends OwnFolders {
  readonly log: FileLog;
  readonly settings: SettingsStore;
  readonly locale: () => Locale;
  readonly texts: () => Texts;
  readonly libraryPath: string;
}

/** Makes the folders that are missing. @throws when they cannot be written */
export function openPlace(): Place {
  const home = madeFolder(app.getPath('userData'));
  const folder = (name: string): string => madeFolder(join(home, name));
  const logRoot = folder('logs');
  const log = new FileLog(logRoot, homeFolder());
  const settings = new SettingsStore(join(home, 'settings.json'), log);
  log.keepWithin(settings.get().logLimit);
  const locale = (): Locale => localeOf(settings.get().locale, app.getLocale());
  return {
    log,
    settings,
    locale,
    texts: () => textsOf(locale()),
    home,
    libraryPath: join(home, 'library.sqlite'),
    builtRoot: folder('indexes'),
    sampleRoot: folder('sample'),
    unpackedRoot: folder(UNPACKED),
    tracesRoot: folder('traces'),
    takesRoot: folder('takes'),
    logRoot,
  };
}
