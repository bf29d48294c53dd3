import { DISTANCE_STEP, DISTANCE_STEPS } from '@shared/domain/voice/sifting';
import type { ChartOption } from '@/components/charts/echarts';
import {
  baseOption,
  type ChartContext,
  countAbove,
  hatch,
  hoveredIndex,
  legend,
  tooltip,
  tooltipHtml,
  xAxis,
  yAxis,
} from '@/components/charts/picture';
import { indexColor } from '@/components/charts/chartTheme';

/** Frames in one step of the distance, and how many of them are left out as outliers. */
export interface DistanceBin {
  /** Multiples of the median. */
  readonly from: number;
  /** Infinite for the last step, which holds the rest. */
  readonly to: number;
  readonly frames: number;
  readonly leftOut: number;
}

/** Steps that are shown even where they are empty: up to twice the usual distance. */
const LEAST_STEPS = 8;

/** Frames at least twice as far off as usual are far. */
const FAR = 2;

/** Above this share, what is far is no longer an exception. */
const MANY = 0.05;

/**
 * The steps worth showing, with the farthest frames left out.
 *
 * @param distances As in `SiftResult`.
 * @param outliers How many are left out.
 */
export function distanceBins(distances: readonly number[], outliers: number): readonly DistanceBin[] {
  const last = distances.findLastIndex((frames) => frames > 0);
  let remaining = outliers;
  const bins = distances
    .map((frames, step) => ({ frames, step }))
    .reverse()
    .map(({ frames, step }) => {
      const leftOut = Math.min(frames, remaining);
      remaining -= leftOut;
      const to = step === DISTANCE_STEPS - 1 ? Infinity : (step + 1) * DISTANCE_STEP;
      return { from: step * DISTANCE_STEP, to, frames, leftOut };
    });
  return bins.reverse().slice(0, Math.max(LEAST_STEPS, last + 1));
}

/** How much of the voice lies far from its typical sounds. */
export function farFrames(bins: readonly DistanceBin[]): {
  readonly share: number;
  readonly amount: 'none' | 'few' | 'many';
} {
  const sum = (some: readonly DistanceBin[]): number => some.reduce((total, { frames }) => total + frames, 0);
  const far = sum(bins.filter(({ from }) => from >= FAR));
  const share = far === 0 ? 0 : far / sum(bins);
  return { share, amount: far === 0 ? 'none' : share < MANY ? 'few' : 'many' };
}

/** Names of what is drawn. */
export interface DistanceNames {
  readonly distance: string;
  readonly frames: string;
  readonly kept: string;
  readonly leftOut: string;
  /** Of each bin. */
  readonly bins: readonly string[];
}

/** How far the frames lie from the sounds the voice makes often; those that are left out are hatched. */
export function distancesOption(
  bins: readonly DistanceBin[],
  names: DistanceNames,
  context: ChartContext,
): ChartOption | null {
  if (bins.every(({ frames }) => frames === 0)) return null;
  const { colors, format } = context;
  const bottom = xAxis(context, names.distance);
  const series = (name: string, itemStyle: object, values: readonly number[]) => ({
    type: 'bar' as const,
    stack: 'frames',
    barCategoryGap: '12%',
    name,
    itemStyle,
    emphasis: { disabled: true },
    data: [...values],
  });
  return {
    ...baseOption(context),
    grid: { left: 4, right: 12, top: 56, bottom: 24 },
    legend: legend(context),
    tooltip: {
      ...tooltip(context),
      trigger: 'axis',
      formatter: (parameters: unknown) => {
        const place = hoveredIndex(parameters);
        const bin = bins[place];
        if (bin === undefined) return '';
        return tooltipHtml(names.bins[place] ?? '', [
          format.named(names.kept, format.exact(bin.frames - bin.leftOut)),
          format.named(names.leftOut, format.exact(bin.leftOut)),
        ]);
      },
    },
    xAxis: { ...bottom, type: 'category', data: [...names.bins] },
    yAxis: { ...yAxis(context, names.frames), type: 'value', minInterval: 1 },
    series: [
      series(
        names.kept,
        { color: indexColor(colors, 0) },
        bins.map(({ frames, leftOut }) => frames - leftOut),
      ),
      {
        ...series(
          names.leftOut,
          { color: colors.repair, decal: hatch(colors.surface) },
          bins.map(({ leftOut }) => leftOut),
        ),
        // Few frames are too low a bar to be seen; their number is not.
        ...countAbove(context, (bar) => bins[bar]?.frames),
      },
    ],
  };
}
