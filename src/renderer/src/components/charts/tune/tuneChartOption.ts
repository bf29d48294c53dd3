import type { TuneLimits } from '@shared/contract/build';
import type { TuneCandidate } from '@shared/jobs/tune';
import { indexMark } from '../chartTheme';
import {
  baseOption,
  type ChartContext,
  emptyPicture,
  hoveredValue,
  legend,
  percentAxis,
  type Picture,
  tooltip,
  tooltipHtml,
  xAxis,
} from '../picture';
import { DOT_ROOM, NAME_ROOM, namedOnes, rangeOf } from './namePlaces';

const NAME = 'best-way';
const MEGABYTE = 1e6;

/** Of the picture's width: the left panel, with the names, is the wider one. */
const LEFT_END = '58%';
const RIGHT_START = '64%';
const TOP = 52;

export interface TuneChartInput {
  readonly candidates: readonly TuneCandidate[];
  /** In the order of the candidates. */
  readonly names: readonly string[];
  /** Id of the proposed one. */
  readonly proposal: string | null;
  readonly limits: TuneLimits;
}

interface Panel {
  readonly of: (candidate: TuneCandidate) => number;
  readonly limit: number | null;
  readonly limitWords: string;
  readonly axisName: string;
}

/** "What does a smaller or quicker index cost?": how much sounds the same, by size of the file and by search time. */
export function tuneChart({ candidates, names, proposal, limits }: TuneChartInput, context: ChartContext): Picture {
  const { t, format, colors } = context;
  const title = t('tune.title');
  if (candidates.length === 0) return emptyPicture(NAME, title, t('tune.nothing'));

  const mark = indexMark(colors, 0);
  const panels: readonly Panel[] = [
    {
      of: ({ bytes }) => bytes / MEGABYTE,
      limit: limits.maxBytes === null ? null : limits.maxBytes / MEGABYTE,
      limitWords: limits.maxBytes === null ? '' : format.bytes(limits.maxBytes),
      axisName: t('sizeAndCost.megabytes'),
    },
    {
      of: ({ msPerSecond }) => msPerSecond,
      limit: limits.maxMs,
      limitWords: limits.maxMs === null ? '' : t('sizeAndCost.milliseconds', { ms: format.number(limits.maxMs) }),
      axisName: t('qualityCurve.costAxis'),
    },
  ];
  const lowest = Math.min(...candidates.map(({ quality }) => quality.low), limits.minQuality ?? 1);
  const percents = percentAxis(context, t('tune.quality'), { lowest, nameGap: 12 });
  const proposed = candidates.findIndex(({ id }) => id === proposal);
  const unlimited = Object.values(limits).every((limit) => limit === null);
  const within = t(unlimited ? 'tune.tried' : 'tune.within');
  const labeled = namedOnes(candidates, proposed, percents.max - percents.min);

  return {
    title,
    summary: summarize(),
    name: NAME,
    table: {
      columns: [
        t('tune.way'),
        t('frame.percentOf', { what: t('tune.quality') }),
        t('frame.from', { what: t('tune.quality') }),
        t('frame.to', { what: t('tune.quality') }),
        t('sizeAndCost.megabytes'),
        t('qualityCurve.slowCost'),
        t('tune.fits'),
      ],
      rows: candidates.map(({ quality, bytes, msPerSecond, fits }, place) => [
        names[place] ?? '',
        quality.value * 100,
        quality.low * 100,
        quality.high * 100,
        bytes / MEGABYTE,
        msPerSecond,
        fits ? t('tune.yes') : t('tune.no'),
      ]),
    },
    option: {
      ...baseOption(context),
      legend: {
        ...legend(context),
        data: [
          ...(candidates.some(({ fits }) => fits) ? [within] : []),
          ...(candidates.every(({ fits }) => fits) ? [] : [t('tune.beyond')]),
          ...(proposed === -1 ? [] : [t('tune.proposed')]),
        ],
      },
      grid: [
        { left: 4, right: `${100 - parseInt(LEFT_END)}%`, top: TOP, bottom: 4 },
        { left: RIGHT_START, right: 8, top: TOP, bottom: 4 },
      ],
      tooltip: {
        ...tooltip(context),
        trigger: 'item',
        formatter: (parameters: unknown) => {
          const [, , place = -1] = hoveredValue(parameters);
          const candidate = candidates[place];
          if (candidate === undefined) return '';
          return tooltipHtml(names[place] ?? '', [
            t('tune.qualityLine', { quality: format.of100(candidate.quality.value) }),
            format.exactBytes(candidate.bytes),
            t('qualityCurve.costLine', { ms: format.number(candidate.msPerSecond) }),
          ]);
        },
      },
      xAxis: panels.map(({ of, limit, axisName }, place) => ({
        ...xAxis(context, axisName),
        type: 'log' as const,
        gridIndex: place,
        logBase: 2,
        ...rangeOf([...candidates.map(of), ...(limit === null ? [] : [limit])], place === 0 ? NAME_ROOM.x : DOT_ROOM),
        axisLabel: {
          color: colors.muted,
          fontSize: 12,
          hideOverlap: true,
          showMinLabel: false,
          showMaxLabel: false,
          formatter: (value: number) => format.number(value),
        },
      })),
      yAxis: panels.map((_, place) => ({
        ...percents,
        gridIndex: place,
        name: place === 0 ? percents.name : '',
        axisLabel: { ...percents.axisLabel, show: place === 0 },
      })),
      series: panels.flatMap((panel, place) => seriesOf(panel, place)),
    },
  };

  function seriesOf(panel: Panel, place: number) {
    const axes = { xAxisIndex: place, yAxisIndex: place };
    const point = (position: number) => {
      const candidate = candidates[position];
      return candidate === undefined ? [] : [panel.of(candidate), candidate.quality.value * 100, position];
    };
    const points = (keep: (candidate: TuneCandidate) => boolean) =>
      candidates.flatMap((candidate, position) => {
        if (!keep(candidate)) return [];
        const side = place === 0 ? labeled.get(position) : undefined;
        return [{ value: point(position), label: { show: side !== undefined, position: side ?? 'right' } }];
      });
    const label = {
      color: colors.text,
      fontSize: 12,
      distance: 9,
      // A ground of their own keeps the names readable where lines pass.
      backgroundColor: colors.surface,
      padding: [1, 2],
      formatter: (parameters: unknown) => names[hoveredValue(parameters)[2] ?? -1] ?? '',
    };
    const dot = { type: 'scatter' as const, ...axes, label, z: 3 };
    return [
      {
        type: 'line' as const,
        ...axes,
        data: edge(candidates, panel.of).map(point),
        symbol: 'none',
        silent: true,
        lineStyle: { color: mark.color, width: 1.5, opacity: 0.6 },
        emphasis: { disabled: true },
        markLine: limitLines(panel),
        z: 1,
      },
      {
        ...dot,
        name: within,
        data: points(({ fits }) => fits),
        symbol: mark.symbol,
        symbolSize: 11,
        itemStyle: { color: mark.color, opacity: 1 },
      },
      {
        ...dot,
        name: t('tune.beyond'),
        data: points(({ fits }) => !fits),
        symbol: 'diamond',
        symbolSize: 12,
        itemStyle: { color: colors.surface, borderColor: colors.muted, borderWidth: 1.5, opacity: 1 },
        label: { ...label, color: colors.muted },
      },
      {
        type: 'scatter' as const,
        ...axes,
        name: t('tune.proposed'),
        data: proposed === -1 ? [] : [point(proposed)],
        symbolSize: 22,
        itemStyle: { color: 'transparent', borderColor: colors.text, borderWidth: 2, opacity: 1 },
        silent: true,
        z: 2,
      },
    ];
  }

  function limitLines({ limit, limitWords }: Panel) {
    return {
      silent: true,
      symbol: 'none',
      animation: false,
      lineStyle: { color: colors.muted, type: 'dashed' as const, width: 1 },
      z: 1,
      label: { color: colors.muted, fontSize: 12 },
      data: [
        ...(limit === null ? [] : [{ xAxis: limit, label: { formatter: limitWords, position: 'end' as const } }]),
        ...(limits.minQuality === null ? [] : [{ yAxis: limits.minQuality * 100, label: { show: false } }]),
      ],
    };
  }

  function summarize(): string {
    const smallest = candidates.reduce((best, one) => (one.bytes < best.bytes ? one : best));
    const closest = candidates.reduce((best, one) => (one.quality.value > best.quality.value ? one : best));
    const said = ({ quality, bytes }: TuneCandidate) => ({
      quality: format.of100(quality.value),
      bytes: format.bytes(bytes),
    });
    if (smallest === closest) return t('tune.summaryOne', said(closest));
    const small = said(smallest);
    return t('tune.summary', { ...said(closest), smallQuality: small.quality, smallBytes: small.bytes });
  }
}

/** Positions of the candidates that none beats on both axes, from left to right. */
function edge(candidates: readonly TuneCandidate[], of: (candidate: TuneCandidate) => number): readonly number[] {
  const order = candidates
    .map((candidate, position) => ({ position, x: of(candidate), quality: candidate.quality.value }))
    .sort((left, right) => left.x - right.x || right.quality - left.quality);
  let best = -Infinity;
  return order.flatMap(({ position, quality }) => {
    if (quality <= best) return [];
    best = quality;
    return [position];
  });
}
