import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { VoronoiceError } from '@shared/contract/errors';
import { type RequestOf, type WorkKind, workKinds } from '@shared/jobs';
import { markOf } from './mark';
import { folderOf } from './places';

/** Work on a drive that hangs ends all the same. */
const LONGEST_MS = 10_000;

/**
 * Removes the temporaries of a worker that could not do it itself: those that bear its mark, and nobody else's.
 *
 * @param worker its name
 * @param there folders that stay, see {@link ownThere}
 * @returns how many there were
 * @throws FOLDER_AWAY when the disk does not answer
 */
export async function sweep<K extends WorkKind>(
  work: RequestOf<K>,
  worker: string,
  there: readonly string[] = [],
): Promise<number> {
  const late = new AbortController();
  const overdue = delay(LONGEST_MS, null, { signal: late.signal, ref: false }).then(() => {
    throw new VoronoiceError('FOLDER_AWAY', `The disk does not answer: temporaries of ${worker} may be left.`);
  });
  try {
    return await Promise.race([sweepAll(work, worker, there), overdue]);
  } finally {
    late.abort();
  }
}

/** Folders for the work alone that a person has made before it, empty as they may be. Never rejects. */
export async function ownThere<K extends WorkKind>(work: RequestOf<K>): Promise<readonly string[]> {
  const folders = workKinds[work.kind].writes(work).flatMap((place) => ('own' in place ? (folderOf(place) ?? []) : []));
  const found = await Promise.all(folders.map((folder) => stat(folder).catch(() => null)));
  return folders.filter((_, at) => found[at] !== null);
}

async function sweepAll<K extends WorkKind>(
  work: RequestOf<K>,
  worker: string,
  there: readonly string[],
): Promise<number> {
  const temporary = new RegExp(`\\.voronoice-${markOf(worker)}-\\d+\\.tmp$`);
  let swept = 0;
  for (const place of workKinds[work.kind].writes(work)) {
    const folder = folderOf(place);
    if (folder === null) continue;
    const names = await readdir(folder).catch((): string[] => []);
    for (const name of names.filter((candidate) => temporary.test(candidate))) {
      await rm(join(folder, name), { recursive: true, force: true });
      swept++;
    }
    // Fails where something is left in it, which then stays.
    if ('own' in place && !there.includes(folder)) await rmdir(folder).catch(() => undefined);
  }
  return swept;
}
