import { computed, type ComputedRef, watch } from 'vue';
import type { IndexMeasurements } from '@shared/contract/measurement';
import type { IndexFile } from '@shared/contract/voices';
import { isMeasurable } from '@shared/domain/verdict/health';
import { useMeasurements } from '@/stores/measurements';
import { useFailure } from '@/words/useFailure';

const NOTHING: IndexMeasurements = { latest: null, history: [] };

/** Everything measured about the index that a page shows; asked for again when the file changes. */
export function useMeasurement(index: () => IndexFile | null | undefined): ComputedRef<IndexMeasurements> {
  const measurements = useMeasurements();
  const { attempt } = useFailure();
  watch(
    () => {
      const shown = index();
      return shown && isMeasurable(shown) ? `${shown.id} ${shown.modified}` : null;
    },
    () => {
      const shown = index();
      if (shown && isMeasurable(shown)) void attempt(() => measurements.open(shown.id));
    },
    { immediate: true },
  );
  return computed(() => measurements.whole.get(index()?.id ?? '') ?? NOTHING);
}
