import type { IndexOutline } from '@shared/contract/voices';
import { FRAMES_PER_SECOND } from '../rvc';

/**
 * 5 % of the realtime budget: milliseconds of search for a second of audio (50 frames), on one thread. The rest is the
 * voice model's.
 */
export const BUDGET_MS = 50;

/**
 * Nanoseconds a number that the slowest FAISS of a host takes to compare: 1.7.3 for any x86-64 processor, one thread,
 * 50 frames a call. Groups are chosen by a matrix product; vectors in them are compared one by one, and rounded ones are
 * decoded on the way. Read off 1.7.3 with IVF1789,Flat and IVF1000,SQ8 of 768 numbers on a quiet core.
 */
const NANOSECONDS = { centroid: 0.035, exact: 0.4, rounded: 0.6 } as const;

/** What the time of a search depends on. */
export type Searched = Pick<IndexOutline, 'type' | 'vectors' | 'dimension' | 'nlist'> & {
  /** FAISS's imbalance factor of the groups (domain/measures/listSizes.ts): large ones are also searched more often. */
  readonly imbalance: number;
};

/**
 * Milliseconds of search for a second of audio in the slowest FAISS that a host brings along. Computed from what is
 * compared, not timed, so that the same index is given the same nprobe wherever it is built or measured.
 *
 * @param nprobe Null for an index without groups.
 */
export function hostSearchMs({ type, vectors, dimension, nlist, imbalance }: Searched, nprobe: number | null): number {
  const each = /^Index(IVF)?Flat/.test(type) ? NANOSECONDS.exact : NANOSECONDS.rounded;
  const compared =
    nlist === null || nprobe === null
      ? vectors * each
      : nlist * NANOSECONDS.centroid + Math.min(vectors, (nprobe * vectors * imbalance) / nlist) * each;
  return (FRAMES_PER_SECOND * dimension * compared) / 1e6;
}

/**
 * Times of searches that look into more and more groups, so that none is above a later one: whatever else the computer
 * did can only have added to them, and a search of fewer groups does a part of the work of one of more.
 */
export function neverFalling(times: readonly number[]): number[] {
  let least = Infinity;
  return times.map((_, place) => (least = Math.min(least, times.at(-1 - place) ?? Infinity))).reverse();
}
