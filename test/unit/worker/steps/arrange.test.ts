import { describe, expect, it } from 'vitest';
import { arrange, rowsWithout } from '../../../../src/worker/steps/arrange';

const piece = (rows: number, name = 'a.npy') => ({ name, source: 0, rows, recorded: true });
const NONE = new Int32Array();

describe('arrange', () => {
  /** Forty files of 100 frames, each twice, under another name and elsewhere in the order. */
  const files = Array.from({ length: 40 }, (_, file) => ({ file, frames: 100 }));
  const twice = [...files, ...files.toReversed()];
  const pieces = twice.map(({ file, frames }) => piece(frames, `${file}.npy`));
  const keys = Float64Array.from(
    twice.flatMap(({ file }) => Array.from({ length: 100 }, (_, row) => 100 * file + row)),
  );

  it.each([1, 2, 3])(
    'keeps the copies of what is kept apart with it, and lets each frame ask once (seed %i)',
    (seed) => {
      const { order, kept, heldOut, recorded, apart, copies } = arrange(
        pieces,
        { dropped: NONE, keys: () => keys, seed },
        true,
      );
      expect(kept + heldOut).toBe(8_000);
      const keysAt = (from: number, to: number) => new Set(order.subarray(from, to).map((row) => keys[row] ?? NaN));
      expect([...keysAt(0, kept)].filter((key) => keysAt(kept, 8_000).has(key))).toEqual([]);
      expect(apart.size).toBe(5);
      expect([recorded.length, heldOut, copies.size]).toEqual([500, 1_000, 500]);
      expect(new Set(recorded.map((row) => keys[row] ?? NaN)).size).toBe(500);
    },
  );

  it('keeps apart half a file that is a copy, and no more of it', () => {
    const halves = files.map(({ frames }) => piece(frames));
    // The second half of every file is the first half of the next.
    const overlapping = Float64Array.from(
      files.flatMap(({ file }) => Array.from({ length: 100 }, (_, row) => 50 * file + row)),
    );
    const { apart, copies, recorded } = arrange(halves, { dropped: NONE, keys: () => overlapping, seed: 1 }, true);
    const owned = new Set(recorded.map((row) => overlapping[row] ?? NaN));
    for (const row of copies) expect(owned.has(overlapping[row] ?? NaN)).toBe(true);
    expect(copies.size).toBeGreaterThan(0);
    expect(copies.size).toBeLessThanOrEqual(100 * apart.size);
  });

  it('takes what comes again and again for silence, which stays', () => {
    const silent = keys.map((key, row) => (row % 100 < 10 ? -1 : key));
    const { copies } = arrange(pieces, { dropped: NONE, keys: () => silent, seed: 1 }, true);
    expect(copies.size).toBeGreaterThan(0);
    for (const row of copies) expect(silent[row]).not.toBe(-1);
  });

  it('has no copies where nothing is kept apart, and none of rows that are left out', () => {
    expect(arrange(pieces, { dropped: NONE, keys: () => keys, seed: 1 }, false).copies.size).toBe(0);
    const dropped = Int32Array.from({ length: 4_000 }, (_, row) => 4_000 + row);
    expect(arrange(pieces, { dropped, keys: () => keys, seed: 1 }, true).copies.size).toBe(0);
  });
});

describe('rowsWithout', () => {
  it('counts rows on where the pieces kept apart are not there', () => {
    const pieces = [piece(3), piece(2), piece(4)];
    expect(rowsWithout(pieces, new Set([1]), new Set([2, 3, 5, 8]))).toEqual(new Set([2, 3, 6]));
  });

  it('leaves them as they are where none is kept apart', () => {
    expect(rowsWithout([piece(3), piece(2)], new Set(), new Set([0, 4]))).toEqual(new Set([0, 4]));
  });
});
