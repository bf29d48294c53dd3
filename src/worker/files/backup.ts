import { nameTaken } from './atomic';

/**
 * A name for what is moved out of the way. It does not end in `.index`, so that no host picks it up.
 *
 * @returns `<file>.backup-YYYYMMDD-HHMMSS`, by the local clock
 */
export async function backupName(path: string, now = new Date()): Promise<string> {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const first = `${path}.backup-${day}-${time}`;
  let candidate = first;
  for (let number = 2; await nameTaken(candidate); number++) candidate = `${first}-${number}`;
  return candidate;
}
