import { computed, type ComputedRef } from 'vue';
import type { JudgedVoice } from '@shared/domain/voice/arranging';
import type { HealthAction } from '@shared/domain/verdict/health';
import { useNavigation } from '@/stores/navigation';
import { useJobs } from '@/stores/jobs';
import { useLibrary } from '@/stores/library';
import { useSelection } from '@/stores/selection';

/** What only building can do; everything else begins on the voice's page. */
const BUILDS: readonly (HealthAction | null)[] = ['build', 'rebuild', 'finish', 'mendLink'];

/** What is done with a voice in the library: chosen, looked at, or the one thing that comes next, as building its first index. */
export function useVoiceAction(judged: () => JudgedVoice): {
  readonly building: ComputedRef<boolean>;
  readonly action: ComputedRef<'build' | 'open'>;
  /** What a click on it does: with Ctrl, Cmd or Shift it chooses the voice instead of opening it. */
  readonly press: (event: MouseEvent) => void;
  /** What comes next. */
  readonly act: () => void;
} {
  const navigation = useNavigation();
  const jobs = useJobs();
  const library = useLibrary();
  const selection = useSelection();
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

  function press(event: MouseEvent): void {
    if (!selection.take(voice.value.id, event)) open();
  }

  function act(): void {
    if (action.value === 'build') navigation.open({ name: 'build', voice: voice.value.id });
    else open();
  }

  return { building, action, press, act };
}
