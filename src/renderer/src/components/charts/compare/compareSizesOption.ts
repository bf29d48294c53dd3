import { indexColor } from '../chartTheme';
import type { CompareItem } from './compareItem';
import { tooSmall } from '@shared/domain/measures/listSizes';
import { together } from '@/words/together';
import { isSkewed, LOG_FLOOR, rankAt, sizeAreas } from '../groupSizes/groupSizesOption';
import {
  baseOption,
  type ChartContext,
  emptyPicture,
  hoveredValue,
  type Picture,
  tooltip,
  tooltipHtml,
  xAxis,
  yAxis,
} from '../picture';

const NAME = 'compare-sizes';

/** P7: the sorted group sizes of several indexes side by side, on the same axes. */
export function compareSizes(items: readonly CompareItem[], context: ChartContext): Picture {
  const { t, format, colors } = context;
  const title = t('compareSizes.title');
  const panels = items.flatMap(({ label, slot, measurement: { lists, stored } }) =>
    lists === null || lists.nlist === 0 ? [] : [{ label, slot, lists, few: tooSmall(lists, stored.nprobe) }],
  );
  if (panels.length === 0) return emptyPicture(NAME, title, t('groupSizes.noGroups'));

  const highest = Math.max(...panels.map(({ lists }) => lists.largest), 1);
  const widest = Math.max(...panels.map(({ lists }) => lists.nlist));
  const share = 100 / panels.length;
  // All on the same axis, which fits the most uneven of them.
  const logarithmic = panels.some(({ lists }) => isSkewed(lists));

  return {
    title,
    summary: together(
      ...panels.map(({ label, lists: { nlist }, few }) =>
        t('compareSizes.one', { label, small: format.exact(few), groups: format.exact(nlist) }, few),
      ),
    ),
    name: NAME,
    table: {
      columns: [t('sizeAndCost.index'), t('groupSizes.rank'), t('groupSizes.frames')],
      rows: panels.flatMap(({ label, lists }) =>
        lists.sorted.map((size, place) => [label, rankAt(place, lists), size]),
      ),
    },
    option: {
      ...baseOption(context),
      tooltip: {
        ...tooltip(context),
        trigger: 'axis',
        formatter: (parameters: unknown) => {
          const [, , rank = 1, size = 0] = hoveredValue(parameters);
          return tooltipHtml(t('groupSizes.frameCount', { frames: format.exact(size) }, size), [
            t('compareSizes.place', { rank: format.exact(rank) }),
          ]);
        },
      },
      grid: panels.map((_, place) => ({
        left: `${place * share}%`,
        width: `${share - 3}%`,
        top: 4,
        bottom: 4,
        // Each panel keeps its numbers to itself, out of the next one.
        outerBoundsMode: 'same' as const,
      })),
      xAxis: panels.map((_, place) => ({
        ...xAxis(context, ''),
        type: 'value' as const,
        gridIndex: place,
        min: 0,
        max: widest,
        splitNumber: 3,
        axisLabel: { color: colors.muted, fontSize: 12, hideOverlap: true, showMaxLabel: false },
        splitLine: { show: false },
      })),
      yAxis: panels.map(({ label }, place) => ({
        ...yAxis(context, label),
        ...(logarithmic
          ? { type: 'log' as const, min: LOG_FLOOR, max: 10 ** Math.ceil(Math.log10(highest)) }
          : { type: 'value' as const, min: 0, max: roundUp(highest) }),
        gridIndex: place,
        axisLabel: {
          color: colors.muted,
          fontSize: 12,
          hideOverlap: true,
          formatter: (value: number) => (value < 1 && value > 0 ? '' : format.count(value)),
        },
        nameTextStyle: {
          color: colors.text,
          fontSize: 12,
          fontWeight: 600,
          align: 'left' as const,
          width: 150,
          overflow: 'truncate' as const,
        },
      })),
      series: panels.flatMap(({ slot, lists, few }, place) =>
        sizeAreas(lists, indexColor(colors, slot), { logarithmic, anyTooSmall: few > 0 }, context).map((area) => ({
          ...area,
          xAxisIndex: place,
          yAxisIndex: place,
        })),
      ),
    },
  };
}

/** The next number with one significant digit: 416 becomes 500. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return Math.ceil(value / unit) * unit;
}
