import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import { useSettings } from '@/stores/settings';
import { useTroubleshooting } from '@/words/useTroubleshooting';

/** Says, once a start, that what was set before does not hold, and what became of it. It stays until it is read. */
export function useSettingsToast(): () => void {
  const { t } = useI18n();
  const toast = useToast();
  const settings = useSettings();
  const buttonOf = useTroubleshooting();

  return () => {
    const trouble = settings.info?.settingsTrouble ?? null;
    if (trouble === null) return;
    toast.add({
      title: t(`settings.trouble.${trouble}.title`),
      description: t(`settings.trouble.${trouble}.text`),
      icon: 'i-lucide-settings-2',
      color: 'warning',
      duration: 0,
      actions: [buttonOf('settings-unread')],
    });
  };
}
