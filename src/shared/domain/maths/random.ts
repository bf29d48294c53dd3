/** Used wherever nobody chose another: the same voice and recipe give the same index again. FAISS uses it too. */
export const DEFAULT_SEED = 1234;

/** A stream of pseudo-random numbers. The same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1), a multiple of 2^-32. */
  readonly next: () => number;
  /** Uniform integer in [0, limit); `limit` from 1 to 2^32. The bias is below limit / 2^32. */
  readonly integer: (limit: number) => number;
  /** Approximately standard normal: mean 0, variance 1, never beyond 6. */
  readonly normal: () => number;
}

/**
 * Seeded generator: sfc32 (Doty-Humphrey, PractRand), 128 bits of state, whose seed is spread by 12 discarded rounds.
 * Only 32-bit integer operations and exact additions are used: no `Math.log`, whose last bit may differ between engines.
 */
export function createRandom(seed: number): Random {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;

  function next32(): number {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  for (let round = 0; round < 12; round++) next32();

  const next = (): number => next32() / 2 ** 32;

  return {
    next,
    integer: (limit) => Math.floor(next() * limit),
    // Irwin-Hall: the sum of 12 uniform numbers has variance 1 and, unlike Box-Muller, is exact arithmetic.
    normal: () => {
      let sum = -6;
      for (let term = 0; term < 12; term++) sum += next();
      return sum;
    },
  };
}

/** Fisher-Yates: the integers 0..count-1 in seeded random order. */
export function shuffledOrder(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, position) => position);
  for (let last = count - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    const held = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = held;
  }
  return order;
}
