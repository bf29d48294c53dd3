import type { TuneCandidate } from '@shared/jobs/tune';

/** A name needs this much of the left panel to itself, as a share of its width and height. */
export const NAME_ROOM = { x: 0.3, y: 0.08 } as const;
/** Room beside the outermost dots, as a share of what lies between them. */
export const DOT_ROOM = 0.12;

type Side = 'left' | 'right';

/**
 * The ones whose names have room, and on which side of their dots: the proposed one first, then those that are best at
 * something.
 */
export function namedOnes(
  candidates: readonly TuneCandidate[],
  proposed: number,
  percents: number,
): ReadonlyMap<number, Side> {
  const { min, max } = rangeOf(
    candidates.map(({ bytes }) => bytes),
    NAME_ROOM.x,
  );
  const dots = candidates.map(({ bytes, quality }) => ({
    x: Math.log(bytes / min) / Math.log(max / min),
    y: (quality.value * 100) / percents,
  }));
  const taken: { readonly x: number; readonly y: number }[] = [];
  const named = new Map<number, Side>();
  const rank = (position: number): number => {
    if (position === proposed) return 0;
    return candidates[position]?.frontier === true ? 1 : 2;
  };
  for (const position of [...dots.keys()].sort((left, right) => rank(left) - rank(right))) {
    const dot = dots[position];
    if (dot === undefined) continue;
    const side = (['right', 'left'] as const).find((where) => {
      const middle = dot.x + (where === 'right' ? NAME_ROOM.x : -NAME_ROOM.x) / 2;
      if (middle < NAME_ROOM.x / 2) return false;
      const near = (other: { readonly x: number; readonly y: number }, width: number) =>
        Math.abs(other.x - middle) < width && Math.abs(other.y - dot.y) < NAME_ROOM.y;
      return (
        !taken.some((other) => near(other, NAME_ROOM.x)) &&
        !dots.some((other) => other !== dot && other.x !== dot.x && near(other, NAME_ROOM.x / 2))
      );
    });
    if (side === undefined && position !== proposed) continue;
    named.set(position, side ?? 'right');
    taken.push({ x: dot.x + (side !== 'left' ? NAME_ROOM.x : -NAME_ROOM.x) / 2, y: dot.y });
  }
  return named;
}

/** Ends of a logarithmic axis; `room` is kept free on the right, as a share of it. */
export function rangeOf(values: readonly number[], room: number): { readonly min: number; readonly max: number } {
  const low = Math.max(Math.min(...values), 1e-3);
  const high = Math.max(...values, low);
  const span = Math.max(high / low, 2);
  return { min: low / span ** DOT_ROOM, max: high * span ** (room / (1 - room)) };
}
