import { describe, expect, it } from 'vitest';
import { staleness } from '@shared/domain/verdict/staleness';

const made = { compressed: null, expanded: false, selected: false, voices: 1 };
const fresh = { vectors: 9_000, frames: 9_000 };

describe('staleness', () => {
  it.each([
    ['as many', {}, null],
    ['a few that are no numbers', { frames: 9_040 }, null],
    ['added recordings', { frames: 9_184 }, 'smaller'],
    ['removed recordings', { frames: 8_999 }, 'larger'],
    ['an expanded voice that grew', { frames: 9_500, made: { ...made, expanded: true } }, 'smaller'],
    ['a compressed voice', { vectors: 2_000, made: { ...made, compressed: 2_000 } }, null],
    ['a selection', { frames: 12_000, made: { ...made, selected: true } }, null],
    ['merged voices', { vectors: 20_000, made: { ...made, voices: 2 } }, null],
    ['a long voice as hosts compress it', { vectors: 10_000, frames: 250_000 }, null],
    ['10,000 vectors of a voice that no host compresses', { vectors: 10_000, frames: 150_000 }, 'smaller'],
    ['10,000 vectors of the longest voice that no host compresses', { vectors: 10_000, frames: 200_000 }, 'smaller'],
    ['9,999 vectors of a long voice', { vectors: 9_999, frames: 250_000 }, 'smaller'],
    ['as few less as are dropped', { vectors: 9_950, frames: 10_000 }, null],
    ['one less than are dropped', { vectors: 9_949, frames: 10_000 }, 'smaller'],
    ['an index that nobody has read', { vectors: null }, null],
    ['an empty index', { vectors: 0 }, null],
    ['no features', { frames: 0 }, null],
    ['features of its version', { dimensions: { index: 768, voice: 768 } }, null],
    ['features of another version', { dimensions: { index: 256, voice: 768 } }, 'version'],
    ['an index of which no dimension is known', { dimensions: { index: null, voice: 768 } }, null],
    ['features of two versions at once', { dimensions: { index: 256, voice: null } }, null],
  ])('%s', (_, change, reason) => {
    expect(staleness({ ...fresh, ...change })?.reason ?? null).toBe(reason);
  });

  it('says both numbers', () => {
    expect(staleness({ ...fresh, frames: 12_000 })).toEqual({ reason: 'smaller', frames: 12_000, vectors: 9_000 });
  });
});
