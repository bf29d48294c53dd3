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
  const lowest = Math.min(...all.map((point) => point.recall.low));

  return {
    title,
    summary: [
      ...curves.map(({ label, stored }) =>
        t(
          'compareCurves.one',
          { label, nprobe: format.exact(stored.nprobe ?? 0), recall: format.number(stored.recall.value * 100) },
          stored.nprobe ?? 0,
        ),
      ),
      t('compareCurves.mark'),
    ].join(' '),
    name: NAME,
    table: {
      columns: [
        t('sizeAndCost.index'),
        t('nprobe.axis'),
        t('frame.percentOf', { what: t('qualityCurve.recall') }),
        t('frame.from', { what: t('qualityCurve.recall') }),
        t('frame.to', { what: t('qualityCurve.recall') }),
      ],
      rows: curves.flatMap(({ label, points }) =>
        points.map(({ nprobe, recall }) => [label, nprobe, recall.value * 100, recall.low * 100, recall.high * 100]),
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
              return point === null ? [] : [`${label}: ${format.percent(point.recall.value)}`];
            }),
          );
        },
      },
      xAxis: nprobeAxis(context, all),
      yAxis: percentAxis(context, '', { lowest, nameGap: 0 }),
      series: curves.flatMap(({ label, mark, points, stored }) => [
        ...intervalBand(points, (point) => point.recall, mark.color),
        {
          type: 'line' as const,
          name: label,
          data: points.map((point) => ({
            value: [point.nprobe, point.recall.value * 100],
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
