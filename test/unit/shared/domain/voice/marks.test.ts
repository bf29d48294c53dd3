import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mark } from '@shared/contract/sound';
import { joinMarks, markedRows } from '@shared/domain/voice/marks';

const pieces = [
  { name: 'a.npy', source: 0, rows: 5 },
  { name: 'b.npy', source: 0, rows: 3 },
  { name: 'a.npy', source: 1, rows: 4 },
];

const mark = fc
  .record({
    file: fc.constantFrom('a.npy', 'b.npy', 'gone.npy'),
    from: fc.integer({ min: 0, max: 8 }),
    length: fc.integer({ min: 1, max: 6 }),
    source: fc.constantFrom(undefined, 0, 1),
  })
  .map(({ file, from, length, source }): Mark => ({
    file,
    from,
    to: from + length,
    ...(source === undefined ? {} : { source }),
  }));

describe('markedRows', () => {
  it('finds the rows of a file, in one source or in all', () => {
    expect([...markedRows([{ file: 'a.npy', from: 1, to: 3 }], pieces)]).toEqual([0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0]);
    expect([...markedRows([{ file: 'a.npy', from: 1, to: 3, source: 1 }], pieces)]).toEqual([
      0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0,
    ]);
  });

  it('stays inside the file, whatever is marked', () => {
    const beyond = [
      { file: 'b.npy', from: 2, to: 9_999 },
      { file: 'b.npy', from: 7, to: 8 },
      { file: 'gone.npy', from: 0, to: 9 },
    ];
    expect([...markedRows(beyond, pieces)]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  });
});

describe('joinMarks', () => {
  it('marks the same rows in fewer words, and is the same done twice', () => {
    fc.assert(
      fc.property(fc.array(mark, { maxLength: 20 }), (marks) => {
        const joined = joinMarks(marks);
        expect([...markedRows(joined, pieces)]).toEqual([...markedRows(marks, pieces)]);
        expect(joined.length).toBeLessThanOrEqual(marks.length);
        expect(joinMarks(joined)).toEqual(joined);
        expect(joinMarks([...marks].reverse())).toEqual(joined);
      }),
    );
  });

  it('joins what touches', () => {
    const marks = [
      { file: 'a.npy', from: 4, to: 6 },
      { file: 'a.npy', from: 1, to: 4 },
      { file: 'a.npy', from: 8, to: 9 },
    ];
    expect(joinMarks(marks)).toEqual([
      { file: 'a.npy', from: 1, to: 6 },
      { file: 'a.npy', from: 8, to: 9 },
    ]);
  });
});
