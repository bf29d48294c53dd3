import type { IndexFacts } from '@shared/contract/voices';
import { summarizeLists } from '@shared/domain/measures/listSizes';
import { checkIds, type IdCheck } from '@shared/formats/faiss/checkIds';
import { type IndexFacts as RawFacts, walkIndex } from '@shared/formats/faiss/container';
import { walkFile } from './randomAccess';

export interface IndexContents {
  readonly facts: IndexFacts;
  /** The engine gives back the vectors it was fed, or what it kept of them. */
  readonly reconstructable: boolean;
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

/** The same, and a look at every id and a sample of the vectors. */
export async function readIndexContents(path: string, signal: AbortSignal): Promise<IndexContents> {
  const [raw, ids] = await walkFile(
    path,
    function* (size) {
      const raw = yield* walkIndex(size);
      return [raw, yield* checkIds(raw)] as const;
    },
    signal,
  );
  return { facts: contractFacts(raw), reconstructable: raw.reconstructable, ids };
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
  };
}
