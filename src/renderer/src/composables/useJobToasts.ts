import { watch } from 'vue';
import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import type { JobSnapshot } from '@shared/contract/jobs';
import { useFailure } from './useFailure';
import { useFormat } from './useFormat';
import { useJobWords } from './useJobWords';
import { useJobs } from '@/stores/jobs';
import { useLibrary } from '@/stores/library';
import { useSettings } from '@/stores/settings';
import { useNavigation, type Page } from '@/app/navigation';

/** Tells that a job has ended, wherever the person is. Never a dialog. */
export function useJobToasts(): void {
  const { t } = useI18n();
  const format = useFormat();
  const toast = useToast();
  const jobs = useJobs();
  const library = useLibrary();
  const settings = useSettings();
  const navigation = useNavigation();
  const words = useJobWords();
  const failures = useFailure();

  function placeOf(job: JobSnapshot): Page {
    const folder = job.result?.kind === 'sample' ? job.result.value.folder : null;
    const made = library.voices.find((voice) => voice.path === folder || voice.featuresPath === folder);
    const voice = job.voice ?? made?.id;
    if (voice !== undefined) return { name: 'voice', id: voice };
    return { name: job.request.kind === 'sample' ? 'library' : 'jobs' };
  }

  /** Whether the person sees the result already. */
  function isHere(job: JobSnapshot): boolean {
    return JSON.stringify(placeOf(job)) === JSON.stringify(navigation.page);
  }

  function summary({ result }: JobSnapshot): string {
    switch (result?.kind) {
      case 'train': {
        const { nlist, bytes } = result.value;
        return t('toasts.train', { groups: format.value.count(nlist), size: format.value.bytes(bytes) }, nlist);
      }
      case 'sample':
        return t('toasts.sample', { audio: format.value.audio(result.value.frames) });
      case 'export':
        return t('toasts.export', { host: t(`hosts.${result.value.host}`) });
      case undefined:
        return '';
    }
  }

  function tell(job: JobSnapshot): void {
    const title = words.title(job);
    if (job.state === 'done') {
      toast.add({
        title: t('toasts.done', { title }),
        description: summary(job),
        color: 'success',
        icon: 'i-lucide-circle-check',
        actions: isHere(job)
          ? []
          : [
              {
                label: t('toasts.show'),
                color: 'neutral',
                variant: 'outline',
                onClick: () => navigation.open(placeOf(job)),
              },
            ],
      });
    } else if (job.state === 'cancelled') {
      toast.add({ title: t('toasts.cancelled', { title }), color: 'neutral', icon: 'i-lucide-circle-slash' });
    } else if (job.failure) {
      const { sentence, action } = failures.words(job.failure);
      toast.add({
        title: t('toasts.failed', { title }),
        description: `${sentence} ${action}`,
        color: 'error',
        icon: 'i-lucide-octagon-x',
        duration: 12_000,
        actions: [
          {
            label: t('toasts.details'),
            color: 'neutral',
            variant: 'outline',
            onClick: () => navigation.open({ name: 'jobs' }),
          },
        ],
      });
    }
  }

  watch(
    () => jobs.ended,
    (job) => {
      if (!job) return;
      if (job.id !== jobs.attended) tell(job);
      if (job.request.kind === 'train' && job.state === 'done') void settings.refreshInfo();
    },
  );
}
