import { useI18n } from 'vue-i18n';
import type { JobSnapshot } from '@shared/contract/jobs';
import { jobTitle } from '@shared/domain/jobs/title';
import { useJobs } from '@/stores/jobs';
import { useFormat } from './useFormat';

/** Says what a job is and how far it has come. */
export function useJobWords() {
  const { t } = useI18n();
  const format = useFormat();
  const jobs = useJobs();

  const title = (job: JobSnapshot): string => jobTitle(job, (key, values = {}) => t(key, values));

  /** What became of it, or what it waits for. */
  function state({ state: name, held }: JobSnapshot): string {
    return t(name === 'queued' && held ? 'jobs.states.held' : `jobs.states.${name}`);
  }

  /** What a job waits for: a word of the person, or the one that runs. */
  function waiting(job: JobSnapshot): string {
    const running = jobs.current;
    if (job.held || running === null || running.state !== 'running') return state(job);
    return t('jobs.waitingFor', { title: title(running) });
  }

  function step(job: JobSnapshot): string {
    if (job.state === 'queued') return waiting(job);
    if (job.silentDisk !== null) return t('jobs.silent.step');
    const progress = job.progress;
    if (!progress) return t('jobs.starting');
    const name = t(`jobs.steps.${progress.step}`);
    if (progress.stepCount === 1) return name;
    return t('jobs.step', { name, number: progress.stepNumber, count: progress.stepCount });
  }

  /** Elapsed, and what is left when it is known: nobody knows when a drive answers again. */
  function time(job: JobSnapshot, now: number): string {
    const elapsed = t('jobs.elapsed', { time: format.value.clock(jobs.elapsed(job, now)) });
    const remaining = job.progress?.remainingMs;
    if (job.state !== 'running' || job.silentDisk !== null || remaining === null || remaining === undefined)
      return elapsed;
    return t('jobs.elapsedAndLeft', { elapsed, left: format.value.duration(remaining) });
  }

  return { title, state, step, time };
}
