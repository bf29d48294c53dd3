import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import { encodeWav } from '@shared/formats/wav';
import { findFaults } from '../../../../src/worker/sound/faults';
import { MOST_COMPRESSED_BYTES, MOST_DECODED, withRecording } from '../../../../src/worker/sound/recording';
import { flacFrame, flacHeader } from '../../../fixtures/flac';
import { click, CLICK_SECONDS } from '../../../fixtures/recordingSignals.mjs';
import { put, useFolder } from '../support';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/recordings');
const fixture = (name: string): string => join(FIXTURES, name);
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(fixture(name)));
const MP3 = readdirSync(FIXTURES).filter((name) => name.endsWith('.mp3'));

const folder = useFolder();
const signal = new AbortController().signal;

interface Heard {
  readonly rate: number;
  readonly length: number;
  readonly samples: Float32Array;
}

/** All of a recording, or a part of it. */
function hear(path: string, part: { first: number; count: number } | null = null): Promise<Heard> {
  return withRecording(path, signal, async ({ rate, length, read }) => {
    const { first, count } = part ?? { first: 0, count: length };
    const samples = new Float32Array(count);
    await read({ first, count }, (piece, done) => samples.set(piece, done));
    return { rate, length, samples };
  });
}

/** So many frames of 65,536 samples, in 14 bytes each. */
function silence(frames: number): Buffer {
  const samples = new Int16Array(65_536);
  const all = Array.from({ length: Math.ceil(frames) }, (_, frame) => flacFrame(samples, frame));
  return Buffer.concat([flacHeader(16_000, 0), ...all]);
}

const asFloats = (samples: Int32Array): Float32Array => Float32Array.from(samples, (sample) => sample / 2 ** 15);

function loudest(samples: Float32Array): number {
  return samples.reduce((best, sample, at) => (Math.abs(sample) > Math.abs(samples[best] ?? 0) ? at : best), 0);
}

describe('a recording', () => {
  it.each(['click.flac', 'click-piped.flac'])('in FLAC is the same, to the bit, as in WAV: %s', async (name) => {
    const expected = asFloats(click(16_000));
    const wav = await hear(put(join(folder.path, 'a.wav'), encodeWav(expected, 16_000, 's16')));
    expect([...wav.samples]).toEqual([...expected]);
    expect(await hear(fixture(name))).toEqual(wav);
  });

  it.each(MP3)('in MP3 has a click where it was, within 1 ms: %s', async (name) => {
    const { rate, length, samples } = await hear(fixture(name));
    expect(Math.abs(loudest(samples) / rate - CLICK_SECONDS)).toBeLessThan(0.001);
    expect(Math.abs(samples[loudest(samples)] ?? 0)).toBeGreaterThan(0.3);
    // Less than three frames are added where nothing says how many.
    expect(length / rate).toBeGreaterThanOrEqual(1);
    expect(length / rate).toBeLessThan(1.1);
  });

  it.each(['click.flac', 'click-piped.flac', ...MP3])('is read in part as it is in whole: %s', async (name) => {
    const { length, samples } = await hear(fixture(name));
    const parts = fc.record({ first: fc.nat(length + 99), count: fc.nat(length) });
    await fc.assert(
      fc.asyncProperty(parts, async ({ first, count }) => {
        const part = await hear(fixture(name), { first, count });
        const expected = new Float32Array(count);
        expected.set(samples.subarray(first, first + count));
        expect(part.samples).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  it('is what its bytes say, not its name', async () => {
    const flac = await hear(fixture('click.flac'));
    expect(await hear(put(join(folder.path, 'a.wav'), bytesOf('click.flac')))).toEqual(flac);
    const mp3 = await hear(fixture('click-lame.mp3'));
    expect(await hear(put(join(folder.path, 'a.flac'), bytesOf('click-lame.mp3')))).toEqual(mp3);
    const text = put(join(folder.path, 'a.mp3'), 'no sound');
    await expect(hear(text)).rejects.toMatchObject({ code: 'WAV_NOT_WAV' });
  });

  it('may have a tag in front of it', async () => {
    const tag = Buffer.from([...Buffer.from('ID3'), 4, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4, 5]);
    for (const name of ['click.flac', 'click-bare.mp3']) {
      const path = put(join(folder.path, name), Buffer.concat([tag, bytesOf(name)]));
      expect(await hear(path)).toEqual(await hear(fixture(name)));
    }
  });

  it('has faults in FLAC as in WAV', async () => {
    const faultsOf = (path: string) => withRecording(path, signal, (recording) => findFaults(recording, 49));
    const wav = put(join(folder.path, 'a.wav'), encodeWav(asFloats(click(16_000)), 16_000, 's16'));
    const faults = await faultsOf(wav);
    expect(faults.silent.length).toBe(49);
    expect(await faultsOf(fixture('click.flac'))).toEqual(faults);
    expect((await faultsOf(fixture('click-bare.mp3'))).silent.some((frame) => frame !== 0)).toBe(false);
  });
});

describe('a compressed recording', () => {
  it('is not read when it is larger than what is decoded', async () => {
    const path = put(join(folder.path, 'a.flac'), bytesOf('click.flac'));
    const file = openSync(path, 'r+');
    ftruncateSync(file, MOST_COMPRESSED_BYTES + 1);
    closeSync(file);
    await expect(hear(path)).rejects.toMatchObject({
      code: 'SOUND_TOO_LONG',
      details: { bytes: MOST_COMPRESSED_BYTES + 1 },
    });
  });

  it('is not decoded when it says that it is longer than that', async () => {
    const bytes = bytesOf('click.flac');
    new DataView(bytes.buffer).setUint32(22, MOST_DECODED + 1);
    const path = put(join(folder.path, 'a.flac'), bytes);
    await expect(hear(path)).rejects.toMatchObject({ code: 'SOUND_TOO_LONG', details: { most: MOST_DECODED } });
    new DataView(bytes.buffer).setUint32(22, MOST_DECODED);
    expect((await hear(put(path, bytes), { first: 0, count: 99 })).length).toBe(MOST_DECODED);
  });

  it('is not decoded further when it does not say it', async () => {
    const path = put(join(folder.path, 'a.flac'), silence(MOST_DECODED / 65_536 + 1));
    await expect(hear(path)).rejects.toMatchObject({ code: 'SOUND_TOO_LONG' });
  });

  it('lets others have their turn, and stops when it is told to', async () => {
    const path = put(join(folder.path, 'a.flac'), silence(1_000));
    const abort = new AbortController();
    setImmediate(() => setImmediate(() => abort.abort()));
    await expect(withRecording(path, abort.signal, () => null)).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });

  it('never does anything else than play or be refused, and says nothing aside', async () => {
    const aside = vi.spyOn(console, 'error');
    const base = fc.constantFrom('click.flac', 'tone-2-16-3.flac', ...MP3).map(bytesOf);
    const files = fc.oneof(
      fc.tuple(base, fc.nat(5_000)).map(([bytes, end]) => bytes.subarray(0, end)),
      fc
        .tuple(base, fc.array(fc.tuple(fc.nat(14_000), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }))
        .map(([bytes, changes]) => {
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
          return bytes;
        }),
      fc
        .tuple(base, fc.constantFrom(4, 42, 108, 700), fc.uint8Array({ maxLength: 4_000 }))
        .map(([bytes, end, tail]) => Buffer.concat([bytes.subarray(0, end), tail])),
    );
    const path = join(folder.path, 'a.wav');
    await fc.assert(
      fc.asyncProperty(files, async (bytes) => {
        try {
          const { samples } = await hear(put(path, bytes));
          expect(samples.every(Number.isFinite)).toBe(true);
        } catch (error) {
          if (!(error instanceof VoronoiceError)) throw error;
          expect(error.code).toMatch(/^(SOUND|WAV)_/);
        }
      }),
      { numRuns: 200 },
    );
    expect(aside).not.toHaveBeenCalled();
  });
});
