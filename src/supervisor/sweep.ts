import { readdir, rm, rmdir } from 'node:fs/promises';
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
 * @returns how many there were
 * @throws FOLDER_AWAY when the disk does not answer
 */
export async function sweep<K extends WorkKind>(work: RequestOf<K>, worker: string): Promise<number> {
  const late = new AbortController();
  const overdue = delay(LONGEST_MS, null, { signal: late.signal, ref: false }).then(() => {
    throw new VoronoiceError('FOLDER_AWAY', `The disk does not answer: temporaries of ${worker} may be left.`);
  });
  try {
    return await Promise.race([sweepAll(work, worker), overdue]);
  } finally {
    late.abort();
  }
}

async function sweepAll<K extends WorkKind>(work: RequestOf<K>, worker: string): Promise<number> {
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
    if ('own' in place) await rmdir(folder).catch(() => undefined);
  }
  return swept;
}
