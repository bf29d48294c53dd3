import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BuildOptions, NOTHING_LEFT_OUT, plain, USUAL_EXPANSION } from '@shared/contract/build';
import { RecipeId } from '@shared/contract/primitives';
import type { TuneResult } from '@shared/jobs/tune';
import { planIndex } from '@shared/domain/recipes/plan';
import {
  backToRecipe,
  clusterRange,
  firstCompression,
  isChanged,
  positionOf,
  relevant,
  SECTIONS,
  type Section,
  trialOf,
  trialResult,
  valueAt,
  withGroups,
} from '@/pages/build/buildForm';

const CHANGES: Readonly<Record<Section, readonly Partial<BuildOptions>[]>> = {
  index: [{ factory: 'Flat' }, { metric: 'cosine' }, { nprobe: 3 }, { kFactor: 2 }],
  compression: [{ compression: 'none' }, { compression: { clusters: 500, method: 'kmeans' } }],
  expansion: [{ expansion: USUAL_EXPANSION }],
  frames: [{ selection: { ...NOTHING_LEFT_OUT, silence: true } }],
};
const all = SECTIONS.flatMap((section) => CHANGES[section].map((change) => ({ section, change })));

describe('what was changed about a recipe', () => {
  it.each(RecipeId.options)('is nothing at first, %s', (recipe) => {
    expect(SECTIONS.filter((section) => isChanged(plain(recipe), section))).toEqual([]);
  });

  it.each(all)('shows in its own section only, $change', ({ section, change }) => {
    const options = { ...plain('balanced'), ...change };
    expect(SECTIONS.filter((other) => isChanged(options, other))).toEqual([section]);
  });

  it.each(all)('goes back to the recipe alone, $change', ({ section, change }) => {
    const kept = all
      .filter((one) => one.section !== section)
      .reduce<BuildOptions>((options, one) => ({ ...options, ...one.change }), plain('small'));
    expect(backToRecipe({ ...kept, ...change }, section)).toEqual(kept);
  });
});

describe('settings that say nothing about this kind of index', () => {
  const asked: BuildOptions = { ...plain('balanced'), nprobe: 4, kFactor: 2 };

  it('are not asked for', () => {
    expect(relevant(asked, 9_000, 768)).toMatchObject({ nprobe: 4, kFactor: null });
    expect(relevant({ ...asked, factory: 'Flat' }, 9_000, 768)).toMatchObject({ nprobe: null, kFactor: null });
    const fastScan = relevant({ ...asked, factory: 'IVF64,PQ384x4fs,RFlat' }, 9_000, 768);
    expect(fastScan).toMatchObject({ nprobe: 4, kFactor: 2 });
  });

  it('stay where FAISS decides', () => {
    const unusual: BuildOptions = { ...asked, factory: 'IVF64,RQ8x8' };
    expect(relevant(unusual, 9_000, 768)).toEqual(unusual);
  });
});

describe('another number of groups', () => {
  it.each([
    ['IVF230,Flat', 'IVF99,Flat'],
    ['OPQ64_256,IVF230_HNSW32,SQ8', 'OPQ64_256,IVF99_HNSW32,SQ8'],
    ['IVF230(SQ8),Flat', 'IVF99(SQ8),Flat'],
  ])('keeps the rest of %s', (factory, expected) => {
    expect(withGroups(factory, 99, 768)).toBe(expected);
  });

  it.each(['Flat', 'HNSW32', 'IMI2x4,Flat', 'IVF230', ''])('cannot be given to "%s"', (factory) => {
    expect(withGroups(factory, 99, 768)).toBeNull();
  });
});

describe('the slider of vectors kept', () => {
  const scale = fc
    .tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000_000 }))
    .map(([least, more]) => ({ least, most: least + more }));

  it('stays within its scale and reaches both ends', () => {
    fc.assert(
      fc.property(scale, fc.double({ min: 0, max: 1, noNaN: true }), ({ least, most }, position) => {
        const value = valueAt(position, least, most);
        expect(Number.isInteger(value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(least);
        expect(value).toBeLessThanOrEqual(most);
        expect(valueAt(0, least, most)).toBe(least);
        expect(valueAt(1, least, most)).toBe(most);
      }),
    );
  });

  it('finds its way back but for the rounding to two digits', () => {
    fc.assert(
      fc.property(scale, fc.double({ min: 0, max: 1, noNaN: true }), ({ least, most }, share) => {
        const value = Math.round(least + share * (most - least));
        const back = valueAt(positionOf(value, least, most), least, most);
        expect(Math.abs(back - value)).toBeLessThanOrEqual(Math.max(1, 0.051 * value));
      }),
    );
  });

  it('offers what can be built, or nothing', () => {
    expect(clusterRange(101)).toBeNull();
    expect(clusterRange(102)).toEqual({ least: 100, most: 101 });
    expect(firstCompression('balanced', 9_000)).toEqual({ clusters: 2_250, method: 'kmeans' });
    expect(firstCompression('rvc', 127_000)).toEqual({ clusters: 10_000, method: 'minibatch' });
    const options = { ...plain('balanced'), compression: firstCompression('balanced', 9_000) };
    expect(planIndex({ options, frames: 9_000, dimension: 768 }).vectors).toBe(2_250);
  });
});

describe('a quick try', () => {
  const figure = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });
  const candidate = (options: BuildOptions, value: number): TuneResult['candidates'][number] => ({
    id: String(value),
    options,
    factory: 'IVF57,Flat',
    nprobe: 4,
    vectors: 2_250,
    bytes: 7_000_000,
    msPerSecond: 1,
    quality: figure(value),
    recall: figure(value),
    missing: 0,
    frontier: true,
    fits: true,
    seconds: 2,
  });

  it.each([plain('small'), { ...plain('balanced'), compression: firstCompression('balanced', 9_000) }])(
    'tells the two apart, whatever their order',
    (options) => {
      const [compressed, whole] = trialOf(options).map((tried, place) => candidate(tried, place === 0 ? 0.9 : 0.99));
      if (!compressed || !whole) throw new Error('A quick try compares two.');
      const expected = { compressed: figure(0.9), whole: figure(0.99) };
      expect(trialResult({ candidates: [compressed, whole] })).toEqual(expected);
      expect(trialResult({ candidates: [whole, compressed] })).toEqual(expected);
    },
  );

  it('has nothing to say when only one was tried', () => {
    expect(trialResult({ candidates: [candidate(plain('small'), 0.9)] })).toBeNull();
    expect(trialResult({ candidates: [] })).toBeNull();
  });
});
