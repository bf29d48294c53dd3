import { useI18n } from 'vue-i18n';
import { useFormat } from './useFormat';

const MOST_NAMED = 3;

/** Lists a few of these names, and says how many more there are; `unnamed`: of so many only the number is known. */
export function useNames(): (names: readonly string[], unnamed?: number) => string {
  const { t } = useI18n();
  const format = useFormat();
  return (names, unnamed = 0) => {
    const listed = names.slice(0, MOST_NAMED);
    const more = names.length - listed.length + unnamed;
    const rest = more === 0 ? [] : [t('more', { count: format.value.exact(more) }, more)];
    return format.value.list([...listed, ...rest]);
  };
}
