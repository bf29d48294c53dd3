import { lstat } from 'node:fs/promises';
import { onFile } from '@shared/contract/systemErrors';

/**
 * What tells a file from every other, and stays the same when it gets another name on its disk: its number there, its length
 * and when it was written last.
 *
 * @throws `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export async function fileMark(path: string): Promise<string> {
  const { ino, size, mtimeNs } = await onFile(path, 'read', () => lstat(path, { bigint: true }));
  return `${ino} ${size} ${mtimeNs}`;
}
