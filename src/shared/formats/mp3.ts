import { VoronoiceError } from '@shared/contract/errors';
import { isLayerThree, startsWith } from './recording';

/** What an MP3 file is made of. */
export interface Mp3Frames {
  /** Hertz. */
  readonly rate: number;
  /** Where each frame of sound begins, and behind the last where it ends. */
  readonly offsets: readonly number[];
  /** Samples of each channel that a frame decodes to. */
  readonly frameLength: number;
  /** Samples before the recording begins: encoder and decoder each put some there. */
  readonly delay: number;
  /** Samples of each channel of the recording. */
  readonly length: number;
}

/**
 * What decoding by synthesis of polyphase filters and MDCT adds in front, always (LAME's technical FAQ; mpg123's
 * `GAPLESS_DELAY`).
 */
const DECODER_DELAY = 529;

/** What LAME adds, unless it says otherwise; nearly all files are made by it, and those of low rates have no room to say. */
const USUAL_ENCODER_DELAY = 576;

/** Of three bytes: twelve bits of samples that were added in front, twelve of those behind. */
const DELAYS_AT = 21;

/**
 * Finds the frames of an MP3 file (ISO/IEC 11172-3 and 13818-3, layer III, and 2.5) without decoding them. They follow each
 * other without a gap, and are of one rate: what came after a gap would be heard at another time than its own. A file that
 * was cut off ends with its last whole frame.
 *
 * @param bytes the whole file
 * @param offset where the first frame begins
 * @throws `SOUND_DAMAGED`
 */
export function readMp3Frames(bytes: Uint8Array, offset: number): Mp3Frames {
  const first = readFrameHeader(bytes, offset);
  if (first === null) throw damaged(offset, 'no frame begins there');
  const offsets: number[] = [];
  let at = offset;
  for (;;) {
    const frame = readFrameHeader(bytes, at);
    const isOther = frame !== null && (frame.rate !== first.rate || frame.frameLength !== first.frameLength);
    if (isOther || (frame === null && !isEnd(bytes, at))) throw damaged(at, 'no frame follows the last one');
    if (frame === null || at + frame.bytes > bytes.length) break;
    offsets.push(at);
    at += frame.bytes;
  }
  const info = readInfo(bytes.subarray(offset, offsets[1] ?? at), first);
  // The frame that tells of the others is silence, and no part of the recording.
  if (info !== null) offsets.shift();
  const { rate, frameLength } = first;
  const before = info?.delays?.before ?? USUAL_ENCODER_DELAY;
  // What the encoder added behind; the decoder keeps back as much as it puts in front.
  const behind = offsets.length === info?.frames ? Math.max(info.delays?.behind ?? 0, DECODER_DELAY) : DECODER_DELAY;
  const length = offsets.length * frameLength - before - behind;
  if (length <= 0) throw damaged(at, 'there is no sound in it');
  return { rate, offsets: [...offsets, at], frameLength, delay: before + DECODER_DELAY, length };
}

interface FrameHeader extends Pick<Mp3Frames, 'rate' | 'frameLength'> {
  readonly bytes: number;
  /** Where a frame of this kind keeps what it tells of the others. */
  readonly infoAt: number;
}

/** Thousands of bits in a second by their code, of version 1 and of 2 and 2.5. 0 means: of any number. */
const BIT_RATES = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;

/** Hertz by their code, of version 1; of version 2 half of it, of 2.5 a quarter. */
const RATES = [44_100, 48_000, 32_000];

/** @returns null where none begins */
function readFrameHeader(bytes: Uint8Array, at: number): FrameHeader | null {
  const [sync = 0, kind = 0, rates = 0, channels = 0] = bytes.subarray(at, at + 4);
  const version = (kind >> 3) & 3;
  // There is no version of that number.
  if (!isLayerThree(sync, kind) || version === 1) return null;
  const isFirst = version === 3;
  const bitRate = BIT_RATES[isFirst ? 0 : 1][rates >> 4] ?? 0;
  const rate = (RATES[(rates >> 2) & 3] ?? 0) / { 0: 4, 2: 2, 3: 1 }[version as 0 | 2 | 3];
  if (bitRate === 0 || rate === 0) return null;
  const frameLength = isFirst ? 1_152 : 576;
  const isMono = channels >> 6 === 3;
  const sideInfo = isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  return {
    rate,
    frameLength,
    bytes: Math.floor((125 * frameLength * bitRate) / rate) + ((rates >> 1) & 1),
    infoAt: 4 + sideInfo,
  };
}

/** What may come after the last frame: nothing, too little for a frame, a tag, or what was never filled in. */
function isEnd(bytes: Uint8Array, at: number): boolean {
  const isTag = ['TAG', 'ID3', 'APETAGEX', 'LYRICS'].some((letters) => startsWith(bytes, letters, at));
  return at + 4 > bytes.length || isTag || bytes.subarray(at).every((byte) => byte === 0);
}

interface Info {
  /** How many frames come after it; null where it does not say. */
  readonly frames: number | null;
  /** Samples that the encoder added; null where it does not say. */
  readonly delays: { readonly before: number; readonly behind: number } | null;
}

/** Reads the frame that Xing's and LAME's encoders put in front of the others (the "LAME tag", gabriel.mp3-tech.org). */
function readInfo(frame: Uint8Array, { infoAt }: FrameHeader): Info | null {
  if (startsWith(frame, 'VBRI', 36)) return { frames: null, delays: null };
  if (!startsWith(frame, 'Xing', infoAt) && !startsWith(frame, 'Info', infoAt)) return null;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (infoAt + 8 > frame.length) return { frames: null, delays: null };
  const flags = view.getUint32(infoAt + 4);
  const has = (bit: number, size: number): number => ((flags & bit) === 0 ? 0 : size);
  const frames = has(1, 4) > 0 && infoAt + 12 <= frame.length ? view.getUint32(infoAt + 8) : null;
  const encoder = infoAt + 8 + has(1, 4) + has(2, 4) + has(4, 100) + has(8, 4);
  const [high = 0, middle = 0, low = 0] = frame.subarray(encoder + DELAYS_AT, encoder + DELAYS_AT + 3);
  const before = high * 16 + (middle >> 4);
  return { frames, delays: before === 0 ? null : { before, behind: (middle & 15) * 256 + low } };
}

function damaged(at: number, why: string): VoronoiceError {
  return new VoronoiceError('SOUND_DAMAGED', `The MP3 file is damaged at byte ${at}: ${why}.`, { format: 'mp3', at });
}
