/** A group is stray from this multiple of the usual distance to the nearest group. */
const STRAY = 1.5;

/** A group that lies far from every other of its voice. */
export interface StrayGroup {
  /** Its place among the groups. */
  readonly place: number;
  /** Distance to the nearest other group, in medians. */
  readonly medians: number;
}

/**
 * The groups whose sounds lie far from all others of the voice: another speaker, hiss, a door.
 *
 * @param nearest Distance from each group to the nearest other one; groups that hold nothing are not among them.
 * @returns farthest first
 */
export function strayGroups(nearest: ArrayLike<number>): readonly StrayGroup[] {
  const groups = Array.from(nearest, (distance, place) => ({ place, distance }));
  groups.sort((one, other) => other.distance - one.distance);
  const usual = groups[groups.length >> 1]?.distance ?? 0;
  if (usual === 0) return [];
  return groups
    .map(({ place, distance }) => ({ place, medians: distance / usual }))
    .filter(({ medians }) => medians >= STRAY);
}
