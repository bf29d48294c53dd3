import { describe, expect, it } from 'vitest';
import { staleness } from '@shared/domain/verdict/staleness';

const made = { compressed: null, expanded: false, selected: false, voices: 1, frames: null };

const fresh = { vectors: 9_000, indexModified: 1_000_000, frames: 9_000, featuresModified: 900_000 };

describe('staleness', () => {
  it.each([
    ['a fresh index', {}, null],
    ['the same second', { featuresModified: 1_001_500 }, null],
    ['features without a date', { featuresModified: null }, null],
    ['newer features', { featuresModified: 1_005_000 }, 'older'],
    ['added recordings', { frames: 9_184, featuresModified: 1_005_000 }, 'smaller'],
    ['one more frame in newer features', { frames: 9_001, featuresModified: 1_005_000 }, 'smaller'],
    ['another, larger voice with an older date', { frames: 12_000 }, 'smaller'],
    ['a few frames left out by a newer index', { frames: 9_030 }, null],
    ['removed recordings', { frames: 8_000 }, 'larger'],
    ['an empty index', { vectors: 0 }, null],
    ['an unreadable index', { vectors: null }, null],
    ['a folder without frames', { frames: 0 }, null],
    ['a compressed long voice', { vectors: 10_000, frames: 250_000 }, null],
    ['a compressed long voice that grew', { vectors: 10_000, frames: 250_000, featuresModified: 1_005_000 }, 'older'],
    ['a compressed voice', { vectors: 2_000, made: { ...made, compressed: 2_000, frames: 9_000 } }, null],
    ['a compressed voice that grew', { frames: 9_500, made: { ...made, compressed: 2_000, frames: 9_000 } }, 'smaller'],
    ['an expanded voice that grew', { frames: 9_500, made: { ...made, expanded: true } }, 'smaller'],
    ['merged voices', { frames: 4_000, made: { ...made, voices: 2 } }, null],
    ['10,000 vectors of a voice too short to compress', { vectors: 10_000, frames: 150_000 }, 'smaller'],
  ] as const)('judges %s', (_, change, reason) => {
    const found = staleness({ ...fresh, ...change });
    expect(found?.reason ?? null).toBe(reason);
  });

  it('reports both counts', () => {
    expect(staleness({ ...fresh, frames: 12_000 })).toEqual({ reason: 'smaller', frames: 12_000, vectors: 9_000 });
  });
});
