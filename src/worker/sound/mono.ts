import type { FileHandle } from 'node:fs/promises';
import { decodeMono, sampleBytes, type WavHeader } from '@shared/formats/wav';
import { throwIfCancelled } from '../context';
import { readRange } from '../files/randomAccess';

/** Bytes that are in memory at a time: files may have any number of channels. */
const PIECE_BYTES = 1 << 20;

/**
 * Reads samples of an open WAV file piece by piece, mixed to one channel, as far as there are any.
 *
 * @param onPiece is given the samples and how many came before them
 * @throws `JOB_CANCELLED`
 */
export async function readMono(
  handle: FileHandle,
  header: WavHeader,
  { first, count }: { readonly first: number; readonly count: number },
  signal: AbortSignal,
  onPiece: (samples: Float32Array, done: number) => void,
): Promise<void> {
  const step = header.channels * sampleBytes(header.type);
  const most = Math.max(1, Math.floor(PIECE_BYTES / step));
  const there = Math.min(count, header.length - first);
  for (let done = 0; done < there; done += most) {
    throwIfCancelled(signal);
    const length = Math.min(most, there - done) * step;
    onPiece(decodeMono(header, await readRange(handle, header.dataOffset + (first + done) * step, length)), done);
  }
}
