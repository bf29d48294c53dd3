import type { VoiceMap } from '@shared/contract/measurement';
import { strayGroups } from '@shared/domain/measures/stray';
import { NEIGHBORS } from '@shared/domain/rvc';

export type MapGroup = VoiceMap['groups'][number];

/** Groups worth listening to, a few of each kind. */
export interface GroupsToHear {
  /** Largest first. */
  readonly large: readonly MapGroup[];
  /** Too small to answer alone, smallest first. */
  readonly small: readonly MapGroup[];
  /** Far from every other group, farthest first. */
  readonly stray: readonly MapGroup[];
  /** What lies nearest to the empty groups, since they hold nothing themselves. */
  readonly besideEmpty: readonly MapGroup[];
}

/** More of a kind than these tell nothing new. */
const MOST = 5;

/** The groups that tell most about an index by ear. */
export function groupsToHear({ groups }: VoiceMap): GroupsToHear {
  const filled = groups.filter(({ size }) => size > 0);
  const bySize = filled.toSorted((a, b) => a.size - b.size);
  const stray = strayGroups(filled.map(({ nearest }) => nearest[0]?.distance ?? 0));
  const byList = new Map(filled.map((group) => [group.list, group]));
  const nearestFilled = ({ nearest }: MapGroup): MapGroup[] =>
    nearest.flatMap(({ list }) => byList.get(list) ?? []).slice(0, 1);
  return {
    large: bySize.slice(-MOST).reverse(),
    small: bySize.filter(({ size }) => size < NEIGHBORS).slice(0, MOST),
    stray: stray.slice(0, MOST).flatMap(({ place }) => filled[place] ?? []),
    besideEmpty: [...new Set(groups.filter(({ size }) => size === 0).flatMap(nearestFilled))].slice(0, MOST),
  };
}
