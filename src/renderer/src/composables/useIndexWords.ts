import { useI18n } from 'vue-i18n';
import type { IndexFile } from '@shared/contract/voices';
import { useJobs } from '@/stores/jobs';
import { useFormat } from './useFormat';

/** Says which index it is, among the others of its voice. */
export function useIndexWords() {
  const { t } = useI18n();
  const format = useFormat();
  const jobs = useJobs();

  /** The recipe, where this app made the index and remembers; else what its name says. */
  function title(index: IndexFile): string {
    const request = jobs.madeBy(index)?.request;
    return request?.kind === 'train' ? t(`recipes.${request.recipe}.name`) : t(`index.kinds.${index.kind}`);
  }

  function shape({ facts }: IndexFile): string {
    if (!facts) return '';
    const { nlist, nprobe, vectors } = facts;
    if (vectors === 0) return t('index.noVectors');
    if (nlist === null || nprobe === null)
      return t('index.vectorCount', { count: format.value.count(vectors) }, vectors);
    return t('index.groupsSearched', { groups: format.value.count(nlist), nprobe: format.value.count(nprobe) });
  }

  /** Short names that tell these indexes apart. */
  function labels(indexes: readonly IndexFile[]): string[] {
    const names = indexes.map(title);
    const twice = (name: string): boolean => names.filter((other) => other === name).length > 1;
    const detailed = indexes.map((index, place) => {
      const name = names[place] ?? index.name;
      return twice(name) && index.facts?.nprobe ? `${name} · ${index.facts.nprobe}` : name;
    });
    return detailed.map((name, place) => {
      const earlier = detailed.slice(0, place).filter((other) => other === name).length;
      return earlier > 0 ? `${name} (${earlier + 1})` : name;
    });
  }

  return { title, shape, labels };
}
