import type { ButtonProps } from '@nuxt/ui';
import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import type { Failure, ErrorDetails } from '@shared/contract/errors';
import { useTroubleshooting } from './useTroubleshooting';
import { useJobs } from '@/stores/jobs';
import { failureOf } from '@/stores/failure';
import { SYMPTOM_OF } from '@/words/symptoms';
import { together } from '@/words/together';

export interface FailureWords {
  readonly sentence: string;
  readonly cause: string;
  readonly action: string;
}

/** Says a failure in the person's language. */
export function useFailure() {
  const { t } = useI18n();
  const toast = useToast();
  const buttonOf = useTroubleshooting();
  const jobs = useJobs();

  function words({ code, details }: { code: Failure['code']; details: ErrorDetails }): FailureWords {
    const named: Record<string, unknown> = { ...details };
    return {
      sentence: t(`errors.${code}.sentence`, named),
      cause: t(`errors.${code}.cause`, named),
      action: t(`errors.${code}.action`, named),
    };
  }

  /** Shows what went wrong where no page has a place for it. Cancelling is not a failure. */
  function tell(error: unknown): void {
    const failure = failureOf(error);
    if (failure.code === 'JOB_CANCELLED') return;
    const { sentence, cause, action } = words(failure);
    const symptom = SYMPTOM_OF[failure.code];
    toast.add({
      // Said again it is still one notice.
      id: sentence,
      title: sentence,
      description: together(cause, action),
      color: 'error',
      icon: 'i-lucide-octagon-x',
      duration: 10_000,
      actions: [...(symptom === null ? [] : [buttonOf(symptom)]), copyButton(failure)],
    });
  }

  /** Copies all that a helper needs, and nobody's names: main leaves them out. Says whether that was possible. */
  async function copy(failure: Failure): Promise<boolean> {
    const { code, message } = failure;
    const job = jobs.list.find((one) => one.failure === failure)?.id ?? null;
    const copied = await attempt(async () => {
      await navigator.clipboard.writeText(await window.api.call('app.diagnostics', { code, message, job }));
      return true;
    });
    return copied === true;
  }

  function copyButton(failure: Failure): ButtonProps {
    const onClick = (): void => void copy(failure);
    return { label: t('app.copyDetails'), icon: 'i-lucide-copy', color: 'neutral', variant: 'ghost', onClick };
  }

  /** Runs something that may fail, and tells when it does. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      tell(error);
      return undefined;
    }
  }

  return { words, tell, attempt, copy };
}
