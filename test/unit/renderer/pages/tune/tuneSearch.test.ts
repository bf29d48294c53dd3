import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain, type TuneLimits } from '@shared/contract/build';
import type { JobSnapshot } from '@shared/contract/jobs';
import { fitsLimits } from '@shared/domain/recipes/tuning';
import {
  bestFirst,
  brokenLimits,
  firstLimit,
  fromField,
  inField,
  judge,
  LIMITS,
  loosenings,
  NO_LIMITS,
  optionsOf,
  reasonFor,
  searchesOf,
  sorted,
} from '@/pages/tune/tuneSearch';
import { candidate } from './tuneCandidates';

const size = { frames: 9_000, dimension: 768 };

const large = candidate({ id: 'best', quality: 0.99, bytes: 28_000_000, msPerSecond: 16 });
const middle = candidate({ id: 'balanced', quality: 0.985, bytes: 14_000_000, msPerSecond: 6 });
const small = candidate({ id: 'small', quality: 0.43, bytes: 7_000_000, msPerSecond: 2 });
const candidates = [large, middle, small];

function limits(change: Partial<TuneLimits>): TuneLimits {
  return { ...NO_LIMITS, ...change };
}

function reason(change: Partial<TuneLimits>, of = candidates): string | null {
  return reasonFor(judge({ candidates: of }, limits(change)), limits(change));
}

describe('judge', () => {
  it('moves the proposal with the limits, whatever they were during the search', () => {
    const stale = candidates.map((one) => ({ ...one, fits: false }));
    expect(judge({ candidates: stale }, NO_LIMITS).proposal?.id).toBe('balanced');
    expect(judge({ candidates: stale }, limits({ maxBytes: 10_000_000 })).proposal?.id).toBe('small');
    expect(judge({ candidates: stale }, limits({ maxBytes: 1 })).proposal).toBeNull();
    expect(judge({ candidates: stale }, limits({ maxMs: 6 })).candidates.map(({ fits }) => fits)).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('reasonFor', () => {
  it('says why, without and within limits', () => {
    expect(reason({})).toBe('closer');
    expect(reason({}, [small, candidate({ id: 'tiny', quality: 0.42, bytes: 9_000_000 })])).toBe('smallest');
    expect(reason({ minQuality: 0.4 })).toBe('enough');
    expect(reason({ maxMs: 6 })).toBe('closerWithin');
    expect(reason({ maxMs: 6 }, [large, middle, { ...middle, bytes: 15_000_000 }])).toBe('smallestWithin');
    expect(reason({ maxBytes: 7_000_000 })).toBe('only');
    expect(reason({}, [small])).toBe('smallest');
    expect(reason({ maxBytes: 1 })).toBeNull();
  });
});

describe('loosenings', () => {
  it('names each limit that is enough to loosen, and how far', () => {
    expect(loosenings(candidates, limits({ maxBytes: 5_000_001, minQuality: 0.98 }))).toEqual([
      { limit: 'maxBytes', to: 14_000_000 },
    ]);
    expect(loosenings(candidates, limits({ maxBytes: 8_000_000, minQuality: 0.98 }))).toEqual([
      { limit: 'maxBytes', to: 14_000_000 },
      { limit: 'minQuality', to: 0.43 },
    ]);
    expect(loosenings(candidates, limits({ maxMs: 1 }))).toEqual([{ limit: 'maxMs', to: 2 }]);
  });

  it('is empty when one fits, and when two limits are in the way', () => {
    expect(loosenings(candidates, NO_LIMITS)).toEqual([]);
    expect(loosenings(candidates, limits({ maxBytes: 1, maxMs: 1 }))).toEqual([]);
  });

  it('always leads to a candidate that keeps the limits', () => {
    const some = fc.record({
      quality: fc.double({ min: 0, max: 1, noNaN: true }),
      bytes: fc.integer({ min: 1, max: 1e9 }),
      msPerSecond: fc.double({ min: 0, max: 1e4, noNaN: true }),
    });
    const limit = {
      maxBytes: fc.option(fc.integer({ min: 0, max: 1e9 })),
      maxMs: fc.option(fc.double({ min: 0, max: 1e4, noNaN: true })),
      minQuality: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    };
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 10 }), fc.record(limit), (all, asked) => {
        const tried = all.map((one, place) => candidate({ id: `option-${place}`, ...one }));
        for (const { limit: which, to } of loosenings(tried, asked)) {
          expect(tried.some((one) => fitsLimits(one, { ...asked, [which]: to }))).toBe(true);
          expect(Number.isInteger(to) || which !== 'maxBytes').toBe(true);
        }
      }),
    );
  });
});

describe('brokenLimits', () => {
  it('names the ones that a candidate does not keep', () => {
    expect(brokenLimits(large, limits({ maxBytes: 20_000_000, maxMs: 20, minQuality: 1 }))).toEqual([
      'maxBytes',
      'minQuality',
    ]);
    expect(brokenLimits(large, NO_LIMITS)).toEqual([]);
  });
});

describe('the fields of the limits', () => {
  it('show what they stand for', () => {
    expect(inField('maxBytes', 31_600_000)).toBe(31.6);
    expect(inField('minQuality', 0.968)).toBe(96.8);
    expect(fromField('minQuality', 96.8)).toBe(0.968);
    expect(fromField('minQuality', 250)).toBe(1);
    expect(fromField('maxMs', -3)).toBe(0);
  });

  it('keep what is typed to a tenth', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LIMITS), fc.integer({ min: 0, max: 1_000 }), (limit, tenths) => {
        expect(inField(limit, fromField(limit, tenths / 10))).toBe(tenths / 10);
      }),
    );
  });

  it('begin with a whole number of bytes, half of what everything takes', () => {
    expect(firstLimit('maxBytes', size)).toBe(15_000_000);
    expect(Number.isSafeInteger(firstLimit('maxBytes', { frames: 0, dimension: 768 }))).toBe(true);
  });
});

describe('sorted', () => {
  it('puts the best on top, and turns around', () => {
    const ids = (order: Parameters<typeof sorted>[1]) => sorted(candidates, order).map(({ id }) => id);
    expect(ids(bestFirst('quality'))).toEqual(['best', 'balanced', 'small']);
    expect(ids(bestFirst('bytes'))).toEqual(['small', 'balanced', 'best']);
    expect(ids({ column: 'msPerSecond', descending: true })).toEqual(['best', 'balanced', 'small']);
  });
});

describe('optionsOf', () => {
  it('keeps the number of groups that was found', () => {
    expect(optionsOf({ ...middle, options: plain('balanced'), nprobe: 12 }, size)).toEqual({
      ...plain('balanced'),
      nprobe: 12,
    });
  });

  it("leaves a host's recipe as it is", () => {
    expect(optionsOf({ ...middle, options: plain('rvc'), nprobe: 1 }, size)).toEqual(plain('rvc'));
  });
});

describe('searchesOf', () => {
  it('leaves out other voices, other jobs, and trying one’s own options', () => {
    const job = (id: string, request: JobSnapshot['request']) => ({ id, request }) as JobSnapshot;
    const tune = { kind: 'tune', voice: 'voice-0001', budgetSeconds: 30, options: null, limits: NO_LIMITS } as const;
    const found = searchesOf(
      [
        job('a', tune),
        job('b', { ...tune, voice: 'voice-0002' }),
        job('c', { ...tune, options: [plain('small')] }),
        job('d', { kind: 'sample' }),
      ],
      'voice-0001',
    );
    expect(found.map(({ id }) => id)).toEqual(['a']);
  });
});
