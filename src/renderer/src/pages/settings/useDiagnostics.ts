import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import { useFailure } from '@/words/useFailure';

/** Saves what helps to find a fault as files that a person can look through, and says so. */
export function useDiagnostics(): () => Promise<void> {
  const { t } = useI18n();
  const toast = useToast();
  const { attempt } = useFailure();

  return async () => {
    await attempt(async () => {
      const name = await window.api.call('app.saveDiagnostics', null);
      if (name === null) return;
      toast.add({
        title: t('help.saved', { name }),
        description: t('help.lookFirst'),
        color: 'success',
        icon: 'i-lucide-archive',
        duration: 10_000,
      });
    });
  };
}
