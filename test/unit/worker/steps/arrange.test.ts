import { describe, expect, it } from 'vitest';
import { rowsWithout } from '../../../../src/worker/steps/arrange';

const piece = (rows: number) => ({ name: 'a.npy', source: 0, rows, recorded: true });

describe('rowsWithout', () => {
  it('counts rows on where the pieces kept apart are not there', () => {
    const pieces = [piece(3), piece(2), piece(4)];
    expect(rowsWithout(pieces, new Set([1]), new Set([2, 3, 5, 8]))).toEqual(new Set([2, 3, 6]));
  });

  it('leaves them as they are where none is kept apart', () => {
    expect(rowsWithout([piece(3), piece(2)], new Set(), new Set([0, 4]))).toEqual(new Set([0, 4]));
  });
});
