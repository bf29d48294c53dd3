import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BuildOptions, NOTHING_LEFT_OUT, plain, USUAL_EXPANSION } from '@shared/contract/build';
import { RecipeId } from '@shared/contract/primitives';
import {
  type BuildingSize,
  forecast,
  framesLeft,
  knowsAll,
  measuredRates,
  probedRates,
  UNKNOWN_RATES,
} from '@shared/domain/recipes/forecast';

describe('forecast', () => {
  const voice = { options: plain('balanced'), frames: 9_000, dimension: 768 } as const;

  it('knows the exact size and never guesses a time', () => {
    const first = forecast({ ...voice, rates: UNKNOWN_RATES });
    expect(first.bytes).toBe(29_851_499);
    expect(first.seconds).toBeNull();
    expect(first.memoryBytes).toBeGreaterThan((first.bytes ?? Infinity) + 9_000 * 768 * 4);
    expect(forecast({ ...voice, rates: { ...UNKNOWN_RATES, train: 1e9 } }).seconds).toBeNull();
  });

  it('counts what is made a second time to be asked, and the copy that expansion needs', () => {
    const memory = (options: BuildOptions): number => forecast({ ...voice, options, rates: UNKNOWN_RATES }).memoryBytes;
    const values = 9_000 * 768 * 4;
    const expanded = { ...plain('balanced'), expansion: USUAL_EXPANSION };
    expect(memory(expanded) - memory(plain('balanced'))).toBe(values + 29_851_499);
    expect(memory({ ...expanded, recipe: 'rvc' })).toBe(memory(plain('rvc')));
    const { bytes } = forecast({ ...voice, options: plain('small'), rates: UNKNOWN_RATES });
    expect(memory(plain('small')) - memory(plain('rvc'))).toBe(2 * (bytes ?? 0) - rvcBytes);
  });

  const rvcBytes = forecast({ ...voice, options: plain('rvc'), rates: UNKNOWN_RATES }).bytes ?? 0;

  const size: BuildingSize = {
    frames: 9_000,
    dimension: 768,
    vectors: 9_000,
    nlist: 692,
    clusters: null,
    expanded: false,
    measured: true,
  };

  it('gives back the time of a run with the rates measured in it', () => {
    fc.assert(
      fc.property(
        fc.record({
          read: fc.double({ min: 0.02, max: 100, noNaN: true }),
          train: fc.double({ min: 0.02, max: 1_000, noNaN: true }),
          add: fc.double({ min: 0.02, max: 100, noNaN: true }),
          write: fc.double({ min: 0.02, max: 100, noNaN: true }),
          measure: fc.double({ min: 0.02, max: 100, noNaN: true }),
          compress: fc.double({ min: 0.02, max: 100, noNaN: true }),
          expand: fc.double({ min: 0.02, max: 100, noNaN: true }),
        }),
        (seconds) => {
          const { read, train, add, write, measure, compress } = seconds;
          const compression = { clusters: 4_500, method: 'minibatch' } as const;
          const rates = measuredRates(seconds, size);
          expect(forecast({ ...voice, rates }).seconds).toBeCloseTo(read + train + add + write + measure, 6);
          const small = { ...size, vectors: 4_500, nlist: 346, clusters: 4_500 };
          const options = { ...plain('balanced'), compression };
          const compressed = forecast({ ...voice, options, rates: measuredRates(seconds, small) });
          expect(compressed.seconds).toBeCloseTo(read + train + add + write + measure + compress, 6);
        },
      ),
    );
  });

  it('expects four times the training for twice the voice', () => {
    const rates = { ...UNKNOWN_RATES, read: 1e30, train: 1e9, add: 1e30, write: 1e30, measure: 1e30 };
    const short = forecast({ ...voice, frames: 13_000, rates }).seconds ?? 0;
    const long = forecast({ ...voice, frames: 26_000, rates }).seconds ?? 0;
    expect(long / short).toBeCloseTo(4, 3);
  });
});

describe('probedRates', () => {
  const seconds = { read: 0.1, train: 0.2, add: 0.01, exact: 0.1, write: 0.1 };
  const rates = probedRates(seconds, { frames: 3_000, vectors: 3_000, dimension: 768, nlist: 230 });

  it('give every build a time', () => {
    expect(knowsAll(rates)).toBe(true);
    for (const recipe of RecipeId.options) {
      const cost = forecast({ options: plain(recipe), frames: 9_000, dimension: 768, rates });
      expect(cost.seconds).toBeGreaterThan(0.1);
      expect(cost.seconds).toBeLessThan(600);
    }
  });

  it('give back the time of what was timed', () => {
    expect(3_000 * 768 * 230).toBeCloseTo((rates.train ?? 0) * seconds.train, 3);
    expect(3_000 * 768).toBeCloseTo((rates.read ?? 0) * seconds.read, 3);
  });

  it('derive from exact search what takes a longer voice to show', () => {
    const slower = probedRates(
      { ...seconds, exact: 0.2 },
      { frames: 3_000, vectors: 3_000, dimension: 768, nlist: 230 },
    );
    for (const step of ['measure', 'expand', 'compress'] as const) {
      expect(slower[step]).toBeCloseTo((rates[step] ?? 0) / 2, 3);
    }
    expect(slower.train).toBe(rates.train);
  });
});

describe('measuredRates', () => {
  it('gives no rate for a step too short to time', () => {
    const rates = measuredRates(
      { read: 0, train: 2, add: 0.001, write: 1, measure: 3, compress: 4, expand: 5 },
      { frames: 100, dimension: 4, vectors: 100, nlist: 2, clusters: null, expanded: false, measured: false },
    );
    expect(rates).toEqual({
      read: null,
      train: 400,
      add: null,
      write: 400,
      measure: null,
      compress: null,
      expand: null,
    });
  });
});

describe('framesLeft', () => {
  it('leaves out what is marked, then the share of outliers', () => {
    expect(framesLeft(10_000, 0, null)).toBe(10_000);
    expect(framesLeft(10_000, 2_000, null)).toBe(8_000);
    expect(framesLeft(10_000, 2_000, { ...NOTHING_LEFT_OUT, outliers: 0.05 })).toBe(7_600);
    expect(framesLeft(100, 250, null)).toBe(0);
  });
});
