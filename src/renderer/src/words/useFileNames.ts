import { useI18n } from 'vue-i18n';
import { useFormat } from './useFormat';

const MOST_NAMED = 3;

/** Names a few of these files, and says how many more there are; `unnamed`: of so many only the number is known. */
export function useFileNames(): (files: readonly string[], unnamed?: number) => string {
  const { t } = useI18n();
  const format = useFormat();
  return (files, unnamed = 0) => {
    const named = files.slice(0, MOST_NAMED);
    const more = files.length - named.length + unnamed;
    const rest = more === 0 ? [] : [t('leaveOut.more', { count: format.value.exact(more) }, more)];
    return format.value.list([...named, ...rest]);
  };
}
