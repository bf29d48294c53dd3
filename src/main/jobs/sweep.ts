import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WorkRequest } from '@shared/jobs';
import { assertNever } from '@shared/domain/assertNever';

/** Names of what a worker writes before it is whole; nobody else's files look like this. */
const TEMPORARY = /\.voronoice-[^/]*\.tmp$/;

/** The folders in which a request leaves temporaries when its worker dies. */
export function targetFolders(work: WorkRequest): string[] {
  switch (work.kind) {
    case 'train':
      return [work.out];
    case 'export':
      return [join(work.root, 'logs', work.name), join(work.root, 'assets', 'indices')];
    case 'sample': {
      const logs = join(work.root, 'logs');
      const voice = join(logs, work.name);
      return [work.root, logs, voice, join(voice, work.version === 'v1' ? '3_feature256' : '3_feature768')];
    }
    case 'repair':
      return [dirname(work.out ?? work.index)];
    case 'compress':
    case 'expand':
      return [dirname(work.out)];
    case 'scan':
    case 'inspect':
    case 'exportPlan':
    case 'measure':
    case 'compare':
    case 'sift':
    case 'tune':
      return [];
    default:
      return assertNever(work);
  }
}

/** Removes the temporaries of a worker that could not do it itself. Says how many there were. */
export async function sweep(work: WorkRequest): Promise<number> {
  let swept = 0;
  for (const folder of targetFolders(work)) {
    const names = await readdir(folder).catch((): string[] => []);
    for (const name of names.filter((candidate) => TEMPORARY.test(candidate))) {
      await rm(join(folder, name), { recursive: true, force: true });
      swept++;
    }
  }
  // The folder was made for this job alone; it goes when nothing is in it.
  if (work.kind === 'train') await rmdir(work.out).catch(() => undefined);
  return swept;
}
