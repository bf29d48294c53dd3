import { computed, ref, watch } from 'vue';
import { defineStore } from 'pinia';
import { isAway } from '@shared/domain/voice/arranging';
import { type BatchContext, tally, toMeasure } from '@shared/domain/voice/batch';
import type { Failure } from '@shared/contract/errors';
import type { JobSnapshot } from '@shared/contract/jobs';
import type { JobKind, JobRequest } from '@shared/jobs';
import { failureOf } from './failure';
import { isActive, useJobs } from './jobs';
import { useJudged } from './judged';
import { useLibrary } from './library';
import { useMeasurements } from './measurements';

/** An index that a job is asked for. */
interface Asked {
  readonly index: string;
  readonly voice: string;
  readonly name: string;
}

/** What did not work of a check or a batch. */
export interface Failed {
  readonly kind: JobKind;
  /** The voice, where it is of one. */
  readonly voice: string | null;
  readonly subject: string;
  readonly failure: Failure;
}

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
  /** Indexes that are still to be measured, the one under way not among them; by the names they had when that was asked. */
  const waiting = ref<readonly Asked[]>([]);
  const current = ref<string | null>(null);
  /** Jobs of a batch that have not ended. */
  const followed = new Set<string>();
  /** All jobs of the last batch. */
  const batch = ref<readonly string[]>([]);
  /** What did not work of the last check or batch: it is said at the end, all at once. */
  const failed = ref<readonly Failed[]>([]);
  /** Whether a person looks at them. */
  const showing = ref(false);
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
    waiting.value = there.flatMap((judgedVoice) =>
      toMeasure(judgedVoice, measurements.look).map(({ id, name }) => ({
        index: id,
        voice: judgedVoice.voice.name,
        name,
      })),
    );
    total.value = waiting.value.length;
    batch.value = [];
    failed.value = [];
    phase.value = 'running';
    await next();
  }

  async function next(): Promise<void> {
    current.value = null;
    const [asked, ...rest] = waiting.value;
    if (asked === undefined) {
      phase.value = 'done';
      return;
    }
    waiting.value = rest;
    // An index that is gone meanwhile, or cannot be asked for, leaves the others as they are.
    const id = await request(asked);
    if (id === null) return next();
    current.value = id;
    const known = jobs.byId.get(id);
    if (!known || isActive(known.state)) return;
    note(known);
    await next();
  }

  /** Asks for the next job; null, and it is noted, where it cannot be asked for. */
  async function request({ index, voice, name }: Asked): Promise<string | null> {
    try {
      const id = await jobs.request({ kind: 'measure', index, queries: null, background: true });
      jobs.mute(id);
      return id;
    } catch (error) {
      failed.value = [...failed.value, { kind: 'measure', voice, subject: name, failure: failureOf(error) }];
      return null;
    }
  }

  function note({ state, failure, request: { kind }, voice, subject }: JobSnapshot): void {
    if (state !== 'failed' || failure === null) return;
    const name = voice === null ? null : (library.voice(voice)?.name ?? null);
    failed.value = [...failed.value, { kind, voice: name, subject, failure }];
  }

  /** How the voices are is said when the last of these jobs has ended, as after a check. */
  function follow(ids: readonly string[]): void {
    batch.value = ids;
    if (phase.value !== 'running') failed.value = [];
    // What was found before is about to be another.
    if (phase.value === 'done') phase.value = 'idle';
    for (const id of ids) {
      const known = jobs.byId.get(id);
      // Some may have ended while the others were asked for.
      if (known === undefined || isActive(known.state)) followed.add(id);
      else note(known);
    }
    tellBatch();
  }

  function tellBatch(): void {
    if (followed.size === 0 && phase.value !== 'running') phase.value = 'done';
  }

  /** Takes back all that the last batch did. */
  async function undo(): Promise<void> {
    const ids: string[] = [];
    try {
      for (const undoing of undoes.value) {
        const id = await jobs.request(undoing);
        jobs.mute(id);
        ids.push(id);
      }
    } finally {
      // What was asked for is followed, though the rest could not be.
      if (ids.length > 0) follow(ids);
    }
  }

  /** Ends here; what has been measured stays. */
  async function stop(): Promise<void> {
    waiting.value = [];
    if (current.value !== null) await jobs.cancel(current.value);
  }

  function close(): void {
    phase.value = 'idle';
    batch.value = [];
    failed.value = [];
    repairing.value = false;
    showing.value = false;
  }

  watch(
    () => jobs.ended,
    (job) => {
      if (job === null) return;
      const isFollowed = followed.delete(job.id);
      if (isFollowed || job.id === current.value) note(job);
      if (isFollowed) tellBatch();
      if (job.id !== current.value) return;
      if (job.state === 'cancelled') waiting.value = [];
      void next();
    },
    { flush: 'sync' },
  );

  return {
    phase,
    total,
    measured,
    context,
    findings,
    failed,
    showing,
    repairing,
    undoes,
    start,
    follow,
    undo,
    stop,
    close,
  };
});
