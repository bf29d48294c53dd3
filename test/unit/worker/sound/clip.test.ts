import { cpSync, mkdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeWav } from '@shared/formats/wav';
import { run } from '../../../../src/worker/run';
import { encodeFlac } from '../../../fixtures/flac';
import { CLICK_SECONDS } from '../../../fixtures/recordingSignals.mjs';
import { npy, put, recordingContext, useFolder } from '../support';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/recordings');
const RATE = 16_000;
const FRAME = RATE / 50;

const folder = useFolder();
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);

/** Each sample says which one it is. */
const ramp = (length: number): Float32Array => Float32Array.from({ length }, (_, at) => at / 2 ** 20);

function slice(length: number, name = '1_16k_wavs', rate = RATE): string {
  return put(at(name, '0_0.wav'), encodeWav(ramp(length), rate, 'f32'));
}

const cut = (from: number, frames: number, change: { pointed?: string; file?: string } = {}) =>
  run(
    {
      kind: 'clip',
      voice: folder.path,
      pointed: change.pointed ?? null,
      features: at('3_feature768'),
      file: change.file ?? '0_0.npy',
      from,
      frames,
    },
    recordingContext(),
  );

const featuresOf = (rows: number): string => put(at('3_feature768', '0_0.npy'), npy(rows, 768));

describe('a clip', () => {
  it('begins 0.3 s before the first frame and ends as far after the last one', async () => {
    slice(10 * RATE);
    const { rate, samples, startSeconds, mismatch } = await cut(50, 10);
    expect({ rate, startSeconds, mismatch }).toEqual({ rate: RATE, startSeconds: 0.7, mismatch: null });
    // Ten frames are nine steps of 20 ms and 25 ms.
    expect(samples.length).toBe(0.3 * RATE + 9 * FRAME + 400 + 0.3 * RATE);
    expect([...samples]).toEqual([...ramp(10 * RATE).subarray(0.7 * RATE, 0.7 * RATE + samples.length)]);
  });

  it('begins and ends with its recording, however much is asked for', async () => {
    slice(RATE);
    const { samples, startSeconds } = await cut(0, 1_500);
    expect(startSeconds).toBe(0);
    expect([...samples]).toEqual([...ramp(RATE)]);
  });

  it('comes at the rate of its recording, where only those at the full rate are left', async () => {
    slice(2 * 48_000, '0_gt_wavs', 48_000);
    const { rate, samples, startSeconds } = await cut(20, 1);
    expect(rate).toBe(48_000);
    expect(startSeconds).toBe(0.1);
    expect(samples[0]).toBe(Math.fround(4_800 / 2 ** 20));
  });

  it('is silent where the recording has ended, and says so', async () => {
    slice(RATE / 2);
    featuresOf(99);
    const { samples, mismatch } = await cut(40, 50);
    expect(mismatch).toEqual({ recordingSeconds: 0.5, featureSeconds: 98 / 50 + 0.025 });
    expect(samples.length).toBe(Math.round((98 / 50 + 0.025 - 0.5) * RATE));
    expect([...samples].every((value) => value === 0)).toBe(true);
  });

  it('says that a recording is longer than its features, and not that it is by less than they are rounded', async () => {
    slice(10 * RATE);
    featuresOf(99);
    expect((await cut(0, 1)).mismatch).toEqual({ recordingSeconds: 10, featureSeconds: 98 / 50 + 0.025 });
    slice(2 * RATE);
    expect((await cut(0, 1)).mismatch).toBeNull();
  });

  it('is nothing but silence for frames that nobody has', async () => {
    slice(RATE);
    expect([...(await cut(2 ** 31, 1_500)).samples]).toEqual([0]);
  });

  it('is what is there of a recording that was cut off', async () => {
    truncateSync(slice(RATE), 58 + 4 * 100 + 3);
    const { samples } = await cut(0, 10);
    expect([...samples]).toEqual([...ramp(100)]);
  });

  it('is the same of a recording in FLAC, and with 1 ms to spare of one in MP3', async () => {
    const coarse = ramp(10 * RATE).map((value) => Math.round(value * 2 ** 15) / 2 ** 15);
    put(at('1_16k_wavs', '0_0.wav'), encodeWav(coarse, RATE, 's16'));
    const wav = await cut(50, 10);
    rmSync(at('1_16k_wavs', '0_0.wav'));
    put(at('1_16k_wavs', '0_0.flac'), encodeFlac(coarse, RATE));
    expect(await cut(50, 10)).toEqual(wav);
    rmSync(at('1_16k_wavs', '0_0.flac'));
    cpSync(join(FIXTURES, 'click-lame.mp3'), at('1_16k_wavs', '0_0.mp3'));
    const { rate, samples, startSeconds, mismatch } = await cut(Math.floor(CLICK_SECONDS / 0.02), 1);
    const loudest = samples.indexOf(Math.max(...samples));
    expect(Math.abs(startSeconds + loudest / rate - CLICK_SECONDS)).toBeLessThan(0.001);
    expect(mismatch).toBeNull();
  });

  it('comes from the folder a person has pointed to, and from the usual one where it lacks the file', async () => {
    const pointed = at('elsewhere');
    slice(RATE);
    expect((await cut(0, 1, { pointed })).rate).toBe(RATE);
    put(join(pointed, '0_0.WAV'), encodeWav(ramp(8_000), 8_000, 's16'));
    expect((await cut(0, 1, { pointed })).rate).toBe(8_000);
  });

  it('fails with what is wrong with the recording', async () => {
    await expect(cut(0, 1)).rejects.toMatchObject({ code: 'SLICE_NOT_FOUND', details: { file: '0_0.npy' } });
    put(at('1_16k_wavs', '0_0.wav'), 'no sound');
    await expect(cut(0, 1)).rejects.toMatchObject({ code: 'WAV_NOT_WAV' });
    rmSync(at('1_16k_wavs', '0_0.wav'));
    mkdirSync(at('1_16k_wavs', '0_0.wav'));
    await expect(cut(0, 1)).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });
  });
});
