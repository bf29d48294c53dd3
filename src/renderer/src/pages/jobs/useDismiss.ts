import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import { useJobs } from '@/stores/jobs';
import { useFailure } from '@/words/useFailure';

/** Takes jobs off the list, and offers to bring them back. */
export function useDismiss(): (ids: readonly string[]) => Promise<void> {
  const { t } = useI18n();
  const toast = useToast();
  const jobs = useJobs();
  const { attempt } = useFailure();

  return async (ids) => {
    const done = await attempt(() => jobs.dismiss(ids));
    if (done === undefined) return;
    const bringBack = (): void => void attempt(() => jobs.restore(ids));
    toast.add({
      title: t('toasts.dismissed', { count: ids.length }, ids.length),
      icon: 'i-lucide-list-x',
      color: 'neutral',
      actions: [{ label: t('repair.undo'), icon: 'i-lucide-undo-2', onClick: bringBack }],
    });
  };
}
