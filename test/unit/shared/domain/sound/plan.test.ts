import { describe, expect, it } from 'vitest';
import { planTake } from '@shared/domain/sound/plan';

const neighbors = (...pairs: readonly (readonly [row: number, distance: number])[]) => ({
  labels: Int32Array.from(pairs, ([row]) => row),
  distances: Float32Array.from(pairs, ([, distance]) => distance),
});
const LIMITS = Float32Array.of(1e-3);
const TRUTH = neighbors([1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6], [7, 7], [8, 8]);
const plan = (found: ReturnType<typeof neighbors>) => planTake(found, TRUTH, LIMITS);

describe('planTake', () => {
  it('weighs as RVC does, the squared distance squared', () => {
    const { rows, weights } = plan(TRUTH);
    expect(rows).toEqual(TRUTH.labels);
    expect((weights[0] ?? 0) / (weights[1] ?? 1)).toBeCloseTo(4, 5);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
  });

  it('is the same to the bit for the true neighbors, with distances that rounding changed and in another order', () => {
    const found = neighbors([2, 1.9999], [1, 1.0001], [3, 3], [4, 4], [5, 5], [6, 6], [7, 7], [8, 8.0001]);
    expect(plan(found)).toEqual(plan(TRUTH));
  });

  it('takes another that is as near as the last true one for it', () => {
    const found = neighbors([1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6], [7, 7], [99, 8.0001]);
    expect(plan(found)).toEqual(plan(TRUTH));
  });

  it.each([
    ['farther', [99, 9]],
    ['nearer, for it is of something else', [99, 0.5]],
    ['missing', [-1, Infinity]],
    ['the same row, but kept elsewhere', [8, 7.5]],
  ] as const)('keeps what was found where one is %s', (_, other) => {
    const found = neighbors([1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6], [7, 7], other);
    const { rows, weights } = plan(found);
    expect(rows).toEqual(found.labels);
    if (other[0] < 0) expect(weights[7]).toBe(0);
    expect(weights).not.toEqual(plan(TRUTH).weights);
  });

  it('gives all weight to a frame that found itself, and none where nothing was found', () => {
    const self = neighbors([1, 0], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6], [7, 7], [8, 8]);
    expect(Array.from(plan(self).weights)).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    const nothing = neighbors(...Array.from({ length: 8 }, () => [-1, Infinity] as const));
    expect(plan(nothing).weights.every((weight) => weight === 0)).toBe(true);
  });
});
