import type { ResultOf } from '@shared/jobs';
import { recallPerFrame } from '@shared/domain/measures/measures';
import type { IndexPlan } from '@shared/domain/recipes/plan';
import { NEIGHBORS } from '@shared/domain/rvc';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import type { StepContext } from '../context';

export type Coverage = NonNullable<ResultOf<'train'>['coverage']>;

/** At most this many stored frames ask when a voice is too small to hold any out. */
const MOST_STORED_QUERIES = 5_000;

/** What the index was filled with, and who asks it. */
export interface Asked {
  readonly engine: Engine;
  readonly index: Index;
  readonly base: Matrix;
  /** Rows of `base` that are in the index. */
  readonly rows: number;
  /** Frames that are not in the index; null: the first rows of `base` ask, each finding itself first. */
  readonly heldOut: Matrix | null;
}

/**
 * Tries one nprobe after the other until no frame comes back short of neighbors and, where the plan asks for it, enough
 * of the true neighbors are found.
 */
export async function coverage(
  { engine, index, base, rows, heldOut }: Asked,
  plan: IndexPlan,
  seed: number,
  { signal, progress }: StepContext<'measure'>,
): Promise<Coverage> {
  const queries = heldOut ?? base;
  const count = heldOut?.rows ?? Math.min(rows, MOST_STORED_QUERIES);
  // Stored frames find themselves first and ask for one neighbor more.
  const k = heldOut === null ? NEIGHBORS + 1 : NEIGHBORS;
  const truth =
    plan.targetRecall === null || plan.metric !== 'l2' || heldOut === null
      ? null
      : await onEngine(() => engine.knn(heldOut, base, NEIGHBORS, { baseRows: rows, signal }));
  const missing: Coverage['missing'] = [];
  for (const [position, nprobe] of plan.nprobeCandidates.entries()) {
    progress('measure', position, plan.nprobeCandidates.length);
    const found = await onEngine(() => index.search(queries, k, { from: 0, count, nprobe, signal }));
    const share = shortRows(found.labels, k) / count;
    missing.push({ nprobe, share });
    if (share > 0) continue;
    if (truth === null || mean(recallPerFrame(found, truth)) >= (plan.targetRecall ?? 0)) break;
  }
  return { heldOut: heldOut?.rows ?? 0, seed, missing };
}

/** The smallest that sufficed; when even searching every list did not, all of them. */
export function bestNprobe(coverage: Coverage | null, plan: IndexPlan): number {
  return coverage?.missing.at(-1)?.nprobe ?? plan.minNprobe;
}

function shortRows(labels: Int32Array, k: number): number {
  let short = 0;
  // FAISS pads at the end: a row is short exactly when its last label is -1.
  for (let last = k - 1; last < labels.length; last += k) if (labels[last] === -1) short += 1;
  return short;
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
