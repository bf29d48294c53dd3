import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosineAt, expansionWeights, METRICS, nearestBy, type Point } from '@/pages/guide/pictures/metrics';
import { codeOf, cut } from '@/pages/guide/pictures/pieces';
import { storageBytes, STORAGES } from '@/pages/guide/pictures/storage';

describe('ways to compare', () => {
  const asking: Point = { x: 3, y: 4 };

  it('take different points for the nearest', () => {
    const points = [
      { x: 4, y: 3 },
      { x: 9, y: 5 },
      { x: 0.6, y: 0.8 },
    ];
    expect(METRICS.map((metric) => nearestBy(metric, asking, points))).toEqual([0, 1, 2]);
  });

  it('agree where all vectors are of one length, as the lesson says', () => {
    const unit = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }).map((angle) => ({
      x: Math.cos(angle),
      y: Math.sin(angle),
    }));
    fc.assert(
      fc.property(unit, fc.array(unit, { minLength: 1, maxLength: 8 }), (one, points) => {
        const found = METRICS.map((metric) => points[nearestBy(metric, one, points)] ?? one);
        const gaps = found.map((point) => Math.hypot(point.x - one.x, point.y - one.y));
        for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0] ?? 0, 6);
      }),
    );
  });
});

describe('the weights of an expansion', () => {
  it('are the cosine to the power alpha, and nothing for what points away', () => {
    expect(expansionWeights([1, 0.5, 0, -0.5], 2)).toEqual([1, 0.25, 0, 0]);
    expect(expansionWeights([0.9, 0.1], 0)).toEqual([1, 1]);
  });

  it('come from distances of vectors of one length', () => {
    expect(cosineAt(0, 10)).toBe(1);
    expect(cosineAt(200, 10)).toBe(0);
    expect(cosineAt(1e6, 10)).toBe(-1);
  });
});

describe('product quantization', () => {
  it('cuts a vector and takes the nearest pattern of each piece', () => {
    expect(cut([1, 2, 3, 4, 5], 2)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(
      codeOf(
        [1, 2],
        [
          [9, 9],
          [1, 3],
          [0, 0],
        ],
      ),
    ).toBe(1);
  });
});

describe('the size of an index', () => {
  it('is that of an IVF-Flat file, but for its headers', () => {
    const amount = { vectors: 9_000, dimension: 768, nlist: 230 };
    expect(28_428_539 - storageBytes('flat', amount)).toBe(139);
  });

  it('shrinks by half and quarter, and grows with RFlat beyond Flat', () => {
    const amount = { vectors: 100_000, dimension: 256, nlist: 0 };
    const [flat = 0, half = 0, quarter = 0, refined = 0, fastScan = 0] = STORAGES.map((storage) =>
      storageBytes(storage, amount),
    );
    expect(half / flat).toBeCloseTo(0.5, 2);
    expect(quarter / flat).toBeCloseTo(0.25, 1);
    expect(refined).toBeGreaterThan(flat);
    expect(fastScan).toBeLessThan(quarter);
  });
});
