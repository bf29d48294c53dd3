/** Numbers from 0 to below 1 that repeat for a seed (mulberry32). */
export type Random = () => number;

export function random(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of 0 to below `end`. */
export function below(next: Random, end: number): number {
  return Math.floor(next() * end);
}

export function oneOf<T>(next: Random, items: readonly [T, ...T[]]): T {
  return items[below(next, items.length)] ?? items[0];
}
