import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Mp3Frames, readMp3Frames } from '@shared/formats/mp3';
import { recordingFormat } from '@shared/formats/recording';
import { walkBytes } from '@shared/formats/walk';
import { errorCodeOf } from '../../../fixtures/errorCode';

const FOLDER = join(import.meta.dirname, '../../../fixtures/recordings');
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(FOLDER, name)));
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

function read(bytes: Uint8Array): Mp3Frames {
  return readMp3Frames(bytes, walkBytes(bytes, recordingFormat(bytes.length)).offset);
}

const codeOf = (bytes: Uint8Array): string => errorCodeOf(() => read(bytes)) ?? 'none';

const changed = (name: string, change: (bytes: Uint8Array) => void): Uint8Array => {
  const bytes = bytesOf(name);
  change(bytes);
  return bytes;
};

const BARE = 'click-bare.mp3';
const bare = bytesOf(BARE);
/** Of 24 kbit/s at 16 kHz. */
const FRAME = 108;

describe('an MP3 file', () => {
  it('says how long it is, and what the encoder added', () => {
    expect(read(bytesOf('click-lame.mp3'))).toMatchObject({
      rate: 44_100,
      frameLength: 1_152,
      delay: 1_105,
      length: 44_100,
    });
    expect(read(bytesOf('click-ffmpeg.mp3'))).toMatchObject({
      rate: 16_000,
      frameLength: 576,
      delay: 1_105,
      length: 16_000,
    });
  });

  it('is taken to be made by LAME where it does not say it', () => {
    const { rate, offsets, delay, length } = read(bare);
    expect(offsets).toEqual(Array.from({ length: bare.length / FRAME + 1 }, (_, frame) => frame * FRAME));
    // What the decoder holds back is missing at the end.
    expect({ rate, delay, length }).toEqual({
      rate: 16_000,
      delay: 1_105,
      length: (bare.length / FRAME) * 576 - 1_105,
    });
  });

  it('does not count the frame that tells of the others', () => {
    const bytes = bytesOf('click-lame.mp3');
    const { offsets } = read(bytes);
    expect(Buffer.from(bytes.subarray(0, offsets[0])).toString('latin1')).toContain('Xing');
    expect(offsets.at(-1)).toBe(bytes.length);
    // A frame of another kind in its place says nothing of delays: 36 is where Fraunhofer's encoder begins.
    const other = changed('click-lame.mp3', (file) => file.fill(0, 4, offsets[0]).set(Buffer.from('VBRI'), 36));
    expect(read(other)).toMatchObject({ offsets, delay: 1_105 });
  });

  it('has nothing of its end taken off where it was cut off, and ends with its last whole frame', () => {
    const bytes = bytesOf('click-lame.mp3');
    const { offsets } = read(bytes);
    const cut = read(bytes.subarray(0, (offsets[20] ?? 0) + 9));
    expect(cut).toMatchObject({ delay: 1_105, length: 20 * 1_152 - 1_105 });
    expect(cut.offsets).toEqual(offsets.slice(0, 21));
  });

  it('may be followed by tags, zeros and what is too short for a frame', () => {
    const { length } = read(bare);
    const tails = [
      Buffer.from('TAG'.padEnd(128)),
      Buffer.from('APETAGEX …'),
      new Uint8Array(500),
      Uint8Array.of(1, 2, 3),
    ];
    for (const tail of tails) expect(read(joined(bare, tail)).length).toBe(length);
  });

  it.each([
    [
      'something between its frames',
      joined(bare.subarray(0, 5 * FRAME), Buffer.from('something'), bare.subarray(5 * FRAME)),
    ],
    ['something missing between them', joined(bare.subarray(0, 5 * FRAME), bare.subarray(5 * FRAME + 9))],
    ['frames of another rate', joined(bare, bytesOf('click-lame.mp3'))],
    ['nothing that is a frame', Buffer.from('no sound at all')],
    ['a rate that there is not', changed(BARE, (file) => (file[2] = (file[2] ?? 0) | 0x0c))],
    ['frames of any length', changed(BARE, (file) => (file[2] = (file[2] ?? 0) & 0x0f))],
    ['too little', bare.subarray(0, FRAME)],
    ['nothing', new Uint8Array(0)],
  ])('is refused: %s', (_, bytes) => {
    expect(codeOf(bytes)).toBe('SOUND_DAMAGED');
  });

  it('never does anything else than be read or refused', () => {
    const lame = bytesOf('click-lame.mp3');
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }).map((tail) => joined(Uint8Array.of(0xff, 0xfb), tail)),
      fc
        .tuple(fc.integer({ min: 2, max: lame.length }), fc.uint8Array({ maxLength: 2_000 }))
        .map(([at, tail]) => joined(lame.subarray(0, at), tail)),
    );
    fc.assert(
      fc.property(bytes, (file) => {
        if (codeOf(file) === 'none') {
          const { offsets, length } = read(file);
          expect(length).toBeGreaterThan(0);
          expect(offsets.at(-1)).toBeLessThanOrEqual(file.length);
        } else expect(codeOf(file)).toBe('SOUND_DAMAGED');
      }),
    );
  });
});
