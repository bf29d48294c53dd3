import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import { walkBytes } from '@shared/formats/walk';
import {
  decodeMono,
  encodeWav,
  readWavHeader,
  SAMPLE_TYPES,
  sampleBytes,
  type SampleType,
  wavHeader,
  type WavHeader,
} from '@shared/formats/wav';
import { errorCodeOf } from '../../../fixtures/errorCode';

interface Parts {
  readonly form: 'RIFF' | 'RF64';
  readonly type: SampleType;
  readonly channels: number;
  readonly rate: number;
  readonly extensible: boolean;
  readonly before: readonly Uint8Array[];
  readonly samples: Uint8Array;
  readonly after: Uint8Array;
  /** What the header says of the samples' bytes; undefined: the truth. */
  readonly declared?: number;
}

const u16 = (value: number): number[] => [value & 255, (value >> 8) & 255];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
const letters = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const chunk = (name: string, body: ArrayLike<number>, declared = body.length): number[] => [
  ...letters(name),
  ...u32(declared),
  ...Array.from(body),
  ...(body.length % 2 === 1 ? [0] : []),
];

const GUID = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/** A WAV file, put together without the code under test. */
function wav({ form, type, channels, rate, extensible, before, samples, after, declared }: Parts): Uint8Array {
  const bytes = sampleBytes(type);
  const tag = type.startsWith('f') ? 3 : 1;
  const format = [
    ...u16(extensible ? 0xfffe : tag),
    ...u16(channels),
    ...u32(rate),
    ...u32(rate * channels * bytes),
    ...u16(channels * bytes),
    ...u16(8 * bytes),
    ...(extensible ? [...u16(22), ...u16(8 * bytes), ...u32(0), ...u16(tag), ...GUID] : []),
  ];
  const size = declared ?? samples.length;
  const large = form === 'RF64';
  const ds64 = [...u32(0), ...u32(0), ...u32(size), ...u32(0), ...u32(0), ...u32(0), ...u32(0)];
  return Uint8Array.from([
    ...letters(form),
    ...u32(large ? 0xffff_ffff : 0),
    ...letters('WAVE'),
    ...(large ? chunk('ds64', ds64) : []),
    ...before.flatMap((body) => chunk('JUNK', body)),
    ...chunk('fmt ', format),
    ...before.flatMap((body) => chunk('LIST', body)),
    ...chunk('data', samples, large ? 0xffff_ffff : size),
    ...chunk('id3 ', after),
  ]);
}

const read = (bytes: Uint8Array): WavHeader => walkBytes(bytes, readWavHeader(bytes.length));
const codeOf = (bytes: Uint8Array): string => errorCodeOf(() => read(bytes)) ?? 'none';

const plainParts: Parts = {
  form: 'RIFF',
  type: 's16',
  channels: 2,
  rate: 44_100,
  extensible: false,
  before: [],
  samples: Uint8Array.from({ length: 40 }, (_, at) => at),
  after: new Uint8Array(0),
};

const parts = fc
  .record({
    form: fc.constantFrom('RIFF' as const, 'RF64' as const),
    type: fc.constantFrom(...SAMPLE_TYPES),
    channels: fc.integer({ min: 1, max: 9 }),
    rate: fc.constantFrom(3_000, 8_000, 11_025, 16_000, 44_100, 48_000, 192_000, 768_000),
    extensible: fc.boolean(),
    before: fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 4 }),
    after: fc.uint8Array({ maxLength: 9 }),
    length: fc.integer({ min: 0, max: 40 }),
    seed: fc.integer({ min: 1, max: 1_000 }),
  })
  .map(({ length, seed, ...rest }) => ({
    ...rest,
    length,
    samples: Uint8Array.from(
      { length: length * rest.channels * sampleBytes(rest.type) },
      (_, at) => (at * 31 + seed) & 255,
    ),
  }));

describe('readWavHeader', () => {
  it('reads every kind of sample, rate and number of channels, wherever the chunks lie', () => {
    fc.assert(
      fc.property(parts, ({ length, ...file }) => {
        const bytes = wav(file);
        const { type, channels, rate } = file;
        const found = read(bytes);
        expect(found).toMatchObject({ type, channels, rate, length });
        expect([...bytes.subarray(found.dataOffset, found.dataOffset + file.samples.length)]).toEqual([
          ...file.samples,
        ]);
      }),
    );
  });

  it('asks for a few small pieces, never beyond the end', () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: 400 }), (file, cut) => {
        const bytes = wav(file).subarray(0, cut);
        const walk = readWavHeader(bytes.length);
        let asked = 0;
        try {
          let step = walk.next();
          while (step.done !== true) {
            const { offset, length } = step.value;
            expect(offset + length).toBeLessThanOrEqual(bytes.length);
            asked += length;
            step = walk.next(bytes.subarray(offset, offset + length));
          }
        } catch (error) {
          expect(error).toBeInstanceOf(VoronoiceError);
        }
        expect(asked).toBeLessThan(300);
      }),
    );
  });

  it('takes what is there of a recording that lies about its size', () => {
    for (const declared of [41, 400, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff]) {
      for (const form of ['RIFF', 'RF64'] as const) {
        const bytes = wav({ ...plainParts, form, declared });
        const { dataOffset, length } = read(bytes);
        expect(length).toBe(Math.min(Math.floor(declared / 4), Math.floor((bytes.length - dataOffset) / 4)));
      }
    }
  });

  it('ends in an error of its own, cut after any byte of its header', () => {
    for (const form of ['RIFF', 'RF64'] as const) {
      for (const extensible of [false, true]) {
        const bytes = wav({ ...plainParts, form, extensible });
        const { dataOffset } = read(bytes);
        for (let end = 0; end < dataOffset; end++) {
          expect(codeOf(bytes.subarray(0, end))).toBe(end < 4 ? 'WAV_NOT_WAV' : 'WAV_TRUNCATED');
        }
        for (let end = dataOffset; end <= bytes.length; end++) {
          const { length } = read(bytes.subarray(0, end));
          expect(length).toBe(Math.min(10, Math.floor((end - dataOffset) / 4)));
        }
      }
    }
  });

  it('holds with any field at its least and its most', () => {
    const allowed = ['none', 'WAV_NOT_WAV', 'WAV_TRUNCATED', 'WAV_HEADER', 'WAV_FORMAT'];
    for (const form of ['RIFF', 'RF64'] as const) {
      const bytes = wav({ ...plainParts, form, extensible: true });
      for (let at = 0; at < read(bytes).dataOffset; at++) {
        for (const width of [1, 2, 4, 8]) {
          for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
            expect(allowed).toContain(
              codeOf(bytes.map((byte, place) => (place >= at && place < at + width ? value : byte))),
            );
          }
        }
      }
    }
  });

  const changed = (change: (view: DataView) => void): Uint8Array => {
    const bytes = wav(plainParts);
    change(new DataView(bytes.buffer));
    return bytes;
  };
  it.each([
    ['no channels', 'WAV_HEADER', changed((view) => view.setUint16(22, 0, true))],
    ['a rate of 0', 'WAV_HEADER', changed((view) => view.setUint32(24, 0, true))],
    ['a rate that nothing plays', 'WAV_HEADER', changed((view) => view.setUint32(24, 0xffff_ffff, true))],
    ['a block that does not fit', 'WAV_HEADER', changed((view) => view.setUint16(32, 3, true))],
    ['no bits', 'WAV_FORMAT', changed((view) => view.setUint16(34, 0, true))],
    ['12 bits', 'WAV_FORMAT', changed((view) => view.setUint16(34, 12, true))],
    ['64 bits of PCM', 'WAV_FORMAT', changed((view) => view.setUint16(34, 64, true))],
    ['ADPCM', 'WAV_FORMAT', changed((view) => view.setUint16(20, 2, true))],
    ['MP3 in a WAV', 'WAV_FORMAT', changed((view) => view.setUint16(20, 0x55, true))],
    ['a format too short', 'WAV_HEADER', changed((view) => view.setUint32(16, 14, true))],
    ['samples before their format', 'WAV_HEADER', changed((view) => view.setUint8(12, 0x46))],
    [
      'nothing but chunks',
      'WAV_HEADER',
      Uint8Array.from([...letters('RIFF0000WAVE'), ...Array.from({ length: 120 }, () => chunk('JUNK', [])).flat()]),
    ],
    ['big-endian RIFX', 'WAV_NOT_WAV', changed((view) => view.setUint8(3, 0x58))],
    ['an AVI', 'WAV_NOT_WAV', changed((view) => view.setUint8(8, 0x41))],
    ['nothing', 'WAV_NOT_WAV', new Uint8Array(0)],
  ])('refuses %s', (_what, code, bytes) => {
    expect(codeOf(bytes)).toBe(code);
  });

  it('refuses an extensible format of somebody else', () => {
    const bytes = wav({ ...plainParts, extensible: true });
    bytes[12 + 8 + 26] = 7;
    expect(codeOf(bytes)).toBe('WAV_FORMAT');
  });
});

describe('decodeMono', () => {
  const stored = (type: SampleType, channels: number, ...bytes: number[]): number[] => [
    ...decodeMono({ type, channels }, Uint8Array.from(bytes)),
  ];
  it('knows the smallest, the largest and nothing of each type', () => {
    expect(stored('u8', 1, 0, 128, 255)).toEqual([-1, 0, 127 / 128]);
    expect(stored('s16', 1, 0, 0x80, 0, 0, 0xff, 0x7f)).toEqual([-1, 0, Math.fround(32_767 / 32_768)]);
    expect(stored('s24', 1, 0, 0, 0x80, 0, 0, 0, 0xff, 0xff, 0xff)).toEqual([-1, 0, -(2 ** -23)]);
    expect(stored('s32', 1, 0, 0, 0, 0x80, 0, 0, 0, 0x40)).toEqual([-1, 0.5]);
    expect(stored('f32', 1, 0, 0, 0x80, 0x3f)).toEqual([1]);
    expect(stored('f64', 1, 0, 0, 0, 0, 0, 0, 0xe0, 0xbf)).toEqual([-0.5]);
  });

  it('mixes channels by their mean, and hears nothing in what is no number', () => {
    expect(stored('s16', 2, 0, 0x40, 0, 0)).toEqual([0.25]);
    expect(stored('f32', 1, 0, 0, 0x80, 0x7f, 0, 0, 0xc0, 0x7f)).toEqual([0, 0]);
    const huge = new Uint8Array(new Float64Array([1e300, 0.5]).buffer);
    expect([...decodeMono({ type: 'f64', channels: 1 }, huge)]).toEqual([0, 0.5]);
  });

  it('leaves half a sample alone', () => {
    expect(stored('s16', 2, 0, 0x40, 0, 0, 9, 9, 9)).toEqual([0.25]);
  });
});

describe('encodeWav', () => {
  it('is read back as it was, at 16 bits to half a step', () => {
    const sample = fc.float({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 50 }), fc.constantFrom(16_000, 48_000), (values, rate) => {
        const samples = Float32Array.from(values);
        for (const type of ['f32', 's16'] as const) {
          const bytes = encodeWav(samples, rate, type);
          const header = read(bytes);
          expect(header).toMatchObject({ type, channels: 1, rate, length: samples.length });
          const back = decodeMono(header, bytes.subarray(header.dataOffset));
          for (const [at, value] of samples.entries()) {
            const most = type === 'f32' ? 0 : value > 1 - 2 ** -15 ? 2 ** -15 : 2 ** -16;
            expect(Math.abs(back[at]! - value)).toBeLessThanOrEqual(most);
          }
        }
      }),
    );
  });

  it('says how long the file is', () => {
    const head = wavHeader(100, 16_000, 's16');
    const view = new DataView(head.buffer);
    expect(view.getUint32(4, true)).toBe(head.length + 200 - 8);
    expect(view.getUint32(head.length - 4, true)).toBe(200);
  });
});
