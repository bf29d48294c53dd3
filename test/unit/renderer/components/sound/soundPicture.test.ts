import { describe, expect, it } from 'vitest';
import { logMel, MEL_BANDS } from '@shared/domain/sound/logMel';
import { outline, shades } from '@/components/sound/soundPicture';

describe('outline', () => {
  it('has the lowest and highest sample of each column', () => {
    const { low, high } = outline(Float32Array.of(0.5, -0.25, 0.75, 1, -1, 0), 3);
    expect([...high]).toEqual([0.5, 1, 0]);
    expect([...low]).toEqual([-0.25, 0, -1]);
  });

  it('is drawn of sound that is shorter than it is wide, and of none', () => {
    const { high } = outline(Float32Array.of(1, 0.5), 4);
    expect([...high]).toEqual([1, 1, 0.5, 0.5]);
    expect([...outline(Float32Array.of(0.25, -0.125), 2).high]).toEqual([1, 0]);
    expect([...outline(Float32Array.of(0.0625), 1).high]).toEqual([0.5]);
    expect([...outline(new Float32Array(0), 2).high]).toEqual([0, 0]);
  });
});

describe('shades', () => {
  const opacity = (pixels: Uint8ClampedArray, frames: number, frame: number, row: number): number =>
    pixels[4 * (row * frames + frame) + 3] ?? -1;

  it('puts low sounds at the bottom, and loud ones are dense', () => {
    const rate = 16_000;
    const low = Float32Array.from({ length: 3_200 }, (_, at) => Math.sin((2 * Math.PI * 200 * at) / rate));
    const spectrum = logMel(low, rate);
    const pixels = shades(spectrum);
    expect(pixels).toHaveLength(4 * spectrum.frames * MEL_BANDS);
    const column = Array.from({ length: MEL_BANDS }, (_, row) => opacity(pixels, spectrum.frames, 5, row));
    expect(column.indexOf(Math.max(...column))).toBeGreaterThan(MEL_BANDS * 0.8);
    expect(Math.max(...column)).toBeGreaterThan(240);
    expect(opacity(pixels, spectrum.frames, 5, 5)).toBeLessThan(60);
  });

  it('leaves silence empty', () => {
    expect(shades(logMel(new Float32Array(1_600), 16_000)).every((value) => value === 0)).toBe(true);
  });
});
