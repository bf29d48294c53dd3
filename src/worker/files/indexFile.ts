import { VoronoiceError } from '@shared/contract/errors';
import type { IndexFacts } from '@shared/contract/voices';
import { summarizeLists } from '@shared/domain/measures/listSizes';
import { problemsOf } from '@shared/domain/verdict/problems';
import { checkCenters } from '@shared/formats/faiss/checkCenters';
import { checkIds, glanceAtIds, type IdCheck } from '@shared/formats/faiss/checkIds';
import { type IndexFacts as RawFacts, walkIndex } from '@shared/formats/faiss/container';
import type { Obstacle } from '@shared/formats/faiss/parts';
import type { Walk } from '@shared/formats/walk';
import { walkFile } from './randomAccess';

export interface IndexContents {
  readonly facts: IndexFacts;
  /** The engine gives back the vectors it was fed, or what it kept of them. */
  readonly reconstructable: boolean;
  /** Why the engine must not be given the file. */
  readonly obstacle: Obstacle | null;
  /** Null when the type keeps its vectors where this does not look. */
  readonly ids: IdCheck | null;
}

/**
 * What an index file says about itself, from its headers and list sizes, without the engine.
 *
 * @throws `INDEX_…` codes for what is not a sound index
 */
export async function readIndexFacts(path: string, signal: AbortSignal): Promise<IndexFacts> {
  return contractFacts(await walkFile(path, walkIndex, signal));
}

/** The same, and whether it looks as if some of it never arrived: a few ids more, for all files of a library. */
export function glanceAtIndex(path: string, signal: AbortSignal): Promise<Glance> {
  return walkFile(path, walkGlance, signal);
}

/** What {@link glanceAtIndex} sees. */
interface Glance extends Pick<IndexContents, 'facts'> {
  readonly ids: Pick<IdCheck, 'incomplete'> | null;
}

function* walkGlance(size: number): Walk<Glance> {
  const raw = yield* walkIndex(size);
  return { facts: contractFacts(raw), ids: yield* glanceAtIds(raw) };
}

/** The same, and a look at every id, every center and a sample of the vectors. */
export function readIndexContents(path: string, signal: AbortSignal): Promise<IndexContents> {
  return walkFile(path, walkContents, signal);
}

/**
 * A file that can be large and sound by its headers, while some of it never arrived.
 *
 * @throws `INDEX_TRUNCATED`
 */
export function requireComplete(path: string, { facts, ids }: Pick<IndexContents, 'facts' | 'ids'>): void {
  const incomplete = problemsOf(facts, ids ?? {}).find(({ code }) => code === 'INDEX_TRUNCATED');
  if (incomplete !== undefined) throw new VoronoiceError(incomplete.code, incomplete.message, { path });
}

/** The walk behind {@link readIndexContents}, for a file that is open already. */
export function* walkContents(size: number): Walk<IndexContents> {
  const raw = yield* walkIndex(size);
  yield* checkCenters(raw);
  const ids = yield* checkIds(raw);
  const { reconstructable, obstacle } = raw;
  return { facts: contractFacts(raw), reconstructable, obstacle, ids };
}

function contractFacts(raw: RawFacts): IndexFacts {
  return {
    type: raw.type,
    vectors: raw.vectors,
    dimension: raw.dimension,
    metric: raw.metric,
    nlist: raw.nlist,
    nprobe: raw.nprobe,
    trained: raw.trained,
    lists: raw.listSizes === null ? null : summarizeLists(raw.listSizes),
    ...(raw.flaws.length === 0 ? {} : { flaws: [...raw.flaws] }),
  };
}
