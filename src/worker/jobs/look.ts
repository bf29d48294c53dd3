import { stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import type { ArchiveReport } from '@shared/contract/archives';
import { toFailure, VoronoiceError } from '@shared/contract/errors';
import type { RequestOf } from '@shared/jobs';
import type { Sight } from '@shared/jobs/look';
import { type LookAlike, LOOK_ALIKE_BYTES, lookAlike } from '@shared/formats/lookAlike';
import { NPY_HEADER_BYTES, parseNpyHeader } from '@shared/formats/npy';
import type { JobContext } from '../context';
import { describeArchive } from '../voices/archive';
import { onFile } from '@shared/contract/systemErrors';
import { readIndexFacts } from '../files/indexFile';
import { realPath } from '../files/paths';
import { readRange, withFile } from '../files/randomAccess';
import { readModel } from '../voices/modelFiles';

/**
 * What a chosen file or folder is, by its first bytes; by its name only where they do not tell. What is wrong with it is
 * an answer, not a failure.
 *
 * @throws `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_NOT_REGULAR`, `FILE_CHANGED`
 */
export async function look(
  { path: chosen, home }: RequestOf<'look'>,
  { signal, progress }: JobContext<'look'>,
): Promise<Sight> {
  const path = await realPath(chosen);
  progress('inspect', 0, 1);
  if ((await onFile(path, 'read', () => stat(path))).isDirectory()) return { what: 'folder' };
  const alike = lookAlike(await withFile(path, (handle) => readRange(handle, 0, LOOK_ALIKE_BYTES)));
  const sight = await seen(path, alike, { home, signal });
  progress('inspect', 1, 1);
  return sight;
}

async function seen(
  path: string,
  alike: LookAlike | null,
  looking: { readonly home: string | null; readonly signal: AbortSignal },
): Promise<Sight> {
  if (isModel(alike, ending(path))) return { what: 'model', model: await readModel(path, looking) };
  if (alike === 'zip' && ending(path) !== '.index') return archive(path);
  if (alike === 'npy' || (alike === null && ending(path) === '.npy')) return features(path);
  // What has the name of an index is told that it is none, and why; so is what could be one.
  if (alike === null || ending(path) === '.index') return index(path, looking.signal);
  return { what: 'other', alike };
}

/** PyTorch's files go by two endings, and their bytes do not always tell. */
function isModel(alike: LookAlike | null, ending: string): boolean {
  if (alike === 'pth' || alike === 'pickle') return true;
  return (alike === null || alike === 'zip') && ['.pth', '.pt'].includes(ending);
}

function ending(path: string): string {
  return extname(path).toLowerCase();
}

async function features(path: string): Promise<Sight> {
  const { rows, columns, problem } = await withFile(path, async (handle, { size }) => {
    const head = await readRange(handle, 0, NPY_HEADER_BYTES);
    return { ...parseNpyHeader(head, Number(size)), problem: null };
  }).catch((error: unknown) => ({ rows: 0, columns: 0, problem: problemOf(error, 'NPY_') }));
  return { what: 'features', folder: dirname(path), rows, columns, problem };
}

async function archive(path: string): Promise<Sight> {
  try {
    return { what: 'archive', archive: await describeArchive(path) };
  } catch (error) {
    const { size: bytes } = await onFile(path, 'read', () => stat(path));
    return { what: 'archive', archive: { ...NOTHING_READ, bytes, problems: [problemOf(error, 'ARCHIVE_')] } };
  }
}

const NOTHING_READ = {
  type: 'archive',
  format: 'zip',
  unpacked: 0,
  files: 0,
  kinds: { model: 0, index: 0, features: 0, sound: 0, archive: 0, other: 0 },
  entries: [],
} as const satisfies Partial<ArchiveReport>;

async function index(path: string, signal: AbortSignal): Promise<Sight> {
  try {
    await readIndexFacts(path, signal);
    return { what: 'index', problem: null };
  } catch (error) {
    const problem = problemOf(error, 'INDEX_');
    return ending(path) === '.index' ? { what: 'index', problem } : { what: 'other', alike: null };
  }
}

function problemOf(error: unknown, family: string): ReturnType<typeof toFailure> {
  if (!(error instanceof VoronoiceError) || !error.code.startsWith(family)) throw error;
  return toFailure(error);
}
