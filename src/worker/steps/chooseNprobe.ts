import type { TrainResult } from '@shared/jobs/train';
import { recallPerFrame } from '@shared/domain/measures/measures';
import type { IndexPlan } from '@shared/domain/recipes/plan';
import { NEIGHBORS } from '@shared/domain/rvc';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import type { StepContext } from '../context';
import type { Rows } from './fill';

export type Coverage = NonNullable<TrainResult['coverage']>;

/** At most this many stored frames ask when a voice is too small to hold any out. */
const MOST_STORED_QUERIES = 5_000;

/** What the index was filled with, and who asks it. */
export interface Asked extends Rows {
  readonly engine: Engine;
  readonly index: Index;
  /** Frames that are not in the index; null: its first rows ask, each finding itself first. */
  readonly asking: Matrix | null;
}

export interface ChosenNprobe {
  /** Null for an index without groups. */
  readonly nprobe: number | null;
  /** What the choice rests on; null when there was nothing to choose. */
  readonly coverage: Coverage | null;
}

/** Search settings that are kept in the file. */
export function setSearch(index: Index, { kFactor }: IndexPlan, nprobe: number | null): void {
  if (nprobe !== null) index.setParameter('nprobe', nprobe);
  if (kFactor !== null) index.setParameter('k_factor_rf', kFactor);
}

/** Chooses how many groups a search looks into, and sets it. */
export async function chooseNprobe(
  asked: Asked,
  plan: IndexPlan,
  seed: number,
  context: StepContext<'measure'>,
): Promise<ChosenNprobe> {
  const covered = plan.nprobeCandidates.length > 0 ? await coverage(asked, plan, seed, context) : null;
  const nprobe = plan.nlist === null ? null : (plan.nprobe ?? covered?.missing.at(-1)?.nprobe ?? plan.minNprobe);
  setSearch(asked.index, plan, nprobe);
  return { nprobe, coverage: covered };
}

/**
 * Tries one nprobe after the other until no frame comes back short of neighbors and, where the plan asks for it, enough
 * of the true neighbors are found; when even searching every list does not suffice, that is the last.
 */
async function coverage(
  { engine, index, matrix, rows, asking }: Asked,
  plan: IndexPlan,
  seed: number,
  { signal, progress }: StepContext<'measure'>,
): Promise<Coverage> {
  const queries = asking ?? matrix;
  const count = asking?.rows ?? Math.min(rows, MOST_STORED_QUERIES);
  // Stored frames find themselves first and ask for one neighbor more.
  const k = asking === null ? NEIGHBORS + 1 : NEIGHBORS;
  const truth =
    plan.targetRecall === null || plan.metric !== 'l2' || asking === null
      ? null
      : await onEngine(() => engine.knn(asking, matrix, NEIGHBORS, { baseRows: rows, signal }));
  const missing: Coverage['missing'] = [];
  for (const [position, nprobe] of plan.nprobeCandidates.entries()) {
    progress('measure', position, plan.nprobeCandidates.length);
    const found = await onEngine(() => index.search(queries, k, { from: 0, count, nprobe, signal }));
    const share = shortRows(found.labels, k) / count;
    missing.push({ nprobe, share });
    if (share > 0) continue;
    if (truth === null || mean(recallPerFrame(found, truth)) >= (plan.targetRecall ?? 0)) break;
  }
  return { heldOut: asking?.rows ?? 0, seed, missing };
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
