import type { Walk } from './walk';

/** How a recording that can be read is stored. */
export type RecordingFormat = 'wav' | 'flac' | 'mp3';

/** What their names end in, without the dot, in any case. Of recordings with one stem the first of these is taken. */
export const RECORDING_ENDINGS: readonly RecordingFormat[] = ['wav', 'flac', 'mp3'];

/** Tags before the sound; no program writes more than one or two. */
const MOST_TAGS = 4;

/**
 * Tells by its first bytes, and not by its name, how a recording is stored. Tags of the kind ID3v2 (id3.org) are passed
 * over: MP3 files begin with them, and some FLAC files.
 *
 * @param size bytes in the file
 * @returns `wav` for whatever is no other; `offset` is where the recording itself begins
 */
export function* recordingFormat(size: number): Walk<{ readonly format: RecordingFormat; readonly offset: number }> {
  let offset = 0;
  for (let tag = 0; tag <= MOST_TAGS; tag++) {
    const length = Math.min(10, size - offset);
    if (length < 4) break;
    const head = yield { offset, length };
    const [first = 0, second = 0] = head;
    if (startsWith(head, 'fLaC')) return { format: 'flac', offset };
    if (isLayerThree(first, second)) return { format: 'mp3', offset };
    if (!startsWith(head, 'ID3')) break;
    offset += tagBytes(head);
  }
  return { format: 'wav', offset: 0 };
}

/** A size of four times seven bits; its header, and the footer that a flag announces, come on top. */
function tagBytes(head: Uint8Array): number {
  const size = head.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 127), 0);
  return 10 + size + (((head[5] ?? 0) & 0x10) === 0 ? 0 : 10);
}

/** Whether these two bytes begin a frame of MP3: eleven bits that are set, any version, and layer III. */
export function isLayerThree(first: number, second: number): boolean {
  return first === 0xff && (second & 0xe6) === 0xe2;
}

/** Whether bytes begin with these letters of Latin-1. */
export function startsWith(bytes: Uint8Array, letters: string, at = 0): boolean {
  return Array.from(letters).every((letter, position) => bytes[at + position] === letter.charCodeAt(0));
}
