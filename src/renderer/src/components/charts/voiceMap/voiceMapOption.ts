import type { VoiceMap } from '@shared/contract/measurement';
import { tooSmall } from '@shared/domain/measures/listSizes';
import { NEIGHBORS } from '@shared/domain/rvc';
import { together } from '@/words/together';
import { indexColor } from '../chartTheme';
import {
  baseOption,
  type ChartContext,
  emptyPicture,
  hoveredValue,
  legend,
  type Picture,
  tooltip,
  tooltipHtml,
} from '../picture';

const NAME = 'voice-map';

export type MapGroup = VoiceMap['groups'][number];

export interface VoiceMapInput {
  readonly map: VoiceMap | null;
  /** Groups that a search looks into, which decides whether any is too small. */
  readonly nprobe: number | null;
  readonly indexSlot: number;
  /** The group whose neighbors are shown; null for none. */
  readonly picked: number | null;
  /** The group that sounds now; null for none. */
  readonly playing?: number | null;
  /** Names of the voices that were merged, in the order of `MapGroup.origin`; empty for one voice alone. */
  readonly voices?: readonly string[];
}

/** P8: the groups on a plane; the small and empty ones are the holes. */
export function voiceMap(
  { map, nprobe, indexSlot, picked, playing = null, voices = [] }: VoiceMapInput,
  context: ChartContext,
): Picture {
  const { t, format, colors } = context;
  const title = t('voiceMap.title');
  if (map === null || map.groups.length === 0) return emptyPicture(NAME, title, t('voiceMap.unknown'));

  const small = map.groups.filter(({ size }) => size < NEIGHBORS);
  const groups = format.exact(map.groups.length);
  const harmful = hasHoles(map, nprobe);
  const group = map.groups.find(({ list }) => list === picked);
  const near = group === undefined ? [] : nearestOf(group, map);

  return {
    title,
    summary: together(
      small.length === 0
        ? t('voiceMap.noHoles', { groups }, map.groups.length)
        : harmful
          ? t('voiceMap.holes', { small: format.exact(small.length), groups }, small.length)
          : t(
              'groupSizes.smallTogether',
              { small: format.exact(small.length), groups, nprobe: format.exact(nprobe ?? 0) },
              small.length,
            ),
      t('voiceMap.simplified', { explained: format.percent(map.explained) }),
    ),
    name: NAME,
    table: {
      columns: [t('voiceMap.group'), t('groupSizes.frames'), t('voiceMap.x'), t('voiceMap.y'), t('voiceMap.nearest')],
      rows: map.groups.map(({ list, size, x, y, nearest }) => [
        list,
        size,
        x,
        y,
        nearest.map((neighbor) => String(neighbor.list)).join(' '),
      ]),
    },
    option: {
      ...baseOption(context),
      ...planeOf(context, map.groups, harmful),
      legend: {
        ...legend(context),
        data: [
          ...(voices.length > 1 ? voices : [t('voiceMap.enough')]),
          ...(small.some(({ size }) => size > 0) ? [smallName(harmful, context)] : []),
          ...(small.some(({ size }) => size === 0) ? [t('voiceMap.empty')] : []),
        ],
      },
      series: [
        ...(voices.length > 1
          ? voiceSeries(map, voices, harmful, context)
          : mapSeries(map, { color: indexColor(colors, indexSlot), harmful, opacity: 1 }, context)),
        ...near.map(({ x, y }) => ({
          type: 'line' as const,
          data: [
            [group?.x ?? x, group?.y ?? y],
            [x, y],
          ],
          symbol: 'none',
          silent: true,
          lineStyle: { color: colors.text, width: 1.5 },
          emphasis: { disabled: true },
          z: 4,
        })),
        rings(near, colors.text, 1.5, 16),
        rings(group === undefined ? [] : [group], colors.text, 3, 22),
        ...pulse(
          map.groups.filter(({ list }) => list === playing),
          context,
        ),
      ],
    },
  };
}

/** The truly nearest groups of a group, nearest first, with what the map knows of them. */
export function nearestOf(group: MapGroup, map: VoiceMap): (MapGroup & { readonly distance: number })[] {
  const byList = new Map(map.groups.map((other) => [other.list, other]));
  return group.nearest.flatMap(({ list, distance }) => {
    const other = byList.get(list);
    return other === undefined ? [] : [{ ...other, distance }];
  });
}

/** Whether a search may end among groups that hold too few: else none of them is a hole, however small. */
export function hasHoles({ groups }: VoiceMap, nprobe: number | null): boolean {
  const small = groups.filter(({ size }) => size < NEIGHBORS).length;
  return nprobe === null ? small > 0 : tooSmall({ nlist: groups.length, small }, nprobe) > 0;
}

function smallName(harmful: boolean, { t }: ChartContext): string {
  return t(harmful ? 'groupSizes.tooSmall' : 'voiceMap.few');
}

/** Axes and tooltip of a map that shows these places. The axes have no numbers, because positions have no unit. */
export function planeOf(
  context: ChartContext,
  shown: readonly { readonly x: number; readonly y: number }[],
  harmful: boolean,
) {
  const { t, format } = context;
  const xs = shown.map(({ x }) => x);
  const ys = shown.map(({ y }) => y);
  const range = (values: readonly number[]) => {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const margin = Math.max((high - low) * 0.1, 1e-6);
    return { min: low - margin, max: high + margin };
  };
  return {
    grid: {
      left: 2,
      right: 2,
      top: 28,
      bottom: 2,
      show: true,
      borderColor: context.colors.grid,
      outerBoundsMode: 'none' as const,
    },
    xAxis: { type: 'value' as const, show: false, ...range(xs) },
    yAxis: { type: 'value' as const, show: false, ...range(ys) },
    tooltip: {
      ...tooltip(context),
      trigger: 'item' as const,
      formatter: (parameters: unknown) => {
        const [, , list = 0, size = 0] = hoveredValue(parameters);
        return tooltipHtml(t('voiceMap.groupNumber', { list: String(list) }), [
          t('groupSizes.frameCount', { frames: format.exact(size) }, size),
          ...(harmful && size < NEIGHBORS && size > 0 ? [t('groupSizes.tooSmall')] : []),
        ]);
      },
    },
  };
}

/**
 * The groups as points: area by size, small ones as diamonds, empty ones hollow; these stand out only where they do harm. Data
 * rows are x, y, list, size.
 */
export function mapSeries(
  { groups }: VoiceMap,
  { color, harmful, opacity }: { readonly color: string; readonly harmful: boolean; readonly opacity: number },
  context: ChartContext,
) {
  const { t, colors } = context;
  const largest = Math.max(...groups.map(({ size }) => size), 1);
  const crowded = groups.length > 1_500;
  const widest = crowded ? 12 : groups.length > 300 ? 18 : 28;
  const of = (keep: (size: number) => boolean) =>
    groups.filter(({ size }) => keep(size)).map(({ x, y, list, size }) => [x, y, list, size]);
  return [
    {
      type: 'scatter' as const,
      name: t('voiceMap.enough'),
      data: of((size) => size >= NEIGHBORS),
      // Some of them a frame: hundreds at once would hold up the page.
      progressive: 200,
      progressiveThreshold: 300,
      symbolSize: ([, , , size = 0]: number[]) => Math.max(3, Math.sqrt(size / largest) * widest),
      itemStyle: { color, opacity: 0.55 * opacity },
      z: 2,
    },
    {
      type: 'scatter' as const,
      name: smallName(harmful, context),
      data: of((size) => size > 0 && size < NEIGHBORS),
      symbol: 'diamond',
      symbolSize: crowded ? 6 : harmful ? 10 : 8,
      itemStyle: harmful
        ? { color: colors.repair, borderColor: colors.surface, borderWidth: crowded ? 0 : 1, opacity }
        : { color: colors.surface, borderColor: color, borderWidth: 1.5, opacity },
      z: 3,
    },
    {
      type: 'scatter' as const,
      name: t('voiceMap.empty'),
      data: of((size) => size === 0),
      symbol: 'rect',
      symbolSize: crowded ? 6 : 9,
      itemStyle: {
        color: colors.surface,
        borderColor: harmful ? colors.unusable : colors.muted,
        borderWidth: crowded ? 1.5 : 2,
        opacity,
      },
      z: 3,
    },
  ];
}

/** Shapes beside the colors, so that voices can be told apart without them. */
const VOICE_SYMBOLS = ['circle', 'triangle', 'roundRect', 'pin', 'arrow', 'circle', 'triangle', 'roundRect'] as const;

/** The same, with the groups that hold enough by the voice that most of their vectors are from. */
function voiceSeries(map: VoiceMap, voices: readonly string[], harmful: boolean, context: ChartContext) {
  const [enough, ...holes] = mapSeries(map, { color: context.colors.text, harmful, opacity: 1 }, context);
  const originOf = new Map(map.groups.map(({ list, origin }) => [list, origin]));
  return [
    ...voices.map((name, voice) => ({
      ...enough,
      name,
      symbol: VOICE_SYMBOLS[voice] ?? 'circle',
      data: (enough?.data ?? []).filter(([, , list]) => originOf.get(list ?? -1) === voice),
      itemStyle: { color: indexColor(context.colors, voice), opacity: 0.6 },
    })),
    ...holes,
  ];
}

/** What sounds pulses; where no motion is wanted it has a ring of its color. */
function pulse(groups: readonly MapGroup[], { colors, animate }: ChartContext) {
  if (!animate) return [rings(groups, colors.repair, 4, 26)];
  return groups.map(({ x, y, list, size }) => ({
    type: 'effectScatter' as const,
    data: [[x, y, list, size]],
    symbolSize: 14,
    rippleEffect: { brushType: 'stroke' as const, scale: 3, period: 1.5 },
    itemStyle: { color: colors.repair },
    z: 7,
  }));
}

/** Rings around groups. */
export function rings(groups: readonly MapGroup[], color: string, width: number, size: number) {
  return {
    type: 'scatter' as const,
    data: groups.map(({ x, y, list, size: frames }) => [x, y, list, frames]),
    symbol: 'circle',
    symbolSize: size,
    labelLayout: { hideOverlap: true },
    itemStyle: { color: 'transparent', borderColor: color, borderWidth: width },
    z: 5,
  };
}
