import type { ButtonProps } from '@nuxt/ui';
import { useI18n } from 'vue-i18n';
import { type Symptom, TROUBLESHOOTING } from '@/words/symptoms';
import { useNavigation } from '@/stores/navigation';

/** The button that leads to a symptom in the guide, wherever something is said to be wrong. */
export function useTroubleshooting(): (symptom: Symptom) => ButtonProps {
  const { t } = useI18n();
  const navigation = useNavigation();

  return (part) => ({
    label: t('help.more'),
    icon: 'i-lucide-life-buoy',
    color: 'neutral',
    variant: 'ghost',
    onClick: () => navigation.open({ name: 'guide', lesson: TROUBLESHOOTING, part }),
  });
}
