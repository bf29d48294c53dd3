import type { CurvePoint, Suggestion } from '@shared/contract/measurement';
import { searchWidth } from './searchWidth';

/** The curve is measured up to here: more groups than this are never worth their work for 8 neighbors. */
const LADDER_TOP = 64;

/**
 * The values of nprobe to measure: 1, 2, 4, and so on up to 64 or all lists, and the one stored in the file. Ascending,
 * without repeats.
 */
export function nprobeLadder(nlist: number, stored: number | null): number[] {
  const top = Math.min(nlist, LADDER_TOP);
  const ladder = new Set([top]);
  for (let nprobe = 1; nprobe < top; nprobe *= 2) ladder.add(nprobe);
  if (stored !== null) ladder.add(Math.min(Math.max(1, stored), nlist));
  return [...ladder].sort((left, right) => left - right);
}

/**
 * The nprobe to store, by the rule of searchWidth.ts.
 *
 * @param curve Ascending in nprobe, of an index with lists.
 * @param stored The file's own nprobe.
 */
export function suggestNprobe(curve: readonly CurvePoint[], stored: number): Suggestion {
  const points = curve.flatMap(({ nprobe, missing, same, recall, hostMs }) =>
    nprobe === null ? [] : [{ nprobe, missing: missing.value, same, recall, hostMs }],
  );
  return searchWidth(points, stored) ?? { nprobe: stored, reason: 'stored' };
}
