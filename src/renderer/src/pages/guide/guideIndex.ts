import { computed, ref, watch } from 'vue';
import { defineStore } from 'pinia';
import type { IndexFile } from '@shared/contract/voices';
import { isMeasurable } from '@shared/domain/verdict/health';
import { useLibrary } from '@/stores/library';
import { useMeasurements } from '@/stores/measurements';

/** Pictures that show several indexes have four colors. */
const MOST_SHOWN = 4;

/** The index whose pictures the guide shows: the newest measured one until the person chooses another. */
export const useGuideIndex = defineStore('guideIndex', () => {
  const library = useLibrary();
  const measurements = useMeasurements();
  const chosen = ref<string | null>(null);

  const everything = computed(() => [...library.voices.flatMap(({ indexes }) => indexes), ...library.indexes]);
  watch(everything, (indexes) => measurements.want(indexes), { immediate: true });

  /** Newest first. */
  const measured = computed(() =>
    everything.value
      .filter((index) => isMeasurable(index) && measurements.look(index) !== null)
      .sort((a, b) => b.modified - a.modified),
  );
  const index = computed(() => measured.value.find(({ id }) => id === chosen.value) ?? measured.value[0] ?? null);
  const voice = computed(() => (index.value === null ? null : (library.index(index.value.id)?.voice ?? null)));
  /** The chosen one, then others of its voice. */
  const siblings = computed<readonly IndexFile[]>(() => {
    const first = index.value;
    if (first === null) return [];
    const others = measured.value.filter(
      ({ id }) => id !== first.id && voice.value?.indexes.some((own) => own.id === id),
    );
    return [first, ...others].slice(0, MOST_SHOWN);
  });

  function choose(id: string): void {
    chosen.value = id;
  }

  return { measured, index, voice, siblings, choose };
});
