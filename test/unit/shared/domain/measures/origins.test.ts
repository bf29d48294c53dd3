import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarizeLists } from '@shared/domain/measures/listSizes';
import { sortedOrigins, traceOrigins } from '@shared/domain/measures/origins';

const RANGES = [
  { name: 'Aria', vectors: 3 },
  { name: 'Ben', vectors: 2 },
  { name: 'Aria', vectors: 1 },
];

describe('traceOrigins', () => {
  it('names the voice with most vectors of each list, the first of equals', () => {
    const lists = [Int32Array.of(0, 3, 4), Int32Array.of(2, 5), new Int32Array(0), Int32Array.of(1, 3)];
    const { voices, byList, sizes } = traceOrigins(RANGES, lists);
    expect(voices).toEqual([
      { name: 'Aria', vectors: 4 },
      { name: 'Ben', vectors: 2 },
    ]);
    expect([...byList]).toEqual([1, 0, -1, 0]);
    expect([...sizes]).toEqual([3, 2, 0, 2]);
  });

  it('leaves out ids that no voice has', () => {
    expect([...traceOrigins(RANGES, [Int32Array.of(3, 6, 7, 8)]).byList]).toEqual([1]);
  });
});

describe('sortedOrigins', () => {
  it('follows the bars of the list sizes', () => {
    const lists = [Int32Array.of(4), new Int32Array(0), Int32Array.of(0, 1, 2)];
    expect(sortedOrigins(traceOrigins(RANGES, lists))).toEqual([0, 1, 0]);
  });

  it('has as many entries as there are bars, each of a list of that size', () => {
    const drawn = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 3_000 });
    fc.assert(
      fc.property(drawn, (sizes) => {
        // The voice of a list is its size, so that it can be told.
        const byList = Int32Array.from(sizes);
        const origins = sortedOrigins({ voices: [], byList, sizes: Int32Array.from(sizes) });
        expect(origins).toEqual(summarizeLists(sizes).sorted);
      }),
      { numRuns: 30 },
    );
  });
});
