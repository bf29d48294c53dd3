import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { walkBytes } from '@shared/formats/walk';
import { decodeMono, readWavHeader } from '@shared/formats/wav';
import { encodeFlac } from '../fixtures/flac';
import { CLICK_SECONDS } from '../fixtures/recordingSignals.mjs';
import { shippedJson, useCommandLine, voronoice, voronoiceJson } from './command';

/** What an index finds, to be heard. */

const CLICK = join(import.meta.dirname, '../fixtures/recordings/click-lame.mp3');

const folder = useCommandLine();
const at = (...names: string[]): string => join(folder.path, ...names);
const features = (): string => at('voice', 'logs', 'sample', '3_feature256');
const slices = (): string => at('voice', 'logs', 'sample', '1_16k_wavs');
let index = '';
let file = '';

const Listened = v.strictObject({
  clip: v.string(),
  seconds: v.number(),
  takes: v.array(v.strictObject({ name: v.string(), file: v.string(), logMelDb: v.number() })),
  traced: v.strictObject({ share: v.number() }),
});

async function listen(out: string, clip: string, ...words: readonly string[]): Promise<v.InferOutput<typeof Listened>> {
  return v.parse(Listened, await voronoiceJson('listen', index, '--clip', clip, '--out', at(out), ...words));
}

function samplesOf(path: string): Float32Array {
  const bytes = readFileSync(path);
  const header = walkBytes(bytes, readWavHeader(bytes.length));
  return decodeMono(header, bytes.subarray(header.dataOffset));
}

/** Signal to noise, in dB. */
function fidelity(take: Float32Array, original: Float32Array): number {
  let [signal, error] = [0, 0];
  for (const [place, sample] of original.entries()) {
    signal += sample ** 2;
    error += (sample - (take[place] ?? 0)) ** 2;
  }
  return 10 * Math.log10(signal / error);
}

beforeAll(async () => {
  await voronoiceJson('sample', '--out', at('voice'), '--minutes', '2', '--version', 'v1');
  index = v.parse(
    v.looseObject({ index: v.string() }),
    await voronoiceJson('train', at('voice', 'logs', 'sample'), '--recipe', 'rvc', '--out', at('built')),
  ).index;
  file = readdirSync(features()).sort()[3] ?? '';
});

describe('listen', () => {
  it('writes the recording, the true neighbors and the index, and says how far they are apart', async () => {
    const clip = join(features(), file);
    const { takes, traced, seconds, ...answer } = await listen('first', clip);
    expect(answer.clip).toBe(clip);
    expect(takes.map(({ name }) => name)).toEqual(['recording', 'true', 'index']);
    expect(traced.share).toBe(1);
    expect(takes[0]?.logMelDb).toBe(0);
    for (const { name, file: path } of takes) {
      expect(path).toBe(at('first', `${name}.wav`));
      expect(samplesOf(path)).toHaveLength(Math.round(seconds * 16_000) + 320);
    }
    expect(readdirSync(at('first')).sort()).toEqual(['index.wav', 'recording.wav', 'true.wav']);
    // The recording is the slice itself.
    const slice = samplesOf(join(slices(), file.replace('.npy', '.wav')));
    expect(fidelity(samplesOf(at('first', 'recording.wav')), slice.subarray(0, seconds * 16_000))).toBeGreaterThan(40);
  });

  it('is farther from the recording at the nprobe of RVC than at the one that is suggested', async () => {
    const suggestion = v.parse(
      v.looseObject({ suggestion: v.looseObject({ nprobe: v.number() }) }),
      await voronoiceJson('measure', index, '--features', features(), '--most', '500'),
    ).suggestion;
    expect(suggestion.nprobe).toBeGreaterThan(1);
    const narrow = await listen('narrow', features(), '--nprobe', '1');
    const wide = await listen('wide', features(), '--nprobe', String(suggestion.nprobe));
    expect(narrow.seconds).toBe(30);
    expect(narrow.takes[1]?.logMelDb).toBe(wide.takes[1]?.logMelDb);
    expect(narrow.takes[2]?.logMelDb).toBeGreaterThan(wide.takes[2]?.logMelDb ?? Infinity);
  });

  it('with every group searched is the true take, sample for sample', async () => {
    const singer = at('other', 'logs', 'singer');
    await voronoiceJson(
      'sample',
      '--out',
      at('other'),
      '--name',
      'singer',
      '--minutes',
      '1',
      '--version',
      'v1',
      '--seed',
      '77',
    );
    const { takes } = await listen('all', singer, '--features', features(), '--nprobe', '1000');
    expect(readFileSync(takes[2]?.file ?? '').equals(readFileSync(takes[1]?.file ?? ''))).toBe(true);
    // What it is made with, which frame each vector is, was needed and is gone.
    expect(readdirSync(at('built')).filter((name) => !name.endsWith('.index'))).toEqual([]);
  });

  it('gives back a recording that is in the index, where another asks with it', async () => {
    const copy = at('singer');
    for (const [name, from] of [
      ['3_feature256', join(features(), file)],
      ['1_16k_wavs', join(slices(), file.replace('.npy', '.wav'))],
    ] as const) {
      mkdirSync(join(copy, name), { recursive: true });
      cpSync(from, join(copy, name, name === '1_16k_wavs' ? file.replace('.npy', '.wav') : file));
    }
    const { takes } = await listen('copied', copy, '--features', features(), '--nprobe', '1');
    const recording = samplesOf(takes[0]?.file ?? '');
    for (const take of takes.slice(1)) expect(fidelity(samplesOf(take.file), recording)).toBeGreaterThan(20);
  });

  it('hears a recording in FLAC as the same in WAV, and one in MP3 at the same times', () => {
    const stem = file.replace('.npy', '');
    const bytes = readFileSync(join(slices(), `${stem}.wav`));
    const { rate } = walkBytes(bytes, readWavHeader(bytes.length));
    const copies = ['wav', 'flac', 'mp3'].map((ending) => {
      const copy = at(`in ${ending}`);
      for (const name of ['3_feature256', '1_16k_wavs']) mkdirSync(join(copy, name), { recursive: true });
      cpSync(join(features(), file), join(copy, '3_feature256', file));
      return { copy, slice: join(copy, '1_16k_wavs', `${stem}.${ending}`) };
    });
    const [inWav, inFlac, inMp3] = copies.map(({ slice }) => slice);
    writeFileSync(inWav ?? '', bytes);
    writeFileSync(inFlac ?? '', encodeFlac(samplesOf(join(slices(), `${stem}.wav`)), rate));
    cpSync(CLICK, inMp3 ?? '');
    const takes = copies.map(({ copy }, take) => {
      const words = ['listen', index, '--clip', copy, '--out', at(`take ${take}`), '--features', features()];
      return v.parse(Listened, shippedJson(...words)).takes;
    });
    for (const [take, { file: wav }] of (takes[0] ?? []).entries()) {
      expect(readFileSync(takes[1]?.[take]?.file ?? '').equals(readFileSync(wav))).toBe(true);
    }
    const recording = samplesOf(takes[2]?.[0]?.file ?? '');
    const loudest = recording.indexOf(recording.reduce((most, sample) => Math.max(most, sample)));
    expect(Math.abs(loudest / 44_100 - CLICK_SECONDS)).toBeLessThan(0.001);
  });

  it('refuses what cannot be heard, and what would be written over', async () => {
    const bare = at('bare');
    mkdirSync(bare);
    cpSync(join(features(), file), join(bare, file));
    const silent = await voronoice('listen', index, '--clip', bare, '--features', features(), '--out', at('silent'));
    expect(silent.code).toBe(3);
    expect(silent.stderr).toContain('SLICE_NOT_FOUND');
    expect(existsSync(at('silent'))).toBe(false);
    const again = await voronoice('listen', index, '--clip', join(features(), file), '--out', at('first'));
    expect(again.code).toBe(3);
    expect(again.stderr).toContain('FILE_EXISTS');
    expect((await voronoice('listen', index, '--out', at('none'))).code).toBe(2);
  });
});
