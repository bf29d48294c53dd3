import { computed, reactive } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Tally } from '@shared/domain/voice/batch';
import { useCheckUp } from '@/stores/checkUp';
import { useFormat } from './useFormat';
import { together } from './together';

const ORDER: readonly (keyof Tally)[] = ['fine', 'repair', 'build', 'withoutFeatures', 'unknown', 'away'];

/** What a check of the whole library found, in one sentence, and how much of it did not work in another. */
export function useCheckUpWords(): { readonly sentence: string; readonly failed: string } {
  const { t } = useI18n();
  const format = useFormat();
  const checkUp = useCheckUp();
  const failed = computed(() => {
    const { length } = checkUp.failed;
    if (length === 0) return '';
    const kind = checkUp.failed.every((one) => one.kind === 'measure') ? 'measure' : 'other';
    return t(`voices.check.failed.${kind}`, { count: format.value.exact(length) }, length);
  });
  const sentence = computed(() => {
    const parts = ORDER.flatMap((name) => {
      const count = checkUp.findings[name];
      return count === 0 ? [] : [t(`voices.check.found.${name}`, { count: format.value.exact(count) }, count)];
    });
    const found = t('voices.check.sentence', { parts: format.value.list(parts) });
    return together(found, failed.value);
  });
  return reactive({ sentence, failed });
}
