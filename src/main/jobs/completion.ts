import { basename } from 'node:path';
import type { JobSnapshot } from '@shared/contract/jobs';
import type { JobResult } from '@shared/jobs';
import type { Measurement } from '@shared/contract/measurement';
import type { RecipeId } from '@shared/contract/primitives';
import type { ResultOf } from '@shared/jobs';
import { atNprobe } from '@shared/domain/measures/atNprobe';
import type { Library } from '../library/library';
import type { MeasuredIndex, Measurements } from '../library/measurements';
import type { EngineProbe } from '../system/engineProbe';
import type { Log } from '../system/log';
import type { RateHistory } from './rates';
import { changedFolder, jobResult, type JobWork, measuredIndexes } from './requests';

export interface CompletionServices {
  readonly library: Pick<Library, 'add' | 'refresh' | 'index' | 'indexAt' | 'follow'>;
  readonly measurements: Pick<Measurements, 'keep' | 'history' | 'follow' | 'ofIndex'>;
  readonly rates: Pick<RateHistory, 'record'>;
  readonly engine: Pick<EngineProbe, 'report'>;
  readonly jobs: () => readonly JobSnapshot[];
  /** When a file was written last, in ms since 1970; null when it is gone. */
  readonly modifiedOf: (path: string) => Promise<number | null>;
  readonly now: () => number;
  readonly log: Log;
}

interface Finished {
  readonly work: JobWork;
  readonly value: ResultOf<JobWork['kind']>;
  readonly job: Pick<JobSnapshot, 'id'>;
}

/** Takes finished work into the library: looks again where something changed, and keeps what was measured. */
export async function completeJob({ work, value, job }: Finished, services: CompletionServices): Promise<JobResult> {
  const { library, measurements, rates, engine, now, log } = services;
  if (work.kind === 'train') {
    rates.record(value as ResultOf<'train'>);
    engine.report(null);
  }
  // What the file was before is forgotten as soon as it is looked at again.
  const known = measuredBefore(work, value, services);
  const renamed = renamedIndex(work, value);
  if (renamed !== null) library.follow(renamed.from, renamed.to);
  await lookAgain(library, work, value).catch((error: unknown) => log.warn(String(error)));
  const idAt = (path: string): string | null => library.indexAt(path)?.id ?? null;
  if (renamed !== null) {
    const { from, to } = renamed;
    measurements.follow(from, { path: to, name: basename(to), index: idAt(to) });
  }
  const measured: MeasuredIndex[] = [];
  for (const { path, measurement } of [...measuredIndexes(work, value), ...known]) {
    measured.push(await describe(path, measurement, work, services));
  }
  measurements.keep(job.id, now(), measured);
  return jobResult(work, value, idAt);
}

function renamedIndex(work: JobWork, value: ResultOf<JobWork['kind']>): { from: string; to: string } | null {
  if (work.kind !== 'repair' || work.change.type !== 'name') return null;
  return { from: work.index, to: (value as ResultOf<'repair'>).index };
}

/** With another nprobe an index is still the one that was measured; the curve says what it finds now. */
function measuredBefore(
  work: JobWork,
  value: ResultOf<JobWork['kind']>,
  { library, measurements }: CompletionServices,
): readonly { readonly path: string; readonly measurement: Measurement }[] {
  if (work.kind !== 'repair' || work.change.type !== 'nprobe') return [];
  const { index: path, after, hash } = value as ResultOf<'repair'>;
  const before = library.indexAt(work.index);
  const latest = before === null ? null : measurements.ofIndex(before).latest;
  const measurement = latest === null || hash === null ? null : atNprobe(latest, work.change.nprobe, after, hash);
  return measurement === null ? [] : [{ path, measurement }];
}

async function lookAgain(
  library: CompletionServices['library'],
  work: JobWork,
  value: ResultOf<JobWork['kind']>,
): Promise<void> {
  const folder = changedFolder(work);
  if (work.kind === 'sample') await library.add(work.root);
  else if (folder !== null) await library.refresh(folder);
  if (work.kind !== 'train') return;
  const { index } = value as ResultOf<'train'>;
  // What was built of an index that belongs to no voice lies where no voice is looked for.
  if (library.indexAt(index) === null) await library.add(index);
}

async function describe(
  path: string,
  measurement: Measurement,
  work: JobWork,
  { library, measurements, jobs, modifiedOf }: CompletionServices,
): Promise<MeasuredIndex> {
  const modified = await modifiedOf(path);
  const known = library.indexAt(path);
  // Another program has written the file since the last look; what is shown must be what was measured.
  if (known !== null && (known.bytes !== measurement.bytes || known.modified !== modified)) await library.refresh(path);
  const id = library.indexAt(path)?.id ?? null;
  const recipe =
    work.kind === 'train'
      ? work.recipe
      : (measurements.history(path, measurement.hash).findLast((entry) => entry.recipe !== null)?.recipe ??
        recipeOfTraining(jobs(), path));
  const voice = id === null ? null : (library.index(id).voice?.id ?? null);
  return { path, modified, index: id, name: basename(path), voice, recipe, measurement };
}

/** The recipe of the training that wrote this file, also when it was not measured then. */
function recipeOfTraining(jobs: readonly JobSnapshot[], path: string): RecipeId | null {
  const job = jobs.findLast(({ result }) => result?.kind === 'train' && result.value.index === path);
  return job?.request.kind === 'train' ? job.request.recipe : null;
}
