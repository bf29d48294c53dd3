import { link, stat, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LinkKind } from '@shared/jobs/exportPlan';
import { errnoOf, onFile } from '@shared/contract/systemErrors';

const WINDOWS = process.platform === 'win32';

/** Where another name can only be a link that leads there: on another disk. */
const OTHER_DISK = 'EXDEV';

/**
 * The link that could stand for a file at another path: a second name on the same disk, else one that leads there. On
 * Windows the second takes rights that nobody has by default.
 *
 * @param path of a file that need not be there yet, nor its folder
 */
export async function possibleLink(file: string, path: string): Promise<LinkKind | null> {
  const [own, other] = [(await onFile(file, 'read', () => stat(file))).dev, await diskOf(dirname(path))];
  if (own === other) return 'hard';
  return WINDOWS ? null : 'symbolic';
}

/** Links a file to a path that must not exist; false where the disk or the system refuses. */
export async function linkFile(file: string, path: string): Promise<boolean> {
  try {
    await link(file, path);
    return true;
  } catch (error) {
    if (errnoOf(error) !== OTHER_DISK || WINDOWS) return false;
  }
  return symlink(file, path).then(
    () => true,
    () => false,
  );
}

/** Of a folder, or of the nearest above it that is there. */
async function diskOf(folder: string): Promise<number | null> {
  const found = await stat(folder).catch(() => null);
  if (found !== null) return found.dev;
  const above = dirname(folder);
  return above === folder ? null : diskOf(above);
}
