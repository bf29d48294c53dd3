import type { Figure, Measurement } from '@shared/contract/measurement';
import { proposedNprobe } from '@shared/domain/measures/curve';
import { ORIGIN_KEYS } from '@/words/origins';
import { together } from '@/words/together';
import { indexMark } from '../chartTheme';
import type { ChartOption } from '../echarts';
import { curvePoints, nprobeAxis, nprobeMarks, type PlacedPoint, pointAt } from '../nprobeAxis';
import {
  baseOption,
  type ChartContext,
  emptyPicture,
  hoveredValue,
  legend,
  percentAxis,
  type Picture,
  REALTIME_MS,
  tooltip,
  tooltipHtml,
  yAxis,
} from '../picture';

const NAME = 'quality-curve';

export interface QualityCurveInput {
  readonly measurement: Pick<Measurement, 'stored' | 'curve' | 'suggestion' | 'queries' | 'verdict'>;
  readonly indexSlot: number;
}

/** P5: how many moments come out the same (how many neighbors are right, where that is not known) and what it costs. */
export function qualityCurve({ measurement, indexSlot }: QualityCurveInput, context: ChartContext): Picture {
  const { t, format, colors } = context;
  const title = t('qualityCurve.title');
  const points = curvePoints(measurement);
  if (points.length === 0) return emptyPicture(NAME, title, t('nprobe.noGroups'));

  const mark = indexMark(colors, indexSlot);
  const { main, second } = linesOf(points, context);
  const timed = points.flatMap((point) =>
    point.msPerSecond === null ? [] : [{ nprobe: point.nprobe, cost: point.msPerSecond }],
  );
  const line = (name: string, of: (point: PlacedPoint) => Figure, type: 'solid' | 'dashed') => ({
    type: 'line' as const,
    name,
    data: points.map((point) => [point.nprobe, of(point).value * 100]),
    symbol: 'circle',
    symbolSize: 7,
    lineStyle: { color: mark.color, type, width: 2 },
    itemStyle: {
      color: type === 'solid' ? mark.color : colors.surface,
      borderColor: mark.color,
      borderWidth: 2,
    },
    emphasis: { disabled: true },
    z: 3,
  });
  // Where nothing is lost however few are searched, the sentence says all of it.
  const isFlat = points.every((point) => main.of(point).value === 1 && second.of(point).value === 1);
  const lowest = Math.min(...points.flatMap((point) => [main.of(point).low, second.of(point).low]));

  return {
    title,
    summary: summarize(measurement, points, context),
    name: NAME,
    table: {
      columns: [
        t('nprobe.axis'),
        t('frame.percentOf', { what: main.name }),
        t('frame.from', { what: main.name }),
        t('frame.to', { what: main.name }),
        t('frame.percentOf', { what: second.name }),
        t('qualityCurve.typicalCost'),
        t('qualityCurve.slowCost'),
      ],
      rows: points.map((point) => [
        point.nprobe,
        main.of(point).value * 100,
        main.of(point).low * 100,
        main.of(point).high * 100,
        second.of(point).value * 100,
        point.msPerSecond?.oneThread.p50 ?? null,
        point.msPerSecond?.oneThread.p95 ?? null,
      ]),
    },
    option: isFlat ? null : drawing(),
  };

  function drawing(): ChartOption {
    return {
      ...baseOption(context),
      legend: { ...legend(context), data: [main.name, second.name] },
      tooltip: {
        ...tooltip(context),
        trigger: 'axis',
        formatter: (parameters: unknown) => {
          const [nprobe = 0] = hoveredValue(parameters);
          const point = pointAt(points, nprobe);
          if (point === null) return '';
          const interval = ({ value, low, high }: Figure) =>
            `${format.percent(value)} (${format.percent(low)}–${format.percent(high)})`;
          return tooltipHtml(t('nprobe.searched', { nprobe: format.exact(nprobe) }, nprobe), [
            format.named(main.name, interval(main.of(point))),
            format.named(second.name, interval(second.of(point))),
            ...(point.msPerSecond === null
              ? []
              : [t('qualityCurve.costLine', { ms: format.number(point.msPerSecond.oneThread.p95) })]),
          ]);
        },
      },
      axisPointer: { link: [{ xAxisIndex: 'all' }] },
      grid: [
        // Both with the same room for their numbers, so that what is above each other belongs together.
        { left: 48, right: 16, top: 78, bottom: 122, outerBoundsMode: 'none' },
        { left: 48, right: 16, height: 44, bottom: 40, outerBoundsMode: 'none' },
      ],
      xAxis: [
        { ...nprobeAxis(context, points), name: '', axisLabel: { show: false } },
        { ...nprobeAxis(context, points), gridIndex: 1 },
      ],
      yAxis: [
        percentAxis(context, '', { lowest, nameGap: 0 }),
        {
          ...yAxis(context, t('qualityCurve.costAxis')),
          type: 'value',
          gridIndex: 1,
          min: 0,
          splitNumber: 2,
          nameGap: 10,
        },
      ],
      series: [
        ...intervalBand(points, main.of, mark.color),
        {
          ...line(main.name, main.of, 'solid'),
          markLine: nprobeMarks(context, measurement, points),
        },
        line(second.name, second.of, 'dashed'),
        {
          type: 'line',
          data: timed.map(({ nprobe, cost }) => [nprobe, cost.oneThread.p95]),
          xAxisIndex: 1,
          yAxisIndex: 1,
          symbol: 'circle',
          symbolSize: 5,
          lineStyle: { color: colors.muted, width: 1.5 },
          itemStyle: { color: colors.muted },
          areaStyle: { color: colors.muted, opacity: 0.2 },
          emphasis: { disabled: true },
        },
      ],
    };
  }
}

/** The 95 % interval as a band: an unseen line at its low end, and the rest stacked on it. */
export function intervalBand(points: readonly PlacedPoint[], of: (point: PlacedPoint) => Figure, color: string) {
  const part = (value: (figure: Figure) => number, opacity: number) => ({
    type: 'line' as const,
    stack: `interval ${color}`,
    stackStrategy: 'all' as const,
    data: points.map((point) => [point.nprobe, value(of(point)) * 100]),
    symbol: 'none',
    silent: true,
    lineStyle: { opacity: 0 },
    areaStyle: { color, opacity },
    emphasis: { disabled: true },
    tooltip: { show: false },
  });
  return [part(({ low }) => low, 0), part(({ low, high }) => high - low, 0.22)];
}

/** What a curve speaks of: moments first; where no step of the voice is known, neighbors. */
interface Line {
  readonly name: string;
  readonly of: (point: PlacedPoint) => Figure;
}

function linesOf(points: readonly PlacedPoint[], { t }: ChartContext): { readonly main: Line; readonly second: Line } {
  const recall: Line = { name: t('qualityCurve.recall'), of: (point) => point.recall };
  const known = points.every(({ same }) => same !== null);
  return known
    ? { main: { name: t('qualityCurve.same'), of: (point) => point.same ?? point.recall }, second: recall }
    : { main: recall, second: { name: t('qualityCurve.closeness'), of: (point) => point.closeness } };
}

/** Milliseconds of search per second of audio on one thread that 95 of 100 searches keep to; 0 when not measured. */
function costOf(point: PlacedPoint): number {
  return point.msPerSecond?.oneThread.p95 ?? 0;
}

function summarize(
  measurement: QualityCurveInput['measurement'],
  points: readonly PlacedPoint[],
  { t, format }: ChartContext,
): string {
  const { stored, suggestion, queries } = measurement;
  const figure = (point: PlacedPoint): Figure => point.same ?? point.recall;
  const words = (point: PlacedPoint) => ({
    nprobe: format.exact(point.nprobe),
    figure: format.of100(figure(point).value),
    ms: format.number(costOf(point)),
  });
  const here = pointAt(points, stored.nprobe);
  const better = pointAt(points, proposedNprobe(measurement));
  const slowest = points.findLast((point) => point.msPerSecond !== null);
  const said = here === null || here.same === null ? 'qualityCurve.hereNeighbors' : 'qualityCurve.here';
  return together(
    here === null ? '' : t(said, words(here), here.nprobe),
    better === null || better === here ? '' : t('qualityCurve.suggested', words(better), better.nprobe),
    suggestion.reason === 'best' ? t('qualityCurve.best') : '',
    slowest === undefined
      ? ''
      : t(costOf(slowest) <= REALTIME_MS ? 'qualityCurve.cost' : 'qualityCurve.tooSlow', words(slowest)),
    t(`frame.asked.${ORIGIN_KEYS[queries.origin]}`, { n: format.exact(queries.n) }, queries.n),
  );
}
