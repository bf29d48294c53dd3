import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import type { BuildRecord } from '@shared/contract/record';
import { readFactory } from '@shared/domain/factory/reading';
import { nprobeLadder } from '@shared/domain/measures/curve';
import type { IndexPlan } from '@shared/domain/recipes/plan';
import { type Index, type Matrix, onEngine } from '../engine';
import { type FileTransaction, requireAbsent } from '../files/atomic';
import { type IndexContents, readIndexContents, readIndexFacts } from '../files/indexFile';
import { recordPath } from '../files/record';
import type { StepContext } from '../context';
import { hashOf } from '../measure/measureIndex';

/** Where what is built goes. */
export interface Targets {
  readonly index: string;
  /** The vectors themselves, as RVC keeps them; null: not asked for. */
  readonly totalFea: string | null;
}

export interface TargetOptions {
  readonly out: string;
  readonly totalFea: boolean;
  /** Name of the index file with this nprobe. */
  readonly name: (nprobe: number | null) => string;
}

/** The files of an index with this nprobe. */
export function targetsOf({ out, totalFea, name }: TargetOptions, nprobe: number | null): Targets {
  return { index: join(out, name(nprobe)), totalFea: totalFea ? join(out, 'total_fea.npy') : null };
}

/** Fails with `FILE_EXISTS` when anything has a name that the plan may lead to. */
export async function requireNamesFree(options: TargetOptions, { nlist, nprobe }: IndexPlan): Promise<void> {
  const outcomes = nlist !== null && nprobe === null ? nprobeLadder(nlist, null) : [nprobe];
  for (const outcome of outcomes) {
    const { index, totalFea } = targetsOf(options, outcome);
    for (const path of [index, recordPath(index), ...(totalFea === null ? [] : [totalFea])]) await requireAbsent(path);
  }
}

/** What an index file must say of itself. */
export interface Expected {
  readonly plan: IndexPlan;
  readonly vectors: number;
  readonly nprobe: number | null;
}

/** Files that are written and checked, under temporary names. */
export interface Staged extends Pick<IndexContents, 'facts' | 'ids'> {
  readonly bytes: number;
  readonly hash: string;
  readonly files: readonly { readonly from: string; readonly to: string }[];
}

export interface StageOptions {
  readonly targets: Targets;
  readonly index: Index;
  readonly vectors: Matrix;
  /** Null: the index says everything itself. */
  readonly record: BuildRecord | null;
  readonly expected: Expected;
  /** What it is made of. */
  readonly of: readonly string[];
}

/**
 * Writes everything beside its final name, and opens the index again: the file itself, every id in it and a sample of its
 * vectors.
 *
 * @throws `INDEX_CHECK_FAILED`, `DISK_FULL`, `FOLDER_READ_ONLY`, `JOB_CANCELLED`
 */
export async function stage(
  files: FileTransaction,
  { targets, index, vectors, record, expected, of }: StageOptions,
  { signal, progress }: StepContext<'write' | 'check'>,
): Promise<Staged> {
  progress('write', 0, 1);
  let bytes = 0;
  const save = async (temporary: string): Promise<void> => {
    bytes = await onEngine(() => index.save(temporary, { signal }), { path: targets.index, purpose: 'write' });
  };
  const from = await files.stage(targets.index, save, of);
  const staged = [{ from, to: targets.index }];
  if (record !== null) {
    const to = recordPath(targets.index);
    const text = `${JSON.stringify(record, null, 2)}\n`;
    staged.push({ from: await files.stage(to, (temporary) => writeFile(temporary, text, { flag: 'wx' }), of), to });
  }
  if (targets.totalFea !== null) {
    const to = targets.totalFea;
    const write = (temporary: string): Promise<void> =>
      onEngine(() => vectors.writeNpy(temporary, { signal }), { path: to, purpose: 'write' });
    staged.push({ from: await files.stage(to, write, of), to });
  }
  progress('write', 1, 1);

  progress('check', 0, 2);
  const { facts, ids } = await readIndexContents(from, signal);
  requireExpected(facts, expected);
  if (ids !== null && (!ids.idsSequential || ids.nonFinite > 0)) {
    throw checkFailed('its ids are not 0..N-1, or some of its vectors are no numbers');
  }
  const hash = await hashOf(from, signal);
  progress('check', 1, 2);
  return { facts, ids, bytes, hash, files: staged };
}

/**
 * Lets everything that was staged appear, the index first: whatever is cut short in between, the index is there and
 * works, and the next try finds its name taken before it begins.
 */
export async function appear(files: FileTransaction, staged: Staged, expected: Expected): Promise<void> {
  for (const { from, to } of staged.files) await files.move(from, to);
  const [index] = staged.files;
  if (index !== undefined) requireExpected(await readIndexFacts(index.to, NEVER), expected);
}

/** Once the files have their names the work is done, and a late cancel comes too late. */
const NEVER = new AbortController().signal;

function requireExpected(facts: IndexContents['facts'], { plan, vectors, nprobe }: Expected): void {
  const reading = readFactory(plan.factory, plan.dimension);
  const asPlanned =
    (reading.state !== 'valid' || facts.type === reading.type) &&
    facts.metric === (plan.metric === 'l2' ? 'l2' : 'ip') &&
    facts.trained &&
    facts.vectors === vectors &&
    facts.dimension === plan.dimension &&
    (plan.nlist === null || facts.nlist === null || facts.nlist === plan.nlist) &&
    (nprobe === null || facts.nprobe === null || facts.nprobe === nprobe);
  if (!asPlanned) throw checkFailed('it does not say what was written');
}

function checkFailed(why: string): VoronoiceError {
  return new VoronoiceError('INDEX_CHECK_FAILED', `The index was opened again after writing, and ${why}.`);
}
