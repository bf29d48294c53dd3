import { describe, expect, it } from 'vitest';
import { createSampleSound, SAMPLE_SOUND_RATE } from '@shared/domain/voice/sampleSound';
import { generateVoice, OVERLAP_FRAMES, type Spoken } from '@shared/domain/voice/sampleVoice';
import { framesIn } from '@shared/domain/voice/frames';
import { encodeWav } from '@shared/formats/wav';

const voice = { minutes: 0.2, dimension: 256, seed: 4 } as const;

function heard(minutes: number = voice.minutes, seed: number = voice.seed) {
  const sound = createSampleSound(seed);
  return Array.from(generateVoice({ ...voice, minutes, seed }), ({ spoken, overlap, rows }) => ({
    spoken,
    overlap,
    rows,
    samples: sound.speak(spoken, overlap),
  }));
}

/** FNV-1a. */
function fingerprint(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16);
}

const loudness = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);

const vowel = (phone: number, change: Partial<Spoken> = {}): Spoken => ({
  phones: [phone, phone, phone],
  weights: [0, 1, 0],
  rest: 1,
  manner: [0, 0, 0, 0],
  pause: false,
  repeated: false,
  ...change,
});

/** Power at some frequencies of a steady sound (Goertzel), as parts of the whole. */
function spectrum(frame: Spoken): number[] {
  const samples = createSampleSound(1)
    .speak(
      Array.from({ length: 40 }, () => frame),
      0,
    )
    .subarray(4_800);
  const powers = Array.from({ length: 40 }, (_, band) => {
    const turn = 2 * Math.cos((2 * Math.PI * (100 + 100 * band)) / SAMPLE_SOUND_RATE);
    let [one, two] = [0, 0];
    for (const sample of samples) [one, two] = [sample + turn * one - two, one];
    return one * one + two * two - turn * one * two;
  });
  const whole = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / whole);
}

describe('createSampleSound', () => {
  it('is as long as what its features would be made of', () => {
    for (const { rows, samples } of heard()) {
      expect(samples.length).toBe(rows * 320 + 80);
      expect(framesIn(samples.length / SAMPLE_SOUND_RATE)).toBe(rows);
    }
  });

  it('is the same to the last bit on every machine', () => {
    const bytes = heard(0.1).map(({ samples }) => encodeWav(samples, SAMPLE_SOUND_RATE, 's16'));
    expect(bytes.map(fingerprint)).toEqual(['22841a37', 'a3739de7']);
  });

  it('is another with another seed', () => {
    expect(heard(0.05)[0]?.samples).not.toEqual(heard(0.05, 5)[0]?.samples);
  });

  it('says once more what the file before ended with, also in a last file that is shorter than that', () => {
    const short = (2 * 184 + 6) / 3_000;
    const files = heard(short);
    expect(files.map(({ rows, overlap }) => [rows, overlap])).toEqual([
      [184, 0],
      [184, OVERLAP_FRAMES],
      [6, 6],
    ]);
    for (const [position, { samples, overlap }] of files.slice(1).entries()) {
      const before = files[position]!.samples;
      const start = before.length - OVERLAP_FRAMES * 320 - 80;
      const common = overlap * 320 + 80;
      expect(samples.subarray(0, common)).toEqual(before.subarray(start, start + common));
    }
  });

  it('stays in range, and is loud where there is speech and nearly still in pauses', () => {
    const speech: number[] = [];
    const pauses: number[] = [];
    for (const { samples, spoken } of heard(1)) {
      expect(samples.every((value) => Math.abs(value) < 1)).toBe(true);
      for (const [frame, { pause, repeated, weights }] of spoken.entries()) {
        const field = samples.subarray(frame * 320 + 240, frame * 320 + 400);
        if (repeated) expect(field.every((value) => value === 0)).toBe(true);
        else if (!pause) speech.push(loudness(field));
        else if (weights[1] === 1 && spoken[frame - 1]?.weights[1] === 1) pauses.push(loudness(field));
      }
    }
    const middle = (values: number[]): number => values.sort((left, right) => left - right)[values.length >> 1] ?? 0;
    expect(middle(speech)).toBeGreaterThan(0.05);
    expect(middle(pauses)).toBeLessThan(0.002);
    expect(pauses.length).toBeGreaterThan(20);
  });

  it('sounds alike for the same sound, and different for another', () => {
    const difference = (one: Spoken, other: Spoken): number => {
      const left = spectrum(one);
      return spectrum(other).reduce((sum, power, band) => sum + Math.abs(power - (left[band] ?? 0)), 0);
    };
    expect(difference(vowel(1), vowel(1, { manner: [0.5, -0.5, 0.5, 0] }))).toBeLessThan(
      difference(vowel(1), vowel(2)),
    );
    expect(difference(vowel(1), vowel(2))).toBeGreaterThan(0.3);
  });

  it('is noise where a sound is a hiss or a whisper', () => {
    const high = (frame: Spoken): number =>
      spectrum(frame)
        .slice(15)
        .reduce((sum, power) => sum + power, 0);
    expect(high(vowel(3))).toBeGreaterThan(0.5);
    expect(high(vowel(1))).toBeLessThan(0.3);
  });

  it('is nothing for no frames', () => {
    expect(createSampleSound(1).speak([], 0).length).toBe(80);
  });
});
