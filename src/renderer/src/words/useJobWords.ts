import { useI18n } from 'vue-i18n';
import type { JobSnapshot } from '@shared/contract/jobs';
import { useJobs } from '@/stores/jobs';
import { useFormat } from './useFormat';

/** Says what a job is and how far it has come. */
export function useJobWords() {
  const i18n = useI18n();
  const { t } = i18n;
  const format = useFormat();
  const jobs = useJobs();

  function title({ request, subject }: JobSnapshot): string {
    switch (request.kind) {
      case 'sample':
        return t('jobs.titles.sample');
      case 'train':
        return t('jobs.titles.train', { voice: subject, recipe: t(`recipes.${request.recipe}.name`) });
      case 'export':
        return t('jobs.titles.export', { subject: request.name, host: t(`hosts.${request.host}`) });
      case 'measure':
        return t('jobs.titles.measure', { subject });
      case 'compare':
        return t('jobs.titles.compare', { subject });
      case 'tune':
        return t(request.options === null ? 'jobs.titles.tune' : 'jobs.titles.try', { voice: subject });
      case 'sift':
        return t('jobs.titles.sift', { voice: subject });
      case 'repair':
        switch (request.change.type) {
          case 'nprobe':
            return t('jobs.titles.nprobe', { subject, nprobe: request.change.nprobe });
          case 'link':
            return t('jobs.titles.link', { subject });
          case 'name':
            return t('jobs.titles.name', { subject });
          case 'undo':
            return t('jobs.titles.undo', { subject });
        }
    }
  }

  function step(job: JobSnapshot): string {
    if (job.state === 'queued') return t('jobs.states.queued');
    const progress = job.progress;
    if (!progress) return t('jobs.starting');
    const key = `jobs.steps.${progress.step}`;
    const name = i18n.te(key) ? t(key) : progress.step;
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
