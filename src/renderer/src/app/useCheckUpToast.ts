import { watch } from 'vue';
import type { ButtonProps } from '@nuxt/ui';
import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import { useNavigation } from '@/stores/navigation';
import { useCheckUp } from '@/stores/checkUp';
import { useCheckUpWords } from '@/words/useCheckUpWords';
import { useFormat } from '@/words/useFormat';

const ID = 'check-up';

/** Says what a check of the library, or a batch of jobs, has come to, to whoever is elsewhere: the library shows it itself. */
export function useCheckUpToast(): void {
  const { t } = useI18n();
  const toast = useToast();
  const format = useFormat();
  const navigation = useNavigation();
  const checkUp = useCheckUp();
  const words = useCheckUpWords();

  function action(label: string, then: () => void): ButtonProps {
    const onClick = (): void => {
      navigation.open({ name: 'library' });
      then();
    };
    return { label, onClick };
  }

  function content() {
    const { repair } = checkUp.findings;
    const ask = (): void => {
      checkUp.repairing = true;
    };
    const show = (): void => {
      checkUp.showing = true;
    };
    return {
      title: words.sentence,
      icon: 'i-lucide-stethoscope',
      color: 'neutral' as const,
      actions: [
        repair > 0
          ? action(t('voices.check.repair', { count: format.value.exact(repair) }), ask)
          : action(t('toasts.show'), () => undefined),
        ...(checkUp.failed.length > 0 ? [action(t('voices.check.failed.show'), show)] : []),
      ],
    };
  }

  watch(
    () => checkUp.phase,
    (phase) => {
      if (phase !== 'done') toast.remove(ID);
      else if (navigation.page.name !== 'library') toast.add({ id: ID, duration: 12_000, ...content() });
    },
  );
  // The last verdict comes a moment after its job has ended.
  watch(
    () => (checkUp.phase === 'done' ? words.sentence : null),
    (sentence) => {
      if (sentence !== null) toast.update(ID, content());
    },
  );
}
