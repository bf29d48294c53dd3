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

  /** What was done to the frames before they were indexed. */
  function tags({ made }: IndexFile): string[] {
    if (made === null) return [];
    return [
      made.compressed === null ? null : t('index.made.compressed', { count: format.value.exact(made.compressed) }),
      made.expanded ? t('index.made.expanded') : null,
      made.voices > 1 ? t('index.made.voices', { count: made.voices }, made.voices) : null,
      made.selected ? t('index.made.selected') : null,
    ].filter((tag) => tag !== null);
  }

  /** Short names that tell these indexes apart: by what was done, by the groups searched, by their order. */
  function labels(indexes: readonly IndexFile[]): string[] {
    const details = [tags, ({ facts }: IndexFile) => (facts?.nprobe ? [format.value.count(facts.nprobe)] : [])];
    const names = details.reduce(
      (known, detail) =>
        known.map((name, place) => {
          const index = indexes[place];
          const twice = known.filter((other) => other === name).length > 1;
          return index && twice ? [name, ...detail(index)].join(' · ') : name;
        }),
      indexes.map(title),
    );
    return names.map((name, place) => {
      const earlier = names.slice(0, place).filter((other) => other === name).length;
      return earlier > 0 ? `${name} (${earlier + 1})` : name;
    });
  }

  return { title, shape, tags, labels };
}
