import { stat } from 'node:fs/promises';
import { toFailure, VoronoiceError } from '@shared/contract/errors';
import type { IndexReport } from '@shared/contract/voices';
import type { RequestOf } from '@shared/jobs';
import { objections } from '@shared/domain/verdict/problems';
import { onFile } from '@shared/contract/systemErrors';
import { readIndexContents } from '../files/indexFile';
import { realPath } from '../files/paths';
import { readRecord } from '../files/record';
import type { JobContext } from '../context';

/**
 * What an index file says about itself and what speaks against it, without the engine. A file that is no sound index
 * is an answer, not a failure.
 *
 * @throws `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_CHANGED`, `JOB_CANCELLED`
 */
export async function inspect(
  request: RequestOf<'inspect'>,
  { signal, progress }: JobContext<'inspect'>,
): Promise<IndexReport> {
  const path = await realPath(request.path);
  progress('inspect', 0, 1);
  const { size: bytes } = await onFile(path, 'read', () => stat(path));
  try {
    const { facts, ids } = await readIndexContents(path, signal);
    progress('inspect', 1, 1);
    const problems = objections(facts, ids ?? {}).map(({ problem }) => problem);
    return { facts, bytes, problems, record: await readRecord(path) };
  } catch (error) {
    if (!(error instanceof VoronoiceError) || !error.code.startsWith('INDEX_')) throw error;
    return { facts: null, bytes, problems: [toFailure(error)], record: null };
  }
}
