import * as v from 'valibot';
import { clip } from './clip';
import { compare } from './compare';
import { compress } from './compress';
import { expand } from './expand';
import { exportIndex } from './export';
import { exportPlan } from './exportPlan';
import { groupMoments } from './groupMoments';
import { inspect } from './inspect';
import type { LongLists, PageSide, Place, Step } from './kind';
import { listen } from './listen';
import { look } from './look';
import { measure } from './measure';
import { model } from './model';
import { probe } from './probe';
import { repair } from './repair';
import { sample } from './sample';
import { scan } from './scan';
import { sift } from './sift';
import { takeBack } from './takeBack';
import { train } from './train';
import { tune } from './tune';
import { unpack } from './unpack';
import { uses } from './uses';

/**
 * Every kind of work there is. All that is asked of a kind anywhere is derived from this table: the requests and
 * results that pass between the processes, the steps, what the page may ask and what it is told.
 */
const kinds = {
  scan,
  look,
  inspect,
  clip,
  groupMoments,
  model,
  sample,
  unpack,
  train,
  exportPlan,
  export: exportIndex,
  takeBack,
  measure,
  compare,
  repair,
  compress,
  expand,
  sift,
  tune,
  listen,
  probe,
  uses,
} as const;
type Kinds = typeof kinds;

export type WorkKind = keyof Kinds;

/** A schema's output with the kind as a type of its own, so that a table by kind can be asked without a cast. */
type OfKind<P, Output> = { readonly kind: P } & Omit<Output, 'kind'>;

/** What a worker is asked. */
export type RequestOf<K extends WorkKind> = { [P in K]: OfKind<P, v.InferOutput<Kinds[P]['request']>> }[K];
/** What it answers. */
export type ResultOf<K extends WorkKind> = { [P in K]: v.InferOutput<Kinds[P]['result']> }[K];
/** What it reports on the way. */
export type StepOf<K extends WorkKind> = { [P in WorkKind]: keyof Kinds[P]['steps'] & string }[K];

/** Kinds that share the reader process. */
export type ReaderKind = { [P in WorkKind]: Kinds[P]['process'] extends 'reader' ? P : never }[WorkKind];

/** Kinds that the page can ask for. */
export type JobKind = { [P in WorkKind]: Kinds[P]['page'] extends null ? never : P }[WorkKind];
type Page<K extends JobKind> = NonNullable<Kinds[K]['page']>;
export type JobRequestOf<K extends JobKind> = { [P in K]: OfKind<P, v.InferOutput<Page<P>['request']>> }[K];
/** What the page is told when a job is done. */
export type JobResultOf<K extends JobKind> = { [P in K]: OfKind<P, v.InferOutput<Page<P>['result']>> }[K];

/** A kind as those see it who handle all of them alike. */
interface AnyKind<K extends WorkKind> {
  readonly request: v.GenericSchema<unknown, RequestOf<K>>;
  readonly result: v.GenericSchema<unknown, ResultOf<K>>;
  readonly long?: LongLists<ResultOf<K>>;
  readonly steps: Readonly<Record<StepOf<K>, Step>>;
  readonly sizedBy: StepOf<K> | null;
  readonly variety: (request: RequestOf<K>) => string;
  readonly endsAfter?: (request: RequestOf<K>) => number;
  readonly process: 'reader' | 'own';
  readonly reads: (request: RequestOf<K>) => readonly string[];
  readonly writes: (request: RequestOf<K>) => readonly Place[];
  readonly changes: (request: RequestOf<K>) => Place | null;
}

export const workKinds: { readonly [K in WorkKind]: AnyKind<K> } = kinds;

/** The page's side of every kind that has one. */
export const jobPages: { readonly [K in JobKind]: PageSide<JobRequestOf<K>, JobResultOf<K>> } = {
  sample: sample.page,
  unpack: unpack.page,
  train: train.page,
  export: exportIndex.page,
  takeBack: takeBack.page,
  measure: measure.page,
  compare: compare.page,
  repair: repair.page,
  sift: sift.page,
  tune: tune.page,
  listen: listen.page,
};

const all = Object.values(kinds);
const pages = all.flatMap(({ page }) => (page === null ? [] : [page]));

export const WorkRequest = v.variant(
  'kind',
  all.map(({ request }) => request),
);
export type WorkRequest = RequestOf<WorkKind>;

export const JobRequest = v.variant(
  'kind',
  pages.map(({ request }) => request),
);
export type JobRequest = JobRequestOf<JobKind>;

export const JobResult = v.variant(
  'kind',
  pages.map(({ result }) => result),
);
export type JobResult = JobResultOf<JobKind>;

export const WORK_KINDS = Object.keys(kinds) as readonly WorkKind[];
export const JOB_KINDS = Object.keys(jobPages) as readonly JobKind[];

/** The name of any step of any kind. */
export const StepName = v.picklist(all.flatMap(({ steps }) => Object.keys(steps) as StepOf<WorkKind>[]));
export type StepName = v.InferOutput<typeof StepName>;

/** Whether the page can ask for work of this kind. */
export function isJobKind(kind: WorkKind): kind is JobKind {
  return Object.hasOwn(jobPages, kind);
}

/** A path on each disk that work of this kind reads from or writes to. */
export function disksOf<K extends WorkKind>(request: RequestOf<K>): readonly string[] {
  const { reads, writes } = workKinds[request.kind];
  const written = writes(request).map((place) => ('beside' in place ? place.beside : place.folder));
  return [...new Set([...reads(request), ...written])];
}

/** Whether work of this kind shares the reader process. */
export function isReaderKind(kind: WorkKind): kind is ReaderKind {
  return workKinds[kind].process === 'reader';
}
