import { dirname, join } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import type { JobSnapshot } from '@shared/contract/jobs';
import { JobRequest, type JobResult } from '@shared/jobs';
import type { Measurement } from '@shared/contract/measurement';
import { filePath, type Host } from '@shared/contract/primitives';
import type { Voice } from '@shared/contract/voices';
import type { RequestOf, ResultOf, WorkRequest } from '@shared/jobs';
import type { RepairChange } from '@shared/jobs/repair';
import { MOST_QUERIES } from '@shared/domain/measures/holdOut';
import { DEFAULT_SEED } from '@shared/domain/maths/random';
import { SAMPLE_VOICE } from '@shared/domain/voice/sampleVoice';
import { assertNever } from '@shared/domain/assertNever';
import type { Library } from '../library/library';
import type { Memory } from '../library/memory';
import type { Tokens } from '../library/tokens';

/** The work of a job: what the worker is asked, and what the job is about. */
export interface PreparedJob {
  readonly work: JobWork;
  readonly subject: string;
  readonly voice: string | null;
}
export type JobWork = RequestOf<JobRequest['kind']>;
const JOB_KINDS: ReadonlySet<WorkRequest['kind']> = new Set(
  JobRequest.options.map(({ entries }) => entries.kind.literal),
);

/** Whether this is work that the page can ask for. */
export function isJobWork(work: WorkRequest): work is JobWork {
  return JOB_KINDS.has(work.kind);
}

type RequestOfPage<K extends JobRequest['kind']> = Extract<JobRequest, { kind: K }>;

export const SAMPLE_NAME = 'Sample voice';

export interface RequestsOptions {
  readonly library: Pick<Library, 'voice' | 'index'>;
  readonly tokens: Pick<Tokens, 'peek' | 'take'>;
  readonly memory: Pick<Memory, 'get' | 'set'>;
  /** @throws BAD_REQUEST when there is no such job */
  readonly job: (id: string) => JobSnapshot;
  /** Indexes built by the app lie in `<builtRoot>/<voice id>/<job id>/`. */
  readonly builtRoot: string;
  readonly sampleRoot: string;
  /** Bytes of vectors a job may keep in memory, as the person has set it. */
  readonly memoryLimit: () => number | null;
}

/** Where indexes lie that were built of an index that belongs to no voice. */
const LOOSE = 'loose';

/** Turns what the page asks for, by ids, into what a worker is asked to do, by paths. */
export class Requests {
  readonly #options: RequestsOptions;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** @throws FILE_NOT_FOUND, TOKEN_UNKNOWN, HOST_NOT_FOUND, BAD_REQUEST */
  prepare(request: JobRequest, jobId: string): PreparedJob {
    const { library, builtRoot, sampleRoot } = this.#options;
    switch (request.kind) {
      case 'sample':
        return { work: sampleWork(sampleRoot), subject: SAMPLE_NAME, voice: null };
      case 'train': {
        const { kind, sources, name, totalFea, ...options } = request;
        const [first, ...others] = sources.map((source) => this.#source(source));
        if (first === undefined) throw new VoronoiceError('BAD_REQUEST', 'There is nothing to build of.');
        const work: JobWork = {
          kind,
          sources: [first, ...others].map(({ path, weight }) => ({ path, weight })),
          ...options,
          seed: DEFAULT_SEED,
          name: name ?? (others.length === 0 ? (first.voice?.name ?? null) : null),
          out: join(builtRoot, first.voice?.id ?? LOOSE, jobId),
          totalFea,
          measure: true,
          memoryLimit: this.#options.memoryLimit(),
        };
        return { work, subject: first.name, voice: first.voice?.id ?? null };
      }
      case 'tune': {
        const { kind, budgetSeconds, options, limits } = request;
        const voice = library.voice(request.voice);
        const work: JobWork = { kind, folder: voice.path, budgetSeconds, options, limits, seed: DEFAULT_SEED };
        return { work, subject: voice.name, voice: voice.id };
      }
      case 'sift': {
        const { kind, selection } = request;
        const voice = library.voice(request.voice);
        return {
          work: { kind, folder: voice.path, selection, seed: DEFAULT_SEED },
          subject: voice.name,
          voice: voice.id,
        };
      }
      case 'export': {
        const { index, voice } = library.index(request.index);
        const { host, name, setAside } = request;
        const root = this.#hostRoot(request, voice, 'take');
        return {
          work: { kind: 'export', index: index.path, host, root, name, setAside },
          subject: index.name,
          voice: voice?.id ?? null,
        };
      }
      case 'measure': {
        const { index, voice } = library.index(request.index);
        const asking = this.#asking(voice, request.queries);
        return {
          work: { kind: 'measure', index: index.path, ...asking, nprobes: [] },
          subject: index.name,
          voice: voice?.id ?? null,
        };
      }
      case 'compare': {
        const [first, ...others] = request.indexes.map((id) => library.index(id));
        if (first === undefined) throw new VoronoiceError('BAD_REQUEST', 'There is nothing to compare.');
        const asking = this.#asking(first.voice, request.queries);
        return {
          work: { kind: 'compare', indexes: [first, ...others].map(({ index }) => index.path), ...asking },
          subject: first.voice?.name ?? first.index.name,
          voice: first.voice?.id ?? null,
        };
      }
      case 'repair': {
        const { index, voice } = library.index(request.index);
        const change = this.#change(request.change, index.path);
        return {
          work: { kind: 'repair', index: index.path, change, out: null },
          subject: index.name,
          voice: voice?.id ?? null,
        };
      }
      default:
        return assertNever(request);
    }
  }

  /** What the export would do; the same token may be looked at again and then used. */
  preparePlan(request: { index: string; host: Host; root: string | null; name: string }): RequestOf<'exportPlan'> {
    const { index, voice } = this.#options.library.index(request.index);
    const root = this.#hostRoot(request, voice, 'peek');
    const { host, name } = request;
    return { kind: 'exportPlan', index: index.path, host, root, name, setAside: false };
  }

  /** Who asks when an index is measured: the chosen folder, else what the voice was made of. */
  #asking(
    voice: Voice | null,
    queries: string | null,
  ): Pick<RequestOf<'measure'>, 'features' | 'queries' | 'seed' | 'most'> {
    return {
      features: voice === null || voice.featuresPath === null ? null : voice.path,
      queries: queries === null ? null : this.#options.tokens.take(queries, ['folder']).path,
      seed: DEFAULT_SEED,
      most: MOST_QUERIES,
    };
  }

  #source({ type, id, weight }: RequestOfPage<'train'>['sources'][number]): {
    readonly path: string;
    readonly weight: number | null;
    readonly name: string;
    readonly voice: Voice | null;
  } {
    if (type === 'voice') {
      const voice = this.#options.library.voice(id);
      return { path: voice.path, weight, name: voice.name, voice };
    }
    const { index, voice } = this.#options.library.index(id);
    return { path: index.path, weight, name: index.name, voice };
  }

  #change(change: RequestOfPage<'repair'>['change'], path: string): RepairChange {
    switch (change.type) {
      case 'nprobe':
      case 'name':
        return change;
      case 'link':
        return { type: 'link', target: this.#options.library.index(change.target).index.path };
      case 'undo': {
        const { result } = this.#options.job(change.job);
        if (result?.kind !== 'repair' || result.value.backup === null || result.value.index !== path)
          throw new VoronoiceError('BAD_REQUEST', 'This job has left nothing of this index to go back to.');
        return { type: 'undo', backup: result.value.backup };
      }
      default:
        return assertNever(change);
    }
  }

  /** The folder that the person chose now, chose before for this index, that the voice lies in, or chose last. */
  #hostRoot(
    { index, host, root }: { readonly index: string; readonly host: Host; readonly root: string | null },
    voice: Voice | null,
    use: 'peek' | 'take',
  ): string {
    const { tokens, memory, sampleRoot } = this.#options;
    const chosenForIndex = `hostRoot:${host}:${index}`;
    const chosenLast = `hostRoot:${host}`;
    if (root !== null) {
      const { path } = tokens[use](root, ['folder']);
      memory.set(chosenForIndex, path);
      memory.set(chosenLast, path);
      return path;
    }
    // The sample voice lies as in a host's folder, but no host ever looks there.
    const own = voice !== null && voice.layout === host && voice.hostRoot !== sampleRoot ? voice.hostRoot : null;
    const known = memory.get(chosenForIndex, filePath) ?? own ?? memory.get(chosenLast, filePath);
    if (known === null)
      throw new VoronoiceError('HOST_NOT_FOUND', 'No folder of this host has been chosen yet.', { host });
    return known;
  }
}

function sampleWork(root: string): RequestOf<'sample'> {
  const { minutes, seed } = SAMPLE_VOICE;
  return { kind: 'sample', root, name: SAMPLE_NAME, minutes, version: 'v2', seed };
}

/** The same work for another job: only where a new index goes differs. */
export function repeat(work: JobWork, jobId: string): JobWork {
  return work.kind === 'train' ? { ...work, out: join(work.out, '..', jobId) } : work;
}

/** The folder that finished work has changed; null when it has only looked. */
export function changedFolder(work: JobWork): string | null {
  switch (work.kind) {
    case 'sample':
    case 'export':
      return work.root;
    case 'train':
      return work.sources[0]?.path ?? null;
    case 'repair':
      return dirname(work.out ?? work.index);
    case 'measure':
    case 'compare':
    case 'tune':
    case 'sift':
      return null;
    default:
      return assertNever(work);
  }
}

/** The indexes that finished work has measured, in the order they were named. */
export function measuredIndexes(
  work: JobWork,
  value: ResultOf<WorkRequest['kind']>,
): readonly { readonly path: string; readonly measurement: Measurement }[] {
  switch (work.kind) {
    case 'train': {
      const { index, measurement } = value as ResultOf<'train'>;
      return measurement === null ? [] : [{ path: index, measurement }];
    }
    case 'measure':
      return [{ path: work.index, measurement: value as ResultOf<'measure'> }];
    case 'compare': {
      const { items } = value as ResultOf<'compare'>;
      return work.indexes.flatMap((path, i) => {
        const measurement = items[i];
        return measurement === undefined ? [] : [{ path, measurement }];
      });
    }
    case 'sample':
    case 'export':
    case 'repair':
    case 'tune':
    case 'sift':
      return [];
    default:
      return assertNever(work);
  }
}

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

/** The answer of a worker as the result of a job. `indexAt` knows what the library calls a file. */
export function jobResult(
  work: JobWork,
  value: ResultOf<WorkRequest['kind']>,
  indexAt: (path: string) => string | null,
): JobResult {
  switch (work.kind) {
    case 'sample':
      return { kind: 'sample', value: value as ResultOf<'sample'> };
    case 'train': {
      const train: Optional<ResultOf<'train'>, 'measurement'> = { ...(value as ResultOf<'train'>) };
      delete train.measurement;
      return { kind: 'train', value: train, index: indexAt(train.index) };
    }
    case 'export':
      return { kind: 'export', value: value as ResultOf<'export'> };
    case 'measure':
      return { kind: 'measure', level: (value as ResultOf<'measure'>).verdict.level };
    case 'compare':
      return { kind: 'compare', count: (value as ResultOf<'compare'>).items.length };
    case 'repair': {
      const repair = value as ResultOf<'repair'>;
      return { kind: 'repair', value: repair, index: indexAt(repair.index) };
    }
    case 'tune':
      return { kind: 'tune', value: value as ResultOf<'tune'> };
    case 'sift':
      return { kind: 'sift', value: value as ResultOf<'sift'> };
    default:
      return assertNever(work);
  }
}
