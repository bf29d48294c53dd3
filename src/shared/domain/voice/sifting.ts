import type { Selection } from '../../contract/build';
import type { SelectionReport } from '../../contract/record';
import type { SiftResult } from '@shared/jobs/sift';
import { POINTS_PER_CENTROID } from '../rvc';
import { takesFile } from './speakers';

/** Share of outliers that is told about where none has been chosen. */
export const DEFAULT_OUTLIERS = 0.01;

/** Frames that the typical sounds are learned from: more moves them less than it costs. */
export const MOST_LEARNED = 20_000;

/** A center with less than this part of an even share is no typical sound: k-means gives stray frames their own. */
const LEAST_OF_EVEN_SHARE = 0.1;

/** Steps of the histogram of distances, each {@link DISTANCE_STEP} of the median wide; the last takes the rest. */
export const DISTANCE_STEPS = 20;
export const DISTANCE_STEP = 0.25;

/** Rows told apart by all of their bits: 0 and -0 differ. */
export interface RowSet {
  /**
   * Adds a row unless one like it is there already.
   *
   * @param words The bits of the row.
   * @returns Whether it was new.
   */
  readonly add: (row: number, words: Uint32Array) => boolean;
}

/**
 * A set of rows that keeps a hash of each and looks the rest up again, so that it stays small beside the rows
 * themselves. Open addressing with linear probing, at most half full.
 *
 * @param capacity Rows it will be given at most.
 * @param wordsOf The bits of a row that was added before.
 */
export function createRowSet(capacity: number, wordsOf: (row: number) => Uint32Array): RowSet {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * capacity)));
  /** Row number + 1; 0 is an empty place. */
  const rows = new Uint32Array(size);
  const hashes = new Uint32Array(size);
  return {
    add(row, words) {
      const hash = hashOf(words);
      let place = hash & (size - 1);
      for (;;) {
        const held = rows[place] ?? 0;
        if (held === 0) {
          rows[place] = row + 1;
          hashes[place] = hash;
          return true;
        }
        if (hashes[place] === hash && sameWords(wordsOf(held - 1), words)) return false;
        place = (place + 1) & (size - 1);
      }
    },
  };
}

/** MurmurHash3's mixing (Appleby), 32 bits. */
function hashOf(words: Uint32Array): number {
  let hash = words.length;
  for (const word of words) {
    let mixed = Math.imul(word, 0xcc9e2d51);
    mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    hash ^= mixed;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Whether two rows are the same to the bit. */
export function sameWords(left: Uint32Array, right: Uint32Array): boolean {
  return left.length === right.length && left.every((word, place) => word === right[place]);
}

/** Centers to learn from so many frames: the square root, fewer where a center would have too few frames. */
export function centersFor(frames: number): number {
  return Math.max(1, Math.floor(Math.min(Math.sqrt(frames), frames / POINTS_PER_CENTROID)));
}

/**
 * Centers that stand for a sound the voice makes again and again.
 *
 * @param sizes Frames that each center is nearest to.
 * @returns Ascending; never empty unless there are no centers.
 */
export function typicalCenters(sizes: Int32Array): Int32Array {
  const even = sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length);
  return Int32Array.from(sizes.keys()).filter((center) => (sizes[center] ?? 0) >= LEAST_OF_EVEN_SHARE * even);
}

/** How many of so many frames a share of outliers takes. */
export function outlierCount(frames: number, share: number): number {
  return Math.round(frames * share);
}

/**
 * Places of the largest values, ascending; among equal ones the first places count as larger.
 *
 * @param count At most as many as there are values.
 */
export function farthest(distances: Float32Array, count: number): Int32Array {
  const order = Int32Array.from(distances.keys());
  order.sort((left, right) => (distances[right] ?? 0) - (distances[left] ?? 0) || left - right);
  return order.slice(0, count).sort();
}

/** The usual distance, which others are told by. */
export function medianDistance(distances: Float32Array): number {
  return distances.slice().sort()[distances.length >> 1] ?? 0;
}

/**
 * Counts distances relative to their median. Where more than half of them are 0, everything else is infinitely far.
 *
 * @param distances None of them NaN or negative.
 */
export function distanceHistogram(distances: Float32Array): number[] {
  const steps = new Array<number>(DISTANCE_STEPS).fill(0);
  const median = medianDistance(distances);
  for (const distance of distances) {
    const ratio = distance === 0 ? 0 : distance / median;
    const step = Math.min(DISTANCE_STEPS - 1, Math.floor(ratio / DISTANCE_STEP));
    steps[step] = (steps[step] ?? 0) + 1;
  }
  return steps;
}

/**
 * What a selection would leave out, told from what was found, without looking at the frames again.
 *
 * It is exact, except that frames repeated from a file that is left out are still counted as duplicates, which the rule
 * itself would keep once.
 *
 * @param found Of a selection of the same moments, without files, with silence and duplicates left out, so that its
 *   report has all of them.
 */
export function siftEffect(
  { report, files }: Pick<SiftResult, 'report' | 'files'>,
  selection: Selection,
): SelectionReport {
  const isTaken = takesFile(selection);
  const out = { frames: 0, silence: 0, repeats: 0 };
  for (const { name, frames, silence, duplicates } of files) {
    if (isTaken(name)) continue;
    out.frames += frames;
    out.silence += silence;
    out.repeats += duplicates;
  }
  // A frame identical to the one before is identical to an earlier one, too.
  const allSilence = report.dropped.silence - out.silence;
  const allRepeats = report.dropped.silence + report.dropped.duplicates - out.repeats;
  const silence = selection.silence ? allSilence : 0;
  const duplicates = selection.duplicates ? allRepeats - silence : 0;
  const { moments } = report.dropped;
  const remaining = report.frames - moments - out.frames - silence - duplicates;
  const outliers = outlierCount(remaining, selection.outliers);
  return {
    ...selection,
    frames: report.frames,
    kept: remaining - outliers,
    dropped: { moments, files: out.frames, silence, duplicates, outliers },
  };
}
