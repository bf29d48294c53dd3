import { lstat, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import type { IndexFacts } from '@shared/contract/voices';
import type { RepairRequest, RepairResult } from '@shared/jobs/repair';
import { assertNever } from '@shared/domain/assertNever';
import { BACKUP } from '@shared/domain/backupName';
import { walkIndex } from '@shared/formats/faiss/container';
import { type Patch, patchNprobe } from '@shared/formats/faiss/patchNprobe';
import { type FileTransaction, requireAbsent, requireFreeSpace, transaction } from '../files/atomic';
import { backupName } from '../files/backup';
import { copyFile } from '../files/copy';
import { onFile } from '@shared/contract/systemErrors';
import { readIndexContents, readIndexFacts, requireComplete } from '../files/indexFile';
import { plannedPath, requireIndexName } from '../files/paths';
import { recordPath } from '../files/record';
import { requireSameFile, requireUnchanged, walkFile } from '../files/randomAccess';
import { patchesOf, readNote, requirePatched, survey, type Surveyed, writeNote } from '../files/undoNote';
import { type JobContext, throwIfCancelled } from '../context';
import { hashOf } from '../measure/measureIndex';

/**
 * Mends an index file without training, so that `undo` can take it back. A field is overwritten where it is, under each of
 * the names a file goes by, once a note of what it was is on the disk (decision 16). Whatever replaces a file is made
 * beside it, opened again and checked, and only then takes its name; the original stays under a backup name.
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
      return rename(request, change, context);
    case 'undo':
      return undo(request, change.backup, context);
    default:
      return assertNever(change);
  }
}

async function setNprobe(request: RepairRequest, nprobe: number, context: JobContext<'repair'>): Promise<RepairResult> {
  const { signal } = context;
  const { index, out, change } = request;
  const before = await readComplete(index, signal);
  const patch = patchNprobe(await walkFile(index, walkIndex, signal), nprobe);
  const expected = { ...before, nprobe };
  if (out === null) {
    const surveyed = await survey(index, patch, checking(context));
    const patched = await patchInPlace(index, patch, { surveyed, before: surveyed.current, expected }, context);
    return { index, ...patched, change, before };
  }
  return transaction(async (files) => {
    await requireAbsent(out);
    const staged = await stageCopy(files, index, out, context);
    await files.patch(staged, patch);
    const after = await readIndexFacts(staged, signal);
    requireSame(after, expected);
    const hash = await hashOf(staged, signal);
    throwIfCancelled(signal);
    await files.move(staged, out);
    return { index: out, backup: null, hash, change, before, after };
  });
}

interface Patching {
  readonly surveyed: Surveyed;
  /** The bytes to go back to. */
  readonly before: Uint8Array;
  /** Null: whatever the bytes say. */
  readonly expected: IndexFacts | null;
  /** What is taken back: a note that is of no use afterwards, and the time of the file before. */
  readonly undone?: { readonly note: string; readonly modified: number };
}

/** Overwrites some bytes once a note of what they were is on the disk; the note is the backup. */
function patchInPlace(
  index: string,
  patch: Patch,
  { surveyed, before, expected, undone }: Patching,
  { signal }: JobContext<'repair'>,
): Promise<{ readonly backup: string; readonly hash: string; readonly after: IndexFacts }> {
  return transaction(async (files) => {
    const backup = await backupName(index, '.json');
    const text = writeNote(patch, surveyed, before);
    const staged = await files.stage(backup, (temporary) => writeFile(temporary, text, { flag: 'wx' }), [index]);
    throwIfCancelled(signal);
    await files.move(staged, backup);
    await requireSameFile(index, surveyed.identity);
    await files.patch(index, patch, undone?.modified ?? null);
    const after = await readIndexFacts(index, signal);
    if (expected !== null) requireSame(after, expected);
    throwIfCancelled(signal);
    if (undone !== undefined) await onFile(undone.note, 'write', () => rm(undone.note));
    return { backup, hash: surveyed.hash, after };
  });
}

/** Reports the reading of a file that is about to be patched. */
function checking({ signal, progress }: JobContext<'repair'>): Parameters<typeof survey>[2] {
  return { signal, progress: (done, total) => progress('check', done, total) };
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

async function rename(
  request: RepairRequest,
  { name, links = [] }: { readonly name: string; readonly links?: readonly string[] },
  { signal }: JobContext<'repair'>,
): Promise<RepairResult> {
  requireIndexName(name);
  const facts = await readIndexFacts(request.index, signal);
  const target = join(dirname(request.index), name);
  const leading = await linksTo(request.index, links);
  return transaction(async (files) => {
    await files.move(request.index, target);
    for (const companion of await companionsOf(request.index))
      await files.move(request.index + companion, target + companion);
    for (const { path, to } of leading) await files.relink(path, join(dirname(to), name));
    return { index: target, backup: null, hash: null, change: request.change, before: facts, after: facts };
  });
}

/** Those that are links to this very name, and how each says it. */
async function linksTo(
  index: string,
  candidates: readonly string[],
): Promise<readonly { readonly path: string; readonly to: string }[]> {
  const links: { readonly path: string; readonly to: string }[] = [];
  for (const path of candidates) {
    const to = await readlink(path).catch(() => null);
    if (to === null || basename(to) !== basename(index)) continue;
    const folder = await plannedPath(dirname(resolve(dirname(path), to)));
    if (folder === (await plannedPath(dirname(index)))) links.push({ path, to });
  }
  return links;
}

/** Endings of what lies beside an index and is its own: how it was made, and what takes repairs back. */
async function companionsOf(index: string): Promise<readonly string[]> {
  const names = await onFile(index, 'read', () => readdir(dirname(index)));
  const own = basename(index);
  return names.flatMap((name) => {
    const ending = name.startsWith(own) ? name.slice(own.length) : '';
    return ending === recordPath('') || ending.startsWith(BACKUP) ? [ending] : [];
  });
}

/** Whether it is a link, or one of several names for the same file. */
async function hasSeveralNames(path: string): Promise<boolean> {
  return onFile(path, 'read', async () => (await lstat(path)).isSymbolicLink() || (await stat(path)).nlink > 1);
}

/** The old bytes go back, or the two files swap their names; either way even taking back can be taken back. */
async function undo(request: RepairRequest, backup: string, context: JobContext<'repair'>): Promise<RepairResult> {
  const { signal } = context;
  const { index, change } = request;
  const note = await onFile(backup, 'read', () => readNote(backup));
  if (note === null && (await hasSeveralNames(index))) {
    const { nprobe } = await readIndexFacts(backup, signal);
    return setNprobe(request, nprobe ?? 1, context);
  }
  const before = await readIndexFacts(index, signal).catch(() => null);
  if (note !== null) {
    const { back, forth } = patchesOf(note);
    const surveyed = await survey(index, back, checking(context));
    requirePatched(index, note, surveyed);
    const undone = { note: backup, modified: note.modified };
    const patching = { surveyed, before: forth.bytes, expected: null, undone };
    return { index, ...(await patchInPlace(index, back, patching, context)), change, before };
  }
  return transaction(async (files) => {
    const aside = await backupName(index);
    await files.replace(backup, index, aside);
    const after = await readIndexFacts(index, signal);
    return { index, backup: aside, hash: null, change, before, after };
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
