import { totalmem } from 'node:os';
import { VoronoiceError } from '@shared/contract/errors';
import { assertNever } from '@shared/domain/assertNever';
import type { Obstacle } from '@shared/formats/faiss/parts';
import { type Engine, type Index, onEngine } from './engine';
import { type IndexContents, requireComplete, walkContents } from './files/indexFile';
import { type FileIdentity, requireSameFile, walkHandle, withFile } from './files/randomAccess';

/** An index in the engine's memory, with what its file says about itself. Whoever opened it closes it. */
export interface OpenedIndex extends IndexContents {
  readonly path: string;
  readonly bytes: number;
  /** What tells this state of this file from every other. */
  readonly identity: FileIdentity;
  readonly index: Index;
}

/**
 * The only way by which an index file reaches the engine, which believes what a file says. The file is walked first; the
 * engine reads through the same descriptor, and when the file is in another state then, nothing is handed out. An nprobe that no
 * search can use is brought within the number of groups; `facts` keeps what the file says.
 *
 * @throws `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_NOT_REGULAR`, `FILE_CHANGED`, what the walk finds (`INDEX_…`),
 *   `INDEX_NO_VECTORS`, `OUT_OF_MEMORY` for a file larger than memory, `INDEX_UNSUPPORTED` for a kind that could lead the engine astray, does not give its vectors back
 *   or measures other distances than squared L2, `JOB_CANCELLED`
 */
export function openIndex(engine: Engine, path: string, signal: AbortSignal): Promise<OpenedIndex> {
  return withFile(path, async (handle, identity) => {
    const contents = await walkHandle(handle, identity, walkContents, signal);
    requireUsable(path, contents);
    requireMemory(path, identity);
    await requireSameFile(path, identity);
    const index = await onEngine(() => engine.Index.open(handle.fd, { signal }), { path, purpose: 'read' });
    try {
      await requireSameFile(path, identity);
      limitSearch(index, contents);
    } catch (error) {
      index.close();
      throw error;
    }
    return { ...contents, path, bytes: Number(identity.size), identity, index };
  });
}

/** In memory an index takes at least what its file takes. */
function requireMemory(path: string, { size }: FileIdentity): void {
  const memory = totalmem();
  if (size <= memory) return;
  const bytes = Number(size);
  const message = `"${path}" needs ${bytes} bytes of memory, and this computer has ${memory}.`;
  throw new VoronoiceError('OUT_OF_MEMORY', message, { path, bytes, memory });
}

/** Searches look into at least one group and at most all of them. */
function limitSearch(index: Index, { facts: { nlist, nprobe } }: IndexContents): void {
  if (nlist === null || nprobe === null) return;
  const usable = Math.min(Math.max(1, nprobe), nlist);
  if (usable !== nprobe) index.setParameter('nprobe', usable);
}

/** Fails for what the engine must not be given, or can do nothing with. */
export function requireUsable(path: string, contents: IndexContents): void {
  requireComplete(path, contents);
  const { facts, reconstructable, obstacle } = contents;
  const { type, vectors, metric } = facts;
  const refuse = (code: 'INDEX_NO_VECTORS' | 'INDEX_UNSUPPORTED', message: string, why: string | null): never => {
    throw new VoronoiceError(code, message, { path, type, vectors, metric, ...(why === null ? {} : { why }) });
  };
  if (vectors === 0) refuse('INDEX_NO_VECTORS', 'The index holds no vectors.', null);
  if (obstacle !== null) refuse('INDEX_UNSUPPORTED', obstacleSentence(type, obstacle), obstacle.why);
  if (metric !== 'l2') {
    refuse('INDEX_UNSUPPORTED', 'The index does not measure squared L2 distances, as the hosts expect.', 'metric');
  }
  if (!reconstructable) {
    refuse('INDEX_UNSUPPORTED', `An index of type ${type} does not give its vectors back.`, 'reconstruct');
  }
}

function obstacleSentence(type: string, obstacle: Obstacle): string {
  switch (obstacle.why) {
    case 'type':
      return `An index of type ${type}, put together like this one, is not opened: FAISS would follow what nobody checked.`;
    case 'lists-elsewhere':
      return 'The index keeps its vectors in another file.';
    case 'no-lists':
      return 'The index was saved without its vectors.';
    case 'newer':
      return 'The index was made with a newer version of FAISS than RVC and Voronoice use.';
    case 'setting':
      return `The index sets "${obstacle.field}" to ${obstacle.value}, with which a search would take too long or fail.`;
    default:
      return assertNever(obstacle);
  }
}
