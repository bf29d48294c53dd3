import { useI18n } from 'vue-i18n';
import type { JobSnapshot } from '@shared/contract/jobs';
import type { JobKind, JobRequestOf } from '@shared/jobs';
import { useJobs } from '@/stores/jobs';
import { useFormat } from './useFormat';

/** Says what a job is and how far it has come. */
export function useJobWords() {
  const { t } = useI18n();
  const format = useFormat();
  const jobs = useJobs();

  const titles: { readonly [K in JobKind]: (request: JobRequestOf<K>, subject: string) => string } = {
    sample: () => t('jobs.titles.sample'),
    train: ({ recipe }, voice) => t('jobs.titles.train', { voice, recipe: t(`recipes.${recipe}.name`) }),
    export: ({ name, host }) => t('jobs.titles.export', { subject: name, host: t(`hosts.${host}`) }),
    measure: (_request, subject) => t('jobs.titles.measure', { subject }),
    compare: (_request, subject) => t('jobs.titles.compare', { subject }),
    tune: ({ options }, voice) => t(options === null ? 'jobs.titles.tune' : 'jobs.titles.try', { voice }),
    sift: (_request, voice) => t('jobs.titles.sift', { voice }),
    listen: (_request, voice) => t('jobs.titles.listen', { voice }),
    repair: ({ change }, subject) =>
      change.type === 'nprobe'
        ? t('jobs.titles.nprobe', { subject, nprobe: change.nprobe })
        : t(`jobs.titles.${change.type}`, { subject }),
  };

  function titleOf<K extends JobKind>(request: JobRequestOf<K>, subject: string): string {
    return titles[request.kind](request, subject);
  }
  const title = ({ request, subject }: JobSnapshot): string => titleOf(request, subject);

  function step(job: JobSnapshot): string {
    if (job.state === 'queued') return t('jobs.states.queued');
    const progress = job.progress;
    if (!progress) return t('jobs.starting');
    const name = t(`jobs.steps.${progress.step}`);
    if (progress.stepCount === 1) return name;
    return t('jobs.step', { name, number: progress.stepNumber, count: progress.stepCount });
  }

  /** Elapsed, and what is left when it is known. */
  function time(job: JobSnapshot, now: number): string {
    const elapsed = t('jobs.elapsed', { time: format.value.clock(jobs.elapsed(job, now)) });
    const remaining = job.progress?.remainingMs;
    if (job.state !== 'running' || remaining === null || remaining === undefined) return elapsed;
    return t('jobs.elapsedAndLeft', { elapsed, left: format.value.duration(remaining) });
  }

  return { title, step, time };
}
