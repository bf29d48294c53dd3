import { setImmediate } from 'node:timers/promises';

/** After so long what waits comes first: a window that is not answered for 50 ms stutters. */
const TURN_MS = 5;

/** Maps many items, a part of them at a time, so that main answers what is asked meanwhile. */
export async function inTurns<T, R>(items: readonly T[], map: (item: T) => R): Promise<R[]> {
  const mapped: R[] = [];
  let until = performance.now() + TURN_MS;
  for (const item of items) {
    if (performance.now() >= until) {
      await setImmediate();
      until = performance.now() + TURN_MS;
    }
    mapped.push(map(item));
  }
  return mapped;
}
