import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planIndex, rvcNlist, versionOf } from '@shared/domain/recipes';

const frames = fc.integer({ min: 8, max: 3_000_000 });

describe('rvcNlist', () => {
  // 32,000 frames are ten minutes; a user's log of ten minutes shows IVF822.
  it.each([
    [1, 1],
    [38, 1],
    [77, 1],
    [78, 2],
    [10_000, 256],
    [32_058, 822],
    [200_000, 5_128],
    [1_000_000, 16_000],
  ])('gives %d frames %d lists', (count, nlist) => {
    expect(rvcNlist(count)).toBe(nlist);
  });
});

describe('planIndex', () => {
  it('reproduces the hosts: their lists, nprobe 1, nothing held out', () => {
    for (const recipe of ['rvc', 'applio'] as const) {
      expect(planIndex({ recipe, frames: 60_000, dimension: 768, nprobe: null })).toEqual({
        recipe,
        factory: 'IVF1538,Flat',
        dimension: 768,
        nlist: 1_538,
        nprobe: 1,
        minNprobe: 1,
        nprobeCandidates: [],
        holdOut: false,
        addBatch: 8_192,
        wouldCompress: false,
      });
    }
  });

  it('says when the host would compress, from 200,001 frames on', () => {
    const would = (recipe: 'rvc' | 'balanced', count: number): boolean =>
      planIndex({ recipe, frames: count, dimension: 256, nprobe: null }).wouldCompress;
    expect(would('rvc', 200_000)).toBe(false);
    expect(would('rvc', 200_001)).toBe(true);
    expect(would('balanced', 200_001)).toBe(false);
  });

  it('lets balanced choose from 4 lists up to all of them', () => {
    const plan = planIndex({ recipe: 'balanced', frames: 9_000, dimension: 768, nprobe: null });
    expect(plan).toMatchObject({ nlist: 230, nprobe: null, minNprobe: 4, holdOut: true });
    expect(plan.nprobeCandidates).toEqual([4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 96, 128, 192, 230]);
  });

  it('searches every list when there are at most four', () => {
    const plan = planIndex({ recipe: 'balanced', frames: 130, dimension: 768, nprobe: null });
    expect(plan).toMatchObject({ nlist: 3, nprobe: 3, minNprobe: 3, holdOut: false, nprobeCandidates: [] });
  });

  it('takes a given nprobe, but never more than there are lists', () => {
    const plan = (nprobe: number) => planIndex({ recipe: 'balanced', frames: 9_000, dimension: 768, nprobe });
    expect(plan(7)).toMatchObject({ nprobe: 7, holdOut: false });
    expect(plan(9_999)).toMatchObject({ nprobe: 230, holdOut: false });
  });

  it('always makes a plan that FAISS can carry out', () => {
    fc.assert(
      fc.property(
        frames,
        fc.constantFrom('balanced', 'rvc', 'applio'),
        fc.option(fc.nat()),
        (count, recipe, nprobe) => {
          const plan = planIndex({ recipe, frames: count, dimension: 768, nprobe });
          expect(plan.nlist).toBeGreaterThanOrEqual(1);
          expect(plan.nlist * 39).toBeLessThanOrEqual(Math.max(39, count));
          expect(plan.minNprobe).toBeLessThanOrEqual(plan.nlist);
          if (plan.nprobe === null) {
            const candidates = [...plan.nprobeCandidates];
            expect(candidates).toEqual([...new Set(candidates)].sort((a, b) => a - b));
            expect(candidates[0]).toBe(plan.minNprobe);
            expect(candidates.at(-1)).toBe(plan.nlist);
          } else {
            expect(plan.nprobe >= 1 && plan.nprobe <= plan.nlist).toBe(true);
          }
        },
      ),
    );
  });
});

describe('versionOf', () => {
  it('knows the two dimensions of RVC', () => {
    expect([versionOf(256), versionOf(768), versionOf(512)]).toEqual(['v1', 'v2', null]);
  });
});
