import type { TrainResult } from '@shared/jobs/train';
import { nprobeLadder, widthPoints, withinBudget } from '@shared/domain/measures/curve';
import { imbalanceFactor } from '@shared/domain/measures/listSizes';
import { hostSearchMs } from '@shared/domain/measures/searchTime';
import { searchWidth, widestSearch } from '@shared/domain/measures/searchWidth';
import { choosesNprobe, type IndexPlan } from '@shared/domain/recipes/plan';
import { NEIGHBORS } from '@shared/domain/rvc';
import { type Index, type Matrix, onEngine } from '../engine';
import type { StepContext } from '../context';
import { type Curve, measureCurve } from '../measure/quality';
import type { Rows } from './fill';
import type { Asked } from './measure';

export type Coverage = NonNullable<TrainResult['coverage']>;

/** At most this many stored frames ask where nothing else can be measured. */
const MOST_STORED_QUERIES = 5_000;

/** The index, what it was filled with, and who asks it. */
export interface Searchable extends Rows {
  readonly index: Index;
  /** Frames that are not in the index; null: there are none. */
  readonly asking: Matrix | null;
  /** Who asks, and what the answers are held against; null where that cannot be measured. */
  readonly asked: Asked | null;
  /** What the index will be in the end, which decides what a search costs. */
  readonly whole: Pick<IndexPlan, 'vectors' | 'nlist'>;
}

export interface ChosenNprobe {
  /** Null for an index without groups. */
  readonly nprobe: number | null;
  /** What the choice rests on; null when there was nothing to choose. */
  readonly coverage: Coverage | null;
  /** Everything that was measured on the way; null where nothing could be. */
  readonly curve: Curve | null;
}

/** Search settings that are kept in the file. */
export function setSearch(index: Index, { kFactor }: IndexPlan, nprobe: number | null): void {
  if (nprobe !== null) index.setParameter('nprobe', nprobe);
  if (kFactor !== null) index.setParameter('k_factor_rf', kFactor);
}

/**
 * Chooses how many groups a search looks into, and sets it: by the rule of measures/searchWidth.ts. Where only missing
 * neighbors can be seen, it is the smallest number that leaves no frame short of them.
 */
export async function chooseNprobe(
  { asked, whole, ...searchable }: Searchable,
  plan: IndexPlan,
  seed: number,
  context: StepContext<'truth' | 'curve'>,
): Promise<ChosenNprobe> {
  const { index } = searchable;
  const chosen =
    asked !== null
      ? await chooseByCurve(index, asked, { plan, whole }, context)
      : choosesNprobe(plan)
        ? await chooseByMissing(searchable, nprobeLadder(plan.nlist ?? 1, null), seed, context)
        : { nprobe: plan.nprobe, coverage: null, curve: null };
  setSearch(index, plan, chosen.nprobe);
  return chosen;
}

async function chooseByCurve(
  index: Index,
  { answers, origin, copies }: Asked,
  { plan, whole }: { readonly plan: IndexPlan } & Pick<Searchable, 'whole'>,
  context: StepContext<'curve'>,
): Promise<ChosenNprobe> {
  // A refinement is part of every search.
  setSearch(index, plan, null);
  const { type, dimension, nlist } = index.describe();
  const imbalance = nlist === null ? 1 : imbalanceFactor(index.listSizes());
  const hostMs = (nprobe: number | null): number => hostSearchMs({ ...whole, type, dimension, imbalance }, nprobe);
  const nprobes =
    plan.nlist === null ? [null] : withinBudget(nprobeLadder(plan.nlist, plan.nprobe), plan.nprobe, hostMs);
  const measured = await measureCurve(index, answers, { copies, nprobes }, context);
  const curve: Curve = {
    ...measured,
    points: measured.points.map((point) => ({ ...point, hostMs: hostMs(point.nprobe) })),
  };
  const points = widthPoints(curve.points);
  const width = plan.width === 'most' ? widestSearch(points) : searchWidth(points, null);
  if (!choosesNprobe(plan) || width === null) return { nprobe: plan.nprobe, coverage: null, curve };
  const { matrix, seed } = answers.frames;
  const coverage: Coverage = {
    heldOut: origin === 'held-out' ? matrix.rows : 0,
    seed,
    reason: width.reason === 'best' ? 'best' : 'target',
    missing: curve.points.flatMap(({ nprobe, missing }) =>
      nprobe === null || nprobe > width.nprobe ? [] : [{ nprobe, share: missing.value }],
    ),
  };
  return { nprobe: width.nprobe, coverage, curve };
}

async function chooseByMissing(
  { index, matrix, rows, asking }: Omit<Searchable, 'asked' | 'whole'>,
  ladder: readonly number[],
  seed: number,
  { signal, progress }: StepContext<'curve'>,
): Promise<ChosenNprobe> {
  const queries = asking ?? matrix;
  const count = asking?.rows ?? Math.min(rows, MOST_STORED_QUERIES);
  // Stored frames find themselves first and ask for one neighbor more.
  const k = asking === null ? NEIGHBORS + 1 : NEIGHBORS;
  const missing: Coverage['missing'] = [];
  for (const [position, nprobe] of ladder.entries()) {
    progress('curve', position, ladder.length);
    const found = await onEngine(() => index.search(queries, k, { from: 0, count, nprobe, signal }));
    missing.push({ nprobe, share: shortRows(found.labels, k) / count });
    if (missing.at(-1)?.share === 0) break;
  }
  const last = missing.at(-1);
  const reason = last?.share === 0 ? 'target' : 'best';
  return {
    nprobe: last?.nprobe ?? 1,
    coverage: { heldOut: asking?.rows ?? 0, seed, reason, missing },
    curve: null,
  };
}

function shortRows(labels: Int32Array, k: number): number {
  let short = 0;
  // FAISS pads at the end: a row is short exactly when its last label is -1.
  for (let last = k - 1; last < labels.length; last += k) if (labels[last] === -1) short += 1;
  return short;
}
