import { useI18n } from 'vue-i18n';
import type { ExportWarning } from '@shared/contract/exportWarning';
import type { Problem } from '@shared/contract/primitives';
import type { ExportPlan } from '@shared/jobs/exportPlan';
import { useFailure } from './useFailure';
import { together } from './together';

/** Says of a program on this computer why it cannot be looked into, and what may go wrong in it. */
export function useHostWords() {
  const { t } = useI18n();
  const failures = useFailure();

  function problem(found: Problem): string {
    if (found.code === 'FOLDER_AWAY') return t('uses.away');
    const { sentence, action } = failures.words(found);
    return together(sentence, action);
  }

  /** What is said by the list of files already is not said twice; other indexes have their own switch. */
  function remarks({ warnings }: Pick<ExportPlan, 'warnings'>): readonly ExportWarning[] {
    return warnings.filter(({ code }) => code !== 'REPLACES' && code !== 'OTHER_INDEX');
  }

  const remark = ({ code, details }: ExportWarning): string => t(`export.warnings.${code}`, { ...details });

  return { problem, remarks, remark };
}
