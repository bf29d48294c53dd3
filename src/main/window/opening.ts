import { statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { app } from 'electron';
import type { Offers } from '../library/offers';
import { pathsIn } from '../system/arguments';
import { withoutData } from '../system/dataFolder';

/** Offers the page the folders and files that the app was started with. Never rejects. */
export async function openPaths(
  args: readonly string[],
  workingFolder: string,
  offers: Pick<Offers, 'add'>,
): Promise<void> {
  await openAll(pathsIn(withoutData(ownArguments(args)), workingFolder), offers);
}

/** Files that something can be said about; another program may have named others. */
const OPENED: ReadonlySet<string> = new Set(['.index', '.pth', '.zip', '.npy']);

/** Offers the page those among these. Never rejects. */
export async function openAll(paths: readonly string[], offers: Pick<Offers, 'add'>): Promise<void> {
  await offers.add(
    paths.filter((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.isDirectory() === true || (found?.isFile() === true && OPENED.has(extname(path).toLowerCase()));
    }),
  );
}

/** What follows the program on a command line; in development also the app's folder comes first. */
function ownArguments(args: readonly string[]): readonly string[] {
  if (app.isPackaged) return args.slice(1);
  return args.slice(args.findIndex((text) => resolve(text) === app.getAppPath()) + 1);
}
