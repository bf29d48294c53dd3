import type { Figure } from '@shared/contract/measurement';
import { createRandom } from './random';

/** 97.5 % quantile of the standard normal distribution: 95 % lie within. */
const Z = 1.959963984540054;

const RESAMPLES = 1_000;

/**
 * A share with its 95 % interval (Wilson 1927), which stays within 0..1 and means something even at 0 of n.
 *
 * Frames of one recording resemble each other, so the true uncertainty is larger than that of n independent frames.
 *
 * @param successes 0..n; need not be whole when n is an effective number.
 * @returns {0, 0..1} when n is 0: nothing is known.
 */
export function wilson(successes: number, n: number): Figure {
  if (n <= 0) return { value: 0, low: 0, high: 1 };
  const value = successes / n;
  const spread = (Z * Z) / n;
  const center = (value + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((value * (1 - value)) / n + spread / (4 * n));
  return {
    value,
    // Rounding must not put the value outside of its own interval, at 0 and at n above all.
    low: Math.min(value, Math.max(0, center - half)),
    high: Math.max(value, Math.min(1, center + half)),
  };
}

/**
 * The mean with its 95 % interval by percentile bootstrap (Efron 1979): 1,000 seeded resamples of the values.
 *
 * @throws RangeError when there are no values.
 */
export function bootstrapMean(values: ArrayLike<number>, seed: number): Figure {
  const n = values.length;
  if (n === 0) throw new RangeError('The mean of no values is not defined.');
  const sample = Float64Array.from(values);
  let [sum, most] = [0, -Infinity];
  for (const value of sample) {
    sum += value;
    most = Math.max(most, value);
  }
  const mean = sum / n;

  // Most values of a good index are the largest: only what the others lack has to be added up.
  const places = Int32Array.from(sample.keys()).filter((place) => sample[place] !== most);
  const lacks = Float64Array.from(places, (place) => most - (sample[place] ?? 0));
  const times = timesDrawn(n, seed);
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0, at = 0; resample < RESAMPLES; resample++, at += n) {
    let lacking = 0;
    for (let i = 0; i < places.length; i++) lacking += (times[at + (places[i] ?? 0)] ?? 0) * (lacks[i] ?? 0);
    means[resample] = most - lacking / n;
  }
  means.sort();
  return {
    value: mean,
    low: Math.min(mean, quantileOfSorted(means, 0.025)),
    high: Math.max(mean, quantileOfSorted(means, 0.975)),
  };
}

let latest: { readonly n: number; readonly seed: number; readonly times: Uint16Array } | null = null;

/**
 * How often each of n values is drawn in each resample, resample by resample. All figures of a measurement have the same
 * n and seed, and drawing costs ten times as much as adding up: the last draw is kept.
 */
function timesDrawn(n: number, seed: number): Uint16Array {
  if (latest !== null && latest.n === n && latest.seed === seed) return latest.times;
  const random = createRandom(seed);
  const times = new Uint16Array(RESAMPLES * n);
  for (let at = 0; at < times.length; at += n) {
    for (let draw = 0; draw < n; draw++) {
      const place = at + random.integer(n);
      times[place] = (times[place] ?? 0) + 1;
    }
  }
  latest = { n, seed, times };
  return times;
}

/**
 * Quantile with linear interpolation between the two nearest ranks (type 7 of Hyndman and Fan 1996, as numpy does).
 *
 * @param q 0..1
 * @throws RangeError when there are no values.
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), q);
}

/** {@link quantile} of values already in ascending order. */
export function quantileOfSorted(ascending: Float64Array, q: number): number {
  if (ascending.length === 0) throw new RangeError('A quantile of no values is not defined.');
  const rank = Math.min(1, Math.max(0, q)) * (ascending.length - 1);
  const lower = Math.floor(rank);
  const below = ascending[lower] ?? 0;
  const above = ascending[Math.ceil(rank)] ?? below;
  return below + (rank - lower) * (above - below);
}
