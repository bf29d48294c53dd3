import type { FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { VoronoiceError } from '@shared/contract/errors';
import { decodeFlac, readFlacHeader } from '@shared/formats/flac';
import { readMp3Frames } from '@shared/formats/mp3';
import { recordingFormat } from '@shared/formats/recording';
import { decodeMono, readWavHeader, sampleBytes, type WavHeader } from '@shared/formats/wav';
import { throwIfCancelled } from '../context';
import { type FileIdentity, readRange, walkHandle, withFile } from '../files/randomAccess';
import { decodeMp3 } from './mp3';

/** A recording that can be read, whatever it is stored as. */
export interface Recording {
  /** Hertz. */
  readonly rate: number;
  /** Samples of each channel. */
  readonly length: number;
  /**
   * Reads samples piece by piece, mixed to one channel, as far as there are any.
   *
   * @param onPiece is given the samples and how many came before them
   * @throws `SOUND_DAMAGED`, `SOUND_TOO_LONG`, `JOB_CANCELLED`
   */
  readonly read: (
    part: { readonly first: number; readonly count: number },
    onPiece: (samples: Float32Array, done: number) => void,
  ) => Promise<void>;
}

/** Bytes of a WAV file that are in memory at a time: files may have any number of channels. */
const PIECE_BYTES = 2 ** 20;

/** Bytes of a compressed recording, which is in memory as a whole. */
export const MOST_COMPRESSED_BYTES = 2 ** 26;

/** Samples of each channel that are decoded at most: half an hour at 48 kHz. A byte may stand for thousands. */
export const MOST_DECODED = 30 * 60 * 48_000;

/** Samples between which others get their turn: decoding does not wait for anything by itself. */
const TURN = 2 ** 19;

/**
 * Opens a recording; its bytes say what it is, not its name. Of WAV only what is asked for is read; compressed recordings are
 * decoded from their beginning on.
 *
 * @throws `WAV_…`, `SOUND_DAMAGED`, `SOUND_TOO_LONG`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_CHANGED`, `JOB_CANCELLED`
 */
export function withRecording<T>(
  path: string,
  signal: AbortSignal,
  use: (recording: Recording) => T | Promise<T>,
): Promise<T> {
  return withFile(path, async (handle, identity) => use(await openRecording(handle, identity, signal)));
}

async function openRecording(handle: FileHandle, identity: FileIdentity, signal: AbortSignal): Promise<Recording> {
  const { format, offset } = await walkHandle(handle, identity, recordingFormat, signal);
  switch (format) {
    case 'wav': {
      const header = await walkHandle(handle, identity, readWavHeader, signal);
      return { rate: header.rate, length: header.length, read: wavReader(handle, header, signal) };
    }
    case 'flac': {
      const bytes = (await readWhole(handle, identity)).subarray(offset);
      const header = readFlacHeader(bytes);
      const decode = (): Generator<Float32Array> => decodeFlac(header, bytes);
      const length = header.length ?? (await lengthOf(decode, signal));
      requireDecodable(length);
      return { rate: header.rate, length, read: decodingReader(decode, signal) };
    }
    case 'mp3': {
      const bytes = await readWhole(handle, identity);
      const frames = readMp3Frames(bytes, offset);
      const { rate, length } = frames;
      requireDecodable(length);
      return { rate, length, read: decodingReader(() => decodeMp3(frames, bytes), signal) };
    }
  }
}

function wavReader(handle: FileHandle, header: WavHeader, signal: AbortSignal): Recording['read'] {
  const step = header.channels * sampleBytes(header.type);
  const most = Math.max(1, Math.floor(PIECE_BYTES / step));
  return async ({ first, count }, onPiece) => {
    const there = Math.min(count, header.length - first);
    for (let done = 0; done < there; done += most) {
      throwIfCancelled(signal);
      const length = Math.min(most, there - done) * step;
      onPiece(decodeMono(header, await readRange(handle, header.dataOffset + (first + done) * step, length)), done);
    }
  };
}

type Decode = () => Iterable<Float32Array> | AsyncIterable<Float32Array>;

function decodingReader(decode: Decode, signal: AbortSignal): Recording['read'] {
  return async ({ first, count }, onPiece) => {
    const end = first + count;
    await decodeUntil(decode, signal, (piece, at) => {
      const own = piece.subarray(Math.max(0, first - at), Math.max(0, end - at));
      if (own.length > 0) onPiece(own, Math.max(0, at - first));
      return at + piece.length < end;
    });
  };
}

async function lengthOf(decode: Decode, signal: AbortSignal): Promise<number> {
  let length = 0;
  await decodeUntil(decode, signal, (piece) => {
    length += piece.length;
    return true;
  });
  return length;
}

/** @param onPiece is given how many samples came before the piece, and says whether more are wanted */
async function decodeUntil(
  decode: Decode,
  signal: AbortSignal,
  onPiece: (piece: Float32Array, at: number) => boolean,
): Promise<void> {
  let at = 0;
  let turn = TURN;
  for await (const piece of decode()) {
    throwIfCancelled(signal);
    requireDecodable(at + piece.length);
    if (!onPiece(piece, at)) return;
    at += piece.length;
    if (at < turn) continue;
    turn = at + TURN;
    await setImmediate();
  }
}

async function readWhole(handle: FileHandle, { size }: FileIdentity): Promise<Uint8Array> {
  if (size > MOST_COMPRESSED_BYTES) {
    throw new VoronoiceError(
      'SOUND_TOO_LONG',
      `This recording has ${size} bytes; a compressed one is decoded up to ${MOST_COMPRESSED_BYTES}.`,
      { bytes: Number(size), most: MOST_COMPRESSED_BYTES },
    );
  }
  return readRange(handle, 0, Number(size));
}

function requireDecodable(length: number): void {
  if (length <= MOST_DECODED) return;
  throw new VoronoiceError(
    'SOUND_TOO_LONG',
    `This recording has more than ${MOST_DECODED} samples; a compressed one is not decoded further.`,
    { most: MOST_DECODED },
  );
}
