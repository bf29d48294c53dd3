import { lstat } from 'node:fs/promises';
import { onFile } from '@shared/contract/systemErrors';
import type { RequestOf, ResultOf } from '@shared/jobs';
import { nameTaken, transaction } from '../files/atomic';
import { backupName } from '../files/backup';
import { type JobContext, throwIfCancelled } from '../context';

/**
 * Takes a hand-over back, the last change first: what stands there makes room under a backup name, and what was there
 * before has its name again. Nothing is deleted; either all of it happens or nothing.
 *
 * @throws `FILE_NOT_FOUND` when a backup is not there any more, `FOLDER_READ_ONLY`, `FILE_BUSY`, `JOB_CANCELLED`
 */
export async function takeBack(
  { files: changed }: RequestOf<'takeBack'>,
  { signal, progress }: Pick<JobContext<'takeBack'>, 'signal' | 'progress'>,
): Promise<ResultOf<'takeBack'>> {
  // Beforehand: what makes room may get the name of a backup that is gone.
  for (const { backup } of changed) if (backup !== null) await onFile(backup, 'read', () => lstat(backup));
  return transaction(async (files) => {
    const restored: string[] = [];
    const backups: string[] = [];
    for (const [position, { path, backup }] of changed.toReversed().entries()) {
      throwIfCancelled(signal);
      progress('move', position, changed.length);
      const aside = (await nameTaken(path)) ? await backupName(path) : null;
      if (aside !== null) backups.push(aside);
      if (backup !== null) restored.push(path);
      if (backup === null && aside !== null) await files.move(path, aside);
      else if (backup !== null && aside !== null) await files.replace(backup, path, aside);
      else if (backup !== null) await files.move(backup, path);
    }
    progress('move', 1, 1);
    return { restored, backups };
  });
}
