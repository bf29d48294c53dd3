import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { app } from 'electron';
import type { Library } from '../library/library';
import { pathsIn } from './arguments';
import { withoutData } from './dataFolder';
import type { Log } from './log';

/** Adds the folders and index files that the app was started with. Never rejects. */
export async function openPaths(
  args: readonly string[],
  workingFolder: string,
  library: Pick<Library, 'add'>,
  log: Log,
): Promise<void> {
  await openAll(pathsIn(withoutData(ownArguments(args)), workingFolder), library, log);
}

/** Adds the folders and index files among these. Never rejects. */
export async function openAll(paths: readonly string[], library: Pick<Library, 'add'>, log: Log): Promise<void> {
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory() === true || (found?.isFile() === true && path.toLowerCase().endsWith('.index'))) {
      await library.add(path).catch((error: unknown) => log.warn(`${path}: ${String(error)}`));
    }
  }
}

/** What follows the program on a command line; in development also the app's folder comes first. */
function ownArguments(args: readonly string[]): readonly string[] {
  if (app.isPackaged) return args.slice(1);
  return args.slice(args.findIndex((text) => resolve(text) === app.getAppPath()) + 1);
}
