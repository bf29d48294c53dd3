import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsIn, gridHeight, placeAfter, placesIn } from '@/components/ui/gridWindow';

const GRID = { count: 10, columns: 3, rowHeight: 100, gap: 20 };

describe('a grid', () => {
  it('has as many columns as fit', () => {
    expect(columnsIn(1_000, { minWidth: 300, gap: 16 })).toBe(3);
    expect(columnsIn(931, { minWidth: 300, gap: 16 })).toBe(2);
    expect(columnsIn(100, { minWidth: 300, gap: 16 })).toBe(1);
    expect(columnsIn(1_000, { minWidth: 0, gap: 0 })).toBe(1);
  });

  it('is as high as its rows and the gaps between them', () => {
    expect(gridHeight(GRID)).toBe(4 * 100 + 3 * 20);
    expect(gridHeight({ ...GRID, count: 0 })).toBe(0);
  });

  it.each([
    [
      { from: 0, to: 100 },
      { first: 0, end: 3 },
    ],
    [
      { from: 110, to: 130 },
      { first: 0, end: 6 },
    ],
    [
      { from: 240, to: 10_000 },
      { first: 6, end: 10 },
    ],
    [
      { from: -500, to: -1 },
      { first: 0, end: 0 },
    ],
    [
      { from: 9_000, to: 9_500 },
      { first: 10, end: 10 },
    ],
  ])('draws for %j the places %j', (stretch, places) => {
    expect(placesIn(GRID, stretch)).toEqual(places);
  });

  it('draws no more for a longer list', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(10_000_000), (count, from) => {
        const { first, end } = placesIn({ ...GRID, count }, { from, to: from + 800 });
        expect(end - first).toBeLessThanOrEqual(3 * 8);
        expect(first).toBeLessThanOrEqual(end);
      }),
    );
  });
});

describe('keys in a grid', () => {
  const shape = { count: 10, columns: 3, page: 2 };
  it.each([
    ['ArrowRight', 4, 5],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 4, 7],
    ['ArrowUp', 4, 1],
    ['PageDown', 1, 7],
    ['PageUp', 9, 3],
    ['Home', 7, 0],
    ['End', 2, 9],
    ['ArrowDown', 8, 9],
    ['a', 3, null],
  ])('%s from %i leads to %j', (key, place, next) => {
    expect(placeAfter(key, place, shape)).toBe(next);
  });
});
