import { accessSync, constants, mkdirSync, mkdtempSync, realpathSync, statSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';
import { dataFolderOf } from './dataFolder';

/**
 * Puts all that the app keeps where the person wants it (see dataFolder.ts).
 *
 * @throws when that cannot be made or written: Electron would take the app for one that runs already, and end without a word
 */
export function useDataFolder(): void {
  const folder = dataFolderOf({
    args: process.argv.slice(1),
    workingFolder: process.cwd(),
    program: app.isPackaged ? process.execPath : null,
    platform: process.platform,
    isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  });
  if (folder !== null) app.setPath('userData', madeFolder(folder));
  accessSync(madeFolder(app.getPath('userData')), constants.W_OK);
}

/** Of the person; empty where the system knows of none, as of a user without a name in a container. */
export function homeFolder(): string {
  try {
    return homedir();
  } catch {
    // It is asked for to keep it out of texts, and what is not known is in none.
    return '';
  }
}

/** What the system calls the person; empty where it has no name for them. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // As above.
    return '';
  }
}

/** Without a folder of its own Electron does not come up, not even to say so: it gets one for that. */
export function useFolderApart(): void {
  app.setPath('userData', mkdtempSync(join(tmpdir(), 'voronoice-')));
}

/** A folder of the app's own, without links, made where it is missing. @throws when it cannot be made */
export function madeFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return realpathSync(folder);
}
