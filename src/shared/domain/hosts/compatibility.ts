import type { ErrorDetails } from '@shared/contract/errors';
import type { Host, Problem } from '@shared/contract/primitives';
import type { IndexFacts } from '@shared/contract/voices';
import { NEIGHBORS, versionOf } from '../rvc';

/**
 * What a FAISS type means for hosts that call `reconstruct_n(0, ntotal)` and look neighbors up by row number:
 * `exact` gives the stored vectors back (or all but), `lossy` works with approximated vectors, `unusable` crashes the
 * host or returns wrong vectors, `unknown` was never tried.
 */
export type TypeFitness = 'exact' | 'lossy' | 'unusable' | 'unknown';

/** Tried with RVC's own search on FAISS 1.7.3 and 1.15.1. */
const TYPE_FITNESS: Readonly<Record<string, TypeFitness>> = {
  IndexIVFFlat: 'exact',
  IndexFlat: 'exact',
  IndexFlatL2: 'exact',
  // Gives its vectors back; that it measures otherwise is another finding.
  IndexFlatIP: 'exact',
  IndexHNSWFlat: 'exact',
  IndexIDMap2: 'exact',
  IndexRefine: 'exact',
  IndexRefineFlat: 'exact',
  IndexIVFScalarQuantizer: 'exact',
  IndexScalarQuantizer: 'exact',
  IndexIVFPQ: 'lossy',
  IndexPQ: 'lossy',
  IndexPreTransform: 'lossy',
  // "reconstruct not implemented", thrown inside an OpenMP region: the host process aborts.
  IndexIDMap: 'unusable',
  // Reconstruction crashes (1.15.1) or silently returns other vectors (1.7.3).
  IndexIVFPQFastScan: 'unusable',
  IndexPQFastScan: 'unusable',
};

/** Whether hosts can work with an index of this FAISS class. */
export function typeFitness({ type, nlist }: Pick<IndexFacts, 'type' | 'nlist'>): TypeFitness {
  // Over inverted lists it asks them for vectors by number, which they cannot do: the host process aborts.
  if (type === 'IndexIDMap2' && nlist !== null) return 'unusable';
  return Object.hasOwn(TYPE_FITNESS, type) ? (TYPE_FITNESS[type] ?? 'unknown') : 'unknown';
}

/** What a deeper look found; null or missing when nobody looked. */
export interface ContentChecks {
  /** Whether the ids are exactly 0..N-1. */
  readonly idsSequential?: boolean | null;
  /** Stored vectors that are not finite. */
  readonly nonFinite?: number | null;
}

/**
 * What speaks against an index in any host: empty, of a dimension that no model has, or with content that hosts look
 * up wrongly. An empty list means that nothing was found, not that everything was examined.
 */
export function indexProblems(facts: IndexFacts, { idsSequential, nonFinite }: ContentChecks = {}): Problem[] {
  const problems: Problem[] = [];
  if (facts.vectors === 0 || !facts.trained) {
    problems.push(problem('INDEX_NO_VECTORS', 'The index holds no vectors.', { trained: facts.trained }));
  }
  if (versionOf(facts.dimension) === null) {
    problems.push(
      problem('INDEX_DIMENSION', `No RVC model works with ${facts.dimension} dimensions.`, {
        dimension: facts.dimension,
      }),
    );
  }
  if (idsSequential === false) {
    problems.push(unfit('ids', 'The ids in the index are not row numbers, so hosts would fetch the wrong vectors.'));
  }
  if (nonFinite !== undefined && nonFinite !== null && nonFinite > 0) {
    problems.push(unfit('finite', `${nonFinite} stored vectors are not finite numbers.`, { count: nonFinite }));
  }
  return problems;
}

/**
 * What stops an index from working in a host, the problems of {@link indexProblems} included. Both hosts run the same
 * search (8 neighbors, squared L2, weights 1/d^2), so they refuse the same files.
 */
export function hostProblems(facts: IndexFacts, host: Host, checks: ContentChecks = {}): Problem[] {
  const problems = indexProblems(facts, checks);
  const fitness = typeFitness(facts);
  if (fitness === 'unusable' || fitness === 'unknown') {
    problems.push(unfit('type', `An index of type ${facts.type} does not work there.`, { host, type: facts.type }));
  }
  if (facts.metric !== 'l2') {
    problems.push(unfit('metric', 'The index does not measure squared L2 distances.', { host, metric: facts.metric }));
  }
  if (facts.vectors > 0 && facts.vectors < NEIGHBORS) {
    problems.push(
      unfit('few', `${facts.vectors} vectors are fewer than the ${NEIGHBORS} neighbors asked for.`, {
        host,
        vectors: facts.vectors,
      }),
    );
  }
  if (facts.nprobe === 0) {
    problems.push(unfit('nprobe', 'The index is set to search no group at all.', { host, nprobe: 0 }));
  }
  return problems;
}

function unfit(reason: string, message: string, details: ErrorDetails = {}): Problem {
  return problem('INDEX_NOT_FOR_HOST', message, { reason, ...details });
}

function problem(code: Problem['code'], message: string, details: ErrorDetails): Problem {
  return { code, message, details };
}
