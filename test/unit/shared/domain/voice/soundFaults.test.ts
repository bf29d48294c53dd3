import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFaultFinder } from '@shared/domain/voice/soundFaults';

const RATE = 16_000;
const HOP = 320;

function look(samples: Float32Array, frames = Math.floor(samples.length / HOP), piece = samples.length) {
  const finder = createFaultFinder(RATE, frames);
  for (let at = 0; at < samples.length; at += piece) finder.add(samples.subarray(at, at + piece));
  const { silent, clipped, clippedShare } = finder.faults();
  const places = (flags: Uint8Array): number[] => [...flags.keys()].filter((frame) => flags[frame] === 1);
  return { silent: places(silent), clipped: places(clipped), clippedShare };
}

/** As 16 bits keep it. */
const tone = (hertz: number, size: number, frames = 20, most = 1): Float32Array =>
  Float32Array.from({ length: frames * HOP }, (_, at) => {
    const value = Math.max(-most, Math.min(most, size * Math.sin((2 * Math.PI * hertz * at) / RATE)));
    return Math.round(value * 32_767) / 32_768;
  });

describe('createFaultFinder', () => {
  it('finds nothing in clean tones of any pitch and loudness', () => {
    fc.assert(
      fc.property(fc.integer({ min: 80, max: 4_000 }), fc.double({ min: 0.3, max: 1, noNaN: true }), (hertz, size) => {
        // A tone that fits its samples exactly is the same number again and again, but never flat.
        expect(look(tone(hertz, size))).toMatchObject({ silent: [], clipped: [], clippedShare: 0 });
      }),
    );
  });

  it('finds clipping at full scale, and below it where the recording was made quieter afterwards', () => {
    for (const most of [1, 0.5]) {
      const found = look(tone(200, 1.5 * most, 20, most));
      expect(found.clipped.length).toBe(20);
      expect(found.clippedShare).toBeGreaterThan(0.3);
      expect(found.silent).toEqual([]);
    }
  });

  it('finds the one moment that is clipped, and not those that are only loud', () => {
    const samples = tone(200, 0.6);
    samples.fill(0.9, 5 * HOP + 10, 5 * HOP + 20);
    samples[8 * HOP] = 0.9;
    const found = look(samples);
    expect(found.clipped).toEqual([5]);
    expect(found.clippedShare).toBeCloseTo(10 / samples.length, 10);
  });

  it('does not call a quiet recording clipped', () => {
    expect(look(tone(200, 0.3, 20, 0.2)).clipped).toEqual([]);
  });

  it('finds digital silence, whatever its number is, and not what is merely still', () => {
    const samples = tone(200, 0.6);
    samples.fill(0, 4 * HOP, 6 * HOP);
    samples.fill(-0.01, 9 * HOP, 10 * HOP);
    samples.fill(0, 12 * HOP, 13 * HOP - 1);
    samples.fill(2 ** -15, 15 * HOP, 15 * HOP + 1);
    expect(look(samples).silent).toEqual([4, 5, 9]);
  });

  it('is the same however the samples come', () => {
    const samples = tone(150, 1.2);
    samples.fill(0, 3 * HOP, 5 * HOP);
    const whole = look(samples);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (piece) => {
        expect(look(samples, 20, piece)).toEqual(whole);
      }),
    );
  });

  it('looks at the frames there are, in a recording that is longer or shorter', () => {
    const samples = new Float32Array(10 * HOP);
    expect(look(samples, 4).silent).toEqual([0, 1, 2, 3]);
    expect(look(samples, 20).silent).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(look(new Float32Array(0), 3)).toEqual({ silent: [], clipped: [], clippedShare: 0 });
  });
});
