import { computed, onUnmounted, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { assertNever } from '@shared/domain/assertNever';
import type { Batch } from '@shared/domain/voice/batch';
import {
  type HandOverObstacle,
  type PlannedHandOver,
  type ReadyHandOver,
  settleHandOvers,
} from '@shared/domain/voice/handOver';
import type { JobRequest } from '@shared/jobs';
import type { ExportPlan } from '@shared/jobs/exportPlan';
import { failureOf } from '@/stores/failure';
import { useFailure } from '@/words/useFailure';
import { useHostWords } from '@/words/useHostWords';
import { together } from '@/words/together';

const BY_CHANGE = ['replace', 'new', 'same'] as const;

/** Of the files of a hand-over, the one that changes most. */
function targetOf({ targets }: ExportPlan): ExportPlan['targets'][number] | undefined {
  return targets.toSorted((a, b) => BY_CHANGE.indexOf(a.state) - BY_CHANGE.indexOf(b.state))[0];
}

/** Finds out, one after the other, what each of several hand-overs would do, before any of it is done. */
export function useHandOvers() {
  const { t } = useI18n();
  const failures = useFailure();
  const hostWords = useHostWords();

  /** Null until all have answered. */
  const settled = shallowRef<ReturnType<typeof settleHandOvers> | null>(null);
  const looked = ref(0);
  /** Whether other indexes that a program might load instead make room. */
  const setAside = ref(false);
  /** Whether they are linked, where that can be. */
  const link = ref(false);
  let closed = false;
  onUnmounted(() => {
    closed = true;
  });

  async function look(wanted: Batch['requests']): Promise<void> {
    const planned: PlannedHandOver[] = [];
    for (const { judged, request } of wanted) {
      if (closed) return;
      if (request.kind !== 'export') continue;
      const { kind: _kind, setAside: _setAside, link: _link, ...asked } = request;
      const answer = await window.api.call('export.plan', asked).catch(failureOf);
      planned.push({ judged, request, answer });
      looked.value = planned.length;
    }
    settled.value = settleHandOvers(planned);
  }

  const others = computed(() =>
    (settled.value?.ready ?? []).reduce((sum, { answer }) => sum + answer.others.length, 0),
  );
  const requests = computed<Batch['requests']>(() =>
    (settled.value?.ready ?? []).map(({ judged, request, answer }) => ({
      judged,
      request: {
        ...request,
        setAside: setAside.value,
        link: link.value && answer.link !== null,
      } satisfies JobRequest,
    })),
  );
  /** What would be written of them. */
  const writing = computed(() => (settled.value?.ready ?? []).map(({ answer }) => answer));

  /** The program, and what happens there. */
  function textOf({ request, answer }: ReadyHandOver): string {
    const target = targetOf(answer);
    const state = target === undefined ? [] : [t(`export.states.${target.state}`)];
    return [t(`hosts.${request.host}`), ...state].join(' · ');
  }

  const fileOf = ({ answer }: ReadyHandOver): string | undefined => targetOf(answer)?.path.split(/[\\/]/).at(-1);

  function notesOf({ answer }: ReadyHandOver): string[] {
    const { length } = answer.others;
    const rivals = length === 0 ? [] : [t('voices.batch.others', { count: length }, length)];
    return [...hostWords.remarks(answer).map(hostWords.remark), ...rivals];
  }

  function whyNot(obstacle: HandOverObstacle): string {
    switch (obstacle.type) {
      case 'failure': {
        const { sentence, action } = failures.words(obstacle.failure);
        return together(sentence, action);
      }
      case 'slot':
        return t('voices.batch.reasons.slot');
      case 'sameFile':
        return t('voices.batch.reasons.sameFile', { name: obstacle.name });
      default:
        return assertNever(obstacle);
    }
  }

  return { settled, looked, setAside, link, others, requests, writing, look, textOf, fileOf, notesOf, whyNot };
}
