import type { HistoryEntry } from '@shared/contract/measurement';
import { indexMark } from '@/components/charts/chartTheme';
import {
  baseOption,
  type ChartContext,
  hoveredIndex,
  legend,
  tooltip,
  tooltipHtml,
  yAxis,
} from '@/components/charts/picture';
import type { ChartOption } from '@/components/charts/echarts';

/** One line: what it is called, and its share in each entry. */
export interface HistoryLine {
  readonly name: string;
  readonly of: (entry: HistoryEntry) => number;
}

/** Shares of an index over time. Null with fewer than two entries. */
export function historyOption(
  entries: readonly HistoryEntry[],
  shown: readonly HistoryLine[],
  context: ChartContext,
): ChartOption | null {
  if (entries.length < 2) return null;
  const { colors, format } = context;
  const line = ({ name, of }: HistoryLine, slot: number) => {
    const { color, line: type, symbol } = indexMark(colors, slot);
    return {
      type: 'line' as const,
      name,
      data: entries.map((entry) => 100 * of(entry)),
      symbol,
      symbolSize: 8,
      lineStyle: { color, type, width: 2 },
      itemStyle: { color },
      emphasis: { disabled: true },
    };
  };
  return {
    ...baseOption(context),
    grid: { left: 4, right: 16, top: 40, bottom: 4 },
    legend: legend(context),
    tooltip: {
      ...tooltip(context),
      trigger: 'axis',
      formatter: (parameters: unknown) => {
        const entry = entries[hoveredIndex(parameters)];
        if (entry === undefined) return '';
        return tooltipHtml(
          format.moment(entry.at),
          shown.map(({ name, of }) => format.named(name, format.percent(of(entry)))),
        );
      },
    },
    xAxis: {
      type: 'category',
      data: whenLabels(entries, context),
      axisLabel: { color: colors.muted, fontSize: 12, hideOverlap: true },
      axisLine: { lineStyle: { color: colors.muted } },
      axisTick: { show: false },
    },
    yAxis: {
      ...yAxis(context, ''),
      type: 'value',
      min: 0,
      max: 100,
      axisLabel: { color: colors.muted, fontSize: 12, formatter: (value: number) => format.percent(value / 100) },
    },
    series: shown.map(line),
  };
}

/** When each was: the day, and the time where the day says nothing new. */
function whenLabels(entries: readonly HistoryEntry[], { format }: ChartContext): string[] {
  const days = entries.map(({ at }) => format.day(at));
  const one = new Set(days).size === 1;
  return entries.map(({ at }, place) =>
    one || (place > 0 && days[place - 1] === days[place]) ? format.clockTime(at) : (days[place] ?? ''),
  );
}
