import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesIn, frameSeconds, spanSeconds } from '@shared/domain/voice/frames';

describe('frames and seconds', () => {
  it('go by steps of 320 and fields of 400 samples at 16 kHz', () => {
    expect(frameSeconds(50)).toBe(1);
    expect(spanSeconds(1)).toBe(400 / 16_000);
    expect(spanSeconds(0)).toBe(0);
    // What RVC cuts: 3.7 s.
    expect(framesIn(3.7)).toBe(184);
    expect(framesIn(399 / 16_000)).toBe(0);
    expect(framesIn(0)).toBe(0);
  });

  it('are each other the other way round', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 319 }), (frames, more) => {
        expect(framesIn(spanSeconds(frames))).toBe(frames);
        if (frames > 0) expect(framesIn(((frames - 1) * 320 + 400 + more) / 16_000)).toBe(frames);
      }),
    );
  });
});
