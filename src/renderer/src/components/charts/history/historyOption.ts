import type { HistoryEntry } from '@shared/contract/channels';
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
import { asksItself } from '@shared/domain/measures/question';
import type { ChartOption } from '@/components/charts/echarts';

/** Names of what is drawn. */
export interface HistoryNames {
  readonly recall: string;
  readonly missing: string;
}

/** Recall and missing of an index over time; one that the voice or the index itself asked for is a hollow mark. Null with fewer than two. */
export function historyOption(
  entries: readonly HistoryEntry[],
  names: HistoryNames,
  context: ChartContext,
): ChartOption | null {
  if (entries.length < 2) return null;
  const { colors, format } = context;
  const line = (name: string, slot: number, figure: (entry: HistoryEntry) => number) => {
    const { color, line: type, symbol } = indexMark(colors, slot);
    return {
      type: 'line' as const,
      name,
      data: entries.map((entry) => ({
        value: 100 * figure(entry),
        itemStyle: asksItself(entry) ? { color: colors.surface, borderColor: color, borderWidth: 2 } : { color },
      })),
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
        return tooltipHtml(format.moment(entry.at), [
          `${names.recall}: ${format.percent(entry.recall)}`,
          `${names.missing}: ${format.percent(entry.missing)}`,
        ]);
      },
    },
    xAxis: {
      type: 'category',
      data: entries.map(({ at }) => format.day(at)),
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
    series: [line(names.recall, 0, ({ recall }) => recall), line(names.missing, 1, ({ missing }) => missing)],
  };
}
