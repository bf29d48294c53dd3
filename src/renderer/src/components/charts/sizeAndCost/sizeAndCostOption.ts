import { together } from '@/words/together';
import type { CompareItem } from '../compare/compareItem';
import { indexColor } from '../chartTheme';
import type { ChartOption } from '../echarts';
import {
  baseOption,
  type ChartContext,
  emptyPicture,
  hoveredIndex,
  type Picture,
  REALTIME_MS,
  tooltip,
  tooltipHtml,
} from '../picture';

const NAME = 'size-and-cost';

/** Room for the names of several indexes, in pixels. */
const NAME_WIDTH = 116;

/** How much longer than its longest bar an axis is, for the words beside it. */
const LABEL_ROOM = 1.8;

const MEGABYTE = 1e6;

/** P11: size of the file and time of a search, one bar for each index. */
export function sizeAndCost(items: readonly CompareItem[], context: ChartContext): Picture {
  const { t, format, colors } = context;
  const title = t('sizeAndCost.title');
  if (items.length === 0) return emptyPicture(NAME, title, t('sizeAndCost.unknown'));

  const bars = items.map(({ label, slot, measurement }) => ({
    label,
    color: indexColor(colors, slot),
    bytes: measurement.bytes,
    cost: storedCost(measurement),
  }));
  const length = { type: 'value' as const, show: false, min: 0 };
  const names = (gridIndex: number, header: string) => ({
    type: 'category' as const,
    gridIndex,
    inverse: true,
    data: bars.map(({ label }) => label),
    name: header,
    nameLocation: 'start' as const,
    nameTextStyle: { color: colors.muted, fontSize: 12, align: 'left' as const, padding: [0, 0, 0, -4] },
    nameGap: 10,
    axisLine: { lineStyle: { color: colors.muted } },
    axisTick: { show: false },
    axisLabel: {
      show: gridIndex === 0,
      color: colors.text,
      fontSize: 12,
      width: NAME_WIDTH,
      overflow: 'truncate' as const,
    },
  });
  const series = (
    place: number,
    value: (bar: (typeof bars)[number]) => number | null,
    words: (value: number) => string,
  ) => ({
    type: 'bar' as const,
    xAxisIndex: place,
    yAxisIndex: place,
    barMaxWidth: 22,
    emphasis: { disabled: true },
    data: bars.map((bar) => ({ value: value(bar) ?? 0, itemStyle: { color: bar.color } })),
    label: {
      show: true,
      position: 'right' as const,
      color: colors.text,
      fontSize: 12,
      formatter: (parameters: unknown) => {
        const bar = bars[hoveredIndex(parameters)];
        if (bar === undefined) return '';
        const known = value(bar);
        return known === null ? '–' : words(known);
      },
    },
  });

  return {
    title,
    summary: items.length === 1 ? summarizeOne() : summarizeSeveral(),
    name: NAME,
    table: {
      columns: [t('sizeAndCost.index'), t('sizeAndCost.megabytes'), t('qualityCurve.slowCost')],
      rows: bars.map(({ label, bytes, cost }) => [label, bytes / MEGABYTE, cost]),
    },
    // A bar without another beside it says no more than the sentence.
    option: items.length === 1 ? null : drawing(),
  };

  function drawing(): ChartOption {
    return {
      ...baseOption(context),
      grid: [
        { left: NAME_WIDTH + 12, right: '53%', top: 28, bottom: 4, outerBoundsMode: 'none' },
        { left: '56%', right: 4, top: 28, bottom: 4, outerBoundsMode: 'none' },
      ],
      tooltip: {
        ...tooltip(context),
        trigger: 'item',
        formatter: (parameters: unknown) => {
          const bar = bars[hoveredIndex(parameters)];
          if (bar === undefined) return '';
          return tooltipHtml(bar.label, [
            format.exactBytes(bar.bytes),
            ...(bar.cost === null ? [] : [t('qualityCurve.costLine', { ms: format.number(bar.cost) })]),
          ]);
        },
      },
      xAxis: [
        { ...length, gridIndex: 0, max: Math.max(...bars.map(({ bytes }) => bytes)) * LABEL_ROOM },
        { ...length, gridIndex: 1, max: Math.max(...bars.map(({ cost }) => cost ?? 0), 0.001) * LABEL_ROOM },
      ],
      yAxis: [names(0, t('sizeAndCost.size')), names(1, t('sizeAndCost.time'))],
      series: [
        series(0, ({ bytes }) => bytes, format.bytes),
        series(
          1,
          ({ cost }) => cost,
          (ms) => t('sizeAndCost.milliseconds', { ms: format.number(ms) }),
        ),
      ],
    };
  }

  function summarizeOne(): string {
    const [bar] = bars;
    if (bar === undefined) return '';
    return together(
      t('sizeAndCost.one', { bytes: format.bytes(bar.bytes) }),
      bar.cost === null
        ? ''
        : t('sizeAndCost.cost', { ms: format.number(bar.cost), share: format.percent(bar.cost / REALTIME_MS) }),
    );
  }

  function summarizeSeveral(): string {
    const smallest = bars.reduce((a, b) => (b.bytes < a.bytes ? b : a));
    const smallestSize = format.bytes(smallest.bytes);
    const alike = bars.every(({ bytes }) => format.bytes(bytes) === smallestSize);
    const timed = bars.filter(({ cost }) => cost !== null);
    const fastest = timed.length < 2 ? null : timed.reduce((a, b) => ((b.cost ?? 0) < (a.cost ?? 0) ? b : a));
    return together(
      alike
        ? t('sizeAndCost.alike', { bytes: smallestSize })
        : t('sizeAndCost.smallest', { label: smallest.label, bytes: smallestSize }),
      fastest === null ? '' : t('sizeAndCost.fastest', { label: fastest.label, ms: format.number(fastest.cost ?? 0) }),
    );
  }
}

/** Milliseconds per second of audio at the stored nprobe, on one thread; null when it was not measured. */
function storedCost(measurement: CompareItem['measurement']): number | null {
  const { nprobe } = measurement.stored;
  const flat = measurement.curve.find((point) => point.nprobe === nprobe);
  return flat?.msPerSecond.oneThread.p95 ?? null;
}

/** Height that gives each index a bar. */
export function sizeAndCostHeight(items: number): number {
  return 44 + 32 * Math.max(1, items);
}
