import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostSearchMs, neverFalling } from '@shared/domain/measures/searchTime';

describe('hostSearchMs', () => {
  const index = { type: 'IndexIVFFlat', vectors: 69_774, dimension: 768, nlist: 1_789, imbalance: 2 };

  it('counts what is compared: centroids, and the vectors of as many groups', () => {
    // 50 * 768 * (1,789 * 0.035 + 32 * 69,774 / 1,789 * 2 * 0.4) ns
    expect(hostSearchMs(index, 32)).toBeCloseTo(40.75, 1);
    expect(hostSearchMs(index, 1)).toBeCloseTo(3.6, 1);
  });

  it('takes longer for rounded vectors, and never compares more than there are', () => {
    expect(hostSearchMs({ ...index, type: 'IndexIVFScalarQuantizer' }, 32)).toBeGreaterThan(hostSearchMs(index, 32));
    expect(hostSearchMs(index, 1_789)).toBe(hostSearchMs(index, 4_000));
    expect(hostSearchMs({ ...index, type: 'IndexFlatL2', nlist: null }, null)).toBeCloseTo(
      50 * 768 * 69_774 * 0.4e-6,
      6,
    );
  });
});

describe('neverFalling', () => {
  it('lowers what is above a later one', () => {
    expect(neverFalling([25, 48, 50, 12, 58])).toEqual([12, 12, 12, 12, 58]);
    expect(neverFalling([])).toEqual([]);
  });

  it('never falls, never rises above what was timed, and ends with it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (times) => {
        const mended = neverFalling(times);
        expect(mended.at(-1)).toBe(times.at(-1));
        mended.forEach((time, place) => {
          expect(time).toBeLessThanOrEqual(times[place] ?? -1);
          expect(time).toBeGreaterThanOrEqual(mended[place - 1] ?? 0);
        });
      }),
    );
  });
});
