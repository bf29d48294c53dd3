import { frameSeconds } from '../voice/frames';
import { hann } from './hann';

/**
 * Takes: a sketch of retrieval made of the voice's own sound. Each frame becomes a grain: a blend of the sounds that its
 * neighbors lie in, as loud as the frame itself. Grains overlap by half (granular synthesis, Roads 2001). It is not the
 * converted voice.
 */

/** The sample at which a frame begins, in a recording or a take. */
export function frameStart(frame: number, rate: number): number {
  return Math.round(frameSeconds(frame) * rate);
}

/** Samples of a grain: two frames, 40 ms. */
export function grainLength(rate: number): number {
  return 2 * frameStart(1, rate);
}

/**
 * Adds a part of a slice to a grain. What the slice lacks is silent.
 *
 * @param grain {@link grainLength} samples.
 * @param slice A recording at the grain's rate, or a stretch of it.
 * @param start The sample at which the part begins.
 * @param weight Its part in the blend.
 */
export function addSound(grain: Float32Array, slice: Float32Array, start: number, weight: number): void {
  const there = Math.min(grain.length, slice.length - start);
  for (let at = 0; at < there; at++) grain[at] = (grain[at] ?? 0) + weight * (slice[start + at] ?? 0);
}

/** Root mean square. */
export function loudness(samples: Float32Array): number {
  let squares = 0;
  for (const sample of samples) squares += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(squares / samples.length);
}

/**
 * Brings each grain to its loudness and lets them overlap (Hann window). Nothing comes before the first grain or after the
 * last, so that these do not fade.
 *
 * @param grains One after the other, {@link grainLength} samples each; silence stays silent.
 * @param loud Of each grain, as {@link loudness} says it.
 * @returns samples of all frames, the last with its whole grain
 */
export function overlapAdd(grains: Float32Array, loud: Float32Array, rate: number): Float32Array {
  const length = grainLength(rate);
  const half = length / 2;
  const frames = loud.length;
  if (frames === 0) return new Float32Array(0);
  const window = Float32Array.from(hann(length));
  const take = new Float32Array(frameStart(frames - 1, rate) + length);
  for (let frame = 0; frame < frames; frame++) {
    const grain = grains.subarray(frame * length, (frame + 1) * length);
    const own = loudness(grain);
    if (own === 0) continue;
    const gain = (loud[frame] ?? 0) / own;
    const start = frameStart(frame, rate);
    for (let at = 0; at < length; at++) {
      const isOuter = (frame === 0 && at < half) || (frame === frames - 1 && at >= half);
      const shape = isOuter ? 1 : (window[at] ?? 0);
      take[start + at] = (take[start + at] ?? 0) + gain * shape * (grain[at] ?? 0);
    }
  }
  return take;
}
