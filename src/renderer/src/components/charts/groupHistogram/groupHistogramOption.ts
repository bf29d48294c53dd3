import type { ListSummary } from '@shared/contract/voices';
import { evenness, type SizeBin, sizeHistogram, tooSmall } from '@shared/domain/measures/listSizes';
import { NEIGHBORS } from '@shared/domain/rvc';
import { together } from '@/words/together';
import { indexColor } from '../chartTheme';
import {
  baseOption,
  type ChartContext,
  countAbove,
  emptyPicture,
  hatch,
  hoveredIndex,
  type Picture,
  tooltip,
  tooltipHtml,
  xAxis,
  yAxis,
} from '../picture';

const NAME = 'group-histogram';

/** Up to as many bins, every one has room for its label. */
const LABELED_BINS = 8;

/** P3: how many groups have which size; empty groups stand apart. */
export function groupHistogram(
  {
    lists,
    nprobe,
    indexSlot,
  }: { readonly lists: ListSummary | null; readonly nprobe: number | null; readonly indexSlot: number },
  context: ChartContext,
): Picture {
  const { t, format, colors } = context;
  const title = t('groupHistogram.title');
  if (lists === null || lists.nlist === 0) return emptyPicture(NAME, title, t('groupSizes.noGroups'));

  const groups = format.exact(lists.nlist);
  const bins = sizeHistogram(lists);
  const labels = bins.map((bin) => binLabel(bin, context));
  const bottom = xAxis(context, t('groupHistogram.sizeAxis'));
  const color = indexColor(colors, indexSlot);
  const anyTooSmall = tooSmall(lists, nprobe) > 0;
  const most = bins.reduce((fullest, bin) => (bin.lists > fullest.lists ? bin : fullest));

  return {
    title,
    summary:
      lists.largest === 0
        ? t('groupSizes.allEmpty', { groups }, lists.nlist)
        : together(
            t(`groupHistogram.${evenness(lists.imbalance)}`),
            t(
              most.to === 0 ? 'groupHistogram.mostEmpty' : 'groupHistogram.most',
              { size: binLabel(most, context), lists: format.count(most.lists), groups },
              lists.nlist,
            ),
            t('groupHistogram.imbalance', { imbalance: format.number(lists.imbalance) }),
          ),
    name: NAME,
    table: {
      columns: [t('groupHistogram.sizeAxis'), t('groupHistogram.groupsAxis')],
      rows: bins.map((bin, place) => [labels[place] ?? '', bin.lists]),
    },
    option: {
      ...baseOption(context),
      grid: { left: 4, right: 12, top: 34, bottom: 24 },
      tooltip: {
        ...tooltip(context),
        trigger: 'item',
        formatter: (parameters: unknown) => {
          const bin = bins[hoveredIndex(parameters)];
          if (bin === undefined) return '';
          return tooltipHtml(t('groupHistogram.groupCount', { groups: format.exact(bin.lists) }, bin.lists), [
            binLabel(bin, context),
            format.percent(bin.lists / lists.nlist),
          ]);
        },
      },
      xAxis: {
        ...bottom,
        type: 'category',
        data: labels,
        axisLabel: { ...bottom.axisLabel, ...(bins.length <= LABELED_BINS ? { interval: 0, hideOverlap: false } : {}) },
      },
      yAxis: {
        ...yAxis(context, t('groupHistogram.groupsAxis')),
        type: 'value',
        minInterval: 1,
      },
      series: [
        {
          type: 'bar',
          barCategoryGap: '20%',
          ...countAbove(context, (bar) => bins[bar]?.lists),
          data: bins.map(({ lists: value, to }) => ({
            value,
            itemStyle:
              anyTooSmall && to < NEIGHBORS ? { color: colors.repair, decal: hatch(colors.surface) } : { color },
          })),
        },
      ],
    },
  };
}

function binLabel({ from, to }: SizeBin, { t, format }: ChartContext): string {
  return to === 0 ? t('groupHistogram.emptyBin') : `${format.count(from)}–${format.count(to)}`;
}
