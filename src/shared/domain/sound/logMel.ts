import { createFourier } from './fourier';
import { hann } from './hann';

export const MEL_BANDS = 64;
/** dB below a sine of full scale; whatever is quieter counts as this. */
export const MEL_FLOOR = -80;
/** Seconds from one row to the next where nothing else is asked for. */
const HOP = 0.01;

const WINDOW = 0.025;
const HIGHEST_HZ = 8_000;

/** Loudness over time and pitch as an ear would divide it. */
export interface LogMel {
  /** Rows; the first is about the beginning. */
  readonly frames: number;
  /** frames x {@link MEL_BANDS}, the lowest band first: dB, from {@link MEL_FLOOR} to about 0 for a sine of full scale. */
  readonly values: Float32Array;
}

/** Hertz on the mel scale (O'Shaughnessy 1987). */
const melOf = (hertz: number): number => 2_595 * Math.log10(1 + hertz / 700);
const hertzOf = (mel: number): number => 700 * (10 ** (mel / 2_595) - 1);

/**
 * The log-mel spectrum: Hann windows of 25 ms, triangular bands evenly spaced in mel up to 8 kHz. Sound that ends within a
 * window is continued with silence.
 *
 * @param samples Mono, -1 to 1.
 * @param rate Samples a second; bands above half of it stay at the floor.
 * @param spacing Seconds from one window to the next.
 */
export function logMel(samples: Float32Array, rate: number, spacing: number = HOP): LogMel {
  const length = Math.max(2, Math.round(WINDOW * rate));
  const hop = Math.max(1, Math.round(spacing * rate));
  // Twice the window: the lowest bands are narrower than the bins of one.
  const size = 2 ** Math.ceil(Math.log2(2 * length));
  const window = hann(length);
  // A sine of full scale puts a quarter of the window's sum, squared, into its strongest bin.
  const full = (window.reduce((sum, value) => sum + value, 0) / 2) ** 2;
  const transform = createFourier(size);
  const bands = melBands(size, rate);

  const frames = samples.length === 0 ? 0 : Math.ceil(samples.length / hop);
  const values = new Float32Array(frames * MEL_BANDS);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let frame = 0; frame < frames; frame++) {
    re.fill(0);
    im.fill(0);
    for (let at = 0; at < length; at++) re[at] = (window[at] ?? 0) * (samples[frame * hop + at] ?? 0);
    transform(re, im);
    for (const [band, { first, weights }] of bands.entries()) {
      let power = 0;
      for (let at = 0; at < weights.length; at++) {
        const a = re[first + at] ?? 0;
        const b = im[first + at] ?? 0;
        power += (weights[at] ?? 0) * (a * a + b * b);
      }
      const loudness = power > 0 ? 10 * Math.log10(power / full) : MEL_FLOOR;
      values[frame * MEL_BANDS + band] = Math.max(MEL_FLOOR, loudness);
    }
  }
  return { frames, values };
}

/** How far two sounds are apart: mean absolute difference of their log-mel spectra in dB, over what both have. */
export function logMelDistance(one: LogMel, other: LogMel): number {
  const cells = Math.min(one.values.length, other.values.length);
  let sum = 0;
  for (let cell = 0; cell < cells; cell++) sum += Math.abs((one.values[cell] ?? 0) - (other.values[cell] ?? 0));
  return cells === 0 ? 0 : sum / cells;
}

/** What a band takes of the bins of a spectrum, from its first one on. */
interface Band {
  readonly first: number;
  readonly weights: Float64Array;
}

function melBands(size: number, rate: number): Band[] {
  const step = melOf(HIGHEST_HZ) / (MEL_BANDS + 1);
  const binOf = (edge: number): number => (hertzOf(edge * step) * size) / rate;
  return Array.from({ length: MEL_BANDS }, (_, band) => {
    const [low, middle, high] = [binOf(band), binOf(band + 1), binOf(band + 2)];
    const first = Math.max(0, Math.ceil(low));
    const last = Math.min(size / 2, Math.floor(high));
    const weights = Float64Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => {
      const bin = first + at;
      return Math.max(0, bin <= middle ? (bin - low) / (middle - low) : (high - bin) / (high - middle));
    });
    return { first, weights };
  });
}
