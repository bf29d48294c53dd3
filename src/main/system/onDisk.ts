import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { isAbsence, toFileError } from '@shared/contract/systemErrors';

/** What has this name, even a link that leads nowhere; null where nothing has. @throws `DISK_FAILED` and its like */
export async function lookAt(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw toFileError(error, path, 'read');
  }
}

/** Whether anything has this name. @throws as {@link lookAt} */
export async function isThere(path: string): Promise<boolean> {
  return (await lookAt(path)) !== null;
}

/** When a file or folder was written to last, in ms since 1970; null when it is gone. */
export function modifiedOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}
