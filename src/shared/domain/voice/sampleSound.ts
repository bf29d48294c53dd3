import { FRAMES_PER_SECOND } from '../rvc';
import { createRandom, type Random } from '../maths/random';
import { OVERLAP_FRAMES, type Spoken } from './sampleVoice';

/** Of the recordings that features are made of. */
export const SAMPLE_SOUND_RATE = 16_000;

/** Samples from one frame to the next. */
const HOP = SAMPLE_SOUND_RATE / FRAMES_PER_SECOND;
/** Samples a frame is made of, and how far it reaches into the next one: HuBERT looks at 400. */
const FIELD = 400;
const REACH = FIELD - HOP;

/** Hertz: formants four and higher are the speaker's, not the sound's. */
const FOURTH_FORMANT = 3_500;
const BANDWIDTHS = [80, 100, 140, 220] as const;
type Formants = readonly [number, number, number, number];

/** One sound in this many is a hiss. */
const HISS_EVERY = 7;

const MIDDLE_PITCH = 165;
/** How far the voice goes up and down, as a part of its middle pitch. */
const PITCH_RANGE = 0.12;
/** How much of the pitch's place carries over from one frame to the next. */
const PITCH_MEMORY = 0.97;
/** Part of a period in which the glottis is open. */
const OPEN = 0.6;

/** Root mean square of speech, of full scale. */
const LEVEL = 0.11;
/** How loud a pause is beside speech: breath and room. */
const PAUSE_LEVEL = 0.004;
/** How slowly the level follows the sound: 30 ms. */
const LEVEL_MEMORY = 0.998;
/** How slowly one loudness becomes another: 5 ms. */
const LOUDNESS_MEMORY = 0.9875;

/** Turns spoken frames into what they sound like. */
export interface SampleSound {
  /**
   * The sound of one file of frames: 320 samples each and 80 beyond, 16 kHz, -1 to 1.
   *
   * @param overlap See `VoiceFile.overlap`: that much is heard once more, to the last bit.
   */
  readonly speak: (frames: readonly Spoken[], overlap: number) => Float32Array;
}

/**
 * A voice by source and filter, after Klatt ("Software for a cascade/parallel formant synthesizer", JASA 67, 1980): the
 * derivative of a glottal pulse (KLGLOTT88) and noise pass four resonators in a row. The formants of a sound come from
 * its number alone, so that frames alike in their features are alike in sound.
 *
 * The same frames and seed give the same samples on every machine: only additions, multiplications, divisions and
 * square roots are used, which IEEE 754 defines to the last bit.
 */
export function createSampleSound(seed: number): SampleSound {
  // Its own stream: the features do not change with what is heard of them.
  const random = createRandom(seed + 2 ** 32);
  const hiss = createHiss(random);
  const filters = BANDWIDTHS.map(createResonator);
  let pitchPlace = 0;
  let phase = 0;
  let energy = 1;
  let level = 0;
  let tail = new Float32Array(0);

  /** Fills one hop; loudness leads over from the frame before. */
  function render(frame: Spoken, target: Float32Array): void {
    const { voicing, noise, loudness, formants } = describe(frame);
    pitchPlace = PITCH_MEMORY * pitchPlace + FRESH_PITCH * random.normal();
    const step = (MIDDLE_PITCH * (1 + PITCH_RANGE * pitchPlace)) / SAMPLE_SOUND_RATE;
    for (let at = 0; at < target.length; at++) {
      phase += step;
      if (phase >= 1) phase -= 1;
      const open = phase / OPEN;
      const pulse = open < 1 ? open * (2 - 3 * open) : 0;
      target[at] = voicing * pulse + noise * hiss();
    }
    for (const [position, filter] of filters.entries()) filter(target, formants[position] ?? FOURTH_FORMANT);
    for (let at = 0; at < target.length; at++) {
      const value = target[at] ?? 0;
      energy = LEVEL_MEMORY * energy + (1 - LEVEL_MEMORY) * value * value;
      level = LOUDNESS_MEMORY * level + (1 - LOUDNESS_MEMORY) * loudness;
      target[at] = (LEVEL * level * value) / Math.sqrt(energy + LEAST_ENERGY);
    }
    if (frame.repeated) target.fill(0);
  }

  return {
    speak(frames, overlap) {
      const samples = new Float32Array(frames.length * HOP + REACH);
      const [first] = frames;
      let at = overlap * HOP + REACH;
      if (overlap > 0) samples.set(tail.subarray(0, at));
      else if (first !== undefined) render(first, samples.subarray(0, at));
      for (const frame of frames.slice(overlap)) {
        render(frame, samples.subarray(at, at + HOP));
        at += HOP;
      }
      tail = samples.subarray(Math.max(0, samples.length - OVERLAP_FRAMES * HOP - REACH));
      return samples;
    },
  };
}

const FRESH_PITCH = Math.sqrt(1 - PITCH_MEMORY * PITCH_MEMORY);
/** Keeps silence from being divided by itself. */
const LEAST_ENERGY = 1e-9;

/** White noise, -0.5 to 0.5: a linear congruential generator (Numerical Recipes), whose high bits are good enough to hear. */
function createHiss(random: Random): () => number {
  let state = random.integer(2 ** 32);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 32;
  };
}

interface Description {
  /** Of the glottal pulses. */
  readonly voicing: number;
  readonly noise: number;
  readonly loudness: number;
  readonly formants: Formants;
}

/** What a frame sounds like: its phones by their weights, shifted a little by its manner. */
function describe({ phones, weights, rest, manner, pause }: Spoken): Description {
  let hiss = 0;
  const formants: [number, number, number, number] = [0, 0, 0, FOURTH_FORMANT];
  for (const [position, phone] of phones.entries()) {
    const weight = weights[position] ?? 0;
    const own = formantsOf(phone);
    for (const formant of [0, 1, 2] as const) formants[formant] += weight * own[formant];
    if (isHiss(phone)) hiss += weight;
  }
  for (const formant of [0, 1, 2] as const) formants[formant] *= 1 + 0.03 * manner[formant];
  // A rest above 1 is breath: sounds that are half noise have 1.8.
  const breath = Math.min(1, Math.max(0, rest - 1));
  return {
    voicing: pause ? 0 : 1 - 0.95 * hiss - 0.4 * breath * (1 - hiss),
    noise: pause ? 1 : 0.03 + 1.5 * hiss + 0.6 * breath,
    loudness: pause ? PAUSE_LEVEL : Math.max(0.3, 1 - 0.6 * hiss - 0.3 * breath + 0.1 * manner[3]),
    formants,
  };
}

function isHiss(phone: number): boolean {
  return phone % HISS_EVERY === 3;
}

/**
 * Spreads sounds evenly over what mouths can do, by their number: Roberts' R3 sequence, whose steps are powers of the
 * root of x^4 = x + 1. Ranges of the first three formants as in Peterson and Barney, "Control methods used in a study of
 * the vowels", JASA 24, 1952; those of a hiss lie higher.
 */
function formantsOf(phone: number): Formants {
  const first = fraction(phone * 0.8191725133961645);
  const second = fraction(phone * 0.6710436067037893);
  const third = fraction(phone * 0.5497004779019703);
  if (isHiss(phone)) return [1_200 + 800 * first, 2_400 + 900 * second, 3_600 + 1_200 * third, FOURTH_FORMANT];
  return [260 + 560 * first, 850 + 1_350 * second, 2_300 + 700 * third, FOURTH_FORMANT];
}

function fraction(value: number): number {
  return value - Math.floor(value);
}

/**
 * Passes samples through, in place.
 *
 * @param frequency hertz, up to 0.3 of the rate
 */
type Resonator = (samples: Float32Array, frequency: number) => void;

/** A second-order resonator of unit gain at 0 Hz (Klatt 1980, equation 1). */
function createResonator(bandwidth: number): Resonator {
  const half = (Math.PI * bandwidth) / SAMPLE_SOUND_RATE / 2;
  // Padé's exp(-2 * half): the last bit of Math.exp is not the same everywhere.
  const radius = (1 - half) / (1 + half);
  const c = -radius * radius;
  let one = 0;
  let two = 0;
  return (samples, frequency) => {
    const b = 2 * radius * cosine((2 * Math.PI * frequency) / SAMPLE_SOUND_RATE);
    const a = 1 - b - c;
    for (let at = 0; at < samples.length; at++) {
      const next = a * (samples[at] ?? 0) + b * one + c * two;
      two = one;
      one = next;
      samples[at] = next;
    }
  };
}

/** Taylor's series to x^12: exact to 1e-6 up to 2, and unlike Math.cos to the last bit the same everywhere. */
function cosine(x: number): number {
  const square = x * x;
  return (
    1 -
    (square / 2) *
      (1 - (square / 12) * (1 - (square / 30) * (1 - (square / 56) * (1 - (square / 90) * (1 - square / 132)))))
  );
}
