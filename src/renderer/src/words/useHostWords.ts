import { useI18n } from 'vue-i18n';
import type { Problem } from '@shared/contract/primitives';
import { useFailure } from './useFailure';

/** Says of a program on this computer why it cannot be looked into. */
export function useHostWords() {
  const { t } = useI18n();
  const failures = useFailure();

  function problem(found: Problem): string {
    if (found.code === 'FOLDER_AWAY') return t('uses.away');
    const { sentence, action } = failures.words(found);
    return `${sentence} ${action}`;
  }

  return { problem };
}
