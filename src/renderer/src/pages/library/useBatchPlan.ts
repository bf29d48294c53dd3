import { onUnmounted, ref, shallowRef } from 'vue';
import type { JudgedVoice } from '@shared/domain/voice/arranging';
import { type Batch, type BatchAction, type BatchContext, planVoice } from '@shared/domain/voice/batch';
import { createSlices } from '@/stores/slices';

/** Finds out what would be done with each of these voices: of thousands, too, without holding up the page. */
export function useBatchPlan(action: BatchAction, voices: readonly JudgedVoice[], context: BatchContext) {
  /** Null until all are planned. */
  const plan = shallowRef<Batch | null>(null);
  const planned = ref(0);
  let closed = false;
  onUnmounted(() => {
    closed = true;
  });

  async function make(): Promise<Batch | null> {
    const slices = createSlices();
    const requests: Batch['requests'][number][] = [];
    const refused: Batch['refused'][number][] = [];
    for (const [place, judged] of voices.entries()) {
      if (slices.isOver()) {
        planned.value = place;
        await slices.pause();
        if (closed) return null;
      }
      const answer = planVoice(action, judged, context);
      if (typeof answer === 'string') refused.push({ judged, reason: answer });
      else requests.push(...answer.map((request) => ({ judged, request })));
    }
    planned.value = voices.length;
    plan.value = { requests, refused };
    return plan.value;
  }

  return { plan, planned, make };
}
