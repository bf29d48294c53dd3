import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSound, frameStart, grainLength, loudness, overlapAdd } from '@shared/domain/sound/grains';
import { createRandom } from '@shared/domain/maths/random';

const RATES = [16_000, 22_050, 32_000, 40_000, 44_100, 48_000] as const;

function noise(length: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => random.next() - 0.5);
}

/** A take in which each frame found the frames of `slice` that are named, with equal weights. */
function takeOf(slice: Float32Array, found: readonly (readonly number[])[], rate: number): Float32Array {
  const length = grainLength(rate);
  const grains = new Float32Array(found.length * length);
  const loud = new Float32Array(found.length);
  for (const [frame, neighbors] of found.entries()) {
    const own = new Float32Array(length);
    addSound(own, slice, frameStart(frame, rate), 1);
    loud[frame] = loudness(own);
    const grain = grains.subarray(frame * length, (frame + 1) * length);
    for (const neighbor of neighbors) addSound(grain, slice, frameStart(neighbor, rate), 1 / neighbors.length);
  }
  return overlapAdd(grains, loud, rate);
}

/** Signal to noise, in dB. */
function fidelity(take: Float32Array, original: Float32Array): number {
  let [signal, error] = [0, 0];
  for (const [at, sample] of take.entries()) {
    signal += sample ** 2;
    error += (sample - (original[at] ?? 0)) ** 2;
  }
  return 10 * Math.log10(signal / error);
}

describe('a take', () => {
  it.each(RATES)('of frames that found themselves is the recording, at %i Hz', (rate) => {
    const frames = 50;
    const slice = noise(frameStart(frames + 1, rate), 3);
    const own = Array.from({ length: frames }, (_, frame) => [frame]);
    const take = takeOf(slice, own, rate);
    expect(take).toHaveLength(frameStart(frames - 1, rate) + grainLength(rate));
    expect(fidelity(take, slice)).toBeGreaterThan(80);
  });

  it('is the same, sample for sample, for the same neighbors', () => {
    const slice = noise(frameStart(41, 16_000), 5);
    const neighbors = fc.array(fc.array(fc.nat(39), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(neighbors, (found) => {
        expect(takeOf(slice, found, 16_000)).toEqual(takeOf(slice, found, 16_000));
      }),
      { numRuns: 20 },
    );
  });

  it('is as loud as the recording, however loud its neighbors are', () => {
    const slice = noise(frameStart(61, 16_000), 7);
    // The second half of the slice is ten times as loud.
    for (let at = frameStart(30, 16_000); at < slice.length; at++) slice[at] = 10 * (slice[at] ?? 0);
    const quiet = takeOf(
      slice,
      Array.from({ length: 25 }, (_, frame) => [frame + 33]),
      16_000,
    );
    expect(loudness(quiet) / loudness(slice.subarray(0, quiet.length))).toBeCloseTo(1, 0);
  });

  it('is silent where nothing was found', () => {
    const slice = noise(frameStart(11, 16_000), 9);
    const take = takeOf(slice, [[0], [], [], [], [4]], 16_000);
    const silence = take.subarray(frameStart(2, 16_000), frameStart(3, 16_000));
    expect(loudness(silence)).toBe(0);
    expect(loudness(take.subarray(0, frameStart(1, 16_000)))).toBeGreaterThan(0);
  });

  it('takes what a slice lacks for silence', () => {
    const take = takeOf(noise(frameStart(2, 16_000), 1), [[0], [1], [2], [3]], 16_000);
    expect(loudness(take.subarray(frameStart(3, 16_000)))).toBe(0);
  });

  it('of no frames is empty', () => {
    expect(overlapAdd(new Float32Array(0), new Float32Array(0), 16_000)).toHaveLength(0);
  });
});
