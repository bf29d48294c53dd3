import type { IndexOutline, StructureFlaw } from '@shared/contract/voices';

/**
 * What the structure of an index means for hosts that ask for all vectors (`reconstruct_n(0, ntotal)`) and look neighbors
 * up by row number: `exact` gives the stored vectors back (or all but), `lossy` works with approximated ones, `unusable`
 * ends the host or gives wrong ones, `unknown` was never tried. Tried with RVC's own search on FAISS 1.7.3 and 1.15.1.
 */
export type Fitness = 'exact' | 'lossy' | 'unusable' | 'unknown';

const FITNESS: Readonly<Record<StructureFlaw, Fitness>> = {
  idMap: 'unusable',
  fastScan: 'unusable',
  notInvertible: 'unusable',
  normalizing: 'unusable',
  newer: 'unusable',
  listsElsewhere: 'unusable',
  noLists: 'unusable',
  notTried: 'unknown',
  transformed: 'lossy',
  rounded: 'lossy',
};

const BEST_FIRST: readonly Fitness[] = ['exact', 'lossy', 'unknown', 'unusable'];

/** The flaw that weighs most; null when there is none. */
export function worstFlaw({ flaws = [] }: Pick<IndexOutline, 'flaws'>): StructureFlaw | null {
  return flaws.reduce<StructureFlaw | null>(
    (worst, flaw) => (worst === null || weight(flaw) > weight(worst) ? flaw : worst),
    null,
  );
}

/** Whether hosts can work with an index put together like this. */
export function structureFitness(facts: Pick<IndexOutline, 'flaws'>): Fitness {
  const flaw = worstFlaw(facts);
  return flaw === null ? 'exact' : FITNESS[flaw];
}

function weight(flaw: StructureFlaw): number {
  return BEST_FIRST.indexOf(FITNESS[flaw]);
}
