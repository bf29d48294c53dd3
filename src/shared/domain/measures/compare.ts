import type { Figure, Measurement } from '../../contract/measurement';
import { tooSmall } from './listSizes';

/** What two indexes of a voice are compared by, the most important first. */
const COMPARE_METRICS = ['same', 'recall', 'closeness', 'missing', 'droppedBlocks', 'small', 'cost', 'bytes'] as const;
export type CompareMetric = (typeof COMPARE_METRICS)[number];

const HIGHER_IS_BETTER: readonly CompareMetric[] = ['same', 'recall', 'closeness'];

/** Two timings of the same search differ by this much on a busy computer (share of the value, either side). */
const TIMING_NOISE = 0.1;

/** One row of the comparison. */
export interface CompareRow {
  readonly metric: CompareMetric;
  readonly better: 'higher' | 'lower';
  /** One per index, in their order; null where it is not known. Exact numbers have an interval of no width. */
  readonly figures: readonly (Figure | null)[];
  /** Place of the index that is better than all others by more than the interval; null when none is. */
  readonly winner: number | null;
  /**
   * Places of the indexes that cannot be told from the best: their intervals meet its own. Holds the best itself;
   * empty when fewer than two are known.
   */
  readonly level: readonly number[];
}

/**
 * Compares measurements made on the same frames and against the same reference, metric by metric. Rows that no index has a
 * value for are left out. Intervals that meet count as no difference; for figures from the same frames that errs on the
 * careful side.
 */
export function compareMeasurements(measurements: readonly Measurement[]): CompareRow[] {
  return COMPARE_METRICS.flatMap((metric) => {
    const figures = measurements.map((measurement) => figureOf(metric, measurement));
    if (figures.every((figure) => figure === null)) return [];
    const better = HIGHER_IS_BETTER.includes(metric) ? 'higher' : 'lower';
    const level = levelWithBest(figures, better);
    return [{ metric, better, figures, winner: level.length === 1 ? (level[0] ?? null) : null, level }];
  });
}

/** Places where an index is the sole winner, counted per index. */
export function winsOf(rows: readonly CompareRow[], indexes: number): number[] {
  return Array.from({ length: indexes }, (_, place) => rows.filter(({ winner }) => winner === place).length);
}

function levelWithBest(figures: readonly (Figure | null)[], better: CompareRow['better']): number[] {
  const known = figures.flatMap((figure, place) => (figure === null ? [] : [{ figure, place }]));
  if (known.length < 2) return [];
  const best = known.reduce((leader, candidate) => {
    const ahead =
      better === 'higher' ? candidate.figure.value > leader.figure.value : candidate.figure.value < leader.figure.value;
    return ahead ? candidate : leader;
  });
  return known
    .filter(({ figure }) => figure.low <= best.figure.high && figure.high >= best.figure.low)
    .map(({ place }) => place);
}

function figureOf(metric: CompareMetric, { stored, lists, curve, bytes }: Measurement): Figure | null {
  switch (metric) {
    case 'same':
      return stored.same;
    case 'recall':
      return stored.recall;
    case 'closeness':
      return stored.closeness;
    case 'missing':
      return stored.missing;
    case 'droppedBlocks':
      return stored.droppedBlocks;
    case 'small':
      return lists === null || lists.nlist === 0 ? null : exactly(tooSmall(lists, stored.nprobe) / lists.nlist);
    case 'cost': {
      const point = curve.find(({ nprobe }) => nprobe === stored.nprobe);
      if (point === undefined) return null;
      const value = point.msPerSecond.oneThread.p95;
      return { value, low: value * (1 - TIMING_NOISE), high: value * (1 + TIMING_NOISE) };
    }
    case 'bytes':
      return exactly(bytes);
  }
}

function exactly(value: number): Figure {
  return { value, low: value, high: value };
}
