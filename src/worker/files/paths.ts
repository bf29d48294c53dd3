import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import { MOST_FILE_NAME_BYTES, MOST_NAME_BYTES, nameFault } from '@shared/domain/hosts/names';
import { onFile } from '@shared/contract/systemErrors';

/** The path without links, `.` and `..`; fails with `FILE_NOT_FOUND`. */
export function realPath(path: string): Promise<string> {
  const absolute = resolve(path);
  return onFile(absolute, 'read', () => realpath(absolute));
}

/** The path without links as far as it exists, for places that are still to be made. */
export async function plannedPath(path: string): Promise<string> {
  const absolute = resolve(path);
  return realpath(absolute).catch(() => absolute);
}

/** The folder a link leads into, real; null for what is no link. */
export async function linkedFolder(path: string): Promise<string | null> {
  return realpath(path).then(dirname, () => null);
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Names a file or folder across restarts without saying where it is: the same path always has the same id, and what lies
 * in the app's own folder keeps it when that folder is moved, also to another system.
 *
 * @param home the app's own folder, real as the path is; null where there is none
 */
export function pathId(path: string, home: string | null): string {
  const isInside = home !== null && path.startsWith(home + sep);
  const named = isInside ? `~${path.slice(home.length).replaceAll(sep, '/')}` : path;
  return createHash('sha256').update(named).digest('hex').slice(0, 16);
}

/** Fails with `NAME_INVALID` when a voice of this name could not be a folder on every system. */
export function requireVoiceName(name: string): void {
  const why = nameFault(name, MOST_NAME_BYTES);
  if (why !== null)
    throw new VoronoiceError('NAME_INVALID', `"${name}" cannot be the name of a voice: ${why}.`, { name });
}

/** Fails with `NAME_INVALID` when an index could not have this file name in every host. */
export function requireIndexName(name: string): void {
  const stem = name.replace(/\.index$/i, '');
  const why = stem === name ? 'it does not end in ".index"' : nameFault(stem, MOST_FILE_NAME_BYTES);
  if (why !== null)
    throw new VoronoiceError('NAME_INVALID', `"${name}" cannot be the name of an index: ${why}.`, { name });
}
