import type { IndexFacts } from '@shared/contract/voices';
import type { TrainResult } from '@shared/jobs/train';
import { problemsOf } from '@shared/domain/verdict/problems';
import { NEIGHBORS } from '@shared/domain/rvc';
import { type IndexPlan, isMeasurable } from '@shared/domain/recipes/plan';
import type { UnusableRows } from '../features/usable';
import type { Piece, Sources } from './load';
import type { RepeatedSource } from './repeated';

type Note = TrainResult['notes'][number];

/** As the contract has it. */
const MOST_NOTES = 200;

export interface Noted {
  readonly plan: IndexPlan;
  readonly facts: IndexFacts;
  readonly sources: Sources;
  readonly pieces: readonly Piece[];
  readonly unusable: UnusableRows;
  readonly repeated: readonly RepeatedSource[];
  /** Whether a measurement was asked for. */
  readonly measure: boolean;
  /** Path of the shuffled features. */
  readonly totalFea: string | null;
}

/** What is to be said of an index that was built, and of what it was built of. */
export function notesOf({ plan, facts, sources, pieces, unusable, repeated, measure, totalFea }: Noted): Note[] {
  const notes: Note[] = [];
  const [problem] = problemsOf(facts);
  if (problem !== undefined || plan.metric === 'cosine' || mayEndHost(plan)) {
    const message =
      problem?.message ??
      (plan.metric === 'cosine'
        ? 'The vectors have norm 1; hosts need them at their own norms.'
        : 'With this refine factor FAISS 1.7.3, which RVC uses, may end the process while it searches.');
    notes.push({ code: 'FOR_STUDY', file: null, count: 1, message });
  }
  if (measure && !isMeasurable(plan)) {
    const message = 'An index of this kind cannot be measured.';
    notes.push({ code: 'NOT_MEASURED', file: null, count: 1, message });
  }
  if (totalFea !== null) {
    const message = 'The shuffled features, as RVC keeps them.';
    notes.push({ code: 'TOTAL_FEA', file: totalFea, count: facts.vectors, message });
  }
  let end = 0;
  for (const { name, rows } of pieces) {
    const start = end;
    end += rows;
    const broken = countBetween(unusable.nonFinite, start, end);
    if (broken > 0) {
      const message = `${broken} of ${rows} frames hold values that are no numbers, or far too large, and were left out.`;
      notes.push({ code: 'NON_FINITE', file: name, count: broken, message });
    }
    const zero = countBetween(unusable.zero, start, end);
    if (zero > 0) {
      const message = `${zero} of ${rows} frames hold nothing but zeros and were left out.`;
      notes.push({ code: 'ZERO', file: name, count: zero, message });
    }
  }
  for (const { name, speakers } of sources.speakers) {
    const message = `The files are of ${speakers.length} speakers: ${speakers.join(', ')}. The index holds all of them.`;
    notes.push({ code: 'SPEAKERS', file: name, count: speakers.length, message });
  }
  for (const { name, frames, of } of repeated) {
    const message = `${frames} of its frames are in "${of}" as well: they are in the index twice.`;
    notes.push({ code: 'REPEATED', file: name, count: frames, message });
  }
  for (const name of sources.normalized) {
    const message = 'Its vectors were brought to one length: blending them makes the voice weak.';
    notes.push({ code: 'NORMALIZED', file: name, count: 1, message });
  }
  for (const { name, problem: reason } of sources.skipped) {
    notes.push({ code: 'SKIPPED', file: name, count: 1, message: reason.message });
  }
  if (notes.length <= MOST_NOTES) return notes;
  const more = notes.length - MOST_NOTES + 1;
  return [
    ...notes.slice(0, MOST_NOTES - 1),
    { code: 'SKIPPED', file: null, count: more, message: `And ${more} more files with remarks.` },
  ];
}

/** FastScan collects more than 20 candidates in a way that FAISS 1.7.3 may abort in (IndexIVFPQFastScan.cpp, implem 13). */
function mayEndHost({ factory, kFactor }: IndexPlan): boolean {
  return /x4fs/.test(factory) && kFactor !== null && NEIGHBORS * kFactor > 20;
}

function countBetween(ascending: Int32Array, start: number, end: number): number {
  return ascending.filter((row) => row >= start && row < end).length;
}
