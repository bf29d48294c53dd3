import { VoronoiceError } from '@shared/contract/errors';
import { LEAST_RATE, MOST_RATE } from '@shared/contract/sound';
import { startsWith } from './recording';

/** What a FLAC file says about itself. */
export interface FlacHeader {
  /** Hertz. */
  readonly rate: number;
  readonly channels: number;
  /** Of one sample. */
  readonly bits: number;
  /** Samples of each channel; null where it was not known when the file was begun. */
  readonly length: number | null;
  /** Where the frames begin. */
  readonly dataOffset: number;
}

const STREAM_INFO = 0;
const STREAM_INFO_BYTES = 34;

/**
 * Reads the header of a FLAC file (RFC 9639, section 8).
 *
 * @param bytes the whole file, from `fLaC` on
 * @throws `SOUND_DAMAGED`
 */
export function readFlacHeader(bytes: Uint8Array): FlacHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!startsWith(bytes, 'fLaC')) throw damaged('it does not begin with "fLaC"');
  let facts: Omit<FlacHeader, 'dataOffset'> | null = null;
  for (let at = 4; at + 4 <= bytes.length;) {
    const kind = view.getUint8(at);
    const length = view.getUint32(at) & 0xff_ffff;
    const body = at + 4;
    if (facts === null) {
      if ((kind & 0x7f) !== STREAM_INFO || length !== STREAM_INFO_BYTES || body + length > bytes.length) break;
      facts = readStreamInfo(view, body);
    }
    at = body + length;
    if (kind >= 0x80 && at <= bytes.length) return { ...facts, dataOffset: at };
  }
  throw damaged('its header is incomplete');
}

function readStreamInfo(view: DataView, at: number): Omit<FlacHeader, 'dataOffset'> {
  const packed = view.getUint32(at + 10);
  const rate = packed >>> 12;
  const bits = ((packed >>> 4) & 31) + 1;
  if (rate < LEAST_RATE || rate > MOST_RATE) throw damaged(`nothing plays sound of ${rate} Hz`);
  if (bits < 4) throw damaged(`samples have 4 bits at least, not ${bits}`);
  const length = (packed & 15) * 2 ** 32 + view.getUint32(at + 14);
  return { rate, channels: ((packed >>> 9) & 7) + 1, bits, length: length === 0 ? null : length };
}

/**
 * Decodes the frames of a FLAC file one after the other, mixed to one channel by their mean (RFC 9639, section 9). A file
 * that was cut off ends with its last whole frame; anything else that is amiss is damage, for what comes after it
 * would be heard at another time than its own.
 *
 * @param bytes the whole file
 * @returns pieces of -1 to 1, of 65,536 samples at most
 * @throws `SOUND_DAMAGED`
 */
export function* decodeFlac(header: FlacHeader, bytes: Uint8Array): Generator<Float32Array> {
  const { channels, bits, length } = header;
  const reader = new BitReader(bytes, header.dataOffset);
  let next: number | null = null;
  for (let done = 0; length === null || done < length;) {
    const at = reader.byte;
    const frame = readFrame(reader, header);
    if (frame === null) break;
    if (next !== null && frame.number !== next) throw damagedAt(at, 'a frame is missing before it');
    next = frame.next;
    const samples = mix(frame.channels, channels * 2 ** (bits - 1));
    yield length === null ? samples : samples.subarray(0, length - done);
    done += samples.length;
  }
}

const NOTHING = new Float64Array(0);

function mix(channels: readonly Float64Array[], divisor: number): Float32Array {
  const samples = new Float32Array(channels[0]?.length ?? 0);
  for (let at = 0; at < samples.length; at++) {
    let sum = 0;
    for (const channel of channels) sum += channel[at] ?? 0;
    samples[at] = Number.isFinite(sum) ? sum / divisor : 0;
  }
  return samples;
}

/** How the channels of a frame are to be understood: 8 to 10 of the channel bits, of two channels. */
const LEFT_SIDE = 8;
const SIDE_RIGHT = 9;
const MID_SIDE = 10;

/** Bits of a sample by their code; 0: as in the header of the file. */
const BITS_BY_CODE = [0, 8, 12, -1, 16, 20, 24, 32];

/** Hertz by their code; 0: as in the header of the file. */
const RATE_BY_CODE = [0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];

interface Frame {
  /** Of its first sample, or of itself where all frames are equally long. */
  readonly number: number;
  /** Of the frame after it. */
  readonly next: number;
  readonly channels: readonly Float64Array[];
}

/**
 * Reads one frame. Its samples are numbers and not integers of 32 bits: the difference of two channels of 32 bits has
 * 33, and a prediction up to 52, which both are exact.
 *
 * @returns null where the file has ended
 */
function readFrame(reader: BitReader, header: FlacHeader): Frame | null {
  const start = reader.byte;
  const isFrame = reader.take(15) === 0x7ffc;
  if (reader.isOver()) return null;
  if (!isFrame) throw damagedAt(start, 'no frame begins there');
  const isVariable = reader.take(1) === 1;
  const sizeCode = reader.take(4);
  const rateCode = reader.take(4);
  const layout = reader.take(4);
  const bitsCode = reader.take(3);
  reader.take(1);
  const number = frameNumber(reader);
  const length = blockLength(reader, sizeCode);
  const rate = frameRate(reader, rateCode) ?? header.rate;
  const check = crc8(reader.bytes, start, reader.byte);
  const isSame = reader.take(8) === check;
  if (reader.isEnded()) return null;
  const bits = BITS_BY_CODE[bitsCode] ?? 0;
  const channels = layout < LEFT_SIDE ? layout + 1 : 2;
  if (!isSame || length === 0 || layout > MID_SIDE) throw damagedAt(start, 'the header of a frame is not what it was');
  if (rate !== header.rate || (bits !== 0 && bits !== header.bits) || channels !== header.channels) {
    throw damagedAt(start, 'a frame is of another kind than the file');
  }
  const decoded: Float64Array[] = [];
  for (let channel = 0; channel < channels; channel++) {
    const isSide = channel === 0 ? layout === SIDE_RIGHT : layout === LEFT_SIDE || layout === MID_SIDE;
    const samples = readSubframe(reader, length, header.bits + (isSide ? 1 : 0));
    if (reader.isEnded()) return null;
    if (samples === null) throw damagedAt(start, 'a frame is stored in a way that there is not');
    decoded.push(samples);
  }
  reader.align();
  const whole = crc16(reader.bytes, start, reader.byte);
  const isWhole = reader.take(16) === whole;
  if (reader.isOver()) return null;
  if (!isWhole) throw damagedAt(start, 'a frame is not what it was');
  unite(decoded, layout);
  return { number, next: number + (isVariable ? length : 1), channels: decoded };
}

/** As in UTF-8: as many bytes as bits are set before the first that is not, and six bits in each but the first. */
function frameNumber(reader: BitReader): number {
  const first = reader.take(8);
  const bytes = Math.clz32(~(first << 24));
  let number = first & (0x7f >> bytes);
  for (let byte = 1; byte < bytes; byte++) number = number * 64 + (reader.take(8) & 63);
  return number;
}

/** Samples of a frame, by their code; 0 where it says nothing. */
function blockLength(reader: BitReader, code: number): number {
  if (code === 1) return 192;
  if (code >= 2 && code <= 5) return 144 * 2 ** code;
  if (code === 6) return reader.take(8) + 1;
  if (code === 7) return reader.take(16) + 1;
  return code === 0 ? 0 : 2 ** code;
}

/** Hertz; null where the header of the file says it. */
function frameRate(reader: BitReader, code: number): number | null {
  if (code === 12) return 1_000 * reader.take(8);
  if (code === 13) return reader.take(16);
  if (code === 14) return 10 * reader.take(16);
  return code === 0 ? null : (RATE_BY_CODE[code] ?? NaN);
}

/** Makes left and right of what is stored of two channels. */
function unite([one = NOTHING, other = NOTHING]: readonly Float64Array[], layout: number): void {
  if (layout < LEFT_SIDE) return;
  for (let at = 0; at < one.length; at++) {
    const first = one[at] ?? 0;
    const second = other[at] ?? 0;
    switch (layout) {
      case LEFT_SIDE:
        other[at] = first - second;
        break;
      case SIDE_RIGHT:
        one[at] = first + second;
        break;
      default: {
        // The middle lost its last bit, which is that of the difference.
        const sum = 2 * first + Math.abs(second % 2);
        one[at] = (sum + second) / 2;
        other[at] = (sum - second) / 2;
      }
    }
  }
}

/** @returns null for a kind that there is not */
function readSubframe(reader: BitReader, length: number, allBits: number): Float64Array | null {
  const head = reader.take(8);
  const kind = head >> 1;
  const wasted = (head & 1) === 0 ? 0 : reader.unary() + 1;
  const bits = allBits - wasted;
  if (kind >= 64 || bits < 1) return null;
  const samples = new Float64Array(length);
  if (kind === 0) samples.fill(reader.signed(bits));
  else if (kind === 1) for (let at = 0; at < length; at++) samples[at] = reader.signed(bits);
  else if (!readPredicted(reader, kind, bits, samples)) return null;
  if (wasted > 0) for (let at = 0; at < length; at++) samples[at] = (samples[at] ?? 0) * 2 ** wasted;
  return samples;
}

/** What the samples before one say of it, the nearest first: differences of the order 0 to 4. */
const FIXED = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

function readPredicted(reader: BitReader, kind: number, bits: number, samples: Float64Array): boolean {
  const fixed = kind >= 32 ? null : FIXED[kind - 8];
  if (fixed === undefined) return false;
  const order = fixed?.length ?? kind - 31;
  if (order > samples.length) return false;
  for (let at = 0; at < order; at++) samples[at] = reader.signed(bits);
  let weights = fixed;
  let shift = 0;
  if (weights === null) {
    const precision = reader.take(4) + 1;
    shift = reader.signed(5);
    if (precision === 16 || shift < 0) return false;
    weights = Array.from({ length: order }, () => reader.signed(precision));
  }
  if (!readResidual(reader, order, samples)) return false;
  predict(Float64Array.from(weights), 2 ** shift, samples);
  return true;
}

/** Adds to each sample what those before it say of it. */
function predict(weights: Float64Array, divisor: number, samples: Float64Array): void {
  const order = weights.length;
  for (let at = order; at < samples.length; at++) {
    let sum = 0;
    for (let back = 0; back < order; back++) sum += (weights[back] ?? 0) * (samples[at - 1 - back] ?? 0);
    samples[at] = (samples[at] ?? 0) + Math.floor(sum / divisor);
  }
}

/** What prediction left over, by Rice's code, in parts that each have a parameter of their own. */
function readResidual(reader: BitReader, order: number, samples: Float64Array): boolean {
  const method = reader.take(2);
  if (method > 1) return false;
  const parameterBits = 4 + method;
  const escape = 2 ** parameterBits - 1;
  const parts = 2 ** reader.take(4);
  const part = samples.length / parts;
  if (!Number.isInteger(part) || part < order) return false;
  for (let number = 0, at = order; number < parts && !reader.isOver(); number++) {
    const end = (number + 1) * part;
    const parameter = reader.take(parameterBits);
    if (parameter === escape) {
      const bits = reader.take(5);
      for (; at < end; at++) samples[at] = reader.signed(bits);
      continue;
    }
    const step = 2 ** parameter;
    for (; at < end; at++) {
      const folded = reader.unary() * step + reader.take(parameter);
      samples[at] = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
    }
  }
  return true;
}

/** Reads numbers of any number of bits, the highest first. What is after the end is 0. */
class BitReader {
  readonly bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.bytes = bytes;
    this.#at = 8 * offset;
    this.#end = 8 * bytes.length;
  }

  /** Of the bits that come next; they begin a byte. */
  get byte(): number {
    return this.#at / 8;
  }

  /** Nothing is left. */
  isEnded(): boolean {
    return this.#at >= this.#end;
  }

  /** More was taken than there was. */
  isOver(): boolean {
    return this.#at > this.#end;
  }

  align(): void {
    this.#at = 8 * Math.ceil(this.#at / 8);
  }

  /** @param count 0 to 31 */
  take(count: number): number {
    const bits = count === 0 ? 0 : this.#next() >>> (32 - count);
    this.#at += count;
    return bits;
  }

  /** @param count 0 to 33, in two's complement */
  signed(count: number): number {
    if (count === 0) return 0;
    if (count <= 31) return (this.take(count) << (32 - count)) >> (32 - count);
    const high = this.signed(count - 16);
    return high * 2 ** 16 + this.take(16);
  }

  /** How many bits are 0 before the next that is 1. */
  unary(): number {
    let zeros = 0;
    while (!this.isEnded()) {
      const ahead = Math.clz32(this.#next());
      this.#at += Math.min(32, ahead + 1);
      zeros += ahead;
      if (ahead < 32) return zeros;
    }
    this.#at = this.#end + 1;
    return zeros;
  }

  /** The next 32 bits. */
  #next(): number {
    const { bytes } = this;
    const byte = this.#at >>> 3;
    const shift = this.#at & 7;
    const word =
      ((bytes[byte] ?? 0) << 24) |
      ((bytes[byte + 1] ?? 0) << 16) |
      ((bytes[byte + 2] ?? 0) << 8) |
      (bytes[byte + 3] ?? 0);
    return shift === 0 ? word : (word << shift) | ((bytes[byte + 4] ?? 0) >> (8 - shift));
  }
}

/** Cyclic redundancy checks of x⁸+x²+x+1 and of x¹⁶+x¹⁵+x²+1, of bytes `from` to `to`, `to` not among them. */
const CRC8 = crcTable(8, 0x07);
const CRC16 = crcTable(16, 0x8005);

function crcTable(bits: number, polynomial: number): Uint16Array {
  const top = 2 ** (bits - 1);
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let rest = byte << (bits - 8);
    for (let bit = 0; bit < 8; bit++) rest = (rest & top) === 0 ? rest << 1 : (rest << 1) ^ polynomial;
    return rest & (2 ** bits - 1);
  });
}

function crc8(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) crc = CRC8[crc ^ (bytes[at] ?? 0)] ?? 0;
  return crc;
}

function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) crc = ((crc << 8) & 0xffff) ^ (CRC16[(crc >> 8) ^ (bytes[at] ?? 0)] ?? 0);
  return crc;
}

function damaged(why: string): VoronoiceError {
  return new VoronoiceError('SOUND_DAMAGED', `The FLAC file is damaged: ${why}.`, { format: 'flac' });
}

function damagedAt(at: number, why: string): VoronoiceError {
  return new VoronoiceError('SOUND_DAMAGED', `The FLAC file is damaged at byte ${at}: ${why}.`, { format: 'flac', at });
}
