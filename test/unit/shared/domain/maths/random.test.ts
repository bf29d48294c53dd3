import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';

describe('createRandom', () => {
  it('repeats itself for the same seed, to the last bit', () => {
    const random = createRandom(1);
    expect([random.next(), random.next(), random.next()]).toEqual([
      0.13342684879899025, 0.7609421159140766, 0.16369804623536766,
    ]);
  });

  it('differs between neighboring seeds', () => {
    expect(createRandom(7).next()).not.toBe(createRandom(8).next());
  });

  it('stays within its ranges', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 1, max: 100_000 }), (seed, limit) => {
        const random = createRandom(seed);
        for (let draw = 0; draw < 20; draw++) {
          const uniform = random.next();
          expect(uniform >= 0 && uniform < 1).toBe(true);
          const integer = random.integer(limit);
          expect(Number.isInteger(integer) && integer >= 0 && integer < limit).toBe(true);
          expect(Math.abs(random.normal())).toBeLessThanOrEqual(6);
        }
      }),
    );
  });

  it('draws normal numbers of mean 0 and variance 1', () => {
    const random = createRandom(3);
    const drawn = Array.from({ length: 20_000 }, () => random.normal());
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
  });
});

describe('shuffledOrder', () => {
  it('is a permutation, the same for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.nat(), (count, seed) => {
        const order = shuffledOrder(count, createRandom(seed));
        expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        expect(shuffledOrder(count, createRandom(seed))).toEqual(order);
      }),
    );
  });

  it('moves things', () => {
    expect(Array.from(shuffledOrder(50, createRandom(1)))).not.toEqual(Array.from({ length: 50 }, (_, i) => i));
  });
});
