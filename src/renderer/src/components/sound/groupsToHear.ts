import type { VoiceMap } from '@shared/contract/measurement';
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
/** A group is stray from this multiple of the usual distance to the nearest group. */
const STRAY = 1.5;

/** The groups that tell most about an index by ear. */
export function groupsToHear({ groups }: VoiceMap): GroupsToHear {
  const filled = groups.filter(({ size }) => size > 0);
  const bySize = filled.toSorted((a, b) => a.size - b.size);
  const apart = filled
    .map((group) => ({ group, distance: group.nearest[0]?.distance ?? 0 }))
    .sort((a, b) => b.distance - a.distance);
  const usual = apart[Math.floor(apart.length / 2)]?.distance ?? 0;
  const byList = new Map(filled.map((group) => [group.list, group]));
  const nearestFilled = ({ nearest }: MapGroup): MapGroup[] =>
    nearest.flatMap(({ list }) => byList.get(list) ?? []).slice(0, 1);
  return {
    large: bySize.slice(-MOST).reverse(),
    small: bySize.filter(({ size }) => size < NEIGHBORS).slice(0, MOST),
    stray: apart
      .filter(({ distance }) => usual > 0 && distance >= STRAY * usual)
      .slice(0, MOST)
      .map(({ group }) => group),
    besideEmpty: [...new Set(groups.filter(({ size }) => size === 0).flatMap(nearestFilled))].slice(0, MOST),
  };
}
