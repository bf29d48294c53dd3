/** A notice as the clock sees it: it is another one when the object is another, also under the same id. */
export interface Timed {
  readonly id: string | number;
  /** Milliseconds; 0: it stays until it is closed. */
  readonly duration?: number | undefined;
}

/** How much longer each notice stays, in milliseconds, by the notice it was counted for. */
export type Clock = ReadonlyMap<Timed['id'], { readonly notice: Timed; readonly left: number }>;

const USUAL_MS = 6_000;

/**
 * The clock after some time: what has just come has all of its time, and what has run out is over. Time passes for what is
 * shown only, and for none of them while somebody is at one of them (`passed` is 0 then).
 */
export function advanceClock(
  clock: Clock,
  notices: readonly Timed[],
  passed: number,
  isShown: (notice: Timed) => boolean,
): Clock {
  return new Map(
    notices.map((notice) => {
      const known = clock.get(notice.id);
      const left = known?.notice === notice ? known.left - (isShown(notice) ? passed : 0) : stayOf(notice);
      return [notice.id, { notice, left }];
    }),
  );
}

function stayOf({ duration = USUAL_MS }: Timed): number {
  return duration === 0 ? Infinity : duration;
}

export function isOver(clock: Clock, { id }: Timed): boolean {
  return (clock.get(id)?.left ?? 1) <= 0;
}
