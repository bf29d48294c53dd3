import type { FileHandle } from 'node:fs/promises';
import type { Clip } from '@shared/contract/sound';
import { frameSeconds, spanSeconds } from '@shared/domain/voice/frames';
import { decodeMono, readWavHeader, sampleBytes, type WavHeader } from '@shared/formats/wav';
import { throwIfCancelled } from '../context';
import { readRange, walkHandle, withFile } from '../files/randomAccess';

/** Bytes that are in memory at a time: files may have any number of channels. */
const PIECE_BYTES = 1 << 20;

/** Before and after the frames that were asked for, so that the ear finds its way in. */
const PADDING_SECONDS = 0.3;

/** Shorter differences are how extraction rounds, not a sign that something is amiss. */
const TOLERATED_SECONDS = 0.1;

export interface Cut {
  /** First frame. */
  readonly from: number;
  readonly frames: number;
  /** Frames of the file of features; null when they are not known. */
  readonly of: number | null;
}

/**
 * Some frames of a slice with {@link PADDING_SECONDS} around them, mixed to one channel. Only their bytes are read. Both
 * begin together; where the slice has ended it is silent, and where the features have ended too, so does the clip.
 *
 * @throws `WAV_…`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_CHANGED`, `JOB_CANCELLED`
 */
export function cutClip(path: string, { from, frames, of }: Cut, signal: AbortSignal): Promise<Clip> {
  return withFile(path, async (handle, identity) => {
    const header = await walkHandle(handle, identity, readWavHeader, signal);
    const { rate, length } = header;
    const recordingSeconds = length / rate;
    const featureSeconds = of === null ? recordingSeconds : spanSeconds(of);
    const first = Math.max(0, Math.round((frameSeconds(from) - PADDING_SECONDS) * rate));
    const asked = frameSeconds(from) + spanSeconds(frames) + PADDING_SECONDS;
    const end = Math.min(asked, Math.max(recordingSeconds, featureSeconds));
    const samples = new Float32Array(Math.max(1, Math.round(end * rate) - first));
    await readMono(handle, header, { first, into: samples }, signal);
    const fits = Math.abs(recordingSeconds - featureSeconds) <= TOLERATED_SECONDS;
    return {
      rate,
      samples,
      startSeconds: first / rate,
      mismatch: fits ? null : { recordingSeconds, featureSeconds },
    };
  });
}

/** Fills `into` with samples from `first` on, as far as there are any. */
async function readMono(
  handle: FileHandle,
  header: WavHeader,
  { first, into }: { readonly first: number; readonly into: Float32Array },
  signal: AbortSignal,
): Promise<void> {
  const { dataOffset, length, channels, type } = header;
  const step = channels * sampleBytes(type);
  const most = Math.max(1, Math.floor(PIECE_BYTES / step));
  const there = Math.min(into.length, length - first);
  for (let done = 0; done < there;) {
    throwIfCancelled(signal);
    const count = Math.min(most, there - done);
    const mixed = decodeMono(header, await readRange(handle, dataOffset + (first + done) * step, count * step));
    into.set(mixed, done);
    done += count;
  }
}
