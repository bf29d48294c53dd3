import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenness, imbalanceFactor, sizeHistogram, summarizeLists, tooSmall } from '@shared/domain/measures/listSizes';

const sizes = fc.array(fc.nat({ max: 5_000 }), { minLength: 1, maxLength: 400 });

describe('imbalanceFactor', () => {
  it('follows the definition of FAISS', () => {
    expect(imbalanceFactor([4, 4, 4])).toBe(1);
    expect(imbalanceFactor([12, 0, 0])).toBe(3);
    expect(imbalanceFactor([1, 3])).toBe((2 * 10) / 16);
  });

  it('is 1 without vectors', () => {
    expect(imbalanceFactor([0, 0])).toBe(1);
    expect(imbalanceFactor([])).toBe(1);
  });

  it('lies between even and everything in one list', () => {
    fc.assert(
      fc.property(sizes, (drawn) => {
        const factor = imbalanceFactor(drawn);
        expect(factor).toBeGreaterThanOrEqual(1 - 1e-9);
        expect(factor).toBeLessThanOrEqual(drawn.length + 1e-9);
      }),
    );
  });
});

describe('summarizeLists', () => {
  it('counts what is empty and what is too small', () => {
    expect(summarizeLists(new Float64Array([7, 0, 8, 100]))).toEqual({
      nlist: 4,
      empty: 1,
      small: 2,
      smallest: 0,
      largest: 100,
      imbalance: (4 * (49 + 64 + 10_000)) / 115 ** 2,
      sorted: [100, 8, 7, 0],
    });
  });

  it('knows the smallest and the largest in any order', () => {
    expect(summarizeLists([9, 3, 20])).toMatchObject({ smallest: 3, largest: 20, empty: 0 });
    expect(summarizeLists([])).toMatchObject({ nlist: 0, smallest: 0, largest: 0, sorted: [] });
  });

  it('keeps at most 2,000 sizes, both ends among them, largest first', () => {
    const summary = summarizeLists(Array.from({ length: 5_128 }, (_, list) => list));
    expect(summary.sorted).toHaveLength(2_000);
    expect(summary.sorted[0]).toBe(5_127);
    expect(summary.sorted[1_999]).toBe(0);
    expect(summary.sorted).toEqual([...summary.sorted].sort((a, b) => b - a));
  });

  it('does not depend on the order of the lists', () => {
    fc.assert(
      fc.property(sizes, (drawn) => {
        expect(summarizeLists([...drawn].reverse()).sorted).toEqual(summarizeLists(drawn).sorted);
      }),
    );
  });
});

describe('sizeHistogram', () => {
  it('puts every list into one bin', () => {
    fc.assert(
      fc.property(sizes, (drawn) => {
        const bins = sizeHistogram(summarizeLists(drawn));
        expect(bins.reduce((sum, bin) => sum + bin.lists, 0)).toBe(drawn.length);
        for (const bin of bins) {
          expect(bin.lists).toBe(drawn.filter((size) => size >= bin.from && size <= bin.to).length);
        }
      }),
    );
  });

  it('reaches to the largest, also where a bin begins with it', () => {
    expect(sizeHistogram(summarizeLists([16, 8])).slice(2)).toEqual([
      { from: 8, to: 15, lists: 1 },
      { from: 16, to: 31, lists: 1 },
    ]);
  });

  it('estimates the bins of a sampled summary so that they still add up', () => {
    const drawn = Array.from({ length: 5_000 }, (_, list) => list % 100);
    const bins = sizeHistogram(summarizeLists(drawn));
    expect(bins.reduce((sum, bin) => sum + bin.lists, 0)).toBe(5_000);
    expect(bins[0]).toEqual({ from: 0, to: 0, lists: 50 });
    expect(bins[1]).toEqual({ from: 1, to: 7, lists: 350 });
    const wide = bins.find((bin) => bin.from === 32);
    expect(wide?.lists).toBeGreaterThan(1_590);
    expect(wide?.lists).toBeLessThan(1_610);
  });
});

describe('evenness', () => {
  it.each([
    [1, 'even'],
    [1.29, 'even'],
    [1.3, 'uneven'],
    [6, 'uneven'],
    [6.01, 'veryUneven'],
  ] as const)('says of %d: %s', (imbalance, words) => {
    expect(evenness(imbalance)).toBe(words);
  });
});

describe('tooSmall', () => {
  const lists = summarizeLists([7, 0, 8, 100, 12]);

  it('counts small groups where so few are searched that they may be all that is found', () => {
    expect([1, 2, 3].map((nprobe) => tooSmall(lists, nprobe))).toEqual([2, 2, 2]);
    expect(tooSmall(summarizeLists([7, 100]), 1)).toBe(1);
  });

  it('finds no fault with them where more are searched together, or everything is', () => {
    expect([4, 5, 128, null].map((nprobe) => tooSmall(lists, nprobe))).toEqual([0, 0, 0, 0]);
    expect(tooSmall(summarizeLists([7, 100]), 2)).toBe(0);
  });
});
