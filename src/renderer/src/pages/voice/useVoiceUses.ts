import { computed, type ComputedRef, type Ref, shallowRef, watch } from 'vue';
import type { VoiceUse } from '@shared/contract/uses';
import type { Host } from '@shared/contract/primitives';
import type { JobKind } from '@shared/jobs';
import { useJobs } from '@/stores/jobs';
import { useLibrary } from '@/stores/library';

/** Jobs after which a program may load another index. */
const CHANGING: ReadonlySet<JobKind> = new Set(['export', 'takeBack', 'repair']);

/** What the programs on this computer load for a voice, looked up again whenever that may have changed. */
export function useVoiceUses(voice: string): {
  readonly uses: Ref<readonly VoiceUse[]>;
  /** Programs that load an index, by its id. */
  readonly users: ComputedRef<ReadonlyMap<string, ReadonlySet<Host>>>;
  readonly look: () => Promise<readonly VoiceUse[]>;
} {
  const library = useLibrary();
  const jobs = useJobs();
  const uses = shallowRef<readonly VoiceUse[]>([]);

  /** Only the answer to the last question counts. */
  let asked = 0;
  async function look(): Promise<readonly VoiceUse[]> {
    const question = (asked += 1);
    const answer = await window.api.call('hosts.uses', { voice });
    if (question === asked) uses.value = answer;
    return answer;
  }

  /** The last job that may have changed something. */
  const changedBy = computed<string | null>((before = null) =>
    jobs.ended !== null && CHANGING.has(jobs.ended.request.kind) ? jobs.ended.id : before,
  );
  watch(
    () => [library.voice(voice), changedBy.value],
    ([known]) => {
      // A voice that has just left the library is used by nobody; what cannot be told now is not told.
      if (known !== undefined) void look().catch(() => undefined);
    },
    { immediate: true },
  );

  const users = computed(() => {
    const byIndex = new Map<string, Set<Host>>();
    for (const { host, models } of uses.value)
      for (const { index } of models)
        if (index !== null) byIndex.set(index, (byIndex.get(index) ?? new Set<Host>()).add(host));
    return byIndex;
  });

  return { uses, users, look };
}
