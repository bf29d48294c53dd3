import { computed, type WritableComputedRef } from 'vue';
import type { Settings } from '@shared/contract/settings';
import { useSettings } from '@/stores/settings';
import { useFailure } from '@/words/useFailure';

/** One of the person's choices, for a control: a change is shown at once and kept. */
export function useSetting<K extends keyof Settings>(key: K): WritableComputedRef<Settings[K]> {
  const settings = useSettings();
  const { attempt } = useFailure();
  return computed({
    get: () => settings.settings[key],
    set: (value) => void attempt(() => settings.change({ [key]: value })),
  });
}
