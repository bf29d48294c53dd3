import type { Figure } from '@shared/contract/measurement';
import { BUDGET_MS } from './searchTime';

/** Share of the moments that must come out the same as with the true neighbors. */
const TARGET_SAME = 0.99;

/** Nobody hears one moment in a hundred: so much better is no better. */
const LEVEL = 0.01;

/** The same in neighbors found, where no step of the voice is known to tell sameness by. */
const TARGET_RECALL = 0.97;

/**
 * What is stored may cost half more than the budget. It was chosen on a trial; the finished index takes in the recordings
 * that asked, and whole recordings make groups less even. Where the budget is what ends the search, at three minutes of
 * generated voices, a search then cost 1.06 to 1.23 times what it cost in the trial (`node test/bench/chooseRecipes.mjs`
 * prints both); of shorter ones up to 1.6 times, far within the budget. A fortieth of realtime is no reason to change a
 * file.
 */
const STORED_TOLERANCE = 1.5;

/** What is known of a search of so many groups. */
export interface WidthPoint {
  readonly nprobe: number;
  /** Share of the moments that come back short of neighbors. */
  readonly missing: number;
  /** Share of the moments that come out the same; null: no step of the voice is known. */
  readonly same: Figure | null;
  readonly recall: Figure;
  /** Milliseconds for a second of audio in the slowest host (searchTime.ts, `hostSearchMs`). */
  readonly hostMs: number;
}

export interface SearchWidth {
  readonly nprobe: number;
  /**
   * `target`: it leaves no moment short, and comes out the same; `stored`: the stored one does so, or cannot be told
   * from one that does; `best`: none within the budget does, and this is the best of them.
   */
  readonly reason: 'target' | 'stored' | 'best';
}

/** Whether nothing better needs to be looked for: no moment is short, and enough of them come out the same. */
export function isWideEnough({ missing, same, recall }: Pick<WidthPoint, 'missing' | 'same' | 'recall'>): boolean {
  return missing === 0 && (same === null ? recall.value >= TARGET_RECALL : same.value >= TARGET_SAME);
}

/**
 * How many groups to search: the smallest number that leaves no moment short of neighbors and at least 99 % of them the
 * same (97 % of the neighbors found, where sameness is not known), within 5 % of the realtime budget in the slowest
 * host. Where none is, the best that the budget allows: the fewest moments short, then the most that are the same, to
 * one in a hundred. One that is stored already is kept when it reaches the target within its interval, or is as good as
 * the best.
 *
 * @param points Ascending in nprobe.
 * @param stored The nprobe of the file; null while it is built.
 * @returns null when there are no points
 */
export function searchWidth(points: readonly WidthPoint[], stored: number | null): SearchWidth | null {
  const [narrowest] = points;
  if (narrowest === undefined) return null;
  const affordable = points.filter(
    ({ nprobe, hostMs }) => hostMs <= (nprobe === stored ? STORED_TOLERANCE : 1) * BUDGET_MS,
  );
  const kept = affordable.find(({ nprobe }) => nprobe === stored);
  if (kept !== undefined && mayBeWideEnough(kept)) return { nprobe: kept.nprobe, reason: 'stored' };
  const target = affordable.find(isWideEnough);
  if (target !== undefined) return { nprobe: target.nprobe, reason: 'target' };
  const fewest = Math.min(...affordable.map(({ missing }) => missing));
  const able = affordable.filter(({ missing }) => missing === fewest);
  const most = Math.max(...able.map(qualityOf));
  const level = able.filter((point) => qualityOf(point) >= most - LEVEL);
  const best = level.find(({ nprobe }) => nprobe === stored) ?? level[0] ?? narrowest;
  return { nprobe: best.nprobe, reason: 'best' };
}

/**
 * The widest search within the budget that leaves no moment short of neighbors; where each does, what {@link searchWidth}
 * finds best.
 */
export function widestSearch(points: readonly WidthPoint[]): SearchWidth | null {
  const widest = points.findLast(({ hostMs, missing }) => hostMs <= BUDGET_MS && missing === 0);
  if (widest === undefined) return searchWidth(points, null);
  return { nprobe: widest.nprobe, reason: isWideEnough(widest) ? 'target' : 'best' };
}

function qualityOf({ same, recall }: WidthPoint): number {
  return (same ?? recall).value;
}

function mayBeWideEnough({ missing, same, recall }: WidthPoint): boolean {
  return missing === 0 && (same === null ? recall.high >= TARGET_RECALL : same.high >= TARGET_SAME);
}
