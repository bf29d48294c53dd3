import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CurvePoint } from '@shared/contract/measurement';
import { knee, nprobeLadder, suggestNprobe } from '@shared/domain/measures/curve';

const exactly = (value: number) => ({ value, low: value, high: value });

function point(nprobe: number, recall: number, missing = 0, milliseconds = 1): CurvePoint {
  const cost = { p50: milliseconds, p95: milliseconds };
  return {
    nprobe,
    recall: exactly(recall),
    closeness: exactly(recall),
    missing: exactly(missing),
    empty: exactly(0),
    droppedBlocks: null,
    blend: null,
    normRatio: 1,
    msPerSecond: { oneThread: cost, allThreads: cost },
  };
}

describe('nprobeLadder', () => {
  it.each([
    [1, 1, [1]],
    [1, null, [1]],
    [3, 1, [1, 2, 3]],
    [230, 1, [1, 2, 4, 8, 16, 32, 64]],
    [230, 12, [1, 2, 4, 8, 12, 16, 32, 64]],
    [230, 100, [1, 2, 4, 8, 16, 32, 64, 100]],
    [20, 900, [1, 2, 4, 8, 16, 20]],
  ])('of %d lists and nprobe %j is %j', (nlist, stored, ladder) => {
    expect(nprobeLadder(nlist, stored)).toEqual(ladder);
  });
});

describe('knee', () => {
  const points = (...recalls: number[]): [{ nprobe: number; recall: number }] =>
    recalls.map((recall, step) => ({ nprobe: 2 ** step, recall })) as [{ nprobe: number; recall: number }];

  it('is where the gains slow down', () => {
    expect(knee(points(0.4, 0.6, 0.85, 0.9, 0.93)).nprobe).toBe(4);
  });

  it('is the first of a flat curve and the last of one that only gets steeper', () => {
    expect(knee(points(0.9, 0.9, 0.9)).nprobe).toBe(1);
    expect(knee(points(0.1, 0.2, 0.5, 1)).nprobe).toBe(8);
    expect(knee(points(0.5)).nprobe).toBe(1);
  });

  it('does not depend on the unit of recall', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 8 }), (drawn) => {
        const recalls = [...drawn].sort((a, b) => a - b);
        const scaled = recalls.map((recall) => recall * 0.5 + 100);
        expect(knee(points(...scaled)).nprobe).toBe(knee(points(...recalls)).nprobe);
      }),
    );
  });
});

describe('suggestNprobe', () => {
  it('takes the smallest that finds 95 % and misses nothing', () => {
    const curve = [point(1, 0.5, 0.01), point(4, 0.8), point(8, 0.96), point(16, 0.99)];
    expect(suggestNprobe(curve, 1)).toEqual({ nprobe: 8, reason: 'target' });
  });

  it('does not accept recall that comes with missing neighbors', () => {
    expect(suggestNprobe([point(1, 0.96, 0.001), point(2, 0.97)], 1)).toEqual({ nprobe: 2, reason: 'target' });
  });

  it('keeps a stored value that is good already', () => {
    expect(suggestNprobe([point(1, 0.5), point(8, 0.96), point(16, 0.99)], 16)).toEqual({
      nprobe: 16,
      reason: 'stored',
    });
  });

  it('falls back to the knee, among values without missing neighbors', () => {
    const curve = [point(1, 0.3, 0.02), point(2, 0.4), point(4, 0.7), point(8, 0.76), point(16, 0.8)];
    expect(suggestNprobe(curve, 1)).toEqual({ nprobe: 4, reason: 'knee' });
  });

  it('does not lower a stored value beyond the knee', () => {
    const curve = [point(1, 0.3), point(2, 0.4), point(4, 0.7), point(8, 0.76), point(16, 0.8)];
    expect(suggestNprobe(curve, 8)).toEqual({ nprobe: 8, reason: 'stored' });
  });

  it('never suggests what costs more than 5 % of realtime', () => {
    const curve = [point(1, 0.5, 0, 20), point(2, 0.6, 0, 50), point(4, 0.96, 0, 51)];
    expect(suggestNprobe(curve, 1).nprobe).toBeLessThanOrEqual(2);
    expect(suggestNprobe([point(1, 0.5, 0, 99)], 1)).toEqual({ nprobe: 1, reason: 'stored' });
  });

  it('only suggests what was measured', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), fc.nat({ max: 100 })), {
          minLength: 1,
          maxLength: 8,
        }),
        (drawn) => {
          const curve = drawn.map(([recall, misses, cost], step) => point(2 ** step, recall, Number(misses), cost));
          const { nprobe } = suggestNprobe(curve, 1);
          expect(curve.map((measured) => measured.nprobe)).toContain(nprobe);
        },
      ),
    );
  });
});
