import { together } from '@/words/together';
import { bandsOption } from '../blendBands/blendBandsOption';
import type { CompareItem } from './compareItem';
import { type ChartContext, emptyPicture, type Picture } from '../picture';

const NAME = 'compare-bands';

/** P7: in how much of the voice the difference could be heard, one bar for each index. */
export function compareBands(items: readonly CompareItem[], context: ChartContext): Picture {
  const { t, format } = context;
  const title = t('blendBands.title');
  const bars = items.flatMap(({ label, measurement: { stored } }) =>
    stored.blend === null ? [] : [{ label, blend: stored.blend }],
  );
  if (bars.length === 0) return emptyPicture(NAME, title, t('blendBands.unknown'));
  return {
    title,
    summary: together(
      ...bars.map(({ label, blend }) =>
        t('compareBands.one', { label, same: format.of100(blend.same), different: format.of100(blend.different) }),
      ),
    ),
    name: NAME,
    table: {
      columns: [
        t('sizeAndCost.index'),
        t('blendBands.same'),
        t('blendBands.slight'),
        t('blendBands.different'),
        t('blendBands.median'),
        t('blendBands.p95'),
      ].map((column, place) => (place > 0 && place < 4 ? t('frame.percentOf', { what: column }) : column)),
      rows: bars.map(({ label, blend }) => [
        label,
        blend.same * 100,
        blend.slight * 100,
        blend.different * 100,
        blend.median,
        blend.p95,
      ]),
    },
    option: bandsOption(bars, context),
  };
}

/** Height that gives each index a bar. */
export function bandsHeight(bars: number): number {
  return 56 + 44 * Math.max(1, bars);
}
