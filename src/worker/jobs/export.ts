import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toError, VoronoiceError } from '@shared/contract/errors';
import type { RequestOf, ResultOf } from '@shared/jobs';
import { requireFreeSpace, transaction } from '../files/atomic';
import { backupName } from '../files/backup';
import { copyFile } from '../files/copy';
import { onFile } from '../files/fileErrors';
import { requireUnchanged } from '../files/randomAccess';
import { type JobContext, throwIfCancelled } from '../context';
import { checkForHost, foldersOf, planExport } from './exportPlan';

/**
 * Copies an index to where a host looks for it, under the name by which it finds it, and opens the copies again. What
 * was there with another content stays under a backup name; an equal file is left as it is. Either all of it happens or
 * nothing.
 *
 * @throws as `exportPlan`; `INDEX_NOT_FOR_HOST` and its like when the file would not work in the host, `DISK_FULL`,
 *   `FOLDER_READ_ONLY`, `FILE_BUSY`, `FILE_CHANGED`, `INDEX_CHECK_FAILED`, `JOB_CANCELLED`
 */
export async function exportIndex(
  request: RequestOf<'export'>,
  { signal, progress }: JobContext<'export'>,
): Promise<ResultOf<'export'>> {
  progress('check', 0, 1);
  const { plan, source, facts } = await planExport(request, signal);
  const [problem] = plan.problems;
  if (problem !== undefined) throw toError(problem);
  progress('check', 1, 1);

  return transaction(async (files) => {
    const before = await onFile(source, 'read', () => stat(source));
    const written = plan.targets.filter(({ state }) => state !== 'same');
    for (const folder of foldersOf(plan)) {
      await files.folder(folder);
      await requireFreeSpace(folder, before.size * written.filter(({ path }) => dirname(path) === folder).length);
    }

    const total = before.size * written.length;
    let copied = 0;
    const count = (bytes: number): void => {
      copied += bytes;
      progress('copy', copied, total);
    };
    const staged: { readonly temporary: string; readonly target: (typeof written)[number] }[] = [];
    for (const target of written) {
      const temporary = await files.stage(target.path, (path) => copyFile(source, path, count, signal));
      staged.push({ temporary, target });
    }
    requireUnchanged(source, before, await onFile(source, 'read', () => stat(source)));
    for (const { temporary } of staged) await requireSound(temporary, request.host, signal);
    throwIfCancelled(signal);

    progress('verify', 0, 1);
    const backups: string[] = [];
    for (const { temporary, target } of staged) {
      if (target.backup === null) {
        await files.move(temporary, target.path);
      } else {
        await files.replace(temporary, target.path, target.backup);
        backups.push(target.backup);
      }
    }
    for (const other of request.setAside ? plan.others : []) {
      const backup = await backupName(other);
      await files.move(other, backup);
      backups.push(backup);
    }
    for (const { path } of plan.targets) await requireSound(path, request.host, NEVER);
    progress('verify', 1, 1);
    const warnings = plan.warnings.filter(({ code }) => !(request.setAside && code === 'OTHER_INDEX'));
    return { host: plan.host, files: plan.targets.map(({ path }) => path), backups, warnings, facts };
  });
}

/** Once the files have their names, only the check is left, and a late cancel comes too late. */
const NEVER = new AbortController().signal;

async function requireSound(path: string, host: RequestOf<'export'>['host'], signal: AbortSignal): Promise<void> {
  const { problems } = await checkForHost(path, host, signal);
  if (problems[0] === undefined) return;
  throw new VoronoiceError('INDEX_CHECK_FAILED', `The copy was opened again, and: ${problems[0].message}`, { path });
}
