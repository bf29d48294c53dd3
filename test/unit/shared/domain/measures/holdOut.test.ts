import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseHeldOut } from '@shared/domain/measures/holdOut';

const clips = (count: number, frames: number): { frames: number }[] =>
  Array.from({ length: count }, () => ({ frames }));

describe('chooseHeldOut', () => {
  it('takes about 5 % of a long voice, never more than 5,000 frames', () => {
    expect(chooseHeldOut(clips(326, 184), 1).frames).toBe(17 * 184);
    const huge = chooseHeldOut(clips(5_000, 184), 1);
    expect(huge.frames).toBeLessThanOrEqual(5_000);
    expect(huge.frames).toBeGreaterThan(5_000 - 184);
  });

  it('takes at least 500 frames of a short one, and never more than a third', () => {
    expect(chooseHeldOut(clips(49, 184), 1).frames).toBe(3 * 184);
    expect(chooseHeldOut(clips(6, 150), 1).frames).toBe(300);
  });

  it('takes as many frames as it says where every file is one frame', () => {
    expect([900, 1_501, 10_010, 100_100].map((frames) => chooseHeldOut(clips(frames, 1), 1).frames)).toEqual([
      300, 500, 501, 5_000,
    ]);
    expect(chooseHeldOut(clips(1_001, 1), 1).frames).toBe(333);
  });

  it('holds nothing out when one file is everything', () => {
    expect(chooseHeldOut([{ frames: 9_000 }], 1)).toEqual({ files: [], frames: 0 });
    expect(chooseHeldOut([], 1)).toEqual({ files: [], frames: 0 });
  });

  it('depends on the seed alone', () => {
    const files = clips(100, 184);
    expect(chooseHeldOut(files, 5)).toEqual(chooseHeldOut(files, 5));
    expect(chooseHeldOut(files, 5)).not.toEqual(chooseHeldOut(files, 6));
  });

  it('chooses whole, distinct files within its limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ frames: fc.nat({ max: 2_000 }) }), { maxLength: 200 }),
        fc.nat(),
        (files, seed) => {
          const total = files.reduce((sum, file) => sum + file.frames, 0);
          const held = chooseHeldOut(files, seed);
          expect(new Set(held.files).size).toBe(held.files.length);
          expect([...held.files].sort((a, b) => a - b)).toEqual(held.files);
          expect(held.frames).toBe(held.files.reduce((sum, file) => sum + (files[file]?.frames ?? Number.NaN), 0));
          expect(held.frames).toBeLessThanOrEqual(Math.min(5_000, total / 3));
          expect(held.files.every((file) => (files[file]?.frames ?? 0) > 0)).toBe(true);
        },
      ),
    );
  });
});
