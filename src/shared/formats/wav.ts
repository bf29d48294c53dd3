import { VoronoiceError } from '@shared/contract/errors';
import { LEAST_RATE, MOST_RATE } from '@shared/contract/sound';
import { lookAlike } from './lookAlike';
import type { Walk } from './walk';

/** How one sample is stored, little-endian: unsigned with its middle at 128, signed, or IEEE float. */
export const SAMPLE_TYPES = ['u8', 's16', 's24', 's32', 'f32', 'f64'] as const;
export type SampleType = (typeof SAMPLE_TYPES)[number];

/** What a WAV file says about itself, and how much of it is there. */
export interface WavHeader {
  readonly type: SampleType;
  readonly channels: number;
  /** Hertz. */
  readonly rate: number;
  /** Where the samples begin. */
  readonly dataOffset: number;
  /** Samples of each channel that are there, whatever the header says. */
  readonly length: number;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** The end of the GUIDs that stand for the plain formats: KSDATAFORMAT_SUBTYPE_PCM and _IEEE_FLOAT (ksmedia.h). */
const PLAIN_GUID = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/** Bytes of `fmt ` that are looked at: the fixed part, and what WAVE_FORMAT_EXTENSIBLE adds. */
const FORMAT_BYTES = 40;
const LEAST_FORMAT_BYTES = 16;

/** Chunks before the samples; no program writes more than a handful, and each costs a read. */
const MOST_CHUNKS = 100;

/** A size of 32 bits that stands for "see the ds64 chunk" (EBU Tech 3306), or was never filled in. */
const ELSEWHERE = 0xffff_ffff;

/** Bytes of one sample of one channel. */
export function sampleBytes(type: SampleType): 1 | 2 | 3 | 4 | 8 {
  return ({ u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 } as const)[type];
}

/**
 * Reads the header of a WAV file by small reads: RIFF (Microsoft, "Multimedia Programming Interface and Data
 * Specifications 1.0"; WAVEFORMATEXTENSIBLE in mmreg.h) and RF64 (EBU Tech 3306). PCM of 8, 16, 24 and 32 bits and
 * float of 32 and 64. Sizes are cut to what is there: a recording that was not closed plays as far as it goes.
 *
 * @param size bytes in the file
 * @throws `WAV_NOT_WAV` (details.what), `WAV_TRUNCATED`, `WAV_HEADER` (details.field), `WAV_FORMAT` (details.format)
 */
export function* readWavHeader(size: number): Walk<WavHeader> {
  const head = yield* readAtMost(0, 12, size);
  const form = fourcc(head, 0);
  if ((form !== 'RIFF' && form !== 'RF64') || (head.byteLength >= 12 && fourcc(head, 8) !== 'WAVE')) {
    const bytes = new Uint8Array(head.buffer, head.byteOffset, head.byteLength);
    throw new VoronoiceError(
      'WAV_NOT_WAV',
      'This is not a WAV file, and not FLAC or MP3: it does not begin with "RIFF" and "WAVE".',
      {
        what: lookAlike(bytes),
      },
    );
  }
  if (head.byteLength < 12) throw truncated(size);
  let large: number | null = null;
  let format: Format | null = null;
  let at = 12;
  for (let chunk = 0; chunk < MOST_CHUNKS; chunk++) {
    const start = yield* readAtMost(at, 8, size);
    if (start.byteLength < 8) throw truncated(size);
    const body = at + 8;
    const declared = start.getUint32(4, true);
    switch (fourcc(start, 0)) {
      case 'ds64': {
        const view = yield* readAtMost(body, 16, size);
        if (form === 'RF64' && view.byteLength === 16) large = Number(view.getBigUint64(8, true));
        break;
      }
      case 'fmt ':
        if (declared < LEAST_FORMAT_BYTES) throw header('fmt size', declared, 'its fields do not fit in');
        format = readFormat(yield* readAtMost(body, Math.min(declared, FORMAT_BYTES), size), size);
        break;
      case 'data': {
        if (format === null) throw header('data', at, 'nothing before it says what the samples are');
        const bytes = declared === ELSEWHERE && large !== null ? large : declared;
        const length = Math.floor(Math.min(bytes, Math.max(0, size - body)) / format.frameBytes);
        const { type, channels, rate } = format;
        return { type, channels, rate, dataOffset: body, length };
      }
    }
    // Chunks begin at even places.
    at = body + declared + (declared % 2);
  }
  throw header('chunks', MOST_CHUNKS, 'the samples come before that');
}

interface Format extends Pick<WavHeader, 'type' | 'channels' | 'rate'> {
  /** Bytes of one sample of all channels. */
  readonly frameBytes: number;
}

function readFormat(view: DataView, size: number): Format {
  if (view.byteLength < LEAST_FORMAT_BYTES) throw truncated(size);
  const tag = view.getUint16(0, true);
  const channels = view.getUint16(2, true);
  const rate = view.getUint32(4, true);
  const frameBytes = view.getUint16(12, true);
  const bits = view.getUint16(14, true);
  const type = sampleType(tag === EXTENSIBLE ? plainFormat(view, size) : tag, bits);
  if (channels === 0) throw header('channels', channels, 'there is at least one');
  if (rate < LEAST_RATE || rate > MOST_RATE) throw header('rate', rate, 'nothing plays sound of that rate');
  if (frameBytes !== channels * sampleBytes(type)) {
    throw header('block align', frameBytes, `${channels} channels of ${bits} bits need another`);
  }
  return { type, channels, rate, frameBytes };
}

/** The plain format that an extensible one stands for. */
function plainFormat(view: DataView, size: number): number {
  if (view.byteLength < FORMAT_BYTES) throw truncated(size);
  const isPlain = PLAIN_GUID.every((byte, position) => view.getUint8(26 + position) === byte);
  return isPlain ? view.getUint16(24, true) : EXTENSIBLE;
}

function sampleType(tag: number, bits: number): SampleType {
  const name = tag === PCM ? (bits === 8 ? 'u8' : `s${bits}`) : tag === FLOAT ? `f${bits}` : null;
  const type = SAMPLE_TYPES.find((known) => known === name);
  if (type !== undefined) return type;
  const format = `${tag}/${bits}`;
  throw new VoronoiceError(
    'WAV_FORMAT',
    `Samples of the format "${format}" cannot be read; PCM of 8, 16, 24 or 32 bits and float of 32 or 64 can.`,
    { format },
  );
}

/**
 * Mixes stored samples down to one channel by their mean.
 *
 * @param bytes whole samples of all channels
 * @returns -1 to 1 for PCM; float as it is, with 0 for what is not finite
 */
export function decodeMono({ type, channels }: Pick<WavHeader, 'type' | 'channels'>, bytes: Uint8Array): Float32Array {
  const step = sampleBytes(type);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readers[type];
  const samples = new Float32Array(Math.floor(bytes.byteLength / (step * channels)));
  let at = 0;
  for (let sample = 0; sample < samples.length; sample++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, at += step) sum += read(view, at);
    const mean = Math.fround(sum / channels);
    samples[sample] = Number.isFinite(mean) ? mean : 0;
  }
  return samples;
}

const readers: Readonly<Record<SampleType, (view: DataView, at: number) => number>> = {
  u8: (view, at) => (view.getUint8(at) - 128) / 2 ** 7,
  s16: (view, at) => view.getInt16(at, true) / 2 ** 15,
  s24: (view, at) => (view.getInt16(at + 1, true) * 2 ** 8 + view.getUint8(at)) / 2 ** 23,
  s32: (view, at) => view.getInt32(at, true) / 2 ** 31,
  f32: (view, at) => view.getFloat32(at, true),
  f64: (view, at) => view.getFloat64(at, true),
};

/** What can be written. */
export type WrittenType = Extract<SampleType, 's16' | 'f32'>;

/**
 * A whole WAV file of one channel. Samples beyond -1 to 1 are cut for `s16`.
 *
 * @param rate hertz
 */
export function encodeWav(samples: Float32Array, rate: number, type: WrittenType): Uint8Array<ArrayBuffer> {
  const step = sampleBytes(type);
  const head = wavHeader(samples.length, rate, type);
  const file = new Uint8Array(head.length + samples.length * step);
  file.set(head);
  const view = new DataView(file.buffer, head.length);
  for (let position = 0; position < samples.length; position++) {
    const sample = samples[position] ?? 0;
    if (type === 'f32') view.setFloat32(position * step, sample, true);
    else view.setInt16(position * step, toInt16(sample), true);
  }
  return file;
}

/** The header of a WAV file of one channel and so many samples. */
export function wavHeader(length: number, rate: number, type: WrittenType): Uint8Array<ArrayBuffer> {
  const step = sampleBytes(type);
  // Formats other than PCM say that nothing is added to `fmt `, and how many samples there are.
  const extra = type === 's16' ? 0 : 14;
  const head = new Uint8Array(44 + extra);
  const view = new DataView(head.buffer);
  const text = (at: number, letters: string): void => {
    head.set(
      Uint8Array.from(letters, (letter) => letter.charCodeAt(0)),
      at,
    );
  };
  text(0, 'RIFF');
  view.setUint32(4, head.length - 8 + length * step, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, type === 's16' ? 16 : 18, true);
  view.setUint16(20, type === 's16' ? PCM : FLOAT, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * step, true);
  view.setUint16(32, step, true);
  view.setUint16(34, 8 * step, true);
  if (type === 'f32') {
    text(38, 'fact');
    view.setUint32(42, 4, true);
    view.setUint32(46, length, true);
  }
  text(36 + extra, 'data');
  view.setUint32(40 + extra, length * step, true);
  return head;
}

/** The inverse of what is read, to the bit; 1 is one step beyond the largest. */
function toInt16(sample: number): number {
  return Math.max(-(2 ** 15), Math.min(2 ** 15 - 1, Math.round(sample * 2 ** 15)));
}

/** Up to `length` bytes, fewer where the file ends. */
function* readAtMost(offset: number, length: number, size: number): Walk<DataView> {
  const there = Math.max(0, Math.min(length, size - offset));
  if (there === 0) return new DataView(new ArrayBuffer(0));
  const bytes = yield { offset, length: there };
  return new DataView(bytes.buffer, bytes.byteOffset, Math.min(there, bytes.byteLength));
}

function fourcc(view: DataView, at: number): string {
  const there = Math.max(0, Math.min(4, view.byteLength - at));
  return String.fromCharCode(...Array.from({ length: there }, (_, position) => view.getUint8(at + position)));
}

function header(field: string, value: number, why: string): VoronoiceError {
  return new VoronoiceError(
    'WAV_HEADER',
    `The header of the WAV file is damaged: "${field}" is ${value}, but ${why}.`,
    {
      field,
      value,
    },
  );
}

function truncated(size: number): VoronoiceError {
  return new VoronoiceError(
    'WAV_TRUNCATED',
    `The WAV file is incomplete: it ends after ${size} bytes, in its header.`,
    {
      size,
    },
  );
}
