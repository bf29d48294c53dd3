import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapMean, quantile, wilson } from '@shared/domain/maths/statistics';

describe('wilson', () => {
  // Reference: R, prop.test(x, n, correct = FALSE)$conf.int
  it.each([
    [0, 10, 0, 0.2775],
    [1, 10, 0.0179, 0.4042],
    [5, 10, 0.2366, 0.7634],
    [10, 10, 0.7225, 1],
    [81, 263, 0.2553, 0.3662],
  ])('of %d in %d is %d to %d', (successes, n, low, high) => {
    const figure = wilson(successes, n);
    expect(figure.value).toBe(successes / n);
    expect(figure.low).toBeCloseTo(low, 4);
    expect(figure.high).toBeCloseTo(high, 4);
  });

  it('knows nothing without trials', () => {
    expect(wilson(0, 0)).toEqual({ value: 0, low: 0, high: 1 });
  });

  it('contains its value and stays in 0..1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const { value, low, high } = wilson(Math.round(share * n), n);
        expect(0 <= low && low <= value && value <= high && high <= 1).toBe(true);
      }),
    );
  });
});

describe('bootstrapMean', () => {
  it('is near the normal interval for many values', () => {
    const values = Float32Array.from({ length: 5_000 }, (_, index) => index % 2);
    const { value, low, high } = bootstrapMean(values, 1);
    expect(value).toBe(0.5);
    expect(low).toBeCloseTo(0.5 - 1.96 * (0.5 / Math.sqrt(5_000)), 2);
    expect(high).toBeCloseTo(0.5 + 1.96 * (0.5 / Math.sqrt(5_000)), 2);
  });

  it('depends on its seed alone, contains the mean, and lies within the values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        (values, seed) => {
          const { value, low, high } = bootstrapMean(values, seed);
          expect(bootstrapMean(values, seed)).toEqual({ value, low, high });
          expect(low <= value && value <= high).toBe(true);
          expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
          expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('refuses no values', () => {
    expect(() => bootstrapMean([], 1)).toThrow(RangeError);
  });
});

describe('quantile', () => {
  it('interpolates as numpy does', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0.05)).toBeCloseTo(1.2, 12);
    expect(quantile([10, 0], 0.95)).toBe(9.5);
    expect(quantile([7], 0.3)).toBe(7);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  it('runs from the smallest to the largest value without falling', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (values) => {
        expect(quantile(values, 0)).toBe(Math.min(...values) + 0);
        expect(quantile(values, 1)).toBe(Math.max(...values) + 0);
        expect(quantile(values, 0.3)).toBeLessThanOrEqual(quantile(values, 0.6));
      }),
    );
  });
});
