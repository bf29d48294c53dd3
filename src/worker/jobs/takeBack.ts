import { lstat } from 'node:fs/promises';
import { onFile } from '@shared/contract/systemErrors';
import type { RequestOf, ResultOf } from '@shared/jobs';
import { type FileTransaction, nameTaken, transaction } from '../files/atomic';
import { backupName } from '../files/backup';
import { fileMark } from '../files/fileMark';
import { type JobContext, throwIfCancelled } from '../context';

type Changed = RequestOf<'takeBack'>['files'][number];

/**
 * Takes a hand-over back, the last change first: what stands there makes room under a backup name, and what was there
 * before has its name again. Nothing is deleted; either all of it happens or nothing. Where the process was killed in
 * between, the same request does what is left of it: what has its name again is known by its mark.
 *
 * @throws `FILE_NOT_FOUND` when a backup is not there any more, `FOLDER_READ_ONLY`, `FILE_BUSY`, `JOB_CANCELLED`
 */
export async function takeBack(
  { files: changed }: RequestOf<'takeBack'>,
  { signal, progress }: Pick<JobContext<'takeBack'>, 'signal' | 'progress'>,
): Promise<ResultOf<'takeBack'>> {
  const left: Changed[] = [];
  // Beforehand: what makes room may get the name of a backup that is gone.
  for (const file of changed) if (!(await isTakenBack(file))) left.push(file);
  return transaction(async (files) => {
    const backups: string[] = [];
    for (const [position, file] of left.toReversed().entries()) {
      throwIfCancelled(signal);
      progress('move', position, left.length);
      backups.push(...(await takeBackOne(files, file)));
    }
    progress('move', 1, 1);
    const restored = changed.toReversed().flatMap(({ path, backup }) => (backup === null ? [] : [path]));
    return { restored, backups };
  });
}

/** Whether what was there before has its name again. @throws `FILE_NOT_FOUND` when it is neither there nor kept */
async function isTakenBack({ path, backup, mark }: Changed): Promise<boolean> {
  if (backup === null || (await nameTaken(backup))) return false;
  if (mark !== undefined && (await nameTaken(path)) && (await fileMark(path)) === mark) return true;
  await onFile(backup, 'read', () => lstat(backup));
  return false;
}

/** @returns what made room */
async function takeBackOne(files: FileTransaction, { path, backup }: Changed): Promise<readonly string[]> {
  const isTaken = await nameTaken(path);
  if (isTaken && backup !== null && (await isOneFile(path, backup))) {
    await files.unname(backup, path);
    return [];
  }
  if (!isTaken) {
    if (backup !== null) await files.move(backup, path);
    return [];
  }
  const aside = await backupName(path);
  if (backup === null) await files.move(path, aside);
  else await files.replace(backup, path, aside);
  return [aside];
}

/** A process that was killed while a file got another name has left it both. */
async function isOneFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [one, other].map((path) => onFile(path, 'read', () => lstat(path, { bigint: true }))),
  );
  return first?.ino === second?.ino && first?.dev === second?.dev;
}
