import { describe, expect, it } from 'vitest';
import { logMel, MEL_BANDS, MEL_FLOOR } from '@shared/domain/sound/logMel';

function sine(hertz: number, rate: number, seconds: number, amplitude = 1): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * rate) },
    (_, at) => amplitude * Math.sin((2 * Math.PI * hertz * at) / rate),
  );
}

/** The loudest band of a row. */
function loudest(values: Float32Array, frame: number): { readonly band: number; readonly loudness: number } {
  const row = values.subarray(frame * MEL_BANDS, (frame + 1) * MEL_BANDS);
  const loudness = Math.max(...row);
  return { band: row.indexOf(loudness), loudness };
}

/** Position of a pitch among the bands: 0 for the middle of the lowest one. */
function bandOf(hertz: number): number {
  const mel = (of: number): number => 2_595 * Math.log10(1 + of / 700);
  return (mel(hertz) / mel(8_000)) * (MEL_BANDS + 1) - 1;
}

describe('logMel', () => {
  it.each([16_000, 40_000, 48_000])('puts a tone into the band of its pitch, at %s Hz', (rate) => {
    for (const hertz of [110, 440, 1_000, 3_000, 7_000]) {
      const { frames, values } = logMel(sine(hertz, rate, 0.5), rate);
      expect(frames).toBe(50);
      expect(Math.abs(loudest(values, 20).band - bandOf(hertz))).toBeLessThanOrEqual(1);
    }
  });

  it('has a row for each 10 ms, and silence at the floor', () => {
    const { frames, values } = logMel(new Float32Array(1_601), 16_000);
    expect(frames).toBe(11);
    expect(values.every((value) => value === MEL_FLOOR)).toBe(true);
    expect(logMel(new Float32Array(0), 16_000).frames).toBe(0);
    expect(logMel(new Float32Array(1_601), 16_000, 0.05).frames).toBe(3);
  });

  it('falls by 20 dB for a tenth of the amplitude', () => {
    const loud = loudest(logMel(sine(1_000, 16_000, 0.2), 16_000).values, 5).loudness;
    const quiet = loudest(logMel(sine(1_000, 16_000, 0.2, 0.1), 16_000).values, 5).loudness;
    expect(loud - quiet).toBeCloseTo(20, 1);
    expect(loud).toBeGreaterThan(-6);
    expect(loud).toBeLessThanOrEqual(6);
  });

  it('leaves bands above half the rate at the floor', () => {
    const { values } = logMel(sine(500, 4_000, 0.2), 4_000);
    expect(values[5 * MEL_BANDS + MEL_BANDS - 1]).toBe(MEL_FLOOR);
  });
});
