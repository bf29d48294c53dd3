import { lstat, stat } from 'node:fs/promises';

/** Whether anything has this name, even a link that leads nowhere. */
export function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** When a file or folder was written to last, in ms since 1970; null when it is gone. */
export function modifiedOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}
