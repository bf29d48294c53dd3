import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type RequestOf, type WorkKind, workKinds } from '@shared/jobs';
import { markOf } from './mark';
import { folderOf } from './places';

/**
 * Removes the temporaries of a worker that could not do it itself: those that bear its mark, and nobody else's.
 *
 * @param worker its name
 * @returns how many there were
 */
export async function sweep<K extends WorkKind>(work: RequestOf<K>, worker: string): Promise<number> {
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
