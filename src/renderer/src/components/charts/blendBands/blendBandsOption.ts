import type { BlendSummary } from '@shared/contract/measurement';
import { together } from '@/words/together';
import {
  baseOption,
  type ChartContext,
  dots,
  emptyPicture,
  hatch,
  hoveredIndex,
  legend,
  type Picture,
  tooltip,
  tooltipHtml,
  xAxis,
} from '../picture';

const NAME = 'blend-bands';

/** A band narrower than this has no room for its number. */
const LABEL_FROM = 0.07;

/** P6: in how much of the voice the difference to an exact search could be heard. */
export function blendBands(blend: BlendSummary | null, context: ChartContext): Picture {
  const { t, format } = context;
  const title = t('blendBands.title');
  if (blend === null) return emptyPicture(NAME, title, t('blendBands.unknown'));
  const all = blend.same === 1;
  const sentence = t('blendBands.summary', {
    same: format.of100(blend.same),
    slight: format.of100(blend.slight),
    different: format.of100(blend.different),
    median: steps(blend.median, context),
    p95: below(blend.p95, context),
  });
  return {
    title,
    summary: all ? t('blendBands.all') : together(sentence, t('blendBands.step')),
    name: NAME,
    table: {
      columns: [t('blendBands.band'), t('blendBands.share')],
      rows: [
        [t('blendBands.same'), blend.same * 100],
        [t('blendBands.slight'), blend.slight * 100],
        [t('blendBands.different'), blend.different * 100],
        [t('blendBands.median'), blend.median],
        [t('blendBands.p95'), blend.p95],
      ],
    },
    // A bar of one color says no more than the sentence.
    option: all ? null : bandsOption([{ label: '', blend }], context),
  };
}

/** A hundredth of a step is far below what can be heard; more digits would only look like knowledge. */
const LEAST_STEP = 0.01;

function steps(value: number, { format }: ChartContext): string {
  return value < LEAST_STEP ? `<\u00a0${format.number(LEAST_STEP)}` : format.number(value);
}

/** The same where the sentence says "below" already. */
function below(value: number, { format }: ChartContext): string {
  return format.number(Math.max(LEAST_STEP, value));
}

/** One bar of three bands for each index. */
export function bandsOption(
  bars: readonly { readonly label: string; readonly blend: BlendSummary }[],
  context: ChartContext,
) {
  const { t, format, colors } = context;
  const bands = [
    { key: 'same', color: colors.good, pattern: {} },
    { key: 'slight', color: colors.usable, pattern: { decal: hatch(colors.surface) } },
    { key: 'different', color: colors.unusable, pattern: { decal: dots(colors.surface) } },
  ] as const;
  return {
    ...baseOption(context),
    grid: { left: 4, right: 20, top: 28, bottom: 4 },
    legend: { ...legend(context), icon: 'rect' },
    tooltip: {
      ...tooltip(context),
      trigger: 'axis' as const,
      axisPointer: { type: 'none' as const },
      formatter: (parameters: unknown) => {
        const bar = bars[hoveredIndex(parameters)];
        if (bar === undefined) return '';
        return tooltipHtml(bar.label || t('blendBands.title'), [
          ...bands.map(({ key }) => format.named(t(`blendBands.${key}`), format.percent(bar.blend[key]))),
          t('blendBands.steps', { median: steps(bar.blend.median, context), p95: below(bar.blend.p95, context) }),
        ]);
      },
    },
    xAxis: {
      ...xAxis(context, ''),
      type: 'value' as const,
      min: 0,
      max: 1,
      axisLine: { show: false },
      axisLabel: { color: colors.muted, fontSize: 12, formatter: (value: number) => format.percent(value) },
    },
    yAxis: {
      type: 'category' as const,
      inverse: true,
      data: bars.map(({ label }) => label),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colors.text, fontSize: 12, width: 120, overflow: 'truncate' as const },
    },
    series: bands.map(({ key, color, pattern }) => ({
      type: 'bar' as const,
      name: t(`blendBands.${key}`),
      stack: 'bands',
      barWidth: 28,
      data: bars.map(({ blend }) => ({ value: blend[key], label: { show: blend[key] >= LABEL_FROM } })),
      itemStyle: { color, borderColor: colors.surface, borderWidth: 1, ...pattern },
      emphasis: { disabled: true },
      label: {
        color: colors.text,
        backgroundColor: colors.surface,
        padding: [2, 5],
        borderRadius: 3,
        fontSize: 12,
        formatter: (parameters: unknown) => format.percent(bars[hoveredIndex(parameters)]?.blend[key] ?? 0),
      },
    })),
  };
}
