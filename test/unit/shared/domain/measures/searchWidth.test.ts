import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWideEnough, searchWidth, widestSearch, type WidthPoint } from '@shared/domain/measures/searchWidth';

const figure = (value: number, width = 0) => ({ value, low: value - width, high: value + width });

function point(nprobe: number, same: number | null, change: Partial<WidthPoint> = {}): WidthPoint {
  return { nprobe, missing: 0, same: same === null ? null : figure(same), recall: figure(0.9), hostMs: 1, ...change };
}

describe('searchWidth', () => {
  it('is the smallest that leaves no moment short and 99 of 100 the same', () => {
    const points = [point(1, 0.2), point(8, 0.995, { missing: 0.001 }), point(16, 0.99), point(32, 1)];
    expect(searchWidth(points, null)).toEqual({ nprobe: 16, reason: 'target' });
    expect(searchWidth(points, 1)).toEqual({ nprobe: 16, reason: 'target' });
  });

  it('goes by neighbors found where sameness is not known', () => {
    const points = [point(4, null, { recall: figure(0.969) }), point(8, null, { recall: figure(0.97) })];
    expect(searchWidth(points, null)).toEqual({ nprobe: 8, reason: 'target' });
  });

  it('is the best that the budget allows where none of those reaches the target', () => {
    const points = [point(1, 0.2), point(4, 0.6), point(8, 0.8, { hostMs: 50 }), point(16, 1, { hostMs: 50.1 })];
    expect(searchWidth(points, null)).toEqual({ nprobe: 8, reason: 'best' });
  });

  it('does not search wider for one moment in a hundred', () => {
    const points = [point(1, 0.2), point(4, 0.617), point(8, 0.621), point(16, 0.626)];
    expect(searchWidth(points, null)).toEqual({ nprobe: 4, reason: 'best' });
    expect(searchWidth(points, 8)).toEqual({ nprobe: 8, reason: 'best' });
    expect(searchWidth(points, 1)).toEqual({ nprobe: 4, reason: 'best' });
  });

  it('rather leaves no moment short than more of them the same', () => {
    const points = [point(2, 0.7), point(4, 0.9, { missing: 0.01 }), point(8, 1, { hostMs: 60 })];
    expect(searchWidth(points, null)).toEqual({ nprobe: 2, reason: 'best' });
  });

  it('stays with what is stored when that is good, or cannot be told from it', () => {
    const points = [point(8, 0.99), point(16, 0.985, { same: figure(0.985, 0.005) }), point(32, 1)];
    expect(searchWidth(points, 32)).toEqual({ nprobe: 32, reason: 'stored' });
    expect(searchWidth(points, 16)).toEqual({ nprobe: 16, reason: 'stored' });
    expect(searchWidth([...points, point(64, 1, { hostMs: 75 })], 64)).toEqual({ nprobe: 64, reason: 'stored' });
    expect(searchWidth([...points, point(64, 1, { hostMs: 76 })], 64)).toEqual({ nprobe: 8, reason: 'target' });
  });

  it('is the narrowest where even that costs too much, and nothing where nothing is known', () => {
    expect(searchWidth([point(1, 0.5, { hostMs: 99 }), point(2, 1, { hostMs: 100 })], null)).toEqual({
      nprobe: 1,
      reason: 'best',
    });
    expect(searchWidth([], 4)).toBeNull();
  });

  it('leaves the fewest moments short where none leaves none', () => {
    const points = [point(1, 0.9, { missing: 0.2 }), point(2, 0.8, { missing: 0.1 }), point(4, 0.8, { missing: 0.1 })];
    expect(searchWidth(points, null)).toEqual({ nprobe: 2, reason: 'best' });
  });

  it('never suggests what would be better, cheaper and narrower elsewhere', () => {
    const drawn = fc.record({
      same: fc.double({ min: 0, max: 1, noNaN: true }),
      missing: fc.constantFrom(0, 0.1),
      hostMs: fc.nat({ max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(drawn, { minLength: 1, maxLength: 8 }), (drawnPoints) => {
        const points = drawnPoints.map(({ same, ...rest }, step) => point(2 ** step, same, rest));
        const width = searchWidth(points, null);
        const chosen = points.find(({ nprobe }) => nprobe === width?.nprobe);
        expect(chosen).toBeDefined();
        const good = points.filter((other) => other.hostMs <= 50 && isWideEnough(other));
        expect(width?.reason).toBe(good.length > 0 ? 'target' : 'best');
        if (good.length > 0) expect(chosen).toBe(good[0]);
      }),
    );
  });
});

describe('widestSearch', () => {
  it('spends the budget, whatever would suffice', () => {
    const points = [point(4, 0.995), point(8, 1), point(16, 1, { hostMs: 50 }), point(32, 1, { hostMs: 51 })];
    expect(widestSearch(points)).toEqual({ nprobe: 16, reason: 'target' });
    expect(widestSearch(points.map((one) => ({ ...one, same: figure(0.9) })))).toEqual({ nprobe: 16, reason: 'best' });
    expect(widestSearch([])).toBeNull();
  });

  it('never leaves a moment short that a narrower search does not', () => {
    const points = [point(4, 0.5), point(8, 1, { missing: 0.1 })];
    expect(widestSearch(points)).toEqual({ nprobe: 4, reason: 'best' });
  });
});
