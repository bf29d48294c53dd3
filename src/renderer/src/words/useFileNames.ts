import { useI18n } from 'vue-i18n';
import { useFormat } from './useFormat';

const MOST_NAMED = 3;

/** Names a few of these files, and says how many more there are. */
export function useFileNames(): (files: readonly string[]) => string {
  const { t } = useI18n();
  const format = useFormat();
  return (files) => {
    const named = files.slice(0, MOST_NAMED).join(', ');
    const more = files.length - MOST_NAMED;
    return more > 0 ? t('leaveOut.someFiles', { files: named, count: format.value.exact(more) }, more) : named;
  };
}
