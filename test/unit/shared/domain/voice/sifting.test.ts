import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTHING_LEFT_OUT } from '@shared/contract/build';
import {
  centersFor,
  createRowSet,
  distanceHistogram,
  farthest,
  outlierCount,
  siftEffect,
  typicalCenters,
} from '@shared/domain/voice/sifting';
import type { SiftResult } from '@shared/jobs/sift';

const rowsOf = (rows: readonly (readonly number[])[]) => rows.map((row) => Uint32Array.from(row));

describe('createRowSet', () => {
  it('knows a row again by all of its words, whatever the rows are', () => {
    const word = fc.oneof(fc.constantFrom(0, 1, 0x8000_0000), fc.integer({ min: 0, max: 0xffff_ffff }));
    fc.assert(
      fc.property(fc.array(fc.array(word, { minLength: 2, maxLength: 2 }), { maxLength: 40 }), (words) => {
        const rows = rowsOf(words);
        const set = createRowSet(rows.length, (row) => rows[row]!);
        const isNew = rows.map((row, at) => set.add(at, row));
        expect(isNew).toEqual(words.map((row, at) => words.findIndex((other) => String(other) === String(row)) === at));
      }),
    );
  });

  it('tells 0 from -0, as the bits do', () => {
    const rows = [Float32Array.of(0), Float32Array.of(-0)].map(({ buffer }) => new Uint32Array(buffer));
    const set = createRowSet(2, (row) => rows[row]!);
    expect(rows.map((row, at) => set.add(at, row))).toEqual([true, true]);
  });
});

describe('the typical sounds', () => {
  it.each([
    [1, 1],
    [100, 2],
    [1_521, 39],
    [20_000, 141],
  ])('of %i frames are %i', (frames, centers) => {
    expect(centersFor(frames)).toBe(centers);
  });

  it('are without the centers that hardly any frame belongs to', () => {
    expect([...typicalCenters(Int32Array.of(100, 9, 190, 0, 101))]).toEqual([0, 1, 2, 4]);
    expect([...typicalCenters(Int32Array.of(100, 7, 193, 0, 100))]).toEqual([0, 2, 4]);
    expect([...typicalCenters(Int32Array.of(1))]).toEqual([0]);
  });
});

describe('outliers', () => {
  it('are the share, rounded', () => {
    expect([outlierCount(100, 0.29), outlierCount(49, 0.01), outlierCount(50, 0.01)]).toEqual([29, 0, 1]);
  });

  it('are the farthest, and of equal ones the first', () => {
    const distances = Float32Array.of(1, 5, 3, 5, 5, 2);
    expect([...farthest(distances, 2)]).toEqual([1, 3]);
    expect([...farthest(distances, 4)]).toEqual([1, 2, 3, 4]);
    expect([...farthest(distances, 0)]).toEqual([]);
  });
});

describe('distanceHistogram', () => {
  it('counts in quarters of the median, and the rest in the last step', () => {
    const steps = distanceHistogram(Float32Array.of(4, 4, 4, 0.9, 1, 7.9, 8, 1e9, 19.1));
    expect(steps).toHaveLength(20);
    expect(Object.entries(steps).filter(([, frames]) => frames > 0)).toEqual([
      ['0', 1],
      ['1', 1],
      ['4', 3],
      ['7', 1],
      ['8', 1],
      ['19', 2],
    ]);
  });

  it('bears no distances and no median', () => {
    expect(distanceHistogram(new Float32Array(0))).toEqual(new Array(20).fill(0));
    const steps = distanceHistogram(Float32Array.of(0, 0, 0, 1));
    expect([steps[0], steps[19]]).toEqual([3, 1]);
  });
});

describe('siftEffect', () => {
  const NOTHING = NOTHING_LEFT_OUT;
  const report: SiftResult['report'] = {
    ...NOTHING,
    silence: true,
    duplicates: true,
    frames: 1_000,
    kept: 850,
    dropped: { moments: 0, files: 0, silence: 100, duplicates: 50, outliers: 0 },
  };
  const files = [
    { name: 'a.npy', frames: 200, silence: 60, duplicates: 90, outliers: 1 },
    { name: 'b.npy', frames: 100, silence: 0, duplicates: 10, outliers: 3 },
  ];
  const effect = (selection: object) => siftEffect({ report, files }, { ...NOTHING, ...selection });

  it('leaves nothing out by itself', () => {
    expect(effect({})).toMatchObject({ frames: 1_000, kept: 1_000 });
  });

  it('counts a silent frame for silence where that rule is on, else for duplicates', () => {
    expect(effect({ silence: true }).dropped).toMatchObject({ silence: 100, duplicates: 0 });
    expect(effect({ duplicates: true }).dropped).toMatchObject({ silence: 0, duplicates: 150 });
    expect(effect({ silence: true, duplicates: true }).dropped).toMatchObject({ silence: 100, duplicates: 50 });
  });

  it('takes the share of outliers of what the others leave', () => {
    expect(effect({ silence: true, duplicates: true, outliers: 0.1 })).toMatchObject({
      kept: 765,
      dropped: { outliers: 85 },
    });
  });

  it('does not count the frames of a file twice, and ignores files that are not there', () => {
    expect(effect({ files: ['a.npy', 'gone.npy'], silence: true, duplicates: true })).toMatchObject({
      kept: 740,
      dropped: { moments: 0, files: 200, silence: 40, duplicates: 20, outliers: 0 },
    });
  });
});
