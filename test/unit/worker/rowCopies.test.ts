import { describe, expect, it } from 'vitest';
import { rowCopies } from '../../../src/worker/rowCopies';
import { fakeEngine } from './fakeEngine';

async function parts(rows: number, most: number) {
  const { Matrix } = await fakeEngine().engine();
  const matrix = new Matrix(4, 2);
  matrix.set(0, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  return Array.from(rowCopies(matrix, rows, most), ({ first, cells }) => ({
    first,
    cells: [...cells],
    place: cells.buffer,
  }));
}

describe('rowCopies', () => {
  it('gives the first rows a part at a time, the last one smaller, all in one place', async () => {
    const [one, other, ...more] = await parts(3, 2);
    expect(one).toMatchObject({ first: 0, cells: [1, 2, 3, 4] });
    expect(other).toMatchObject({ first: 2, cells: [5, 6] });
    expect(other?.place).toBe(one?.place);
    expect(more).toEqual([]);
  });

  it('takes no more room than there are rows, and gives nothing of none', async () => {
    const [one] = await parts(1, 100);
    expect(one).toMatchObject({ first: 0, cells: [1, 2] });
    expect(one?.place.byteLength).toBe(8);
    expect(await parts(0, 100)).toEqual([]);
  });
});
