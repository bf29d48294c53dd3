import { computed, ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { valueOf } from '@shared/contract/api';
import type { VoiceUse } from '@shared/contract/uses';
import type { IndexFile } from '@shared/contract/voices';
import type { JobSnapshot, JobState } from '@shared/contract/jobs';
import type { JobKind, JobRequest } from '@shared/jobs';

/** A job that will still change by itself. */
export function isActive(state: JobState): boolean {
  return state === 'queued' || state === 'running';
}

/** Main's jobs, as last told. */
export const useJobs = defineStore('jobs', () => {
  const byId = shallowRef<ReadonlyMap<string, JobSnapshot>>(new Map());
  /** The last snapshot of jobs that were taken off the list: only a newer one brings them back, a late one does not. */
  const removed = new Map<string, number>();
  /**
   * When each job began, on this page's own clock, as near as its snapshots tell: a running job's time goes on between
   * two of them. A snapshot may come late, or with an older progress; time never goes back for it.
   */
  const beganAt = new Map<string, number>();
  /** The job that ended last while the page watched, for the toast. */
  const ended = shallowRef<JobSnapshot | null>(null);

  /** A job that the person is looking at right now: its end needs no toast. */
  const attended = ref<string | null>(null);
  /** Jobs that are one of many: the end of each is not worth a word; whoever asked for them says what became of all. */
  const muted = new Set<string>();

  /** Whether the list of jobs is on the disk, too. */
  const kept = ref(true);

  /** Running first, then waiting in their order, then the newest. */
  const list = computed(() =>
    [...byId.value.values()].sort(
      (a, b) =>
        rank(a.state) - rank(b.state) ||
        (isActive(a.state) ? a.rank - b.rank || a.createdAt - b.createdAt : b.createdAt - a.createdAt),
    ),
  );
  const active = computed(() => list.value.filter((job) => isActive(job.state)));
  const current = computed(() => active.value[0] ?? null);
  const waiting = computed(() => active.value.filter(({ state }) => state === 'queued'));
  const held = computed(() => waiting.value.filter((job) => job.held));
  const over = computed(() => list.value.filter(({ state }) => !isActive(state)));

  /** The running job that the person is asked about before it is cancelled. */
  const asked = ref<string | null>(null);

  /** Takes a snapshot unless a newer one of this job is already here. */
  function apply(job: JobSnapshot): void {
    const known = byId.value.get(job.id);
    if (job.sequence <= (known?.sequence ?? removed.get(job.id) ?? 0)) return;
    removed.delete(job.id);
    if (job.state === 'running') {
      const began = performance.now() - (job.progress?.elapsedMs ?? 0);
      beganAt.set(job.id, Math.min(beganAt.get(job.id) ?? began, began));
    }
    byId.value = new Map(byId.value).set(job.id, job);
    if (known && isActive(known.state) && !isActive(job.state)) ended.value = job;
  }

  function remove(id: string, sequence: number): void {
    removed.set(id, sequence);
    beganAt.delete(id);
    const rest = new Map(byId.value);
    rest.delete(id);
    byId.value = rest;
  }

  function start(): void {
    window.api.on('jobs.changed', apply);
    window.api.on('jobs.removed', ({ id, sequence }) => remove(id, sequence));
    window.api.on('jobs.kept', (told) => (kept.value = told.kept));
    kept.value = valueOf(window.api.begin('jobs.areKept'));
    for (const job of valueOf(window.api.begin('jobs.list'))) apply(job);
  }

  /** The newest job of a voice that is under way. */
  function activeOf(voice: string, kind: JobKind): JobSnapshot | undefined {
    return active.value.find((job) => job.voice === voice && job.request.kind === kind);
  }

  /** The training that made an index, or the index that this one is an exported copy of, when it is still listed. */
  function madeBy({ id, path }: Pick<IndexFile, 'id' | 'path'>): JobSnapshot | undefined {
    const exported = list.value.find((job) => job.result?.kind === 'export' && job.result.value.files.includes(path));
    const origin = exported?.request.kind === 'export' ? exported.request.index : id;
    return list.value.find((job) => job.result?.kind === 'train' && job.result.index === origin);
  }

  /**
   * What takes a repair or a hand-over back: the old name, or the backups it left and the files it wrote. Null when
   * nothing does.
   */
  function undoOf({ id, request, result, subject }: JobSnapshot): JobRequest | null {
    if (result?.kind === 'export') {
      const { written, backups } = result.value;
      return written.length + backups.length === 0 ? null : { kind: 'takeBack', job: id };
    }
    if (request.kind !== 'repair' || result?.kind !== 'repair' || request.change.type === 'undo') return null;
    const index = result.index ?? request.index;
    // A job about an index has its name at that time as its subject.
    if (request.change.type === 'name') return { kind: 'repair', index, change: { type: 'name', name: subject } };
    return result.value.backup === null ? null : { kind: 'repair', index, change: { type: 'undo', job: id } };
  }

  /** The last repair of an index, when it can still be taken back. */
  function undoable(index: string): JobSnapshot | undefined {
    const repairs = list.value.filter(
      ({ state, request, result }) =>
        state === 'done' &&
        request.kind === 'repair' &&
        (request.index === index || (result?.kind === 'repair' && result.index === index)),
    );
    const [last] = repairs;
    return last && undoOf(last) !== null ? last : undefined;
  }

  /** The last hand-over that a program's model of a voice was changed by, while it can be taken back. */
  function handedOver(
    voice: string,
    { host, path }: VoiceUse,
    model: VoiceUse['models'][number],
  ): JobSnapshot | undefined {
    const undone = new Set(
      list.value.flatMap(({ state, request }) =>
        request.kind === 'takeBack' && (isActive(state) || state === 'done') ? [request.job] : [],
      ),
    );
    const isFor = ({ request, result }: JobSnapshot): boolean => {
      if (request.kind !== 'export' || result?.kind !== 'export' || request.host !== host) return false;
      const within = result.value.files.some((file) => /^[\\/]/.test(file.slice(path.length)) && file.startsWith(path));
      const asked = request.slot ?? request.model ?? `${request.name}.pth`;
      return within && asked === (model.slot ?? model.model);
    };
    return list.value.find((job) => job.voice === voice && isFor(job) && !undone.has(job.id) && undoOf(job) !== null);
  }

  /** Milliseconds a job has run by now. */
  function elapsed(job: JobSnapshot, now: number): number {
    if (job.state !== 'running') {
      // The clock on the wall may have been set meanwhile; the times of the steps are by the one that counts.
      if (job.times.length > 0) return job.times.reduce((all, { ms }) => all + ms, 0);
      // What was seen of the job is the least it took.
      const seen = job.progress?.elapsedMs ?? 0;
      if (job.startedAt !== null && job.finishedAt !== null) return Math.max(seen, job.finishedAt - job.startedAt);
      return seen;
    }
    return Math.max(job.progress?.elapsedMs ?? 0, now - (beganAt.get(job.id) ?? now));
  }

  const mute = (id: string): void => void muted.add(id);
  const isMuted = (id: string): boolean => muted.has(id);

  const request = async (job: JobRequest): Promise<string> => (await window.api.call('jobs.start', job)).id;
  const cancel = (id: string): Promise<null> => window.api.call('jobs.cancel', { id });
  const rerun = async (id: string): Promise<string> => (await window.api.call('jobs.rerun', { id })).id;
  const dismiss = (ids: readonly string[]): Promise<null> => window.api.call('jobs.dismiss', { ids: [...ids] });
  const restore = (ids: readonly string[]): Promise<null> => window.api.call('jobs.restore', { ids: [...ids] });
  const move = (id: string, before: string | null): Promise<null> => window.api.call('jobs.move', { id, before });
  const pause = (): Promise<null> => window.api.call('jobs.pause', null);
  const resume = (): Promise<null> => window.api.call('jobs.resume', null);

  /** What has not begun loses nothing; before work is thrown away, the person hears of it. */
  async function cancelOrAsk({ id, state }: JobSnapshot): Promise<void> {
    if (state === 'running') asked.value = id;
    else await cancel(id);
  }

  return {
    byId,
    list,
    active,
    current,
    waiting,
    held,
    over,
    asked,
    ended,
    attended,
    mute,
    isMuted,
    kept,
    apply,
    remove,
    start,
    activeOf,
    madeBy,
    undoOf,
    undoable,
    handedOver,
    elapsed,
    request,
    cancel,
    cancelOrAsk,
    rerun,
    dismiss,
    restore,
    move,
    pause,
    resume,
  };
});

function rank(state: JobState): number {
  switch (state) {
    case 'running':
      return 0;
    case 'queued':
      return 1;
    case 'done':
    case 'failed':
    case 'cancelled':
    case 'interrupted':
      return 2;
  }
}
