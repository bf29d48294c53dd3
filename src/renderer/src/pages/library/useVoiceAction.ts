import { computed, type ComputedRef } from 'vue';
import type { Voice } from '@shared/contract/voices';
import type { Health, HealthAction } from '@shared/domain/verdict/health';
import { useNavigation } from '@/app/navigation';
import { useHealth } from '@/stores/useHealth';
import { useJobs } from '@/stores/jobs';

/** What only building can do; everything else begins on the voice's page. */
const BUILDS: readonly (HealthAction | null)[] = ['build', 'rebuild', 'finish', 'mendLink'];

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
  const judge = useHealth();
  const health = computed(() => judge.ofVoice(voice()));
  const building = computed(() => jobs.activeOf(voice().id, 'train') !== undefined);
  const action = computed(() => {
    const { level, action: advice } = health.value;
    const needed = level !== 'good' && level !== 'usable' && BUILDS.includes(advice);
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
