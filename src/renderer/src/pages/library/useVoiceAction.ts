import { computed, type ComputedRef } from 'vue';
import type { JudgedVoice } from '@shared/domain/voice/arranging';
import type { HealthAction } from '@shared/domain/verdict/health';
import { useNavigation } from '@/stores/navigation';
import { useJobs } from '@/stores/jobs';
import { useLibrary } from '@/stores/library';

/** What only building can do; everything else begins on the voice's page. */
const BUILDS: readonly (HealthAction | null)[] = ['build', 'rebuild', 'finish', 'mendLink'];

/** The one thing to do next with a voice: build its first index, or look at it. */
export function useVoiceAction(judged: () => JudgedVoice): {
  readonly building: ComputedRef<boolean>;
  readonly action: ComputedRef<'build' | 'open'>;
  readonly open: () => void;
  readonly act: () => void;
} {
  const navigation = useNavigation();
  const jobs = useJobs();
  const library = useLibrary();
  const voice = computed(() => judged().voice);
  const building = computed(() => jobs.activeOf(voice.value.id, 'train') !== undefined);
  const action = computed(() => {
    const { level, action: advice } = judged().health;
    const needed = level !== 'good' && level !== 'usable' && BUILDS.includes(advice);
    const possible = voice.value.problem === null && library.away(voice.value.id) === undefined;
    return needed && possible && !building.value ? 'build' : 'open';
  });

  function open(): void {
    navigation.open({ name: 'voice', id: voice.value.id });
  }

  function act(): void {
    if (action.value === 'build') navigation.open({ name: 'build', voice: voice.value.id });
    else open();
  }

  return { building, action, open, act };
}
