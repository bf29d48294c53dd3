import { FRAMES_PER_SECOND } from '../rvc';

/**
 * What HuBERT looks at for one frame: 400 samples at 16 kHz, 320 farther for each (fairseq's hubert_base,
 * `conv_feature_layers` = [(512,10,5)] + [(512,3,2)] * 4 + [(512,2,2)] * 2). Frame t is the 25 ms from t * 20 ms on.
 */
const FIELD_SECONDS = 0.025;

/** Where frame t begins in its recording. */
export function frameSeconds(frame: number): number {
  return frame / FRAMES_PER_SECOND;
}

/** How much of a recording so many frames are made of, from its start. */
export function spanSeconds(frames: number): number {
  return frames === 0 ? 0 : frameSeconds(frames - 1) + FIELD_SECONDS;
}

/** How many frames HuBERT makes of so much of a recording. */
export function framesIn(seconds: number): number {
  // The sum of a float's rounding must not cost a frame.
  return Math.max(0, Math.floor((seconds - FIELD_SECONDS) * FRAMES_PER_SECOND + 1e-6) + 1);
}
