import type { CurvePoint, Measurement, QualityPoint } from '@shared/contract/measurement';
import { type ChartContext, xAxis } from './picture';

export type Curve = Pick<Measurement, 'stored' | 'curve' | 'suggestion'>;

/** A point of the curve that has an nprobe, as points of indexes with groups have. */
export type PlacedPoint = (CurvePoint | (QualityPoint & { readonly msPerSecond: null })) & { readonly nprobe: number };

/** The curve by rising nprobe, with the value stored in the file even when the ladder leaves it out. */
export function curvePoints({ stored, curve }: Curve): PlacedPoint[] {
  const points: PlacedPoint[] = curve.flatMap((point) => {
    const { nprobe } = point;
    return nprobe === null ? [] : [{ ...point, nprobe }];
  });
  const { nprobe } = stored;
  if (nprobe !== null && !points.some((point) => point.nprobe === nprobe)) {
    points.push({ ...stored, nprobe, msPerSecond: null });
  }
  return points.sort((a, b) => a.nprobe - b.nprobe);
}

/** The point at one nprobe, when it was measured. */
export function pointAt(points: readonly PlacedPoint[], nprobe: number | null): PlacedPoint | null {
  return points.find((point) => point.nprobe === nprobe) ?? null;
}

/** Groups searched, each doubling as far from the last as the one before. */
export function nprobeAxis(context: ChartContext, points: readonly PlacedPoint[]) {
  return {
    ...xAxis(context, context.t('nprobe.axis')),
    type: 'log' as const,
    logBase: 2,
    min: points[0]?.nprobe ?? 1,
    max: lastNprobe(points),
    splitLine: { show: false },
  };
}

/** End of the axis; a single point still needs a width. */
export function lastNprobe(points: readonly PlacedPoint[]): number {
  const first = points[0]?.nprobe ?? 1;
  return Math.max(points.at(-1)?.nprobe ?? 1, first * 2);
}

/** Upright lines at the stored and at the suggested nprobe. Their words need two rows above the grid: 40 pixels. */
export function nprobeMarks(
  { t, format, colors }: ChartContext,
  { stored, suggestion }: Curve,
  points: readonly PlacedPoint[],
) {
  const same = stored.nprobe === suggestion.nprobe;
  const middle = Math.sqrt((points[0]?.nprobe ?? 1) * lastNprobe(points));
  const mark = (nprobe: number, words: string, row: number, type: 'solid' | 'dashed') => ({
    xAxis: nprobe,
    lineStyle: { type },
    label: {
      formatter: words,
      align: nprobe > middle ? ('right' as const) : ('left' as const),
      offset: [nprobe > middle ? 4 : -4, -row * 17] as [number, number],
    },
  });
  return {
    silent: true,
    symbol: ['none', 'none'],
    animation: false,
    lineStyle: { color: colors.text, width: 1.5 },
    label: { color: colors.text, fontSize: 12, position: 'end' as const, distance: 4 },
    data: [
      ...(stored.nprobe === null
        ? []
        : [
            mark(
              stored.nprobe,
              t(same ? 'nprobe.hereAndSuggested' : 'nprobe.here', { nprobe: format.exact(stored.nprobe) }),
              same ? 0 : 1,
              'solid',
            ),
          ]),
      ...(same
        ? []
        : [mark(suggestion.nprobe, t('nprobe.suggested', { nprobe: format.exact(suggestion.nprobe) }), 0, 'dashed')]),
    ],
  };
}
