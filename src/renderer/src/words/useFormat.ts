import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { type Format, formatOf } from '@/words/format';

/** The formats of the language shown now. */
export function useFormat(): ComputedRef<Format> {
  const { locale } = useI18n();
  return computed(() => formatOf(locale.value));
}
