import type {
  CurvePoint,
  Measurement,
  Relation,
  Suggestion,
  UntimedPoint,
  Verdict,
} from '@shared/contract/measurement';
import { BUDGET_MS } from './searchTime';
import { searchWidth, type WidthPoint } from './searchWidth';

/** The curve is measured up to here: with more groups than this the budget is always spent. */
const LADDER_TOP = 384;

/**
 * The values of nprobe to measure and to choose from: 1, 2, 3, 4, 6, 8, 12, and so on up to 384 or all lists, and the one
 * stored in the file. Ascending, without repeats.
 *
 * @param stored Null while the index is built.
 */
export function nprobeLadder(nlist: number, stored: number | null): number[] {
  const top = Math.min(nlist, LADDER_TOP);
  const ladder = new Set([top]);
  for (let nprobe = 1; nprobe < top; nprobe *= 2) {
    ladder.add(nprobe);
    if (nprobe > 1 && 1.5 * nprobe < top) ladder.add(1.5 * nprobe);
  }
  if (stored !== null) ladder.add(Math.min(Math.max(1, stored), nlist));
  return [...ladder].sort((left, right) => left - right);
}

/**
 * A ladder up to the first of its values that spends the budget of a host, and with the stored one: what is beyond is never
 * chosen, and would take most of the time that all of them take.
 *
 * @param hostMs What a search of so many groups takes in a host (searchTime.ts).
 */
export function withinBudget(
  ladder: readonly number[],
  stored: number | null,
  hostMs: (nprobe: number) => number,
): readonly number[] {
  const spent = ladder.findIndex((nprobe) => hostMs(nprobe) > BUDGET_MS);
  return spent < 0 ? ladder : ladder.filter((nprobe, place) => place <= spent || nprobe === stored);
}

/** What the rule of searchWidth.ts is about, of a measured curve; empty for an index without groups. */
export function widthPoints(curve: readonly UntimedPoint[]): readonly WidthPoint[] {
  return curve.flatMap(({ nprobe, missing, same, recall, hostMs }) =>
    nprobe === null ? [] : [{ nprobe, missing: missing.value, same, recall, hostMs }],
  );
}

/**
 * The nprobe to store, by the rule of searchWidth.ts. No width of search makes an index of another voice one of this.
 *
 * @param curve Ascending in nprobe.
 * @param stored The file's own nprobe; null for an index without lists.
 * @param relation Of the index and the voice that it was held against.
 */
export function suggestNprobe(
  curve: readonly CurvePoint[],
  stored: number | null,
  relation: Pick<Relation, 'kind'> | null,
): Suggestion {
  const kept = { nprobe: stored ?? 1, reason: 'stored' } as const;
  if (stored === null || relation?.kind === 'other') return kept;
  return searchWidth(widthPoints(curve), stored) ?? kept;
}

/** What a proposal is drawn from. */
export interface Judged extends Pick<Measurement, 'suggestion'> {
  readonly stored: Pick<Measurement['stored'], 'nprobe'>;
  readonly verdict: Pick<Verdict, 'action'>;
}

/**
 * The suggested nprobe, where the verdict has nothing to say against it: what has to be built again, or held against
 * other features, is not mended by a search of more groups. The only number to be shown or said as a suggestion.
 *
 * @returns null where the verdict says to do something else, and for an index without lists
 */
export function proposedNprobe({ stored, suggestion, verdict }: Judged): number | null {
  const open = verdict.action === 'use' || verdict.action === 'setNprobe';
  return open && stored.nprobe !== null ? suggestion.nprobe : null;
}
