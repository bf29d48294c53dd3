import { ref } from 'vue';
import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import type { IndexFile } from '@shared/contract/voices';
import { useShelf } from '@/stores/shelf';
import { useFailure } from '@/words/useFailure';

/** An index that a dialog is open about. */
export interface Asked {
  readonly what: 'rename' | 'note';
  readonly index: IndexFile;
  readonly label: string;
}

/** What can be done with an index on the shelf, beside using it. */
export function useShelfActions() {
  const { t } = useI18n();
  const toast = useToast();
  const shelf = useShelf();
  const { attempt } = useFailure();
  const asked = ref<Asked | null>(null);

  /** Nothing is lost by it, so nothing is asked: it can be taken back. */
  async function discard(index: IndexFile, label: string): Promise<void> {
    const item = await attempt(() => shelf.discard(index.id));
    if (item === undefined) return;
    toast.add({
      id: item.id,
      title: t('shelf.deleted.title', { name: label }),
      description: t('shelf.deleted.hint'),
      icon: 'i-lucide-trash',
      duration: 10_000,
      actions: [
        {
          label: t('repair.undo'),
          icon: 'i-lucide-undo-2',
          onClick: () => void attempt(() => shelf.restore(item.id)),
        },
      ],
    });
  }

  /** For a menu; what the app did not build is only starred and noted. */
  function actions(index: IndexFile, label: string) {
    const { starred, note } = shelf.of(index.id);
    const own = [
      {
        label: t('shelf.rename.open'),
        icon: 'i-lucide-pencil',
        onSelect: () => (asked.value = { what: 'rename', index, label }),
      },
      { label: t('shelf.delete'), icon: 'i-lucide-trash', onSelect: () => void discard(index, label) },
    ];
    return [
      {
        label: t(starred ? 'shelf.star.off' : 'shelf.star.on'),
        icon: starred ? 'i-lucide-star-off' : 'i-lucide-star',
        onSelect: () => void attempt(() => shelf.set(index.id, { starred: !starred })),
      },
      {
        label: t(note === '' ? 'shelf.note.add' : 'shelf.note.change'),
        icon: 'i-lucide-sticky-note',
        onSelect: () => (asked.value = { what: 'note', index, label }),
      },
      ...(index.place === 'built' ? own : []),
    ];
  }

  return { asked, actions };
}
