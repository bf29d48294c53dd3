import { useI18n } from 'vue-i18n';
import type { IndexFile } from '@shared/contract/voices';
import { usableName } from '@shared/domain/hosts/names';
import { useLibrary } from '@/stores/library';
import { useShelf } from '@/stores/shelf';
import { tellApart } from './tellApart';
import { useFormat } from './useFormat';

/** Says which index it is, among the others of its voice. */
export function useIndexWords() {
  const { t } = useI18n();
  const format = useFormat();
  const library = useLibrary();
  const shelf = useShelf();

  /** Whether its name is one that a person has given it: neither what a host, nor what a build would call it. */
  function isGiven({ id, kind, name }: IndexFile): boolean {
    const voice = library.index(id)?.voice?.name ?? '';
    return kind === 'other' && !name.startsWith('added_') && name !== `${usableName(voice)}.index`;
  }

  /** The recipe, where this app has built the index, or what it is a copy of; else what its name says, or the name itself. */
  function origin(index: IndexFile): string {
    const { recipe } = shelf.of(index.id);
    if (recipe !== null && !isGiven(index)) return t(`recipes.${recipe}.name`);
    return index.kind === 'other' ? index.name.replace(/\.index$/i, '') : t(`index.kinds.${index.kind}`);
  }

  /** Its origin, and what it has become since. */
  function title(index: IndexFile): string {
    const became = [
      index.made?.expanded === true ? 'expanded' : null,
      shelf.of(index.id).repairedFrom === null ? null : 'repaired',
      index.copyOf === undefined ? null : 'copy',
    ] as const;
    return became.reduce((name, as) => (as === null ? name : t(`index.named.${as}`, { name })), origin(index));
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
      made.voices > 1 ? t('index.made.voices', { count: made.voices }, made.voices) : null,
      made.selected ? t('index.made.selected') : null,
    ].filter((tag) => tag !== null);
  }

  /** Short names that tell these indexes apart: by what was done, by the groups searched, by their age. */
  function labels(indexes: readonly IndexFile[]): string[] {
    return tellApart(
      indexes.map((index) => ({
        name: title(index),
        details: [tags(index), index.facts?.nprobe ? [format.value.count(index.facts.nprobe)] : []],
        since: index.modified,
      })),
    );
  }

  /** The name of one among the indexes of its voice. */
  function label(index: IndexFile, siblings: readonly IndexFile[]): string {
    return labels(siblings)[siblings.findIndex(({ id }) => id === index.id)] ?? title(index);
  }

  return { shape, tags, labels, label };
}
