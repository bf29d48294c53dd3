import type { Suspect } from '@shared/contract/sound';
import type { SiftResult } from '@shared/jobs/sift';
import { passageOf } from '@/components/sound/programmes';
import type { Programme } from '@/stores/player';

export type HeardRules = Readonly<Record<'silence' | 'duplicates' | 'outliers', Programme | null>>;

/**
 * What each rule takes, one after the other; null where nothing of it is known, or can be heard.
 *
 * @param voice Null where its recordings are not at hand.
 */
export function heardByRule(voice: string | null, suspects: SiftResult['suspects']): HeardRules {
  if (voice === null) return { silence: null, duplicates: null, outliers: null };
  const programme = (rule: string, reason: Suspect['reason']): Programme | null => {
    const passages = suspects.filter((suspect) => suspect.reason === reason).map((found) => passageOf(voice, found));
    return passages.length === 0 ? null : { id: `rule ${voice} ${rule}`, passages, runsOn: true };
  };
  return {
    silence: programme('silence', 'silence'),
    duplicates: programme('duplicates', 'duplicate'),
    outliers: programme('outliers', 'outlier'),
  };
}
