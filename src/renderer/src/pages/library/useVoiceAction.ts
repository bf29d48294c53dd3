import { computed, type ComputedRef } from 'vue';
import type { Voice } from '@shared/contract/voices';
import { voiceHealth, type Health } from '@/app/health';
import { useNavigation } from '@/app/navigation';
import { useJobs } from '@/stores/jobs';

/** The one thing to do next with a voice: build its first index, or look at it. */
export function useVoiceAction(voice: () => Voice): {
  readonly health: ComputedRef<Health>;
  readonly building: ComputedRef<boolean>;
  readonly action: ComputedRef<'build' | 'open'>;
  readonly open: () => void;
  readonly act: () => void;
} {
  const navigation = useNavigation();
  const jobs = useJobs();
  const health = computed(() => voiceHealth(voice()));
  const building = computed(() => jobs.activeOf(voice().id, 'train') !== undefined);
  const action = computed(() => {
    const { level } = health.value;
    const needed = level === 'none' || level === 'unusable' || level === 'repair';
    return needed && voice().problem === null && !building.value ? 'build' : 'open';
  });

  function open(): void {
    navigation.open({ name: 'voice', id: voice().id });
  }

  function act(): void {
    if (action.value === 'build') navigation.open({ name: 'build', voice: voice().id });
    else open();
  }

  return { health, building, action, open, act };
}
