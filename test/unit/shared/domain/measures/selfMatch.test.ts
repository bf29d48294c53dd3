import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renamed, selfLimits, withoutSelf } from '@shared/domain/measures/selfMatch';

const neighbors = (labels: number[], distances = labels.map((_, place) => place)) => ({
  labels: Int32Array.from(labels),
  distances: Float32Array.from(distances),
});

describe('selfLimits', () => {
  it('scales with the frames, so that v1 and v2 are judged alike', () => {
    expect([...selfLimits(Float32Array.of(12, 1))]).toEqual([Math.fround(0.072), Math.fround(5e-4)]);
  });
});

describe('withoutSelf', () => {
  it('leaves the frame and all of its copies out, and counts them', () => {
    const asked = neighbors(
      [5, 9, 1, 2, 3, 4, 6, 7, 8, 10, 5, 9, 1, 2, 3, 4, 6, 7, 8, 10],
      [0, 0.001, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
    const { neighbors: left, copies } = withoutSelf(asked, 10, Float32Array.of(0.01, 0.01));
    expect([...left.labels]).toEqual([1, 2, 3, 4, 6, 7, 8, 10, 5, 9, 1, 2, 3, 4, 6, 7]);
    expect([...left.distances]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...copies]).toEqual([2, 0]);
  });

  it('keeps missing neighbors missing', () => {
    const asked = neighbors([5, 1, -1, -1, -1, -1, -1, -1, -1]);
    expect([...withoutSelf(asked, 9, Float32Array.of(0)).neighbors.labels]).toEqual([1, -1, -1, -1, -1, -1, -1, -1]);
    // At whatever distance: what is missing is no copy.
    const none = withoutSelf(neighbors(Array<number>(8).fill(-1), Array<number>(8).fill(0)), 8, Float32Array.of(1));
    expect([...none.neighbors.labels]).toEqual(Array<number>(8).fill(-1));
    expect([...none.copies]).toEqual([0]);
  });

  it('misses nothing where a frame has more copies than are looked past', () => {
    const asked = neighbors([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 6]);
    const { neighbors: left, copies } = withoutSelf(asked, 12, Float32Array.of(0.5));
    expect([...left.labels]).toEqual([11, 12, 1, 2, 3, 4, 5, 6]);
    expect([...copies]).toEqual([10]);
  });

  it('returns the first eight of the others in their order', () => {
    const lists = fc.uniqueArray(fc.nat(50), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(lists, fc.nat(4), (labels, copies) => {
        const distances = labels.map((_, place) => (place < copies ? 0 : place + 1));
        const left = withoutSelf(neighbors(labels, distances), 12, Float32Array.of(0.5));
        expect([...left.neighbors.labels]).toEqual(labels.slice(copies, copies + 8));
        expect([...left.copies]).toEqual([copies]);
      }),
    );
  });
});

describe('renamed', () => {
  const rows = (...firsts: number[]) => Float32Array.from(firsts.flatMap((first) => [first, 0]));
  const places = [1, 2, 3, 4, 5, 6, 7, 8];
  const away = places.map((place) => place * place);
  const truth = neighbors([10, 20, 30, 40, 50, 60, 70, 80], away);

  it('gives vectors that are the true ones, to rounding, their names, and others none of them', () => {
    const found = neighbors([3, 0, 7, -1, -1, -1, -1, -1], [1.001, 4, 8.5, ...Array<number>(5).fill(Infinity)]);
    const labels = new Int32Array(8);
    renamed(labels, found, truth, 0, rows(1.0005, 2, 2.915, 0, 0, 0, 0, 0), rows(...places), 1e-4);
    expect([...labels]).toEqual([10, 20, 7 + 2 ** 30, -1, -1, -1, -1, -1]);
  });

  it('gives no name where no true one is, nor to what was not found', () => {
    const nothing = neighbors(Array<number>(8).fill(-1), away);
    const labels = new Int32Array(8);
    const asked = neighbors([0, 1, 2, 3, 4, 5, 6, 7], away);
    renamed(labels, asked, nothing, 0, rows(...places), rows(...places), 1e-4);
    expect([...labels]).toEqual(places.map((place) => place - 1 + 2 ** 30));
    renamed(labels, nothing, truth, 0, rows(...places), rows(...places), 1e-4);
    expect([...labels]).toEqual(Array<number>(8).fill(-1));
  });

  it('tells vectors at the same distance apart', () => {
    const labels = new Int32Array(8);
    renamed(
      labels,
      neighbors([1, 2, 3, 4, 5, 6, 7, 8], away),
      truth,
      0,
      rows(-1, ...places.slice(1)),
      rows(...places),
      1e-4,
    );
    expect([...labels]).toEqual([1 + 2 ** 30, 20, 30, 40, 50, 60, 70, 80]);
  });
});
