import { FRAMES_PER_MINUTE } from '../rvc';
import { createRandom, type Random } from '../maths/random';

/**
 * What a generated voice is like. The numbers are not taken from real speech: they were set so that RVC's default
 * index behaves on them as it does on real voices (it misses half of the true neighbors, and now and then all eight
 * cannot be found).
 */
export interface VoiceShape {
  /** Sounds in context (a vowel sounds different between other consonants). Frequencies fall as 1 / rank. */
  readonly phones: number;
  /** How far repetitions of one sound lie apart; 1 is typical, 2 is an expressive or badly recorded voice. */
  readonly variation: number;
  /** Share of sounds that are half noise, as in a whisper. */
  readonly breathiness: number;
  /** Chance that a pause follows a sound. */
  readonly pauses: number;
  /** Frames of a sound, shortest and longest. */
  readonly phoneFrames: readonly [number, number];
}

export const SAMPLE_VOICE = {
  minutes: 3,
  dimension: 768,
  seed: 4,
  shape: { phones: 1_000, variation: 1, breathiness: 0.08, pauses: 0.035, phoneFrames: [3, 12] },
} as const satisfies { minutes: number; dimension: 256 | 768; seed: number; shape: VoiceShape };

export interface SampleVoiceOptions {
  /** Minutes of audio: 50 frames a second. */
  readonly minutes: number;
  readonly dimension: 256 | 768;
  readonly seed: number;
  readonly shape?: Partial<VoiceShape>;
}

/** One file of features: `rows` x dimension, row-major float32. */
export interface VoiceFile {
  readonly name: string;
  readonly rows: number;
  readonly data: Float32Array;
  /** What is said in each row. */
  readonly spoken: readonly Spoken[];
  /** Rows at its start that are among the last {@link OVERLAP_FRAMES} of the file before; 0 for a new recording. */
  readonly overlap: number;
}

/** What a frame was drawn from, for those who want to hear it. */
export interface Spoken {
  /** Numbers of the sounds before, now and after; 0 is the pause. */
  readonly phones: readonly [number, number, number];
  /** Their parts; together 1. */
  readonly weights: readonly [number, number, number];
  /** Size of the unexplained rest, relative to ordinary speech: above 1 for breath. */
  readonly rest: number;
  /** The manner of speaking in its first dimensions, about -2 to 2. */
  readonly manner: readonly [number, number, number, number];
  readonly pause: boolean;
  /** The frame before once more, to the bit. */
  readonly repeated: boolean;
}

/** RVC cuts recordings into pieces of 3.7 s that overlap by 0.3 s (infer/modules/train/preprocess.py). */
const CLIP_FRAMES = 184;
export const OVERLAP_FRAMES = 15;
/** Clips of one recording; the first number of a file name counts recordings, the second the clips in it. */
const CLIPS_PER_RECORDING = 12;

/** Parts of a frame's squared length, before it is scaled: what all frames share, the sound, its manner, the rest. */
const SHARED = 0.3;
const SOUND = 0.45;
const MANNER = 0.12;
const REST = 0.13;
/** Dimensions in which the manner of speaking varies. */
const MANNER_RANK = 20;
/** How much of the rest and of the slow part of the manner carries over to the next frame. */
const REST_MEMORY = 0.8;
const MANNER_MEMORY = 0.95;
/** Frames over which one sound turns into the next. */
const TRANSITION_FRAMES = 3;

/** Frame norms of HuBERT: v1 ends in a projection, v2 in a layer norm, which keeps the norms close together. */
const NORMS = {
  256: { speech: 13.3, spread: 0.9, pause: 8.5, least: 5.8, most: 15.7 },
  768: { speech: 9.3, spread: 0.15, pause: 8.3, least: 4.8, most: 9.9 },
} as const;

/**
 * Generates the features of a voice that does not exist, clip by clip, so that a long one needs no memory. It moves
 * like speech: from sound to sound with 3 to 12 frames each, every repetition a little different in few dimensions,
 * pauses that hardly change and hold some repeated frames, and norms like HuBERT's. Clips overlap as RVC's do.
 *
 * The same options give the same bytes on every machine: only additions, multiplications, divisions and square roots
 * are used, which IEEE 754 defines to the last bit.
 */
export function* generateVoice(options: SampleVoiceOptions): Generator<VoiceFile, void, undefined> {
  const { minutes, dimension, seed } = options;
  const shape: VoiceShape = { ...SAMPLE_VOICE.shape, ...options.shape };
  const speaker = createSpeaker(shape, dimension, createRandom(seed));
  const total = Math.max(1, Math.round(minutes * FRAMES_PER_MINUTE));
  let written = 0;
  let tail: Pick<VoiceFile, 'data' | 'spoken'> | null = null;
  for (let clip = 0; written < total; clip++) {
    const rows = Math.min(CLIP_FRAMES, total - written);
    const data = new Float32Array(rows * dimension);
    const position = clip % CLIPS_PER_RECORDING;
    const spoken: Spoken[] = [];
    if (position > 0 && tail !== null) {
      spoken.push(...tail.spoken.slice(0, rows));
      speaker.repeat(tail.data, data.subarray(0, spoken.length * dimension));
    }
    const overlap = spoken.length;
    for (let row = overlap; row < rows; row++) {
      spoken.push(speaker.speak(data.subarray(row * dimension, (row + 1) * dimension)));
    }
    const last = Math.min(OVERLAP_FRAMES, rows);
    tail = { data: data.slice(-last * dimension), spoken: spoken.slice(-last) };
    yield { name: `${Math.floor(clip / CLIPS_PER_RECORDING)}_${position}.npy`, rows, data, spoken, overlap };
    written += rows;
  }
}

/** A sound being spoken: its target among the phones and the manner of this one repetition. */
interface Sound {
  readonly phone: number;
  readonly manner: Float32Array;
  readonly frames: number;
  readonly pause: boolean;
  /** Size of the unexplained rest, relative to ordinary speech. */
  readonly rest: number;
}

interface Speaker {
  /** Writes the next frame, and says what is said in it. */
  readonly speak: (frame: Float32Array) => Spoken;
  /** Writes frames heard before once more, as a network that sees another context would. */
  readonly repeat: (source: Float32Array, target: Float32Array) => void;
}

function createSpeaker(shape: VoiceShape, dimension: 256 | 768, random: Random): Speaker {
  const noise = createNoise(random);
  const shared = randomRows(1, dimension, SHARED, random);
  // Phone 0 is the pause.
  const phones = randomRows(shape.phones + 1, dimension, SOUND, random);
  // The axes of one column lie together: one pass over the frame, not one for each axis.
  const basis = randomValues(dimension, MANNER_RANK, MANNER / (MANNER_RANK * dimension), random);
  const chooseRank = zipf(shape.phones, random);
  const norms = NORMS[dimension];

  const rest = new Float32Array(dimension);
  const manner = new Float32Array(MANNER_RANK);
  const mixed = new Float32Array(MANNER_RANK);
  const last = new Float32Array(dimension);

  function nextSound(previous: Sound | null): Sound {
    const pause = previous !== null && !previous.pause && random.next() < shape.pauses;
    const [shortest, longest] = shape.phoneFrames;
    const breathy = !pause && random.next() < shape.breathiness;
    return {
      phone: pause ? 0 : 1 + chooseRank(),
      manner: Float32Array.from({ length: MANNER_RANK }, () => (pause ? 0 : shape.variation * random.normal())),
      frames: pause ? 10 + random.integer(40) : shortest + random.integer(longest - shortest + 1),
      pause,
      rest: pause ? 0.06 : breathy ? 1.8 * shape.variation : shape.variation,
    };
  }

  let before = nextSound(null);
  let current = nextSound(before);
  let after = nextSound(current);
  let spoken = 0;
  let said: Spoken = {
    phones: [0, 0, 0],
    weights: [0, 1, 0],
    rest: 0,
    manner: [0, 0, 0, 0],
    pause: true,
    repeated: false,
  };

  function speak(frame: Float32Array): Spoken {
    if (spoken === current.frames) {
      before = current;
      current = after;
      after = nextSound(current);
      spoken = 0;
    }
    if (current.pause && spoken > TRANSITION_FRAMES && random.next() < 0.03) {
      frame.set(last);
      spoken++;
      return { ...said, repeated: true };
    }
    const toBefore = transition(spoken);
    const toAfter = transition(current.frames - 1 - spoken);
    const own = 1 - toBefore - toAfter;
    spoken++;

    const loose = own * current.rest + toBefore * before.rest + toAfter * after.rest;
    const steady = loose < 0.5 ? loose : 1;
    for (let axis = 0; axis < MANNER_RANK; axis++) {
      const drift = MANNER_MEMORY * at(manner, axis) + FRESH_MANNER * random.normal();
      manner[axis] = drift;
      const repetition =
        own * at(current.manner, axis) + toBefore * at(before.manner, axis) + toAfter * at(after.manner, axis);
      mixed[axis] = HALF * repetition + HALF * shape.variation * steady * drift;
    }

    noise.next();
    const restScale = Math.sqrt(REST / dimension) * loose;
    const fromCurrent = current.phone * dimension;
    const fromBefore = before.phone * dimension;
    const fromAfter = after.phone * dimension;
    for (let column = 0; column < dimension; column++) {
      const slow = REST_MEMORY * at(rest, column) + FRESH_REST * noise.at(column);
      rest[column] = slow;
      let sum =
        at(shared, column) +
        own * at(phones, fromCurrent + column) +
        toBefore * at(phones, fromBefore + column) +
        toAfter * at(phones, fromAfter + column) +
        restScale * slow;
      const axes = column * MANNER_RANK;
      for (let axis = 0; axis < MANNER_RANK; axis++) sum += at(mixed, axis) * at(basis, axes + axis);
      frame[column] = sum;
    }

    const loud = Math.min(1, loose / shape.variation);
    const length = norms.pause + (norms.speech - norms.pause) * loud + norms.spread * loud * at(manner, 0);
    scaleTo(frame, Math.min(norms.most, Math.max(norms.least, length)));
    last.set(frame);
    said = {
      phones: [before.phone, current.phone, after.phone],
      weights: [toBefore, own, toAfter],
      rest: loose,
      manner: [at(mixed, 0), at(mixed, 1), at(mixed, 2), at(mixed, 3)],
      pause: current.pause,
      repeated: false,
    };
    return said;
  }

  function repeat(source: Float32Array, target: Float32Array): void {
    const rows = target.length / dimension;
    const scale = (0.05 * norms.speech) / Math.sqrt(dimension);
    for (let row = 0; row < rows; row++) {
      noise.next();
      for (let column = 0; column < dimension; column++) {
        const cell = row * dimension + column;
        target[cell] = at(source, cell) + scale * noise.at(column);
      }
      const frame = target.subarray(row * dimension, (row + 1) * dimension);
      scaleTo(frame, norm(source.subarray(row * dimension, (row + 1) * dimension)));
    }
  }

  return { speak, repeat };
}

const HALF = Math.sqrt(0.5);
const FRESH_MANNER = Math.sqrt(1 - MANNER_MEMORY ** 2);
const FRESH_REST = Math.sqrt(1 - REST_MEMORY ** 2);

/** How much a neighboring sound is mixed in, `distance` frames from the boundary: half at the boundary itself. */
function transition(distance: number): number {
  return Math.max(0, 0.5 - (distance + 0.5) / TRANSITION_FRAMES);
}

/** `rows` random directions of squared length about `squaredLength`. */
function randomRows(rows: number, dimension: number, squaredLength: number, random: Random): Float32Array {
  return randomValues(rows, dimension, squaredLength / dimension, random);
}

/** rows x columns normal numbers of the given variance. */
function randomValues(rows: number, columns: number, variance: number, random: Random): Float32Array {
  const values = new Float32Array(rows * columns);
  const scale = Math.sqrt(variance);
  for (let cell = 0; cell < values.length; cell++) values[cell] = scale * random.normal();
  return values;
}

/** Draws ranks 0..count-1 with frequencies proportional to 1 / (rank + 1). */
function zipf(count: number, random: Random): () => number {
  const cumulative = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) cumulative[rank] = sum += 1 / (rank + 1);
  return () => {
    const drawn = random.next() * sum;
    const rank = cumulative.findIndex((limit) => drawn < limit);
    return rank === -1 ? count - 1 : rank;
  };
}

const NOISE_LENGTH = 2 ** 16;

/**
 * Normal noise from a table, 12 times faster than drawing each value: every frame walks the table from a random place
 * with a random odd stride, so that no two frames share their noise.
 */
function createNoise(random: Random): { readonly next: () => void; readonly at: (column: number) => number } {
  const table = Float32Array.from({ length: NOISE_LENGTH }, () => random.normal());
  let start = 0;
  let stride = 1;
  return {
    next: () => {
      start = random.integer(NOISE_LENGTH);
      stride = 2 * random.integer(NOISE_LENGTH / 2) + 1;
    },
    at: (column) => at(table, (start + column * stride) & (NOISE_LENGTH - 1)),
  };
}

function norm(frame: Float32Array): number {
  let squares = 0;
  for (const value of frame) squares += value * value;
  return Math.sqrt(squares);
}

function scaleTo(frame: Float32Array, length: number): void {
  const factor = length / norm(frame);
  for (let column = 0; column < frame.length; column++) frame[column] = at(frame, column) * factor;
}

function at(values: Float32Array, position: number): number {
  return values[position] ?? 0;
}
