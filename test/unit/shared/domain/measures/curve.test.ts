import { describe, expect, it } from 'vitest';
import { type CurvePoint, VerdictAction } from '@shared/contract/measurement';
import { nprobeLadder, proposedNprobe, suggestNprobe, withinBudget } from '@shared/domain/measures/curve';

const exactly = (value: number) => ({ value, low: value, high: value });

function point(nprobe: number, same: number, missing = 0): CurvePoint {
  const cost = { p50: 1, p95: 1 };
  return {
    nprobe,
    recall: exactly(0.5),
    closeness: exactly(0.5),
    same: exactly(same),
    missing: exactly(missing),
    empty: exactly(0),
    droppedBlocks: null,
    blend: null,
    normRatio: 1,
    msPerSecond: { oneThread: cost, allThreads: cost },
    hostMs: 1,
  };
}

describe('nprobeLadder', () => {
  it.each([
    [1, 1, [1]],
    [1, null, [1]],
    [3, 1, [1, 2, 3]],
    [900, 1, [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384]],
    [60, 12, [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 60]],
    [60, 50, [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 50, 60]],
    [20, 900, [1, 2, 3, 4, 6, 8, 12, 16, 20]],
  ])('of %d lists and nprobe %j is %j', (nlist, stored, ladder) => {
    expect(nprobeLadder(nlist, stored)).toEqual(ladder);
  });
});

describe('withinBudget', () => {
  const ladder = [1, 2, 4, 8, 16, 32];
  const tenEach = (nprobe: number): number => 10 * nprobe;

  it('goes up to the first that spends the budget, and takes the stored one along', () => {
    expect(withinBudget(ladder, null, tenEach)).toEqual([1, 2, 4, 8]);
    expect(withinBudget(ladder, 32, tenEach)).toEqual([1, 2, 4, 8, 32]);
  });

  it('takes all where none does', () => {
    expect(withinBudget(ladder, 1, () => 50)).toEqual(ladder);
  });

  it('leaves what is chosen as it is', () => {
    const curve = ladder.map((nprobe) => ({ ...point(nprobe, nprobe / 40), hostMs: tenEach(nprobe) }));
    const within = withinBudget(ladder, 1, tenEach);
    expect(
      suggestNprobe(
        curve.filter(({ nprobe }) => within.includes(nprobe ?? 0)),
        1,
        null,
      ),
    ).toEqual(suggestNprobe(curve, 1, null));
  });
});

describe('suggestNprobe', () => {
  it('follows the rule for the width of search', () => {
    const curve = [point(1, 0.5, 0.01), point(4, 0.8), point(8, 0.99), point(16, 1)];
    expect(suggestNprobe(curve, 1, null)).toEqual({ nprobe: 8, reason: 'target' });
    expect(suggestNprobe(curve, 16, null)).toEqual({ nprobe: 16, reason: 'stored' });
  });

  it('goes by the cost in a host, not by what was timed here', () => {
    const slow = {
      ...point(8, 0.99),
      msPerSecond: { oneThread: { p50: 99, p95: 99 }, allThreads: { p50: 99, p95: 99 } },
    };
    expect(suggestNprobe([point(4, 0.8), slow], 4, null).nprobe).toBe(8);
    expect(suggestNprobe([point(4, 0.8), { ...slow, hostMs: 51 }], 4, null)).toEqual({ nprobe: 4, reason: 'best' });
  });

  it('keeps what is stored where nothing was measured', () => {
    expect(suggestNprobe([{ ...point(1, 1), nprobe: null }], 1, null)).toEqual({ nprobe: 1, reason: 'stored' });
  });
  it('leaves an index of another voice as it is', () => {
    const curve = [point(1, 0.5, 0.01), point(8, 0.99)];
    expect(suggestNprobe(curve, 1, { kind: 'other' })).toEqual({ nprobe: 1, reason: 'stored' });
    expect(suggestNprobe(curve, 1, { kind: 'part' }).nprobe).toBe(8);
  });
});

describe('proposedNprobe', () => {
  const suggestion = { nprobe: 8, reason: 'target' } as const;
  const proposed = (action: VerdictAction, nprobe: number | null = 1): number | null =>
    proposedNprobe({ stored: { nprobe }, suggestion, verdict: { action } });

  it('is what is suggested, where the verdict says that or is content', () => {
    expect(proposed('setNprobe')).toBe(8);
    expect(proposed('use')).toBe(8);
  });

  it.each(VerdictAction.options.filter((action) => action !== 'setNprobe' && action !== 'use'))(
    'is none where the verdict says to do something else: %s',
    (action) => {
      expect(proposed(action)).toBeNull();
    },
  );

  it('is none for an index without groups', () => {
    expect(proposed('use', null)).toBeNull();
  });
});
