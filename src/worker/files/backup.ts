import { BACKUP } from '@shared/domain/backupName';
import { nameTaken } from './atomic';

/**
 * A name for what is moved out of the way. It does not end in `.index`, so that no host picks it up.
 *
 * @param ending `.json` for a note of what was changed, instead of the file as it was
 * @returns `<file>.backup-YYYYMMDD-HHMMSS<ending>`, by the local clock
 */
export async function backupName(path: string, ending: '' | '.json' = '', now = new Date()): Promise<string> {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const first = `${path}${BACKUP}${day}-${time}`;
  let candidate = first + ending;
  for (let number = 2; await nameTaken(candidate); number++) candidate = `${first}-${number}${ending}`;
  return candidate;
}
