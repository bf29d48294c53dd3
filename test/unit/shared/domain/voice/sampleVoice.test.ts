import { describe, expect, it } from 'vitest';
import { generateVoice, SAMPLE_VOICE, type VoiceFile } from '@shared/domain/voice/sampleVoice';

const short = { ...SAMPLE_VOICE, minutes: 0.5 };

function norms(clips: readonly VoiceFile[], dimension: number): number[] {
  return clips.flatMap((clip) =>
    Array.from({ length: clip.rows }, (_, row) =>
      Math.hypot(...clip.data.subarray(row * dimension, (row + 1) * dimension)),
    ),
  );
}

/** FNV-1a over the bytes of all clips. */
function fingerprint(clips: readonly VoiceFile[]): string {
  let hash = 0x811c9dc5;
  for (const clip of clips) {
    for (const byte of new Uint8Array(clip.data.buffer)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16);
}

describe('generateVoice', () => {
  it('makes clips of RVC length and name that add up to the minutes asked for', () => {
    const clips = [...generateVoice({ ...SAMPLE_VOICE, minutes: 1 })];
    expect(clips.map((clip) => clip.rows)).toEqual([...Array<number>(16).fill(184), 56]);
    expect(clips.map((clip) => clip.name).slice(10, 14)).toEqual(['0_10.npy', '0_11.npy', '1_0.npy', '1_1.npy']);
    expect(clips.every((clip) => clip.data.length === clip.rows * 768)).toBe(true);
  });

  it('is the same to the last bit on every machine', () => {
    expect(fingerprint([...generateVoice({ ...short, minutes: 0.1 })])).toBe('fcbc4dbc');
  });

  it('is another voice with another seed', () => {
    const first = generateVoice(short).next();
    const second = generateVoice({ ...short, seed: short.seed + 1 }).next();
    expect(first.done === true ? null : first.value.data).not.toEqual(second.done === true ? null : second.value.data);
  });

  it.each([
    [768, 9.15, 4.8, 9.9],
    [256, 12.8, 5.8, 15.7],
  ] as const)('has norms like HuBERT with %d dimensions', (dimension, mean, least, most) => {
    const found = norms([...generateVoice({ ...short, dimension })], dimension);
    expect(found.reduce((sum, norm) => sum + norm, 0) / found.length).toBeCloseTo(mean, 0);
    expect(Math.min(...found)).toBeGreaterThan(least - 0.01);
    expect(Math.max(...found)).toBeLessThan(most + 0.01);
  });

  it('moves slowly: the next frame is nearer than another one', () => {
    const [clip] = [...generateVoice(short)];
    const distance = (one: number, other: number): number => {
      let sum = 0;
      for (let column = 0; column < 768; column++) {
        sum += ((clip?.data[one * 768 + column] ?? 0) - (clip?.data[other * 768 + column] ?? 0)) ** 2;
      }
      return sum;
    };
    const rows = Array.from({ length: 120 }, (_, row) => row);
    const nearer = rows.filter((row) => distance(row, row + 1) < distance(row, row + 40)).length;
    expect(nearer / rows.length).toBeGreaterThan(0.95);
  });
});
