import { computed, ref, watch } from 'vue';
import { defineStore } from 'pinia';
import { isAway } from '@shared/domain/voice/arranging';
import { type BatchContext, tally, toMeasure } from '@shared/domain/voice/batch';
import type { JobRequest } from '@shared/jobs';
import { isActive, useJobs } from './jobs';
import { useJudged } from './judged';
import { useLibrary } from './library';
import { useMeasurements } from './measurements';

/**
 * Measures everything in the library that is not measured yet. One job of it is in the queue at a time, so that whatever
 * else a person asks for comes before the rest.
 */
export const useCheckUp = defineStore('checkUp', () => {
  const judged = useJudged();
  const jobs = useJobs();
  const library = useLibrary();
  const measurements = useMeasurements();

  const phase = ref<'idle' | 'running' | 'done'>('idle');
  const total = ref(0);
  /** Indexes that are still to be measured, the one under way not among them. */
  const waiting = ref<readonly string[]>([]);
  const current = ref<string | null>(null);
  /** Jobs of a batch that have not ended. */
  const followed = new Set<string>();
  /** All jobs of the last batch. */
  const batch = ref<readonly string[]>([]);
  /** Whether a person is asked about repairing all that one press mends. */
  const repairing = ref(false);

  const context = computed<BatchContext>(() => ({
    look: measurements.look,
    away: library.snapshot.away,
    names: library.voices.map(({ name }) => name),
  }));
  const findings = computed(() => tally(judged.voices, context.value));
  /** What takes back what the last batch did, once it has ended. */
  const undoes = computed<readonly JobRequest[]>(() =>
    phase.value !== 'done'
      ? []
      : batch.value.flatMap((id) => {
          const job = jobs.byId.get(id);
          const request = job?.state === 'done' ? jobs.undoOf(job) : null;
          return request === null ? [] : [request];
        }),
  );
  const measured = computed(() => total.value - waiting.value.length - (current.value === null ? 0 : 1));

  async function start(): Promise<void> {
    const there = judged.voices.filter(({ voice }) => !isAway(voice, library.snapshot.away));
    waiting.value = there.flatMap((voice) => toMeasure(voice, measurements.look).map(({ id }) => id));
    total.value = waiting.value.length;
    batch.value = [];
    phase.value = 'running';
    await next();
  }

  async function next(): Promise<void> {
    current.value = null;
    const [index, ...rest] = waiting.value;
    if (index === undefined) {
      phase.value = 'done';
      return;
    }
    waiting.value = rest;
    // An index that is gone meanwhile, or cannot be asked for, leaves the others as they are.
    const id = await jobs.request({ kind: 'measure', index, queries: null }).catch(() => null);
    if (id === null) return next();
    current.value = id;
    jobs.mute(id);
    const known = jobs.byId.get(id);
    if (known && !isActive(known.state)) await next();
  }

  /** How the voices are is said when the last of these jobs has ended, as after a check. */
  function follow(ids: readonly string[]): void {
    batch.value = ids;
    // What was found before is about to be another.
    if (phase.value === 'done') phase.value = 'idle';
    for (const id of ids) {
      const state = jobs.byId.get(id)?.state;
      // Some may have ended while the others were asked for.
      if (state === undefined || isActive(state)) followed.add(id);
    }
    tellBatch();
  }

  function tellBatch(): void {
    if (followed.size === 0 && phase.value !== 'running') phase.value = 'done';
  }

  /** Takes back all that the last batch did. */
  async function undo(): Promise<void> {
    const ids: string[] = [];
    for (const request of undoes.value) {
      const id = await jobs.request(request);
      jobs.mute(id);
      ids.push(id);
    }
    follow(ids);
  }

  /** Ends here; what has been measured stays. */
  async function stop(): Promise<void> {
    waiting.value = [];
    if (current.value !== null) await jobs.cancel(current.value);
  }

  function close(): void {
    phase.value = 'idle';
    batch.value = [];
    repairing.value = false;
  }

  watch(
    () => jobs.ended,
    (job) => {
      if (job === null) return;
      if (followed.delete(job.id)) tellBatch();
      if (job.id !== current.value) return;
      if (job.state === 'cancelled') waiting.value = [];
      void next();
    },
    { flush: 'sync' },
  );

  return { phase, total, measured, context, findings, repairing, undoes, start, follow, undo, stop, close };
});
