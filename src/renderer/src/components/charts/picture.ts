import type { TooltipComponentOption } from 'echarts/components';
import type { Format } from '@/words/format';
import type { ChartTable } from './chartTable';
import type { ChartColors } from './chartTheme';
import type { ChartOption } from './echarts';

/**
 * Looks a text up under `charts.`; `count` chooses singular or plural. Values are formatted before, so that a sentence
 * shows them the way the person's language writes them.
 */
export type Translate = (key: string, values?: Readonly<Record<string, string>>, count?: number) => string;

/** What a picture needs besides its data. */
export interface ChartContext {
  readonly colors: ChartColors;
  /** The page's font. */
  readonly font: string;
  /** False where the person asked for no motion. */
  readonly animate: boolean;
  readonly t: Translate;
  readonly format: Format;
}

/** A picture, ready for its frame: drawn from data by a pure function. */
export interface Picture {
  /** The question that the picture answers. */
  readonly title: string;
  /** The answer in one plain sentence; it stands under the title and is what a screen reader hears. */
  readonly summary: string;
  /** Null when there is nothing to draw; the summary says why. */
  readonly option: ChartOption | null;
  readonly table: ChartTable;
  /** Names the files that are saved. */
  readonly name: string;
}

/** A picture without data: its question and why there is no answer. */
export function emptyPicture(name: string, title: string, summary: string): Picture {
  return { title, summary, option: null, table: { columns: [], rows: [] }, name };
}

/** What all pictures share: font, motion, tooltip. */
export function baseOption({ colors, font, animate }: ChartContext) {
  return {
    animation: animate,
    animationDuration: 180,
    animationDurationUpdate: 180,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: font, fontSize: 12, color: colors.text },
  } satisfies ChartOption;
}

export function tooltip({ colors, animate }: ChartContext) {
  return {
    backgroundColor: colors.surface,
    borderColor: colors.muted,
    borderWidth: 1,
    padding: [6, 10],
    textStyle: { color: colors.text, fontSize: 12 },
    confine: true,
    transitionDuration: animate ? 0.15 : 0,
    axisPointer: { lineStyle: { color: colors.muted, type: 'solid' as const } },
  } satisfies TooltipComponentOption;
}

/** Legend of a picture: its symbols carry the patterns too. */
export function legend({ colors }: ChartContext) {
  return {
    left: 0,
    top: 0,
    itemWidth: 18,
    itemHeight: 12,
    itemGap: 16,
    selectedMode: false as const,
    textStyle: { color: colors.text, fontSize: 12 },
  };
}

/** A tooltip's text. Everything is escaped: names of files are other people's. */
export function tooltipHtml(title: string, lines: readonly string[]): string {
  return [`<strong>${escapeHtml(title)}</strong>`, ...lines.map(escapeHtml)].join('<br>');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** The data index that an ECharts tooltip callback is about; for an axis tooltip that of its first series. */
export function hoveredIndex(parameters: unknown): number {
  const hovered = firstOf(parameters);
  return 'dataIndex' in hovered ? Number(hovered.dataIndex) : -1;
}

/** The numbers of the data item that an ECharts tooltip callback is about. */
export function hoveredValue(parameters: unknown): readonly number[] {
  const hovered = firstOf(parameters);
  return 'value' in hovered && Array.isArray(hovered.value) ? hovered.value.map(Number) : [];
}

function firstOf(parameters: unknown): object {
  const first: unknown = Array.isArray(parameters) ? parameters[0] : parameters;
  return typeof first === 'object' && first !== null ? first : {};
}

/** How many there are, above each bar; nothing above an empty one. */
export function countAbove({ colors, format }: ChartContext, countAt: (bar: number) => number | undefined) {
  return {
    label: {
      show: true,
      position: 'top' as const,
      color: colors.text,
      fontSize: 12,
      formatter: (parameters: unknown) => {
        const count = countAt(hoveredIndex(parameters)) ?? 0;
        return count === 0 ? '' : format.count(count);
      },
    },
    labelLayout: { hideOverlap: true },
  };
}

/** Looks of an axis that runs to the right; its name stands under the middle. */
export function xAxis(context: ChartContext, name: string) {
  return {
    ...axis(context),
    name,
    nameLocation: 'middle' as const,
    // From the axis itself: below its numbers.
    nameGap: 23,
    nameTextStyle: { color: context.colors.muted, fontSize: 12 },
  };
}

/** Looks of an axis that runs upwards; its name stands above it, so that no text is turned on its side. */
export function yAxis(context: ChartContext, name: string) {
  return {
    ...axis(context),
    name,
    nameTextStyle: { color: context.colors.muted, fontSize: 12, align: 'left' as const },
  };
}

function axis({ colors }: ChartContext) {
  return {
    axisLabel: { color: colors.muted, fontSize: 12, hideOverlap: true },
    axisLine: { show: true, lineStyle: { color: colors.muted } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colors.grid } },
  };
}

/** Patterns for marks whose meaning must not hang on color alone. */
export function hatch(color: string) {
  return { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color };
}

export function dots(color: string) {
  return {
    symbol: 'circle',
    symbolSize: 0.8,
    dashArrayX: [
      [4, 4],
      [0, 4, 4, 0],
    ],
    dashArrayY: [4, 0],
    color,
  };
}

/** An axis from 0 to 100 %; it starts higher when no value reaches down (`lowest`, a share), never above 90 %. */
export function percentAxis(
  context: ChartContext,
  name: string,
  { lowest, nameGap }: { readonly lowest: number; readonly nameGap: number },
) {
  const { colors, format } = context;
  const reached = Math.min(90, Math.max(0, Math.floor(lowest * 10) * 10 - 10));
  return {
    ...yAxis(context, name),
    type: 'value' as const,
    // Long axes have a mark every 20 %, and the first stands at the foot.
    min: reached < 50 ? Math.floor(reached / 20) * 20 : reached,
    max: 100,
    axisLabel: { color: colors.muted, fontSize: 12, formatter: (value: number) => format.percent(value / 100) },
    nameGap,
  };
}

/** What one second of audio may cost when it is converted live: milliseconds. */
export const REALTIME_MS = 1_000;
