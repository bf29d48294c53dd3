import { watch } from 'vue';
import type { ButtonProps } from '@nuxt/ui';
import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import type { VoiceNews } from '@shared/contract/library';
import type { Voice } from '@shared/contract/voices';
import { assertNever } from '@shared/domain/assertNever';
import { useJobs } from '@/stores/jobs';
import { useLibrary } from '@/stores/library';
import { useFailure } from '@/words/useFailure';
import { useFormat } from '@/words/useFormat';
import { useNames } from '@/words/useNames';
import { useNavigation } from '@/stores/navigation';

const ID = 'news';

/** Says what other programs have added to the library: in one toast, with the one thing to do about it. */
export function useNewsToast(): void {
  const { t } = useI18n();
  const format = useFormat();
  const names = useNames();
  const toast = useToast();
  const library = useLibrary();
  const jobs = useJobs();
  const navigation = useNavigation();
  const { attempt } = useFailure();

  function titleOf(news: VoiceNews, { name: voice }: Voice): string {
    switch (news.what) {
      case 'frames':
        return t('found.frames', { voice, moments: format.value.count(news.count) }, news.count);
      case 'index':
      case 'voice':
        return t(`found.${news.what}`, { voice });
      default:
        return assertNever(news);
    }
  }

  function actionOf(news: VoiceNews, { id, indexes }: Voice): ButtonProps {
    switch (news.what) {
      case 'frames':
        return {
          label: t(indexes.length > 0 ? 'verdict.actions.rebuild' : 'library.build'),
          onClick: () => navigation.open({ name: 'build', voice: id }),
        };
      case 'index':
        return {
          label: t('verdict.actions.measure'),
          onClick: () => void attempt(() => jobs.request({ kind: 'measure', index: news.index, queries: null })),
        };
      case 'voice':
        return { label: t('toasts.show'), onClick: () => navigation.open({ name: 'voice', id }) };
      default:
        return assertNever(news);
    }
  }

  function tell(found: readonly (readonly [VoiceNews, Voice])[]): void {
    const [first, ...others] = found;
    if (first === undefined) return;
    const single = others.length === 0;
    toast.add({
      id: ID,
      title: single ? titleOf(...first) : t('found.several', { count: found.length }, found.length),
      description: single ? '' : names(found.map(([, voice]) => voice.name)),
      icon: 'i-lucide-folder-sync',
      color: 'neutral',
      duration: 10_000,
      actions: [
        single ? actionOf(...first) : { label: t('toasts.show'), onClick: () => navigation.open({ name: 'library' }) },
      ],
    });
  }

  watch(
    () => library.news,
    (news) =>
      tell(
        news.flatMap((one) => {
          const voice = library.voice(one.voice);
          return voice === undefined ? [] : [[one, voice] as const];
        }),
      ),
  );
}
