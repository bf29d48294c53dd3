import { Index } from 'faiss-node';
import type { Outcome } from './trial';

const QUERIES = 40;
const NEIGHBORS = 9;

/** Uses an index as a job would, in this process: what ends it ends the test. */
export async function useInProcess(bytes: Uint8Array): Promise<Outcome> {
  try {
    const index = Index.fromBuffer(Buffer.from(bytes));
    const { ntotal, nlist, nprobe, dimension } = index.describe();
    try {
      if (nlist !== null && nprobe !== null) {
        index.setParameter('nprobe', Math.min(Math.max(1, nprobe), nlist));
        index.listSizes();
        (await index.centroids()).close();
      }
      const queries = Float32Array.from({ length: QUERIES * dimension }, (_, at) => Math.sin(at));
      await index.search(queries, NEIGHBORS, {});
      (await index.reconstruct({ from: 0, count: ntotal })).close();
    } finally {
      index.close();
    }
    return { kind: 'used', fresh: 0, as: { dimension, vectors: ntotal, nlist, nprobe } };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { kind: 'refused', fresh: 0, report: error.message };
    throw error;
  }
}

/** The same of each, one after the other. */
export async function useAllInProcess(indexes: readonly Uint8Array[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const bytes of indexes) outcomes.push(await useInProcess(bytes));
  return outcomes;
}
