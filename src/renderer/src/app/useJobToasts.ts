import { watch } from 'vue';
import type { ButtonProps } from '@nuxt/ui';
import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import type { JobSnapshot } from '@shared/contract/jobs';
import type { JobKind, JobResultOf } from '@shared/jobs';
import { useFailure } from '@/words/useFailure';
import { useFormat } from '@/words/useFormat';
import { useHealthWords } from '@/words/useHealthWords';
import { useJobPlace } from '@/stores/useJobPlace';
import { useJobWords } from '@/words/useJobWords';
import { useJobs } from '@/stores/jobs';
import { useSettings } from '@/stores/settings';
import { useNavigation } from '@/stores/navigation';
import { together } from '@/words/together';

/** Tells that a job has ended, wherever the person is. Never a dialog. */
export function useJobToasts(): void {
  const { t } = useI18n();
  const format = useFormat();
  const toast = useToast();
  const jobs = useJobs();
  const placeOf = useJobPlace();
  const health = useHealthWords();
  const settings = useSettings();
  const navigation = useNavigation();
  const words = useJobWords();
  const failures = useFailure();

  /** Whether the person sees the result already. */
  function isHere(job: JobSnapshot): boolean {
    const place = placeOf(job);
    const { page } = navigation;
    if (place === null || place.name !== page.name) return false;
    if ('voice' in place && 'voice' in page) return place.voice === page.voice;
    return 'id' in place && 'id' in page ? place.id === page.id : place.name !== 'compare';
  }

  const summaries: { readonly [K in JobKind]: (result: JobResultOf<K>) => string } = {
    train: ({ value: { nlist, bytes } }) => {
      const size = format.value.bytes(bytes);
      return nlist === null
        ? t('toasts.trainWithoutGroups', { size })
        : t('toasts.train', { groups: format.value.count(nlist), size }, nlist);
    },
    sample: ({ value }) => t('toasts.sample', { audio: format.value.audio(value.frames) }),
    unpack: ({ value }) =>
      t(
        'toasts.unpack',
        { count: format.value.count(value.files), size: format.value.bytes(value.bytes) },
        value.files,
      ),
    export: ({ value }) => t('toasts.export', { host: t(`hosts.${value.host}`) }),
    takeBack: () => t('toasts.repair.undo'),
    measure: ({ level }) => t('toasts.measure', { level: health.levelName(level) }),
    compare: ({ count }) => t('toasts.compare', { count }, count),
    repair: ({ value: { change, before, after } }) =>
      change.type === 'nprobe'
        ? t('toasts.repair.nprobe', {
            from: before?.nprobe ?? '',
            to: after.nprobe ?? '',
          })
        : t(`toasts.repair.${change.type}`),
    tune: ({ value: { candidates } }) => t('toasts.tune', { count: candidates.length }, candidates.length),
    sift: () => '',
    listen: () => '',
  };

  function summaryOf<K extends JobKind>(result: JobResultOf<K>): string {
    return summaries[result.kind](result);
  }
  const summary = ({ result }: JobSnapshot): string => (result === null ? '' : summaryOf(result));

  function show(job: JobSnapshot): ButtonProps[] {
    const place = placeOf(job) ?? { name: 'library' };
    if (isHere(job)) return [];
    return [{ label: t('toasts.show'), onClick: () => navigation.open(place) }];
  }

  function toJobs(): ButtonProps[] {
    if (navigation.page.name === 'jobs') return [];
    const onClick = (): void => navigation.open({ name: 'jobs' });
    return [{ label: t('toasts.details'), onClick }];
  }

  function undoOf(job: JobSnapshot): ButtonProps[] {
    const request = jobs.undoOf(job);
    if (request === null) return [];
    const undo = (): void => void failures.attempt(() => jobs.request(request));
    return [{ label: t('repair.undo'), icon: 'i-lucide-undo-2', onClick: undo }];
  }

  function tell(job: JobSnapshot): void {
    const title = words.title(job);
    if (job.state === 'done') {
      // What has been taken back cannot be taken back once more.
      if (job.request.kind === 'repair' && job.request.change.type === 'undo') toast.remove(job.request.change.job);
      if (job.request.kind === 'takeBack') toast.remove(job.request.job);
      toast.add({
        id: job.id,
        title: t('toasts.done', { title }),
        description: summary(job),
        color: 'success',
        icon: 'i-lucide-circle-check',
        actions: [...undoOf(job), ...show(job)],
      });
    } else if (job.state === 'cancelled') {
      toast.add({ title: t('toasts.cancelled', { title }), color: 'neutral', icon: 'i-lucide-circle-slash' });
    } else if (job.failure) {
      const { sentence, action } = failures.words(job.failure);
      toast.add({
        title: t('toasts.failed', { title }),
        description: together(sentence, action),
        color: 'error',
        icon: 'i-lucide-octagon-x',
        duration: 12_000,
        actions: toJobs(),
      });
    }
  }

  watch(
    () => jobs.kept,
    (kept) => {
      if (kept || navigation.page.name === 'jobs') return;
      toast.add({
        title: t('jobs.unkept.title'),
        color: 'warning',
        icon: 'i-lucide-hard-drive',
        duration: 12_000,
        actions: toJobs(),
      });
    },
  );
  watch(
    () => jobs.ended,
    (job) => {
      if (!job) return;
      // What has become of many is said once all have ended.
      if (job.id !== jobs.attended && !jobs.isMuted(job.id)) tell(job);
      if (job.request.kind === 'train' && job.state === 'done') void settings.refreshInfo();
    },
  );
}
