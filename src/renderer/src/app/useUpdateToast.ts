import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import { useSettings } from '@/stores/settings';
import { useVersions } from '@/stores/versions';

/** Says once, after an update, that there is something new. */
export function useUpdateToast(): () => Promise<void> {
  const { t } = useI18n();
  const toast = useToast();
  const settings = useSettings();
  const versions = useVersions();

  return async () => {
    const { info, locale } = settings;
    if (info === null || info.updatedFrom === null) return;
    const { newsIn } = await import('@/pages/settings/news');
    if (newsIn(locale, info.version) === null) return;
    toast.add({
      title: t('settings.news.updated', { version: info.version }),
      icon: 'i-lucide-sparkles',
      duration: 10_000,
      actions: [{ label: t('settings.news.open'), onClick: () => (versions.isNewsOpen = true) }],
    });
  };
}
