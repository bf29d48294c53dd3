import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSlice, listSlices, sliceFolders } from '../../../../src/worker/voices/slices';
import { put, useFolder } from '../support';

const folder = useFolder();
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);
const find = (file: string, pointed: string | null = null): Promise<string> =>
  findSlice(sliceFolders(folder.path, pointed), file);

describe('listSlices', () => {
  it('takes one recording for each stem: WAV before FLAC before MP3, in any case', async () => {
    for (const name of [
      'a.mp3',
      'a.flac',
      'a.WAV',
      'b.Mp3',
      'b.FLAC',
      'c.mP3',
      'd.ogg',
      '._e.flac',
      'flac',
      'mp3.npy',
    ]) {
      put(at('1_16k_wavs', name));
    }
    const slices = await listSlices(folder.path, null);
    expect([...(slices?.names ?? [])].sort()).toEqual(['a.WAV', 'b.FLAC', 'c.mP3']);
  });

  it('passes a folder by in which nothing can be heard', async () => {
    put(at('1_16k_wavs', 'a.ogg'));
    put(at('0_gt_wavs', 'a.mp3'));
    expect(await listSlices(folder.path, null)).toMatchObject({ kind: 'full', names: ['a.mp3'] });
    put(at('elsewhere', 'a.flac'));
    expect(await listSlices(folder.path, at('elsewhere'))).toMatchObject({ kind: 'pointed', names: ['a.flac'] });
  });
});

describe('findSlice', () => {
  it('finds what is listed, whatever its ending', async () => {
    for (const name of ['a.mp3', 'a.flac', 'b.MP3', 'c.fLaC', 'c.b.Wav']) put(at('1_16k_wavs', name));
    expect(await find('a.npy')).toBe(at('1_16k_wavs', 'a.flac'));
    expect(await find('b.npy')).toBe(at('1_16k_wavs', 'b.MP3'));
    expect(await find('c.npy')).toBe(at('1_16k_wavs', 'c.fLaC'));
    expect(await find('c.b.npy')).toBe(at('1_16k_wavs', 'c.b.Wav'));
    put(at('1_16k_wavs', 'a.wav'));
    expect(await find('a.npy')).toBe(at('1_16k_wavs', 'a.wav'));
  });

  it('prefers the likelier folder to the likelier ending', async () => {
    put(at('1_16k_wavs', 'a.mp3'));
    put(at('0_gt_wavs', 'a.wav'));
    expect(await find('a.npy')).toBe(at('1_16k_wavs', 'a.mp3'));
  });

  it('does not take what leads nowhere', async () => {
    put(at('1_16k_wavs', 'other.flac'));
    symlinkSync(at('nowhere'), at('1_16k_wavs', 'a.flac'));
    await expect(find('a.npy')).rejects.toMatchObject({ code: 'SLICE_NOT_FOUND', details: { file: 'a.npy' } });
  });
});
