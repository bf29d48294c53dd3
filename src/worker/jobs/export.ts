import { stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { toError, VoronoiceError } from '@shared/contract/errors';
import type { RequestOf, ResultOf } from '@shared/jobs';
import { HOSTS } from '@shared/domain/hosts';
import type { ExportPlan } from '@shared/jobs/exportPlan';
import { type FileTransaction, requireFreeSpace, transaction } from '../files/atomic';
import { backupName } from '../files/backup';
import { copyFile } from '../files/copy';
import { onFile } from '@shared/contract/systemErrors';
import { fileMark } from '../files/fileMark';
import { linkFile } from '../files/link';
import { requireUnchanged } from '../files/randomAccess';
import { type JobContext, throwIfCancelled } from '../context';
import { readSettings } from '../voices/slots';
import { checkForHost, foldersOf, planExport } from './exportPlan';

/**
 * Copies an index to where a host looks for it, or links it there, under the name by which it finds it, and opens it there
 * again. Where it cannot be linked it is copied, and that is said. What
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
  if (plan.targets.length === 0) {
    const message = `Which slot of "${request.root}"? ${plan.slots.length} of them hold an RVC voice.`;
    throw new VoronoiceError('SLOT_NOT_FOUND', message, { path: request.root, slots: plan.slots.length });
  }
  progress('check', 1, 1);

  return transaction(async (files) => {
    const before = await onFile(source, 'read', () => stat(source));
    const written = plan.targets.filter(({ state }) => state !== 'same');
    for (const folder of foldersOf(plan)) {
      await files.folder(folder);
      const copies = request.link === true ? 0 : written.filter(({ path }) => dirname(path) === folder).length;
      await requireFreeSpace(folder, before.size * copies);
    }

    const total = before.size * written.length;
    let copied = 0;
    const count = (bytes: number): void => {
      copied += bytes;
      progress('copy', copied, total);
    };
    const bring = { source, bytes: before.size, link: request.link === true, count, signal };
    const staged: { readonly temporary: string; readonly target: (typeof written)[number] }[] = [];
    const linked: boolean[] = [];
    for (const target of written) {
      const temporary = await files.stage(target.path, async (path) => void linked.push(await linkOrCopy(path, bring)));
      staged.push({ temporary, target });
    }
    requireUnchanged(source, before, await onFile(source, 'read', () => stat(source)));
    for (const { temporary } of staged) await requireSound(temporary, signal);
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
    if (plan.slot !== null) backups.push(...(await fillSlot(files, plan.slot, plan)));
    for (const other of request.setAside ? plan.others : []) {
      const backup = await backupName(other);
      await files.move(other, backup);
      backups.push(backup);
    }
    for (const { path } of plan.targets) await requireSound(path, NEVER);
    progress('verify', 1, 1);
    const warnings = plan.warnings.filter(({ code }) => !(request.setAside && code === 'OTHER_INDEX'));
    if (request.link === true && linked.includes(false))
      warnings.push({ code: 'NOT_LINKED', details: {}, proposal: null });
    return {
      host: plan.host,
      files: plan.targets.map(({ path }) => path),
      written: written.map(({ path }) => path),
      backups,
      marks: await Promise.all(backups.map(fileMark)),
      warnings,
      facts,
    };
  });
}

interface Bringing {
  readonly source: string;
  readonly bytes: number;
  readonly link: boolean;
  readonly count: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** @returns whether it is a link */
async function linkOrCopy(path: string, { source, bytes, link, count, signal }: Bringing): Promise<boolean> {
  if (link && (await linkFile(source, path)) !== null) {
    count(bytes);
    return true;
  }
  if (link) await requireFreeSpace(dirname(path), bytes);
  await copyFile(source, path, count, signal);
  return false;
}

/** Names the new index in the settings of its slot, and moves the one that was there to its backup name. */
async function fillSlot(
  files: FileTransaction,
  { settings, index }: NonNullable<ExportPlan['slot']>,
  { host, targets }: Pick<ExportPlan, 'host' | 'targets'>,
): Promise<string[]> {
  const { slots } = HOSTS[host];
  const [target] = targets;
  if (slots === null || target === undefined) return [];
  const backups: string[] = [];
  if (settings !== null) {
    const { path, backup } = settings;
    const name = basename(target.path);
    const before = await readSettings(path);
    if (slots.read(before) === null)
      throw new VoronoiceError('SLOT_NOT_FOUND', `"${path}" has changed: no RVC voice is in this slot any more.`, {
        path,
      });
    const text = slots.withIndex(before, name);
    if (slots.read(text)?.index !== name)
      throw new VoronoiceError('INDEX_CHECK_FAILED', `"${path}" does not take the name of the index.`, { path });
    await files.replace(await files.stage(path, (temporary) => writeFile(temporary, text)), path, backup);
    backups.push(backup);
  }
  if (index !== null) {
    await files.move(index.path, index.backup);
    backups.push(index.backup);
  }
  return backups;
}

/** Once the files have their names, only the check is left, and a late cancel comes too late. */
const NEVER = new AbortController().signal;

async function requireSound(path: string, signal: AbortSignal): Promise<void> {
  const { problems } = await checkForHost(path, signal);
  if (problems[0] === undefined) return;
  throw new VoronoiceError('INDEX_CHECK_FAILED', `The copy was opened again, and: ${problems[0].message}`, { path });
}
