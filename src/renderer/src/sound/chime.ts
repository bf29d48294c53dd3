import type { Sound } from './speaker';

const RATE = 48_000;
/** A fifth upwards: something is done, nothing is wrong. */
const NOTES = [
  { hertz: 587.33, at: 0 },
  { hertz: 880, at: 0.16 },
] as const;
const SECONDS = 1.1;
/** Of full scale, so that it wakes nobody. */
const LEVEL = 0.25;
const DECAY_SECONDS = 0.22;

/** Two soft notes for the end of all jobs. */
export function chime(): Sound {
  const samples = new Float32Array(Math.round(SECONDS * RATE));
  for (const { hertz, at } of NOTES) {
    for (let i = Math.round(at * RATE); i < samples.length; i++) {
      const time = i / RATE - at;
      samples[i] = (samples[i] ?? 0) + LEVEL * Math.exp(-time / DECAY_SECONDS) * Math.sin(2 * Math.PI * hertz * time);
    }
  }
  return { rate: RATE, samples };
}
