import { lstat, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import type { IndexFacts } from '@shared/contract/voices';
import type { RepairRequest, RepairResult } from '@shared/jobs/repair';
import { assertNever } from '@shared/domain/assertNever';
import { walkIndex } from '@shared/formats/faiss/container';
import { patchNprobe } from '@shared/formats/faiss/patchNprobe';
import { type FileTransaction, requireAbsent, requireFreeSpace, transaction } from '../files/atomic';
import { backupName } from '../files/backup';
import { copyFile } from '../files/copy';
import { onFile } from '../files/fileErrors';
import { readIndexContents, readIndexFacts, requireComplete } from '../files/indexFile';
import { requireIndexName } from '../files/paths';
import { requireUnchanged, walkFile } from '../files/randomAccess';
import { type JobContext, throwIfCancelled } from '../context';
import { hashOf } from '../measure/measureIndex';

/**
 * Mends an index file without training. The mended file is made beside the original, opened again and checked, and only
 * then takes its name; the original stays under a backup name, with which `undo` takes the repair back. A file that goes
 * by several names, as RVC gives it a second one, is mended where it is, and so under each.
 *
 * @throws `INDEX_…` when the file is not an index, `NPROBE_TOO_LARGE` for more groups than there are, `FILE_NOT_FOUND`,
 *   `FILE_EXISTS`, `FILE_BUSY`, `FILE_CHANGED`, `FOLDER_READ_ONLY`, `DISK_FULL`, `INDEX_CHECK_FAILED`, `JOB_CANCELLED`;
 *   whatever it is, the original has its name
 */
export function repair(request: RepairRequest, context: JobContext<'repair'>): Promise<RepairResult> {
  const { change } = request;
  switch (change.type) {
    case 'nprobe':
      return setNprobe(request, change.nprobe, context);
    case 'link':
      return replaceLink(request, change.target, context);
    case 'name':
      return rename(request, change.name, context);
    case 'undo':
      return undo(request, change.backup, context);
    default:
      return assertNever(change);
  }
}

async function setNprobe(request: RepairRequest, nprobe: number, context: JobContext<'repair'>): Promise<RepairResult> {
  const { signal } = context;
  const before = await readComplete(request.index, signal);
  const patch = patchNprobe(await walkFile(request.index, walkIndex, signal), nprobe);
  const target = request.out ?? request.index;
  const several = request.out === null && (await hasSeveralNames(request.index));
  return transaction(async (files) => {
    if (request.out !== null) await requireAbsent(request.out);
    const staged = await stageCopy(files, request.index, target, context);
    if (several) {
      const backup = await backupName(target);
      await files.move(staged, backup);
      await files.patch(target, patch);
      const after = await readIndexFacts(target, signal);
      requireSame(after, { ...before, nprobe });
      const hash = await hashOf(target, signal);
      throwIfCancelled(signal);
      return { index: target, backup, hash, change: request.change, before, after };
    }
    await files.patch(staged, patch);
    const after = await readIndexFacts(staged, signal);
    requireSame(after, { ...before, nprobe });
    const hash = await hashOf(staged, signal);
    throwIfCancelled(signal);
    const backup = request.out === null ? await backupName(request.index) : null;
    if (backup === null) await files.move(staged, target);
    else await files.replace(staged, target, backup);
    return { index: target, backup, hash, change: request.change, before, after };
  });
}

async function replaceLink(
  request: RepairRequest,
  source: string,
  context: JobContext<'repair'>,
): Promise<RepairResult> {
  const after = await readComplete(source, context.signal);
  return transaction(async (files) => {
    const staged = await stageCopy(files, source, request.index, context);
    requireSame(await readIndexFacts(staged, context.signal), after);
    throwIfCancelled(context.signal);
    const backup = await backupName(request.index);
    await files.replace(staged, request.index, backup);
    return { index: request.index, backup, hash: null, change: request.change, before: null, after };
  });
}

/** What a file says about itself; nothing is made of one that is there in part only. */
async function readComplete(path: string, signal: AbortSignal): Promise<IndexFacts> {
  const contents = await readIndexContents(path, signal);
  requireComplete(path, contents);
  return contents.facts;
}

async function rename(request: RepairRequest, name: string, { signal }: JobContext<'repair'>): Promise<RepairResult> {
  requireIndexName(name);
  const facts = await readIndexFacts(request.index, signal);
  const target = join(dirname(request.index), name);
  return transaction(async (files) => {
    await files.move(request.index, target);
    return { index: target, backup: null, hash: null, change: request.change, before: facts, after: facts };
  });
}

/** Whether it is a link, or one of several names for the same file. */
async function hasSeveralNames(path: string): Promise<boolean> {
  return onFile(path, 'read', async () => (await lstat(path)).isSymbolicLink() || (await stat(path)).nlink > 1);
}

/** The two files swap their names, so that even taking back can be taken back. */
async function undo(request: RepairRequest, backup: string, context: JobContext<'repair'>): Promise<RepairResult> {
  const { signal } = context;
  if (await hasSeveralNames(request.index)) {
    const { nprobe } = await readIndexFacts(backup, signal);
    return setNprobe(request, nprobe ?? 1, context);
  }
  const before = await readIndexFacts(request.index, signal).catch(() => null);
  return transaction(async (files) => {
    const aside = await backupName(request.index);
    await files.replace(backup, request.index, aside);
    const after = await readIndexFacts(request.index, signal);
    return { index: request.index, backup: aside, hash: null, change: request.change, before, after };
  });
}

async function stageCopy(
  files: FileTransaction,
  source: string,
  target: string,
  { signal, progress }: JobContext<'repair'>,
): Promise<string> {
  const before = await onFile(source, 'read', () => stat(source));
  await requireFreeSpace(dirname(target), before.size);
  let copied = 0;
  const staged = await files.stage(target, (temporary) =>
    copyFile(
      source,
      temporary,
      (bytes) => {
        copied += bytes;
        progress('copy', copied, before.size);
      },
      signal,
    ),
  );
  requireUnchanged(source, before, await onFile(source, 'read', () => stat(source)));
  return staged;
}

function requireSame(found: IndexFacts, expected: IndexFacts): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  throw new VoronoiceError(
    'INDEX_CHECK_FAILED',
    'The mended file was opened again, and it does not say what it should.',
  );
}
