import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFactory } from '@shared/domain/factory/reading';
import { factoryPresets, guidelineNlist } from '@shared/domain/factory/presets';

const frames = fc.integer({ min: 8, max: 2_000_000 });
const dimension = fc.constantFrom(256, 768);

describe('factoryPresets', () => {
  it('knows the ways of a half hour voice', () => {
    expect(factoryPresets(90_000, 768)).toEqual([
      { id: 'rvc', factory: 'IVF2307,Flat', nprobe: 1, kFactor: null, training: 'enough' },
      { id: 'rvc2023', factory: 'IVF2307,Flat', nprobe: 10, kFactor: null, training: 'enough' },
      { id: 'guideline', factory: 'IVF1200,Flat', nprobe: 4, kFactor: null, training: 'enough' },
      { id: 'fastScan', factory: 'IVF1024,PQ384x4fs,RFlat', nprobe: 4, kFactor: 4, training: 'enough' },
      { id: 'half', factory: 'IVF2307,SQfp16', nprobe: 4, kFactor: null, training: 'enough' },
      { id: 'quarter', factory: 'IVF2307,SQ8', nprobe: 4, kFactor: null, training: 'enough' },
      { id: 'graphLists', factory: 'IVF2307_HNSW32,Flat', nprobe: 4, kFactor: null, training: 'enough' },
      { id: 'exact', factory: 'Flat', nprobe: null, kFactor: null, training: 'enough' },
    ]);
  });

  it('says when there is too little to learn from', () => {
    const fastScan = (count: number): string | undefined =>
      factoryPresets(count, 256).find(({ id }) => id === 'fastScan')?.training;
    expect(fastScan(15)).toBe('impossible');
    expect(fastScan(16)).toBe('few');
    expect(fastScan(39 * 16 - 1)).toBe('few');
    expect(fastScan(39 * 16)).toBe('enough');
  });

  it('is valid for every voice', () => {
    fc.assert(
      fc.property(frames, dimension, (count, d) => {
        for (const { factory, nprobe, kFactor, training, id } of factoryPresets(count, d)) {
          const reading = readFactory(factory, d);
          if (reading.state !== 'valid') throw new Error(`${factory}: ${reading.reason}`);
          expect(nprobe === null).toBe(!reading.nprobe);
          expect(kFactor === null).toBe(!reading.kFactor);
          if (nprobe !== null) expect(nprobe).toBeLessThanOrEqual(reading.nlist ?? 0);
          if (id !== 'fastScan') expect(training).not.toBe('impossible');
        }
      }),
    );
  });
});

describe('guidelineNlist', () => {
  it('leaves 39 vectors to a list where there are as many', () => {
    fc.assert(
      fc.property(frames, fc.double({ min: 4, max: 16, noNaN: true }), (count, factor) => {
        const nlist = guidelineNlist(count, factor);
        expect(nlist).toBeGreaterThanOrEqual(1);
        expect(nlist).toBeLessThanOrEqual(Math.max(1, count / 39));
        expect(nlist).toBeLessThanOrEqual(Math.max(1, Math.round(factor * Math.sqrt(count))));
      }),
    );
    expect(guidelineNlist(1_000_000, 4)).toBe(4_000);
    expect(guidelineNlist(1_000_000, 16)).toBe(16_000);
  });
});
