import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../../../src/worker/run';
import { recordingContext, useFolder } from '../support';

const folder = useFolder();

describe('the sample voice', () => {
  it('is laid out as RVC lays out a voice, and each of its frames can be heard', async () => {
    const request = { kind: 'sample', root: folder.path, name: 'try', minutes: 0.2, version: 'v1', seed: 4 } as const;
    const made = await run(request, recordingContext());
    const voice = join(folder.path, 'logs', 'try');
    expect(made).toMatchObject({ folder: voice, files: 4, frames: 600 });
    expect(readdirSync(voice).sort()).toEqual(['1_16k_wavs', '3_feature256']);
    const slices = readdirSync(join(voice, '1_16k_wavs')).sort();
    expect(slices).toEqual(['0_0.wav', '0_1.wav', '0_2.wav', '0_3.wav']);
    const sizes = slices.map((name) => statSync(join(voice, '1_16k_wavs', name)).size);
    // 16 bits, 320 samples a frame and 80 beyond, after a header of 44 bytes.
    expect(sizes).toEqual([184, 184, 184, 48].map((frames) => 44 + 2 * (320 * frames + 80)));

    const { voices } = await run(
      { kind: 'scan', path: folder.path, home: null, built: [], pointed: {} },
      recordingContext(),
    );
    expect(voices[0]).toMatchObject({
      sound: { folder: '16k', files: 4, of: 4 },
      slices: { total: 4, missing: 0 },
    });
    const clip = await run(
      {
        kind: 'clip',
        voice,
        pointed: null,
        features: join(voice, '3_feature256'),
        file: '0_3.npy',
        from: 20,
        frames: 10,
      },
      recordingContext(),
    );
    expect(clip).toMatchObject({ rate: 16_000, mismatch: null });
    expect(clip.samples.some((sample) => Math.abs(sample) > 0.05)).toBe(true);
  });
});
