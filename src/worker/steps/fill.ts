import type { IndexPlan } from '@shared/domain/recipes/plan';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import type { StepContext } from '../context';

/** An empty index as planned. */
export function newIndex(engine: Engine, { dimension, factory, metric }: IndexPlan): Index {
  const { METRIC_L2, METRIC_INNER_PRODUCT } = engine.MetricType;
  return engine.Index.fromFactory(dimension, factory, metric === 'l2' ? METRIC_L2 : METRIC_INNER_PRODUCT);
}

/** Search settings that are kept in the file. */
export function setSearch(index: Index, { kFactor }: IndexPlan, nprobe: number | null): void {
  if (nprobe !== null) index.setParameter('nprobe', nprobe);
  if (kFactor !== null) index.setParameter('k_factor_rf', kFactor);
}

/** Learns the groups, and what else the kind of index has to learn, from the first rows. */
export async function groupRows(
  index: Index,
  matrix: Matrix,
  rows: number,
  context: StepContext<'train' | 'add'>,
): Promise<void> {
  const { signal, progress, iteration } = context;
  progress('train', 0, 1);
  await onEngine(() =>
    index.train(matrix, {
      rows,
      signal,
      onIteration: ({ iteration: number, iterations, objective, imbalance }) => {
        progress('train', number + 1, iterations);
        iteration({ iteration: number, iterations, objective, imbalance });
      },
    }),
  );
  progress('train', 1, 1);
}

/** Adds rows from..from+count-1. */
export async function addRows(
  index: Index,
  matrix: Matrix,
  from: number,
  count: number,
  { signal, progress }: StepContext<'train' | 'add'>,
): Promise<void> {
  if (count === 0) return;
  const onProgress = (done: number): void => progress('add', from + done, matrix.rows);
  onProgress(0);
  await onEngine(() => index.add(matrix, { from, count, signal, onProgress }));
  onProgress(count);
}
