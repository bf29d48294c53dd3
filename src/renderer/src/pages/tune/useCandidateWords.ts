import { useI18n } from 'vue-i18n';
import type { TuneCandidate } from '@shared/jobs/tune';
import { planIndex } from '@shared/domain/recipes/plan';
import { CANDIDATE_IDS } from '@shared/domain/recipes/tuning';
import { useFormat } from '@/words/useFormat';
import type { Limit, Size } from './tuneSearch';

/** Says what a way to build an index is, and how it did. */
export function useCandidateWords() {
  const { t } = useI18n();
  const format = useFormat();

  /** One's own options were tried as `option-1` and so on; a search of another version may know ways that are none now. */
  function name(id: string): string {
    const known = CANDIDATE_IDS.find((candidate) => candidate === id);
    if (known !== undefined) return t(`tune.candidates.${known}`);
    const [, number] = /^option-(\d+)$/.exec(id) ?? [];
    return number === undefined ? id : t('tune.own', { number });
  }

  /** For those who know: factory string, groups searched, compression. */
  function technical({ options, factory, nprobe, vectors }: TuneCandidate, size: Size): string {
    const { compression } = planIndex({ ...size, options });
    return [
      factory,
      ...(nprobe === null ? [] : [`nprobe ${nprobe}`]),
      ...(compression === null
        ? []
        : [t(`tune.compressed.${compression.method}`, { vectors: format.value.exact(vectors) })]),
    ].join(' · ');
  }

  function limit(which: Limit, value: number): string {
    switch (which) {
      case 'maxBytes':
        return format.value.bytes(value);
      case 'maxMs':
        return t('charts.sizeAndCost.milliseconds', { ms: format.value.number(value) });
      case 'minQuality':
        return format.value.of100(value);
    }
  }

  return { name, technical, limit };
}
