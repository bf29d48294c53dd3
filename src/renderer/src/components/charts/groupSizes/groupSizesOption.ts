import type { Origins } from '@shared/contract/measurement';
import type { ListSummary } from '@shared/contract/voices';
import { tooSmall } from '@shared/domain/measures/listSizes';
import { NEIGHBORS } from '@shared/domain/rvc';
import { together } from '@/words/together';
import { indexColor } from '../chartTheme';
import type { ChartOption } from '../echarts';
import {
  baseOption,
  type ChartContext,
  emptyPicture,
  hatch,
  hoveredValue,
  legend,
  type Picture,
  tooltip,
  tooltipHtml,
  xAxis,
  yAxis,
} from '../picture';

const NAME = 'group-sizes';

/** With the largest group this many times as large as the middle one, the others lie flat on a linear axis. */
const SKEWED = 8;

/** Whether only a logarithmic axis shows more than the largest groups. */
export function isSkewed(lists: ListSummary | null): boolean {
  if (lists === null) return false;
  const middle = lists.sorted[Math.floor(lists.sorted.length / 2)] ?? 0;
  return lists.largest > SKEWED * Math.max(1, middle);
}

/** A logarithmic axis has no zero: what lies here is drawn as nothing. */
export const LOG_FLOOR = 0.5;

/** From this many groups on, the picture can be zoomed. */
const ZOOM_FROM = 300;

export interface GroupSizesInput {
  /** Null for an index without groups. */
  readonly lists: ListSummary | null;
  /** Vectors in the index, for the average. */
  readonly vectors: number;
  /** Groups that a search looks into, which decides whether any is too small. */
  readonly nprobe: number | null;
  readonly indexSlot: number;
  readonly logarithmic: boolean;
  /** Of merged voices: whose each group mostly is. */
  readonly origins?: Origins | null;
}

/** P2: the sizes of all groups, largest first, with lines at 8 and at the average. */
export function groupSizes(
  { lists, vectors, nprobe, indexSlot, logarithmic, origins = null }: GroupSizesInput,
  context: ChartContext,
): Picture {
  const { t, format, colors } = context;
  const title = t('groupSizes.title');
  if (lists === null || lists.nlist === 0) return emptyPicture(NAME, title, t('groupSizes.noGroups'));

  const { nlist, smallest, largest } = lists;
  const placeOf = (rank: number): number => rankPlace(rank, lists);
  const average = vectors / nlist;
  const groups = format.exact(nlist);
  const zoomable = nlist >= ZOOM_FROM;
  const color = indexColor(colors, indexSlot);
  const anyTooSmall = tooSmall(lists, nprobe) > 0;

  const below = lineLabelBelow(average, largest, logarithmic);
  const markLine = {
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: colors.text, width: 1 },
    label: {
      color: colors.text,
      fontSize: 12,
      // A ground of their own keeps the words readable where they reach over the areas.
      backgroundColor: colors.surface,
      borderRadius: 3,
      padding: [1, 4],
    },
    data: [
      {
        yAxis: NEIGHBORS,
        lineStyle: { type: 'dashed' as const },
        label: {
          formatter: t('groupSizes.lineEnough'),
          position: below === 'enough' ? ('insideEndBottom' as const) : ('insideEndTop' as const),
        },
      },
      {
        yAxis: Math.max(average, LOG_FLOOR),
        lineStyle: { type: 'dotted' as const },
        label: {
          formatter: t('groupSizes.lineAverage', { average: format.number(average) }),
          // On the other side, where the line at 8 cannot cover it.
          position: below === 'average' ? ('insideMiddleBottom' as const) : ('insideMiddleTop' as const),
        },
      },
    ],
  };
  const y = { ...yAxis(context, t('groupSizes.framesAxis')), minInterval: 1 };
  const yLabel = { ...y.axisLabel, formatter: (value: number) => (value < 1 && value > 0 ? '' : format.count(value)) };

  const whole = sizeAreas(lists, color, { logarithmic, anyTooSmall }, context);
  const areas = origins === null ? whole : byVoice(whole, origins, logarithmic ? LOG_FLOOR : 0, context);

  return {
    title,
    summary: summarize(lists, { average, nprobe }, context),
    name: NAME,
    table: {
      columns: [t('groupSizes.rank'), t('groupSizes.frames'), ...(origins === null ? [] : [t('groupSizes.voice')])],
      rows: lists.sorted.map((size, place) => [
        rankAt(place, lists),
        size,
        ...(origins === null ? [] : [ownerOf(origins, place)]),
      ]),
    },
    // Bars of one height say no more than the sentence.
    option: smallest === largest ? null : drawing(),
  };

  function drawing(): ChartOption {
    return {
      ...baseOption(context),
      // The name of the axis stands above the picture, the names of the voices above that.
      grid: { left: 4, right: 16, top: origins === null ? 30 : 56, bottom: zoomable ? 58 : 24 },
      tooltip: {
        ...tooltip(context),
        trigger: 'axis',
        formatter: (parameters: unknown) => {
          const [, , rank = 1, size = 0] = hoveredValue(parameters);
          return tooltipHtml(t('groupSizes.frameCount', { frames: format.exact(size) }, size), [
            t('groupSizes.place', { rank: format.exact(rank), groups }),
            ...(anyTooSmall && size < NEIGHBORS ? [t('groupSizes.tooSmall')] : []),
            ...(origins === null ? [] : [ownerOf(origins, placeOf(rank))]),
          ]);
        },
      },
      xAxis: {
        ...xAxis(context, t('groupSizes.groupsAxis')),
        type: 'value',
        min: 0,
        max: nlist,
        minInterval: 1,
        splitLine: { show: false },
      },
      yAxis: logarithmic
        ? { ...y, type: 'log', min: LOG_FLOOR, axisLabel: yLabel }
        : { ...y, type: 'value', min: 0, ...(largest < NEIGHBORS ? { max: NEIGHBORS + 2 } : {}), axisLabel: yLabel },
      ...(zoomable ? { dataZoom: [zoomSlider(context, color)] } : {}),
      ...(origins === null ? {} : { legend: { ...legend(context), data: origins.voices.map(({ name }) => name) } }),
      series: areas.map((area, place) => (place === 0 ? { ...area, markLine } : area)),
    };
  }

  function zoomSlider({ colors: { grid, muted, surface } }: ChartContext, filler: string) {
    return {
      type: 'slider' as const,
      height: 12,
      bottom: 4,
      showDetail: false,
      showDataShadow: false,
      brushSelect: false,
      filterMode: 'none' as const,
      borderColor: grid,
      fillerColor: `${filler}40`,
      handleStyle: { color: surface, borderColor: muted },
      moveHandleStyle: { color: muted },
    };
  }
}

/** Of the height of the picture, what the words at a line need. */
const LABEL_HEIGHT = 0.12;

/** Which of the lines at 8 and at the average has its words below it, so that they do not lie on the other; null: none. */
export function lineLabelBelow(average: number, largest: number, logarithmic: boolean): 'enough' | 'average' | null {
  const top = Math.max(largest, NEIGHBORS + 2);
  const height = (size: number): number =>
    logarithmic ? Math.log(Math.max(size, LOG_FLOOR) / LOG_FLOOR) / Math.log(top / LOG_FLOOR) : size / top;
  const [low, high] = [Math.min(average, NEIGHBORS), Math.max(average, NEIGHBORS)].map(height);
  if (low === undefined || high === undefined || high - low > LABEL_HEIGHT || low < LABEL_HEIGHT) return null;
  return average < NEIGHBORS ? 'average' : 'enough';
}

/**
 * The sorted sizes as two areas, the groups that hold enough for a search and the small ones, which stand out where they are
 * too small. Data rows are x, y, rank, size.
 */
export function sizeAreas(
  lists: ListSummary,
  color: string,
  { logarithmic, anyTooSmall }: { readonly logarithmic: boolean; readonly anyTooSmall: boolean },
  { colors }: ChartContext,
) {
  const { enough, small } = stepOutline(lists);
  const area = (points: readonly Point[], fill: string, pattern: object) => ({
    type: 'line' as const,
    data: points.map(({ x, rank, size }) => [x, logarithmic ? Math.max(size, LOG_FLOOR) : size, rank, size]),
    step: 'end' as const,
    symbol: 'none',
    lineStyle: { width: 1.5, color: fill },
    itemStyle: { color: fill, ...pattern },
    areaStyle: { color: fill, opacity: 1, origin: 'start' as const },
    emphasis: { disabled: true },
  });
  return [
    area(enough, color, {}),
    anyTooSmall
      ? area(small, colors.repair, { decal: hatch(colors.surface) })
      : area(joined(small, lists.nlist / 100), color, {}),
  ];
}

/** Of the same color as what lies before, it reaches a little into it: between two edges a line would shine through. */
function joined([first, ...rest]: readonly Point[], reach: number): readonly Point[] {
  return first === undefined ? [] : [{ ...first, x: Math.max(0, first.x - reach) }, ...rest];
}

type SizeArea = ReturnType<typeof sizeAreas>[number];

/** The groups that hold enough in the colors of the voices they mostly are of; the small ones stay what they are. */
function byVoice(
  [enough, small]: readonly SizeArea[],
  { voices, sorted }: Origins,
  floor: number,
  { colors }: ChartContext,
) {
  if (enough === undefined || small === undefined) return [];
  const owners = enough.data.map((_, place) => sorted[Math.min(place, enough.data.length - 2)]);
  return [
    ...voices.map(({ name }, voice) => ({
      ...enough,
      name,
      data: enough.data.map(([x, y, ...rest], place) => [x, owners[place] === voice ? y : floor, ...rest]),
      lineStyle: { width: 0, color: indexColor(colors, voice) },
      itemStyle: { color: indexColor(colors, voice) },
      areaStyle: { ...enough.areaStyle, color: indexColor(colors, voice) },
    })),
    small,
  ];
}

function ownerOf({ voices, sorted }: Origins, place: number): string {
  return voices[sorted[place] ?? 0]?.name ?? '';
}

/** The inverse of {@link rankAt}. */
function rankPlace(rank: number, lists: ListSummary): number {
  return lists.sorted.findIndex((_, place) => rankAt(place, lists) === rank);
}

function summarize(
  lists: ListSummary,
  { average, nprobe }: { readonly average: number; readonly nprobe: number | null },
  context: ChartContext,
) {
  const { nlist, small, empty, smallest, largest } = lists;
  const { t, format } = context;
  const groups = format.exact(nlist);
  if (largest === 0) return t('groupSizes.allEmpty', { groups }, nlist);
  return together(
    t(
      smallest === largest && nlist > 1 ? 'groupSizes.alike' : 'groupSizes.range',
      {
        groups,
        average: format.number(average),
        smallest: format.count(smallest),
        largest: format.count(largest),
      },
      nlist,
    ),
    small === 0
      ? t('groupSizes.noneSmall')
      : nprobe === null || tooSmall(lists, nprobe) > 0
        ? t('groupSizes.small', { small: format.exact(small), groups }, small)
        : t('groupSizes.smallTogether', { small: format.exact(small), groups, nprobe: format.exact(nprobe) }, small),
    empty === 0 ? '' : t('groupSizes.empty', { empty: format.exact(empty) }, empty),
  );
}

interface Point {
  readonly x: number;
  readonly rank: number;
  readonly size: number;
}

/** Rank (1 is the largest) of one of the sizes that were picked evenly by rank. */
export function rankAt(place: number, { nlist, sorted }: ListSummary): number {
  return sorted.length < 2 ? 1 : Math.round((place * (nlist - 1)) / (sorted.length - 1)) + 1;
}

/**
 * Corners of the sorted sizes as steps, each group one unit wide, cut where the small groups begin: the summary knows
 * their number exactly even when it holds only a sample.
 */
function stepOutline(lists: ListSummary): { enough: Point[]; small: Point[] } {
  const { nlist, small, smallest, sorted } = lists;
  const bend = nlist - small;
  const points = sorted.map((size, place) => {
    const rank = rankAt(place, lists);
    return { x: rank - 1, rank, size };
  });
  const enough = points.filter(({ size, x }) => size >= NEIGHBORS && x < bend);
  const below = points.filter(({ size, x }) => size < NEIGHBORS && x > bend);
  const lastEnough = enough.at(-1);
  const firstBelow = points.find(({ size }) => size < NEIGHBORS);
  return {
    enough: lastEnough === undefined ? [] : [...enough, { ...lastEnough, x: bend }],
    small:
      firstBelow === undefined
        ? []
        : [{ ...firstBelow, x: bend, rank: bend + 1 }, ...below, { x: nlist, rank: nlist, size: smallest }],
  };
}
