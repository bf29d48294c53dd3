import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeWav } from '@shared/formats/wav';
import { findSuspects, type Sifted } from '../../../../src/worker/sound/suspects';
import { SILENCE } from '../../../../src/worker/steps/select';
import { encodeFlac } from '../../../fixtures/flac';
import { put, recordingContext, useFolder } from '../support';

const folder = useFolder();

const CLICK = join(import.meta.dirname, '../../../fixtures/recordings/click-lame.mp3');
const HOP = 320;
const FRAMES = 20;
const tone = (): Float32Array =>
  Float32Array.from({ length: FRAMES * HOP + 80 }, (_, at) => 0.5 * Math.sin(at / 3) + 0.1 * Math.sin(at / 17));

const slice = (name: string, samples: Float32Array, below = '1_16k_wavs'): string =>
  put(join(folder.path, below, name), encodeWav(samples, 16_000, 's16'));

function sifted(change: Partial<Sifted> = {}): Sifted {
  return {
    folder: folder.path,
    pointed: null,
    pieces: ['a.npy', 'b.npy'].map((name) => ({ name, source: 0, rows: FRAMES, recorded: true })),
    skipped: [],
    gone: new Uint8Array(2 * FRAMES),
    repeats: new Uint8Array(2 * FRAMES),
    outliers: new Float32Array(2 * FRAMES),
    stray: new Float32Array(2 * FRAMES),
    ...change,
  };
}

const find = (change: Partial<Sifted> = {}, signal?: AbortSignal) =>
  findSuspects(sifted(change), { ...recordingContext(), ...(signal === undefined ? {} : { signal }) });

describe('findSuspects', () => {
  it('tells what the features tell where there is no sound', async () => {
    const outliers = new Float32Array(2 * FRAMES);
    outliers[FRAMES + 4] = 3;
    const stray = new Float32Array(2 * FRAMES).fill(2, 12, 15);
    const repeats = new Uint8Array(2 * FRAMES).fill(SILENCE, 5, 9);
    expect(await find({ outliers, stray, repeats })).toEqual({
      suspects: [
        { moment: { file: 'b.npy', frame: 4 }, frames: 1, reason: 'outlier', strength: 3 },
        { moment: { file: 'a.npy', frame: 12 }, frames: 3, reason: 'stray', strength: 2 },
        { moment: { file: 'a.npy', frame: 5 }, frames: 4, reason: 'silence', strength: null },
      ],
      heard: 0,
    });
  });

  it('hears silence and clipping, and recordings without features', async () => {
    const silent = tone();
    silent.fill(0, 10 * HOP, 14 * HOP);
    slice('a.wav', silent);
    const loud = tone();
    loud.fill(1, 3 * HOP + 5, 3 * HOP + 15);
    slice('b.WAV', loud);
    slice('c.wav', tone());
    slice('d.wav', tone());
    const skipped = [{ name: 'd.npy', problem: { code: 'FEATURES_EMPTY', message: '', details: {} } }] as const;
    const { suspects, heard } = await find({ skipped });
    expect(heard).toBe(2);
    expect(suspects).toEqual([
      { moment: { file: 'a.npy', frame: 10 }, frames: 4, reason: 'silence', strength: null },
      { moment: { file: 'b.npy', frame: 3 }, frames: 1, reason: 'clipping', strength: 10 / loud.length },
      { moment: { file: 'c.npy', frame: 0 }, frames: FRAMES, reason: 'noFeatures', strength: null },
    ]);
  });

  it('hears as much in FLAC, and how long a recording in MP3 is', async () => {
    const silent = tone();
    silent.fill(0, 10 * HOP, 14 * HOP);
    put(join(folder.path, '1_16k_wavs', 'a.flac'), encodeFlac(silent, 16_000));
    cpSync(CLICK, join(folder.path, '1_16k_wavs', 'c.mp3'));
    expect(await find()).toEqual({
      suspects: [
        { moment: { file: 'a.npy', frame: 10 }, frames: 4, reason: 'silence', strength: null },
        { moment: { file: 'c.npy', frame: 0 }, frames: 49, reason: 'noFeatures', strength: null },
      ],
      heard: 1,
    });
  });

  it('suspects nothing that takes no part', async () => {
    const silent = tone();
    silent.fill(0, 10 * HOP, 14 * HOP);
    slice('a.wav', silent);
    const outliers = new Float32Array(2 * FRAMES).fill(9);
    const { suspects } = await find({ outliers, stray: outliers, gone: new Uint8Array(2 * FRAMES).fill(1) });
    expect(suspects).toEqual([]);
  });

  it('passes over what cannot be read, and what belongs to others in a folder that was pointed to', async () => {
    put(join(folder.path, 'elsewhere', 'a.wav'), 'no sound');
    slice('b.wav', tone(), 'elsewhere');
    slice('of another.wav', tone(), 'elsewhere');
    expect(await find({ pointed: join(folder.path, 'elsewhere') })).toEqual({ suspects: [], heard: 1 });
    rmSync(join(folder.path, 'elsewhere'), { recursive: true });
    expect(await find({ pointed: join(folder.path, 'elsewhere') })).toEqual({ suspects: [], heard: 0 });
  });

  it('stops when it is asked to', async () => {
    slice('a.wav', tone());
    await expect(find({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });
});
