import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowKeys } from '@shared/domain/maths/rowKeys';

describe('rowKeys', () => {
  it('is the same for equal bytes wherever they lie, and exact as a number', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 3, maxLength: 3 }), fc.nat(5), (row, before) => {
        const cells = Float32Array.from([...Array<number>(before * 3).fill(1), ...row, ...row]);
        const keys = rowKeys(cells, 3);
        expect(keys[before]).toBe(keys[before + 1]);
        expect(Number.isSafeInteger(keys[before])).toBe(true);
      }),
    );
  });

  it('tells rows apart that differ in one bit, and 0 from -0', () => {
    const rows = Array.from({ length: 2_000 }, (_, row) => [row, 0, 1]);
    expect(new Set(rowKeys(Float32Array.from(rows.flat()), 3)).size).toBe(2_000);
    const [zero, minus, swapped] = rowKeys(Float32Array.of(0, 1, -0, 1, 1, 0), 2);
    expect(new Set([zero, minus, swapped]).size).toBe(3);
  });
});
