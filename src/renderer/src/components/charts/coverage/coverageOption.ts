import type { Measurement } from '@shared/contract/measurement';
import { proposedNprobe } from '@shared/domain/measures/curve';
import type { ChartOption } from '../echarts';
import { ORIGIN_KEYS } from '@/words/origins';
import { together } from '@/words/together';
import { curvePoints, lastNprobe, nprobeAxis, nprobeMarks, type PlacedPoint, pointAt } from '../nprobeAxis';
import {
  baseOption,
  type ChartContext,
  dots,
  emptyPicture,
  hatch,
  hoveredValue,
  legend,
  type Picture,
  tooltip,
  tooltipHtml,
  yAxis,
} from '../picture';

const NAME = 'coverage';

export type CoverageInput = Pick<Measurement, 'stored' | 'curve' | 'suggestion' | 'queries' | 'verdict'>;

/** P4: how much of the voice finds all 8 neighbors, some, or none, by groups searched. */
export function coverage(input: CoverageInput, context: ChartContext): Picture {
  const { t, format, colors } = context;
  const title = t('coverage.title');
  const points = curvePoints(input);
  if (points.length === 0) return emptyPicture(NAME, title, t('nprobe.noGroups'));

  const kinds = [
    {
      of: none,
      name: t('coverage.none'),
      color: colors.unusable,
      opacity: 1,
      pattern: { decal: dots(colors.surface) },
    },
    {
      of: partial,
      name: t('coverage.partial'),
      color: colors.usable,
      opacity: 1,
      pattern: { decal: hatch(colors.surface) },
    },
    { of: full, name: t('coverage.full'), color: colors.good, opacity: 0.4, pattern: {} },
  ];
  const top = topOf(points);
  // A single value fills the width of the picture.
  const drawn =
    points.length === 1 ? points.flatMap((point) => [point, { ...point, nprobe: lastNprobe(points) }]) : points;

  return {
    title,
    summary: summarize(input, points, context),
    name: NAME,
    table: {
      columns: [t('nprobe.axis'), ...kinds.map(({ name }) => t('frame.percentOf', { what: name }))],
      rows: points.map((point) => [point.nprobe, ...kinds.map(({ of }) => of(point) * 100)]),
    },
    option: points.every((point) => full(point) === 1) ? null : drawing(),
  };

  function drawing(): ChartOption {
    return {
      ...baseOption(context),
      grid: { left: 4, right: 16, top: 84, bottom: 24 },
      legend: { ...legend(context), icon: 'rect' },
      tooltip: {
        ...tooltip(context),
        trigger: 'axis',
        formatter: (parameters: unknown) => {
          const [nprobe = 0] = hoveredValue(parameters);
          const point = pointAt(drawn, nprobe);
          if (point === null) return '';
          return tooltipHtml(
            t('nprobe.searched', { nprobe: format.exact(nprobe) }, nprobe),
            kinds.toReversed().map(({ of, name }) => format.named(name, format.percent(of(point)))),
          );
        },
      },
      xAxis: nprobeAxis(context, points),
      yAxis: {
        ...yAxis(context, t('coverage.axis')),
        type: 'value',
        min: 0,
        max: top,
        axisLabel: { color: colors.muted, fontSize: 12, formatter: (value: number) => format.percent(value / 100) },
        nameGap: 44,
      },
      series: kinds.map(({ of, name, color, opacity, pattern }, place) => ({
        type: 'line' as const,
        name,
        stack: 'all',
        data: drawn.map((point) => [point.nprobe, of(point) * 100]),
        symbol: 'none',
        lineStyle: { width: 0 },
        itemStyle: { color, ...pattern },
        areaStyle: { color, opacity },
        emphasis: { disabled: true },
        ...(place === kinds.length - 1 ? { markLine: nprobeMarks(context, input, points) } : {}),
      })),
    };
  }
}

function none(point: PlacedPoint): number {
  return point.empty.value;
}

function partial(point: PlacedPoint): number {
  return Math.max(0, point.missing.value - point.empty.value);
}

function full(point: PlacedPoint): number {
  return 1 - Math.max(point.missing.value, point.empty.value);
}

/** The end of the axis, in percent: small holes get room enough to be seen, from a baseline that stays zero. */
function topOf(points: readonly PlacedPoint[]): number {
  const worst = 100 * Math.max(...points.map((point) => point.missing.value));
  return [5, 10, 20, 50].find((top) => worst <= top * 0.6) ?? 100;
}

function summarize(input: CoverageInput, points: readonly PlacedPoint[], { t, format }: ChartContext): string {
  const here = pointAt(points, input.stored.nprobe);
  const better = pointAt(points, proposedNprobe(input));
  const sentences: string[] = [];
  if (here !== null) {
    const values = {
      nprobe: format.exact(here.nprobe),
      missing: format.of100(here.missing.value),
      none: format.of100(here.empty.value),
    };
    sentences.push(
      here.missing.value === 0
        ? t('coverage.allFound', values, here.nprobe)
        : t(here.empty.value === 0 ? 'coverage.someMissing' : 'coverage.someEmpty', values, here.nprobe),
    );
  }
  if (better !== null && here !== null && better.nprobe !== here.nprobe && better.missing.value < here.missing.value) {
    const values = { nprobe: format.exact(better.nprobe), missing: format.of100(better.missing.value) };
    sentences.push(t(better.missing.value === 0 ? 'coverage.cured' : 'coverage.better', values));
  }
  sentences.push(
    t(`frame.asked.${ORIGIN_KEYS[input.queries.origin]}`, { n: format.exact(input.queries.n) }, input.queries.n),
  );
  return together(...sentences);
}
