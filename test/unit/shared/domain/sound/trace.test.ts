import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';
import { firstOfEqual, momentsIn, traceByKeys, tracedShare } from '@shared/domain/sound/trace';

const UNUSABLE = -1;
const trace = (vectors: readonly number[], frames: readonly number[]): number[] =>
  Array.from(traceByKeys(Float64Array.from(vectors), Float64Array.from(frames), UNUSABLE));

describe('traceByKeys', () => {
  it('finds the row of equal bytes, and none for others', () => {
    expect(trace([30, 10, 99, 20], [10, 20, 30])).toEqual([2, 0, -1, 1]);
  });

  it('takes each of equal rows once before any is taken again', () => {
    expect(trace([7, 7, 7, 7, 8], [7, 8, 7, 7])).toEqual([0, 2, 3, 0, 1]);
  });

  it('takes no row that stands for nothing', () => {
    expect(trace([UNUSABLE, 5], [UNUSABLE, 5])).toEqual([-1, 1]);
  });

  it('finds every row of a voice that was shuffled, each once', () => {
    const voice = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(voice, fc.nat(), (frames, seed) => {
        const shuffled = Array.from(shuffledOrder(frames.length, createRandom(seed)), (place) => frames[place] ?? 0);
        const rows = trace(shuffled, frames);
        expect(rows.map((row) => frames[row])).toEqual(shuffled);
        expect(new Set(rows).size).toBe(frames.length);
      }),
    );
  });
});

describe('firstOfEqual', () => {
  it('names equal rows by the first of them', () => {
    expect(Array.from(firstOfEqual(Float64Array.of(4, 5, 4, 4, 6, 5)))).toEqual([0, 1, 0, 0, 4, 1]);
  });
});

describe('tracedShare', () => {
  it('counts what has a row', () => {
    expect(tracedShare(Int32Array.of(0, -1, 5, -1))).toBe(0.5);
    expect(tracedShare(new Int32Array(0))).toBe(0);
  });
});

describe('momentsIn', () => {
  const files = [
    { name: 'a.npy', rows: 3, modified: 1, voice: null },
    { name: 'empty.npy', rows: 0, modified: 1, voice: null },
    { name: 'b.npy', rows: 2, modified: 1, voice: 1 },
  ];

  it('counts rows from file to file', () => {
    const moments = [0, 2, 3, 4].map(momentsIn(files));
    expect(moments).toEqual([
      { file: 'a.npy', frame: 0 },
      { file: 'a.npy', frame: 2 },
      { file: 'b.npy', frame: 0, voice: 1 },
      { file: 'b.npy', frame: 1, voice: 1 },
    ]);
  });

  it('knows nothing of rows that there are not', () => {
    expect([-1, 5, 99].map(momentsIn(files))).toEqual([null, null, null]);
    expect(momentsIn([])(0)).toBeNull();
  });
});
