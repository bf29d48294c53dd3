import { useI18n } from 'vue-i18n';
import type { Health } from '@/app/health';
import type { IndexFile } from '@shared/contract/voices';
import { useFormat } from './useFormat';

/** Says why an index is as healthy as it is. */
export function useHealthWords() {
  const { t } = useI18n();
  const format = useFormat();

  /** One or two words beside the mark. */
  function level(of: Health): string {
    return of.level === 'none' ? t(`health.nothing.${of.reason}`) : t(`health.levels.${of.level}`);
  }

  /** One sentence: the finding. */
  function sentence({ reason, code }: Health): string {
    return code ? t(`errors.${code}.sentence`) : t(`health.reasons.${reason}.sentence`);
  }

  /** What lies behind it, with the numbers of the index. */
  function why({ reason, code }: Health, index: IndexFile | null): string {
    if (code) return `${t(`errors.${code}.cause`)} ${t(`errors.${code}.action`)}`;
    const { count } = format.value;
    const facts = index?.facts;
    return t(`health.reasons.${reason}.why`, {
      vectors: count(facts?.vectors ?? 0),
      dimension: facts?.dimension ?? 0,
      frames: count(index?.stale?.frames ?? 0),
      small: count(facts?.lists?.small ?? 0),
      groups: count(facts?.nlist ?? 0),
      nprobe: count(facts?.nprobe ?? 0),
    });
  }

  return { level, sentence, why };
}
