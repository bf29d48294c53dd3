import { timeOfRounds } from '@shared/jobs/progress';
import type { IndexPlan } from '@shared/domain/recipes/plan';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import type { StepContext } from '../context';

/** Rows that go into an index. */
export interface Rows {
  readonly matrix: Matrix;
  /** So many, from the first on. */
  readonly rows: number;
}

/** An empty index that has learned its groups from the rows, and what else its kind has to learn; the caller closes it. */
export async function groupRows(
  engine: Engine,
  { dimension, factory, metric }: IndexPlan,
  { matrix, rows }: Rows,
  { signal, progress, iteration }: StepContext<'train'>,
): Promise<Index> {
  const { METRIC_L2, METRIC_INNER_PRODUCT } = engine.MetricType;
  const index = engine.Index.fromFactory(dimension, factory, metric === 'l2' ? METRIC_L2 : METRIC_INNER_PRODUCT);
  progress('train', 0, 1);
  try {
    await onEngine(() =>
      index.train(matrix, {
        rows,
        signal,
        onIteration: ({ iteration: number, iterations, objective, imbalance }) => {
          progress('train', timeOfRounds(number + 1, iterations), 1);
          iteration({ iteration: number, iterations, objective, imbalance });
        },
      }),
    );
  } catch (error) {
    index.close();
    throw error;
  }
  progress('train', 1, 1);
  return index;
}

/**
 * Adds rows from..from+count-1.
 *
 * @param discard Nobody needs the rows afterwards: the index takes their place in memory.
 */
export async function addRows(
  index: Index,
  matrix: Matrix,
  { from, count, discard }: { readonly from: number; readonly count: number; readonly discard: boolean },
  { signal, progress }: StepContext<'add'>,
): Promise<void> {
  if (count === 0) return;
  const onProgress = (done: number): void => progress('add', from + done, matrix.rows);
  onProgress(0);
  await onEngine(() => index.add(matrix, { from, count, discard, signal, onProgress }));
  onProgress(count);
}
