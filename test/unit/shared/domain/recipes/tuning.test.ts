import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain } from '@shared/contract/build';
import { buildProblem } from '@shared/domain/recipes/buildProblem';
import { planIndex } from '@shared/domain/recipes/plan';
import {
  CANDIDATE_IDS,
  fitsLimits,
  frontierOf,
  proposeCandidate,
  scaledOptions,
  searchWork,
  usualCandidates,
} from '@shared/domain/recipes/tuning';

const NO_LIMITS = { maxBytes: null, maxMs: null, minQuality: null };
const judged = (quality: number, bytes: number, msPerSecond: number) => ({
  quality: { value: quality, low: quality, high: quality },
  bytes,
  msPerSecond,
});

describe('usualCandidates', () => {
  it('are ways that can be carried out, for any length of voice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 2_000_000 }), fc.constantFrom(256, 768), (frames, dimension) => {
        const ways = usualCandidates(frames);
        expect(new Set(ways.map(({ id }) => id)).size).toBe(ways.length);
        for (const { id, options } of ways) {
          expect(CANDIDATE_IDS).toContain(id);
          expect(buildProblem({ options, frames, dimension })).toBeNull();
        }
      }),
    );
  });
});

describe('scaledOptions', () => {
  it('keeps vectors a center and vectors a group', () => {
    const options = {
      ...plain('balanced'),
      factory: 'IVF400,SQ8',
      compression: { clusters: 10_000, method: 'minibatch' },
    } as const;
    expect(scaledOptions(options, 0.25)).toEqual({
      ...options,
      factory: 'IVF100,SQ8',
      compression: { clusters: 2_500, method: 'minibatch' },
    });
    expect(scaledOptions(options, 1)).toEqual(options);
    expect(scaledOptions({ ...options, factory: 'Flat', compression: 'none' }, 0.1)).toMatchObject({
      factory: 'Flat',
      compression: 'none',
    });
    expect(scaledOptions(options, 1e-9)).toMatchObject({ factory: 'IVF1,SQ8', compression: { clusters: 8 } });
  });
});

describe('searchWork', () => {
  it('counts centroids and the vectors of the groups searched', () => {
    expect(searchWork({ vectors: 10_000, nlist: 100, nprobe: 4 })).toBe(100 + 400);
    expect(searchWork({ vectors: 10_000, nlist: 100, nprobe: 1_000 })).toBe(100 + 10_000);
    expect(searchWork({ vectors: 10_000, nlist: null, nprobe: null })).toBe(10_000);
  });
});

describe('the choice', () => {
  const [best, small, worse] = [judged(0.95, 100, 5), judged(0.945, 20, 2), judged(0.9, 60, 6)];

  it('puts on the frontier what nothing beats', () => {
    expect(frontierOf([best, small, worse])).toEqual([true, true, false]);
    expect(frontierOf([best, best])).toEqual([true, true]);
  });

  it('proposes the smallest of those that sound as good as the best', () => {
    const candidates = [best, small, worse].map((candidate) => ({ ...candidate, fits: true }));
    expect(proposeCandidate(candidates, NO_LIMITS)).toBe(1);
    expect(proposeCandidate(candidates.slice(0, 1), NO_LIMITS)).toBe(0);
  });

  it('proposes the smallest that is good enough when a quality is asked for', () => {
    const limits = { ...NO_LIMITS, minQuality: 0.85 };
    const tiny = judged(0.86, 5, 1);
    const candidates = [best, small, worse, tiny].map((candidate) => ({
      ...candidate,
      fits: fitsLimits(candidate, limits),
    }));
    expect(proposeCandidate(candidates, limits)).toBe(3);
  });

  it('proposes nothing when nothing keeps the limits', () => {
    const limits = { ...NO_LIMITS, maxBytes: 1 };
    expect(fitsLimits(best, limits)).toBe(false);
    expect(fitsLimits(best, { ...NO_LIMITS, maxMs: 4 })).toBe(false);
    expect(fitsLimits(best, { maxBytes: 100, maxMs: 5, minQuality: 0.95 })).toBe(true);
    expect(proposeCandidate([{ ...best, fits: false }], limits)).toBeNull();
  });

  it('never proposes what another one beats by more than a moment in a hundred', () => {
    const candidate = fc
      .record({ quality: fc.double({ min: 0, max: 1, noNaN: true }), bytes: fc.nat(), ms: fc.nat() })
      .map(({ quality, bytes, ms }) => ({ ...judged(quality, bytes, ms), fits: true }));
    fc.assert(
      fc.property(fc.array(candidate, { minLength: 1, maxLength: 12 }), (candidates) => {
        const chosen = candidates[proposeCandidate(candidates, NO_LIMITS) ?? -1];
        const top = Math.max(...candidates.map(({ quality }) => quality.value));
        expect(chosen?.quality.value).toBeGreaterThanOrEqual(top - 0.01 - 1e-12);
      }),
    );
  });
});

it('plans of candidates keep to their recipes', () => {
  const plans = usualCandidates(400_000).map(({ id, options }) => [
    id,
    planIndex({ options, frames: 400_000, dimension: 768 }).vectors,
  ]);
  expect(Object.fromEntries(plans)).toMatchObject({ balanced: 400_000, small: 400_000, rvc: 10_000, kmeans: 10_000 });
});
