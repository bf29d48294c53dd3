import type { Figure } from '@shared/contract/measurement';
import { together } from '@/words/together';
import { indexMark } from '../chartTheme';
import type { CompareItem } from './compareItem';
import { curvePoints, nprobeAxis, type PlacedPoint, pointAt } from '../nprobeAxis';
import {
  baseOption,
  type ChartContext,
  emptyPicture,
  hoveredValue,
  legend,
  type Picture,
  percentAxis,
  tooltip,
  tooltipHtml,
} from '../picture';
import { intervalBand } from '../qualityCurve/qualityCurveOption';

const NAME = 'compare-curves';

/** P7: what several indexes find, by groups searched, on the same axes; a large mark shows where each one stands. */
export function compareCurves(items: readonly CompareItem[], context: ChartContext): Picture {
  const { t, format, colors } = context;
  const title = t('compareCurves.title');
  const curves = items
    .map(({ label, slot, measurement }) => ({
      label,
      mark: indexMark(colors, slot),
      points: curvePoints(measurement),
      stored: measurement.stored,
    }))
    .filter(({ points }) => points.length > 0);
  if (curves.length === 0) return emptyPicture(NAME, title, t('nprobe.noGroups'));

  const all: PlacedPoint[] = curves.flatMap(({ points }) => points).sort((a, b) => a.nprobe - b.nprobe);
  const known = all.every(({ same }) => same !== null);
  const of = ({ same, recall }: Pick<PlacedPoint, 'same' | 'recall'>): Figure => (known ? same : null) ?? recall;
  const what = t(known ? 'qualityCurve.same' : 'qualityCurve.recall');
  const lowest = Math.min(...all.map((point) => of(point).low));

  return {
    title,
    summary: together(
      ...curves.map(({ label, stored }) =>
        t(
          known ? 'compareCurves.one' : 'compareCurves.oneNeighbors',
          { label, nprobe: format.exact(stored.nprobe ?? 0), figure: format.of100(of(stored).value) },
          stored.nprobe ?? 0,
        ),
      ),
      t('compareCurves.mark'),
    ),
    name: NAME,
    table: {
      columns: [
        t('sizeAndCost.index'),
        t('nprobe.axis'),
        t('frame.percentOf', { what }),
        t('frame.from', { what }),
        t('frame.to', { what }),
      ],
      rows: curves.flatMap(({ label, points }) =>
        points.map((point) => {
          const { value, low, high } = of(point);
          return [label, point.nprobe, value * 100, low * 100, high * 100];
        }),
      ),
    },
    option: {
      ...baseOption(context),
      legend: { ...legend(context), data: curves.map(({ label }) => label) },
      grid: { left: 4, right: 16, top: 56, bottom: 24 },
      tooltip: {
        ...tooltip(context),
        trigger: 'axis',
        formatter: (parameters: unknown) => {
          const [nprobe = 0] = hoveredValue(parameters);
          return tooltipHtml(
            t('nprobe.searched', { nprobe: format.exact(nprobe) }, nprobe),
            curves.flatMap(({ label, points }) => {
              const point = pointAt(points, nprobe);
              return point === null ? [] : [format.named(label, format.percent(of(point).value))];
            }),
          );
        },
      },
      xAxis: nprobeAxis(context, all),
      yAxis: percentAxis(context, '', { lowest, nameGap: 0 }),
      series: curves.flatMap(({ label, mark, points, stored }) => [
        ...intervalBand(points, of, mark.color),
        {
          type: 'line' as const,
          name: label,
          data: points.map((point) => ({
            value: [point.nprobe, of(point).value * 100],
            symbolSize: point.nprobe === stored.nprobe ? 14 : 6,
          })),
          symbol: mark.symbol,
          lineStyle: { color: mark.color, type: mark.line, width: 2 },
          itemStyle: { color: mark.color },
          emphasis: { disabled: true },
          z: 3,
        },
      ]),
    },
  };
}
