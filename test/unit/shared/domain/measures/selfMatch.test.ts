import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selfMatches, selfShare, withoutSelf } from '@shared/domain/measures/selfMatch';

const neighbors = (labels: number[], distances = labels.map((_, place) => place)) => ({
  labels: Int32Array.from(labels),
  distances: Float32Array.from(distances),
});

describe('selfMatches', () => {
  it('takes the nearest for the frame itself only when it is as good as equal', () => {
    const truth = neighbors([7, 1, 8, 2, 9, 3], [0.001, 5, 2, 6, 0, 1]);
    expect([...selfMatches(truth, 2, Float32Array.of(9, 9, 9))]).toEqual([7, -1, 9]);
  });

  it('scales with the frames, so that v1 and v2 are judged alike', () => {
    const truth = neighbors([7, 1], [0.02, 5]);
    expect([...selfMatches(truth, 2, Float32Array.of(12))]).toEqual([7]);
    expect([...selfMatches(truth, 2, Float32Array.of(1))]).toEqual([-1]);
  });

  it('tells the share of frames that the index holds', () => {
    expect(selfShare(Int32Array.of(3, -1, 5, -1))).toBe(0.5);
    expect(selfShare(new Int32Array(0))).toBe(0);
  });
});

describe('withoutSelf', () => {
  it('leaves the frame itself out, and the last one where it was not found', () => {
    const asked = neighbors([5, 1, 2, 3, 4, 6], [0, 1, 2, 0, 1, 2]);
    const { labels, distances } = withoutSelf(asked, 2, Int32Array.of(5, -1));
    expect([...labels]).toEqual([1, 2, 3, 4]);
    expect([...distances]).toEqual([1, 2, 0, 1]);
  });

  it('keeps missing neighbors missing', () => {
    const { labels } = withoutSelf(neighbors([5, 1, -1]), 2, Int32Array.of(5));
    expect([...labels]).toEqual([1, -1]);
  });

  it('never returns the frame itself and keeps the order of the others', () => {
    const lists = fc.uniqueArray(fc.nat(50), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(lists, fc.integer({ min: -1, max: 50 }), (labels, self) => {
        const left = [...withoutSelf(neighbors(labels), 3, Int32Array.of(self)).labels];
        expect(left).toEqual(labels.filter((label) => label !== self).slice(0, 3));
      }),
    );
  });
});
