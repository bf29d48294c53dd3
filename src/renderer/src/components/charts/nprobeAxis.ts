import type { CurvePoint, Measurement, QualityPoint } from '@shared/contract/measurement';
import { type Judged, proposedNprobe } from '@shared/domain/measures/curve';
import { type ChartContext, xAxis } from './picture';

export type Curve = Pick<Measurement, 'stored' | 'curve'>;

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

/** What a character of a mark's words takes of the axis at most: pixels of the one and of the other. */
const CHARACTER = 7 / 300;

/**
 * Upright lines at the stored and at the suggested nprobe. Their words run towards the middle, side by side where there
 * is room and else in two rows: these need 44 pixels above the grid.
 */
export function nprobeMarks({ t, format, colors }: ChartContext, judged: Judged, points: readonly PlacedPoint[]) {
  const { stored } = judged;
  const proposed = proposedNprobe(judged);
  const same = stored.nprobe === proposed;
  const first = points[0]?.nprobe ?? 1;
  const line = (nprobe: number, key: string, type: 'solid' | 'dashed') => {
    const words = t(key, { nprobe: format.exact(nprobe) });
    const at = Math.log(nprobe / first) / Math.log(lastNprobe(points) / first);
    const length = words.length * CHARACTER;
    const [from, to] = at > 0.5 ? [at - length, at] : [at, at + length];
    return { nprobe, words, type, from, to, leftwards: at > 0.5 };
  };
  const here =
    stored.nprobe === null ? null : line(stored.nprobe, same ? 'nprobe.hereAndSuggested' : 'nprobe.here', 'solid');
  const suggested = same || proposed === null ? null : line(proposed, 'nprobe.suggested', 'dashed');
  const crowded = here !== null && suggested !== null && here.from < suggested.to && suggested.from < here.to;
  return {
    silent: true,
    symbol: ['none', 'none'],
    animation: false,
    lineStyle: { color: colors.text, width: 1.5 },
    label: { color: colors.text, fontSize: 12, position: 'end' as const, distance: 8 },
    data: [here, suggested].flatMap((mark) =>
      mark === null
        ? []
        : [
            {
              xAxis: mark.nprobe,
              lineStyle: { type: mark.type },
              label: {
                formatter: mark.words,
                align: mark.leftwards ? ('right' as const) : ('left' as const),
                offset: [mark.leftwards ? 4 : -4, crowded && mark === here ? -17 : 0] as [number, number],
              },
            },
          ],
    ),
  };
}
