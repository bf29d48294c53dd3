import type { Clip } from '@shared/contract/sound';
import { frameStart, grainLength } from '@shared/domain/sound/grains';
import { frameSeconds, spanSeconds } from '@shared/domain/voice/frames';
import { withRecording } from './recording';

/** Before and after the frames that were asked for, so that the ear finds its way in. */
const PADDING_SECONDS = 0.3;

/** Shorter differences are how extraction rounds, not a sign that something is amiss. */
const TOLERATED_SECONDS = 0.1;

/** Samples of a recording, mixed to one channel. */
export interface Stretch {
  /** Hertz. */
  readonly rate: number;
  readonly samples: Float32Array;
}

/**
 * The grains of some frames that follow each other (domain/sound/grains.ts), from the start of the first on. What the
 * recording lacks is silent.
 *
 * @throws as {@link withRecording}
 */
export function readStretch(path: string, from: number, frames: number, signal: AbortSignal): Promise<Stretch> {
  return withRecording(path, signal, async (recording) => {
    const { rate } = recording;
    const first = frameStart(from, rate);
    const samples = new Float32Array(frameStart(from + frames - 1, rate) + grainLength(rate) - first);
    await recording.read({ first, count: samples.length }, (piece, done) => samples.set(piece, done));
    return { rate, samples };
  });
}

export interface Cut {
  /** First frame. */
  readonly from: number;
  readonly frames: number;
  /** Frames of the file of features; null when they are not known. */
  readonly of: number | null;
}

/**
 * Some frames of a slice with {@link PADDING_SECONDS} around them, mixed to one channel. Both begin together; where the
 * slice has ended it is silent, and where the features have ended too, so does the clip.
 *
 * @throws as {@link withRecording}
 */
export function cutClip(path: string, { from, frames, of }: Cut, signal: AbortSignal): Promise<Clip> {
  return withRecording(path, signal, async (recording) => {
    const { rate, length } = recording;
    const recordingSeconds = length / rate;
    const featureSeconds = of === null ? recordingSeconds : spanSeconds(of);
    const first = Math.max(0, Math.round((frameSeconds(from) - PADDING_SECONDS) * rate));
    const asked = frameSeconds(from) + spanSeconds(frames) + PADDING_SECONDS;
    const end = Math.min(asked, Math.max(recordingSeconds, featureSeconds));
    const samples = new Float32Array(Math.max(1, Math.round(end * rate) - first));
    await recording.read({ first, count: samples.length }, (piece, done) => samples.set(piece, done));
    const fits = Math.abs(recordingSeconds - featureSeconds) <= TOLERATED_SECONDS;
    return {
      rate,
      samples,
      startSeconds: first / rate,
      mismatch: fits ? null : { recordingSeconds, featureSeconds },
    };
  });
}
