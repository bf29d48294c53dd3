import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFlac, readFlacHeader } from '@shared/formats/flac';
import { decodeMono } from '@shared/formats/wav';
import { flacFrame, flacHeader } from '../../../fixtures/flac';
import { click, type Kind, signal } from '../../../fixtures/recordingSignals.mjs';
import { errorCodeOf } from '../../../fixtures/errorCode';

const FOLDER = join(import.meta.dirname, '../../../fixtures/recordings');
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(FOLDER, name)));

function decode(bytes: Uint8Array): Float32Array {
  const pieces = [...decodeFlac(readFlacHeader(bytes), bytes)];
  return Float32Array.from(pieces.flatMap((piece) => [...piece]));
}

const codeOf = (bytes: Uint8Array): string => errorCodeOf(() => decode(bytes)) ?? 'none';

/** What a WAV file of the same samples reads as. */
function asWav(samples: Int32Array, channels: number, bits: 8 | 16 | 24 | 32): Float32Array {
  const step = bits / 8;
  const bytes = Buffer.alloc(samples.length * step);
  samples.forEach((sample, at) =>
    bits === 8 ? bytes.writeUInt8(sample + 128, at) : bytes.writeIntLE(sample, at * step, step),
  );
  const type = ({ 8: 'u8', 16: 's16', 24: 's24', 32: 's32' } as const)[bits];
  return decodeMono({ type, channels }, bytes);
}

const written = readdirSync(FOLDER).flatMap((name) => {
  const [, kind, channels, bits] = /^(\w+)-(\d)-(\d+)-\d+\.flac$/.exec(name) ?? [];
  return kind === undefined ? [] : [{ name, kind: kind as Kind, channels: Number(channels), bits: Number(bits) }];
});

const changed = (name: string, change: (bytes: Uint8Array) => void): Uint8Array => {
  const bytes = bytesOf(name);
  change(bytes);
  return bytes;
};

describe('a FLAC file', () => {
  it.each(written)(
    'reads as a WAV file of the same samples does, to the bit: $name',
    ({ name, kind, channels, bits }) => {
      const bytes = bytesOf(name);
      expect(readFlacHeader(bytes)).toMatchObject({ rate: 16_000, channels, bits, length: 1_000 });
      const expected = asWav(signal(kind, 1_000, channels, bits), channels, bits as 8 | 16 | 24 | 32);
      expect([...decode(bytes)]).toEqual([...expected]);
    },
  );

  it('is read to its end where it does not say how long it is', () => {
    const bytes = bytesOf('click-piped.flac');
    expect(readFlacHeader(bytes).length).toBeNull();
    expect([...decode(bytes)]).toEqual([...asWav(click(16_000), 1, 16)]);
  });

  it('is not longer than it says', () => {
    // The lowest byte of the number of samples.
    const bytes = changed('tone-1-16-1.flac', (file) => (file[25] = 900 & 255));
    expect(decode(bytes).length).toBe(900);
    expect([...decode(bytes)]).toEqual([...decode(bytesOf('tone-1-16-1.flac')).subarray(0, 900)]);
  });

  it('plays as far as it goes when it was cut off', () => {
    const bytes = bytesOf('tone-3-16-6.flac');
    const whole = [...decode(bytes)];
    for (let end = readFlacHeader(bytes).dataOffset; end < bytes.length; end += 17) {
      const part = decode(bytes.subarray(0, end));
      // Frames of 192 samples.
      expect(part.length % 192).toBe(0);
      expect(part.length).toBeLessThan(whole.length);
      expect([...part]).toEqual(whole.slice(0, part.length));
    }
  });

  it('is damaged where a bit of a frame is not what it was', () => {
    const name = 'tone-3-16-6.flac';
    const { dataOffset } = readFlacHeader(bytesOf(name));
    // The last frame may look as if it were cut off.
    const last = bytesOf(name).lastIndexOf(0xf8) - 1;
    fc.assert(
      fc.property(fc.integer({ min: dataOffset, max: last - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const bytes = changed(name, (file) => (file[at] = (file[at] ?? 0) ^ (1 << bit)));
        let found: number[] | null = null;
        try {
          found = [...decode(bytes)];
        } catch (error) {
          expect(error).toMatchObject({ code: 'SOUND_DAMAGED' });
        }
        // A frame that claims to be longer than the file is the end of what is there.
        if (found !== null) expect(found).toEqual([...decode(bytesOf(name))].slice(0, found.length));
      }),
    );
  });

  it('may begin anywhere, but has a gap nowhere', () => {
    const frames = [7, 8, 9].map((number) => flacFrame(new Int16Array(100).fill(number), number));
    const [first, second, third] = frames.map((frame) => new Uint8Array(frame));
    const whole = new Uint8Array(Buffer.concat([flacHeader(16_000, 0), ...frames]));
    expect([...decode(whole)]).toEqual(
      [7, 8, 9].flatMap((value) => Array.from({ length: 100 }, () => value / 2 ** 15)),
    );
    expect(codeOf(new Uint8Array(Buffer.concat([flacHeader(16_000, 0), first!, third!])))).toBe('SOUND_DAMAGED');
    expect(codeOf(new Uint8Array(Buffer.concat([flacHeader(16_000, 0), first!, second!, second!])))).toBe(
      'SOUND_DAMAGED',
    );
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['another file', changed('click.flac', (file) => (file[0] = 0x46))],
    ['no stream info', changed('click.flac', (file) => (file[4] = 1))],
    ['a rate of 0', changed('click.flac', (file) => file.fill(0, 18, 20).fill(0, 20, 21))],
    ['a header without an end', bytesOf('click.flac').subarray(0, 60)],
    ['other bits in its frames', changed('click.flac', (file) => (file[21] = (file[21] ?? 0) ^ 0x80))],
    ['a second channel in its header', changed('click.flac', (file) => (file[20] = (file[20] ?? 0) ^ 2))],
  ])('is refused: %s', (_, bytes) => {
    expect(codeOf(bytes)).toBe('SOUND_DAMAGED');
  });

  it('never does anything else than play or be refused', () => {
    const base = bytesOf('tone-2-16-3.flac');
    const { dataOffset } = readFlacHeader(base);
    const bytes = fc.oneof(
      // After the first letters, after the header, and in the middle of a frame.
      fc.uint8Array({ maxLength: 3_000 }).map((tail) => Uint8Array.from([...base.subarray(0, 4), ...tail])),
      fc.uint8Array({ maxLength: 3_000 }).map((tail) => Uint8Array.from([...base.subarray(0, dataOffset), ...tail])),
      fc
        .tuple(fc.integer({ min: 4, max: base.length }), fc.uint8Array({ maxLength: 500 }))
        .map(([at, tail]) => Uint8Array.from([...base.subarray(0, at), ...tail])),
    );
    fc.assert(
      fc.property(bytes, (file) => {
        expect(['none', 'SOUND_DAMAGED']).toContain(codeOf(file));
      }),
    );
  });

  it('takes a time that grows with the file and no faster, whatever is in it', () => {
    const base = bytesOf('tone-2-16-3.flac');
    const { dataOffset } = readFlacHeader(base);
    // Headers of frames, one after the other: a reader that looks for the end of a frame would begin anew at each.
    const header = base.subarray(dataOffset, dataOffset + 7);
    const file = new Uint8Array(dataOffset + 7 * 100_000);
    file.set(base.subarray(0, dataOffset));
    for (let at = dataOffset; at < file.length; at += 7) file.set(header, at);
    const start = performance.now();
    expect(codeOf(file)).toBe('SOUND_DAMAGED');
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
