import { basename } from 'node:path';
import type { RecipeId } from '@shared/contract/primitives';
import type { JobKind, JobResultOf, RequestOf, ResultOf } from '@shared/jobs';
import { writingError } from '../library/database';
import type { MeasuredIndex } from '../library/measurements';
import type { Left } from '../library/written';
import type { Log } from '../../supervisor/log';
import { mainKinds } from './kinds';
import type { FinishServices, MeasuredFile } from './kinds/kind';
import { changedBy } from '../../supervisor/places';

export interface CompletionServices extends FinishServices {
  /** When a file was written last, in ms since 1970; null when it is gone. */
  readonly modifiedOf: (path: string) => Promise<number | null>;
  /** Moves backups beyond the limit to the trash. */
  readonly trimBackups: () => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

/** Takes finished work into the library: looks again where something changed, and keeps what was measured. */
export async function completeJob<K extends JobKind>(
  work: RequestOf<K>,
  value: ResultOf<K>,
  { id: jobId }: { readonly id: string },
  services: CompletionServices,
): Promise<JobResultOf<K>> {
  const { library, measurements, traces, now, log } = services;
  const { note, leaves, measured, lookAgain, recipe, result } = mainKinds[work.kind];
  attempt(() => note?.(value, services), log);
  await keepWritten(leaves?.(value) ?? [], services);
  const files = measured?.(work, value, services) ?? [];
  const folder = changedBy(work);
  const changed = async (): Promise<void> => {
    if (folder !== null) await library.refresh(folder);
  };
  await (lookAgain?.(work, value, services, changed) ?? changed()).catch((error: unknown) => log.warn(String(error)));
  const known: MeasuredIndex[] = [];
  for (const file of files) known.push(await describe(file, recipe?.(work) ?? null, services));
  const keep = (): void => measurements.keep(jobId, now(), known);
  // Where figures are all that came of it, they are not to be lost in silence; a file that was made is there without them.
  if (folder === null) saying(keep);
  else attempt(keep, log);
  // Older measurements are forgotten as new ones are kept.
  if (known.length > 0) await traces.sweep(measurements.hashes());
  return result(value, (path) => library.indexAt(path)?.id ?? null);
}

/** Runs what a finished job does not depend on. */
function attempt(note: () => void, log: Log): void {
  try {
    note();
  } catch (error) {
    log.warn(String(error));
  }
}

/** @throws DISK_FULL, FOLDER_READ_ONLY, DISK_FAILED, FILE_BUSY */
function saying(keep: () => void): void {
  try {
    keep();
  } catch (error) {
    throw writingError(error);
  }
}

/** What was written elsewhere is known again there; the limit for backups holds from then on. */
async function keepWritten(
  files: readonly Left[],
  { written, trimBackups, now, log }: CompletionServices,
): Promise<void> {
  if (files.length === 0) return;
  try {
    await written.keep(now(), files);
    await trimBackups();
  } catch (error) {
    log.warn(String(error));
  }
}

async function describe(
  { path, measurement }: MeasuredFile,
  builtBy: RecipeId | null,
  { library, shelf, modifiedOf }: CompletionServices,
): Promise<MeasuredIndex> {
  const modified = await modifiedOf(path);
  const known = library.indexAt(path);
  // Another program has written the file since the last look; what is shown must be what was measured.
  if (known !== null && (known.bytes !== measurement.bytes || known.modified !== modified)) await library.refresh(path);
  const index = library.indexAt(path);
  const id = index?.id ?? null;
  const recipe = builtBy ?? (index === null ? null : shelf.of(index).recipe);
  const voice = id === null ? null : (library.index(id).voice?.id ?? null);
  return { path, modified, index: id, name: basename(path), voice, recipe, measurement };
}
