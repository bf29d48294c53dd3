import type { ListSummary } from '@shared/contract/voices';
import { NEIGHBORS } from '../rvc';

/** At most this many sizes cross a process boundary; the picture cannot show more. */
const SORTED_LIMIT = 2_000;

/**
 * FAISS's imbalance factor, nlist * sum(n^2) / (sum n)^2 (faiss/utils/utils.cpp, `imbalance_factor`): 1 is perfectly
 * even, nlist is everything in one list. 1 when there are no vectors at all.
 */
export function imbalanceFactor(sizes: ArrayLike<number>): number {
  let total = 0;
  let squares = 0;
  for (let list = 0; list < sizes.length; list++) {
    const size = sizes[list] ?? 0;
    total += size;
    squares += size * size;
  }
  return total === 0 ? 1 : (sizes.length * squares) / (total * total);
}

/** Summarizes the sizes of the inverted lists, in any order. */
export function summarizeLists(sizes: ArrayLike<number>): ListSummary {
  const descending = Float64Array.from(sizes).sort().reverse();
  const nlist = descending.length;
  const empty = nlist - countAtLeast(descending, 1);
  const small = nlist - countAtLeast(descending, NEIGHBORS);
  return {
    nlist,
    empty,
    small,
    smallest: descending[nlist - 1] ?? 0,
    largest: descending[0] ?? 0,
    imbalance: imbalanceFactor(sizes),
    sorted: shownRanks(nlist).map((rank) => descending[rank] ?? 0),
  };
}

/**
 * How even the groups are, in words: even below 1.3, uneven up to 6, very uneven above. Healthy voices lie between 1.6
 * and 5.5: sounds are not equally frequent (docs/decisions/0007-verdict-thresholds.md).
 */
export function evenness(imbalance: number): 'even' | 'uneven' | 'veryUneven' {
  if (imbalance < 1.3) return 'even';
  return imbalance <= 6 ? 'uneven' : 'veryUneven';
}

/**
 * From so many groups searched together on, no moment of a generated voice was short of neighbors, however small single
 * groups were (docs/decisions/0007-verdict-thresholds.md).
 */
const SAFE_NPROBE = 4;

/**
 * How many groups are too small: they hold fewer vectors than a search asks for, and it looks into so few groups that these
 * may be all it finds. Where more are searched together, small groups are no fault.
 *
 * @param nprobe Null where there is none to speak of: then none is.
 */
export function tooSmall({ nlist, small }: Pick<ListSummary, 'nlist' | 'small'>, nprobe: number | null): number {
  return nprobe !== null && nprobe < Math.min(SAFE_NPROBE, nlist) ? small : 0;
}

/** Lists with `from` to `to` vectors, both included. */
export interface SizeBin {
  readonly from: number;
  readonly to: number;
  readonly lists: number;
}

/**
 * Bins of list sizes for a histogram: empty, 1 to 7 (fewer than a search asks for), 8 to 15, 16 to 31, and so on by
 * doubling up to the largest. `lists` adds up to nlist. Above 2,000 lists the summary holds a sample by rank, and the bins beyond the
 * second, whose counts are known exactly, are scaled from it.
 */
export function sizeHistogram(summary: ListSummary): SizeBin[] {
  const bins = [
    { from: 0, to: 0, lists: summary.empty },
    { from: 1, to: NEIGHBORS - 1, lists: summary.small - summary.empty },
  ];
  const ample = summary.sorted.filter((size) => size >= NEIGHBORS);
  const ampleLists = summary.nlist - summary.small;
  let counted = 0;
  let placed = 0;
  for (let from = NEIGHBORS; from <= summary.largest; from *= 2) {
    const to = 2 * from - 1;
    counted += ample.filter((size) => size >= from && size <= to).length;
    // Rounding the running total, not each bin, keeps the sum exact.
    const reached = ample.length === 0 ? 0 : Math.round((counted / ample.length) * ampleLists);
    bins.push({ from, to, lists: reached - placed });
    placed = reached;
  }
  return bins;
}

function countAtLeast(descending: Float64Array, least: number): number {
  const firstBelow = descending.findIndex((size) => size < least);
  return firstBelow === -1 ? descending.length : firstBelow;
}

/** The ranks that `ListSummary.sorted` holds: all of them, or 2,000 evenly picked ones. */
export function shownRanks(nlist: number): number[] {
  const shown = Math.min(nlist, SORTED_LIMIT);
  const step = nlist <= SORTED_LIMIT ? 1 : (nlist - 1) / (SORTED_LIMIT - 1);
  return Array.from({ length: shown }, (_, place) => Math.round(place * step));
}
