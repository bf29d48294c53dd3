import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { recordingFormat } from '@shared/formats/recording';
import { walkBytes } from '@shared/formats/walk';

const formatOf = (bytes: Uint8Array) => walkBytes(bytes, recordingFormat(bytes.length));

/** An ID3v2 tag, with a footer where `flags` say so. */
const tag = (body: number, flags = 0): Buffer => {
  const head = Buffer.from([...Buffer.from('ID3'), 4, 0, flags, 0, 0, body >> 7, body & 127]);
  return Buffer.concat([head, Buffer.alloc(body), Buffer.alloc((flags & 0x10) === 0 ? 0 : 10)]);
};
const flac = Buffer.from('fLaC\0\0\0\x22');
const mp3 = Buffer.from([0xff, 0xfb, 0x90, 0]);

describe('recordingFormat', () => {
  it.each([
    ['wav', 0, Buffer.from('RIFF\0\0\0\0WAVE')],
    ['flac', 0, flac],
    ['mp3', 0, mp3],
    ['mp3', 0, Buffer.from([0xff, 0xf3, 0x38, 0xc4])],
    ['mp3', 210, Buffer.concat([tag(200), mp3])],
    ['flac', 320, Buffer.concat([tag(300, 0x10), flac])],
    ['mp3', 53, Buffer.concat([tag(10), tag(23), mp3])],
    ['wav', 0, Buffer.concat([tag(200), Buffer.from('RIFF')])],
    ['wav', 0, tag(2_000).subarray(0, 100)],
    // AAC, the mark of UTF-16, an ending of a tag that never ends.
    ['wav', 0, Buffer.from([0xff, 0xf1, 0x50, 0x80])],
    ['wav', 0, Buffer.from([0xff, 0xfe, 0x41, 0])],
    ['wav', 0, Buffer.concat([tag(0), tag(0), tag(0), tag(0), tag(0), mp3])],
    ['wav', 0, Buffer.alloc(0)],
  ] as const)('tells by its bytes: %s from %i on', (format, offset, bytes) => {
    expect(formatOf(bytes)).toEqual({ format, offset });
  });

  it('asks for nothing that is not there', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.uint8Array({ maxLength: 60 }).map((tail) => Buffer.concat([Buffer.from('ID3'), tail])),
    );
    fc.assert(
      fc.property(bytes, (file) => {
        const walk = recordingFormat(file.length);
        for (let step = walk.next(); step.done !== true;) {
          const { offset, length } = step.value;
          expect(offset + length).toBeLessThanOrEqual(file.length);
          step = walk.next(file.subarray(offset, offset + length));
        }
      }),
    );
  });
});
