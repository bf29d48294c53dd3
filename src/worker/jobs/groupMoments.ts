import type { GroupMoments } from '@shared/contract/sound';
import { momentsIn } from '@shared/domain/sound/trace';
import { typicalMoments } from '@shared/domain/sound/moments';
import { walkIndex } from '@shared/formats/faiss/container';
import { typicalIds } from '@shared/formats/faiss/typical';
import type { Walk } from '@shared/formats/walk';
import type { RequestOf } from '@shared/jobs';
import type { JobContext } from '../context';
import { walkFile } from '../files/randomAccess';
import { readTrace } from '../sound/traceFile';

/**
 * The most typical moments of a group, without the engine. That it is not known where they are is an answer.
 *
 * @throws `INDEX_…`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_CHANGED`, `JOB_CANCELLED`
 */
export async function groupMoments(
  { index, list, trace: path }: RequestOf<'groupMoments'>,
  { signal, progress }: JobContext<'groupMoments'>,
): Promise<GroupMoments> {
  progress('inspect', 0, 1);
  const trace = path === null ? null : await readTrace(path);
  if (trace === null) return { moments: [], traced: 0, reason: 'noTrace' };
  const ids = (await walkFile(index, (size) => listIds(size, list), signal)) ?? [];
  const momentOf = momentsIn(trace.files);
  const moments = ids.flatMap((id) => momentOf(trace.rows[id] ?? -1) ?? []);
  progress('inspect', 1, 1);
  return {
    moments: typicalMoments(moments),
    traced: ids.length === 0 ? 0 : moments.length / ids.length,
    reason: moments.length === 0 ? 'untraced' : null,
  };
}

function* listIds(size: number, list: number): Walk<readonly number[] | null> {
  return yield* typicalIds(yield* walkIndex(size), list);
}
