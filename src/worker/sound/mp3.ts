import { VoronoiceError } from '@shared/contract/errors';
import type { Mp3Frames } from '@shared/formats/mp3';

/** Frames that are decoded at a time: less than two seconds. */
const GROUP = 64;

/**
 * Decodes an MP3 file from its first frame on, mixed to one channel by their mean. What encoder and decoder put in front is
 * taken off. The decoder, mpg123 as WebAssembly, is loaded when it is first needed.
 *
 * @param bytes the whole file
 * @throws `SOUND_DAMAGED`
 */
export async function* decodeMp3(
  { offsets, delay, length }: Mp3Frames,
  bytes: Uint8Array,
): AsyncGenerator<Float32Array, void, undefined> {
  const { MPEGDecoder } = await import('mpg123-decoder');
  const decoder = new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  try {
    let at = -delay;
    for (let frame = 0; frame < offsets.length - 1 && at < length; frame += GROUP) {
      const part = bytes.subarray(offsets[frame], offsets[Math.min(frame + GROUP, offsets.length - 1)]);
      const { channelData, errors } = decoder.decode(part);
      const [error] = errors;
      if (error !== undefined) {
        throw new VoronoiceError('SOUND_DAMAGED', `The MP3 file is damaged: ${error.message}.`, { format: 'mp3' });
      }
      // One channel comes as two that are equal.
      const samples = meanOf(channelData);
      yield samples.subarray(Math.max(0, -at), Math.max(0, length - at));
      at += samples.length;
    }
  } finally {
    decoder.free();
  }
}

function meanOf([left = NOTHING, right = NOTHING]: readonly Float32Array[]): Float32Array {
  return left.map((sample, at) => (sample + (right[at] ?? 0)) / 2);
}

const NOTHING = new Float32Array(0);
