import { FRAMES_PER_SECOND } from '../rvc';

/** A peak this low is no clipping, but a quiet recording. */
const LEAST_PEAK = 0.25;

/** Half of it is what rounding to 16 bits moves a sample by. */
const STEP = 2 ** -15;

/**
 * Samples in a row at the peak. The top of a wave is never that flat: one of 100 Hz at nine tenths of full scale falls by
 * 5 steps of 16 bits from one sample at 16 kHz to the next.
 */
const LEAST_FLAT = 3;

/** What is audibly wrong with a recording, frame by frame. */
export interface SoundFaults {
  /** Not 0 for a frame whose 20 ms are one number over and over. */
  readonly silent: Uint8Array;
  /** Not 0 for a frame in which the recording stands at its peak. */
  readonly clipped: Uint8Array;
  /** Samples that stand at the peak, of all. */
  readonly clippedShare: number;
}

/**
 * Looks for digital silence and clipping in a recording that comes piece by piece. Hosts scale what they cut, so clipping
 * is flat at the recording's own peak and not at full scale.
 *
 * @param rate hertz
 * @param frames Frames of its features; what lies beyond is not looked at.
 */
export function createFaultFinder(
  rate: number,
  frames: number,
): { readonly add: (samples: Float32Array) => void; readonly faults: () => SoundFaults } {
  const moving = new Uint8Array(frames);
  const heard = new Uint8Array(frames);
  const hop = rate / FRAMES_PER_SECOND;
  let at = 0;
  let last = Number.NaN;
  let peak = 0;
  let flat = 0;
  let flatSamples = 0;
  let flats: number[] = [];

  return {
    add(samples) {
      for (const sample of samples) {
        const frame = Math.floor(at / hop);
        at += 1;
        if (frame >= frames) continue;
        heard[frame] = 1;
        if (sample !== last && frame === Math.floor((at - 2) / hop)) moving[frame] = 1;
        last = sample;
        const size = Math.abs(sample);
        if (size > peak + STEP) {
          flats = [];
          flatSamples = 0;
          flat = 0;
        }
        peak = Math.max(peak, size);
        if (size < peak - STEP) {
          flat = 0;
          continue;
        }
        flat += 1;
        if (flat < LEAST_FLAT) continue;
        flatSamples += flat === LEAST_FLAT ? LEAST_FLAT : 1;
        if (flats.at(-1) !== frame) flats.push(frame);
      }
    },
    faults() {
      const clipped = new Uint8Array(frames);
      if (peak < LEAST_PEAK) return { silent: stillFrames(heard, moving), clipped, clippedShare: 0 };
      for (const frame of flats) clipped[frame] = 1;
      return { silent: stillFrames(heard, moving), clipped, clippedShare: flatSamples / Math.max(1, at) };
    },
  };
}

function stillFrames(heard: Uint8Array, moving: Uint8Array): Uint8Array {
  return heard.map((there, frame) => (there === 1 && moving[frame] === 0 ? 1 : 0));
}
