import type { Iteration } from '@shared/contract/work';
import { together } from '@/words/together';
import { indexColor } from '../chartTheme';
import {
  baseOption,
  type ChartContext,
  emptyPicture,
  hoveredIndex,
  type Picture,
  tooltip,
  tooltipHtml,
  xAxis,
  yAxis,
} from '../picture';

const NAME = 'training-progress';

/** A step that brings the groups less than this share closer is no longer an improvement. */
const HARDLY = 0.001;

/** P10: how far the groups still are from their frames, step by step; the first step is 100 %. */
export function trainingProgress(iterations: readonly Iteration[], context: ChartContext): Picture {
  const { t, format, colors } = context;
  const title = t('trainingProgress.title');
  const first = iterations[0];
  const last = iterations.at(-1);
  if (first === undefined || last === undefined) return emptyPicture(NAME, title, t('trainingProgress.waiting'));

  const distances = iterations.map(({ objective }) => (first.objective > 0 ? objective / first.objective : 1));
  const steps = iterations.map(({ iteration }) => iteration + 1);
  const settled = settledAt(distances);
  const color = indexColor(colors, 0);
  const values = {
    step: format.exact(last.iteration + 1),
    steps: format.exact(last.iterations),
    gain: format.percent(Math.max(0, 1 - (distances.at(-1) ?? 1))),
    lastGain: format.percent(Math.max(0, 1 - (distances.at(-1) ?? 1) / (distances.at(-2) ?? 1))),
  };

  return {
    title,
    summary: together(
      t(iterations.length < 2 ? 'trainingProgress.firstStep' : 'trainingProgress.step', values),
      iterations.length < 2 ? '' : t(`trainingProgress.${stateOf(last, settled)}`, values),
    ),
    name: NAME,
    table: {
      columns: [t('trainingProgress.stepAxis'), t('trainingProgress.distance'), t('trainingProgress.imbalance')],
      rows: iterations.map(({ imbalance }, place) => [steps[place] ?? 0, (distances[place] ?? 1) * 100, imbalance]),
    },
    option: {
      ...baseOption(context),
      grid: { left: 4, right: 16, top: 50, bottom: 24 },
      tooltip: {
        ...tooltip(context),
        trigger: 'axis',
        formatter: (parameters: unknown) => {
          const place = hoveredIndex(parameters);
          return tooltipHtml(
            t('trainingProgress.stepOf', { step: format.exact(steps[place] ?? 0), steps: values.steps }),
            [
              format.named(t('trainingProgress.distanceShort'), format.percent(distances[place] ?? 1)),
              format.named(t('trainingProgress.imbalance'), format.number(iterations[place]?.imbalance ?? 1)),
            ],
          );
        },
      },
      xAxis: {
        ...xAxis(context, t('trainingProgress.stepAxis')),
        type: 'value',
        min: 1,
        max: Math.max(2, last.iterations),
        minInterval: 1,
        splitLine: { show: false },
      },
      yAxis: {
        ...yAxis(context, t('trainingProgress.distanceShort')),
        type: 'value',
        scale: true,
        nameGap: 28,
        max: 100,
        axisLabel: { color: colors.muted, fontSize: 12, formatter: (value: number) => format.percent(value / 100) },
      },
      series: [
        {
          type: 'line',
          data: steps.map((step, place) => [step, (distances[place] ?? 1) * 100]),
          symbol: 'circle',
          symbolSize: 6,
          lineStyle: { color, width: 2 },
          itemStyle: { color },
          emphasis: { disabled: true },
          ...(settled === null
            ? {}
            : {
                markLine: {
                  silent: true,
                  symbol: 'none',
                  animation: false,
                  lineStyle: { color: colors.text, type: 'dashed' },
                  label: {
                    color: colors.text,
                    fontSize: 12,
                    position: 'end',
                    align: (steps[settled] ?? 1) > last.iterations / 2 ? 'right' : 'left',
                    formatter: t('trainingProgress.settledMark'),
                  },
                  data: [{ xAxis: steps[settled] ?? 1 }],
                },
              }),
        },
      ],
    },
  };
}

/** What is still to be expected of it: nothing, once it has ended. */
function stateOf({ iteration, iterations }: Iteration, settled: number | null): 'settled' | 'ended' | 'improving' {
  if (settled !== null) return 'settled';
  return iteration + 1 >= iterations ? 'ended' : 'improving';
}

/** The first step from which on none improves any more; null while they do. */
function settledAt(distances: readonly number[]): number | null {
  const improves = (step: number) =>
    (distances[step - 1] ?? 0) - (distances[step] ?? 0) > HARDLY * (distances[step - 1] ?? 0);
  let start = distances.length;
  while (start > 1 && !improves(start - 1)) start -= 1;
  return start === distances.length ? null : start;
}
