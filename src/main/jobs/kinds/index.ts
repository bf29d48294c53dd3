import type { JobKind, JobRequestOf, RequestOf, WorkRequest } from '@shared/jobs';
import { isJobKind } from '@shared/jobs';
import { compare } from './compare';
import { exportIndex } from './export';
import type { MainKind, Prepared, PrepareServices } from './kind';
import { listen } from './listen';
import { measure } from './measure';
import { repair } from './repair';
import { sample } from './sample';
import { sift } from './sift';
import { takeBack } from './takeBack';
import { train } from './train';
import { tune } from './tune';
import { unpack } from './unpack';

/** What main does for each kind of job. */
export const mainKinds: { readonly [K in JobKind]: MainKind<K> } = {
  sample,
  unpack,
  train,
  tune,
  sift,
  export: exportIndex,
  takeBack,
  measure,
  compare,
  repair,
  listen,
};

export type JobWork = RequestOf<JobKind>;
export type PreparedJob = Prepared<JobKind>;

/** Whether this is work that the page can ask for. */
export function isJobWork(work: WorkRequest): work is JobWork {
  return isJobKind(work.kind);
}

/** @throws what `MainKind.prepare` of its kind throws */
export function prepareJob<K extends JobKind>(
  request: JobRequestOf<K>,
  jobId: string,
  services: PrepareServices,
): Prepared<K> {
  return mainKinds[request.kind].prepare(request, jobId, services);
}

/** The same work for another job. */
export function repeatWork<K extends JobKind>(work: RequestOf<K>, jobId: string): RequestOf<K> {
  return mainKinds[work.kind].repeat?.(work, jobId) ?? work;
}
