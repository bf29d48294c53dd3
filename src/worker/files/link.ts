import { link, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { LinkKind } from '@shared/jobs/exportPlan';
import { errnoOf } from '@shared/contract/systemErrors';
import { temporaryName } from './atomic';

/** To let a file lead to another takes rights there that nobody has by default. */
const WINDOWS = process.platform === 'win32';

/** Where another name can only be a link that leads there: on another disk. */
const OTHER_DISK = 'EXDEV';

/**
 * The link that {@link linkFile} would make at a path; null where the disk or the system refuses it. No list of kinds of disk
 * tells that of a card, a share or a layer of a container, so that the disk itself is asked, by a link that is gone at once.
 *
 * @param path of a file that need not be there yet, nor its folder
 */
export async function possibleLink(file: string, path: string): Promise<LinkKind | null> {
  const passing = temporaryName(join(await nearestFolder(dirname(path)), basename(path)));
  try {
    return await linkFile(file, passing);
  } finally {
    await rm(passing, { force: true });
  }
}

/**
 * Links a file to a path that must not exist: a second name on the same disk, else one that leads there.
 *
 * @returns which of them; null where the disk or the system refuses
 */
export async function linkFile(file: string, path: string): Promise<LinkKind | null> {
  try {
    await link(file, path);
    return 'hard';
  } catch (error) {
    if (errnoOf(error) !== OTHER_DISK || WINDOWS) return null;
  }
  return symlink(file, path).then(
    () => 'symbolic',
    () => null,
  );
}

/** The folder, or the nearest above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  const above = dirname(folder);
  const found = await stat(folder).catch(() => null);
  return found?.isDirectory() === true || above === folder ? folder : nearestFolder(above);
}
