import { useI18n } from 'vue-i18n';
import type { QuerySet, Relation, Share } from '@shared/contract/measurement';
import { ORIGIN_KEYS } from './origins';
import { useFormat } from './useFormat';
import { useHealthWords } from './useHealthWords';
import { useNames } from './useNames';

/** Says what was asked of an index, by whom, and how it and its voice relate. */
export function useMeasuredWords() {
  const { t } = useI18n();
  const format = useFormat();
  const health = useHealthWords();
  const names = useNames();

  /** Which moments asked. */
  function asked({ n, origin }: QuerySet): string {
    return t(`charts.frame.asked.${ORIGIN_KEYS[origin]}`, { n: format.value.exact(n) }, n);
  }

  /** How much of the one is in the other: never all where it is nearly all. */
  function share({ value }: Share): string {
    if (value >= 1) return t('measure.shares.all');
    if (value <= 0) return t('measure.shares.nothing');
    return t('measure.shares.part', { part: health.part(value) });
  }

  /** What a share rests on. */
  function basis({ low, high, n }: Share): string {
    return low === high
      ? t('measure.shares.counted', { n: format.value.exact(n) })
      : t('measure.shares.sampled', {
          n: format.value.exact(n),
          low: format.value.percent(low),
          high: format.value.percent(high),
        });
  }

  /** The recordings that are not in it; empty where none is missing. */
  function missing({ missing: { files, more } }: Relation): string {
    if (files.length === 0) return '';
    const named = names(
      files.map(({ file }) => file),
      more,
    );
    return t('measure.shares.missing', { files: named });
  }

  return { asked, share, basis, missing };
}
