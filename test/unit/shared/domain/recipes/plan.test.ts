import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecipeId } from '@shared/contract/primitives';
import { type BuildOptions, plain } from '@shared/contract/build';
import { type IndexPlan, planIndex } from '@shared/domain/recipes/plan';
import { rvcNlist, versionOf } from '@shared/domain/rvc';

const frames = fc.integer({ min: 8, max: 3_000_000 });

const planned = (options: Partial<BuildOptions>, count: number): IndexPlan =>
  planIndex({ options: { ...plain('balanced'), ...options }, frames: count, dimension: 768 });

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
      expect(planned({ recipe }, 60_000)).toEqual({
        recipe,
        factory: 'IVF1538,Flat',
        metric: 'l2',
        dimension: 768,
        vectors: 60_000,
        compression: null,
        expansion: null,
        nlist: 1_538,
        nprobe: 1,
        minNprobe: 1,
        nprobeCandidates: [],
        targetRecall: null,
        kFactor: null,
        holdOut: false,
        addBatch: 8_192,
      });
    }
  });

  it('compresses as the hosts do, from 200,001 frames on: 10,000 centers in 256 lists', () => {
    expect(planned({ recipe: 'rvc' }, 200_000)).toMatchObject({ compression: null, nlist: 5_128 });
    expect(planned({ recipe: 'rvc' }, 200_001)).toMatchObject({
      compression: { clusters: 10_000, method: 'minibatch' },
      vectors: 10_000,
      factory: 'IVF256,Flat',
    });
    expect(planned({ recipe: 'rvc', compression: 'none' }, 200_001)).toMatchObject({ compression: null });
    expect(planned({}, 200_001)).toMatchObject({ compression: null, vectors: 200_001 });
  });

  it('keeps one rounded vector for two frames in small, at most 10,000', () => {
    expect(planned({ recipe: 'small' }, 8_000)).toMatchObject({ vectors: 4_000, factory: 'IVF102,SQ8', nprobe: null });
    expect(planned({ recipe: 'small' }, 400_000)).toMatchObject({ vectors: 10_000, factory: 'IVF256,SQ8' });
    expect(planned({ recipe: 'small' }, 15)).toMatchObject({ compression: null, vectors: 15 });
  });

  it('searches wider in best', () => {
    expect(planned({ recipe: 'best' }, 60_000)).toMatchObject({ factory: 'IVF980,Flat', targetRecall: 0.99 });
    expect(planned({ recipe: 'best', nprobe: 3 }, 60_000)).toMatchObject({ nprobe: 3, targetRecall: null });
  });

  it('takes the lists from a given factory string', () => {
    expect(planned({ factory: 'IVF64,SQ8' }, 9_000)).toMatchObject({ factory: 'IVF64,SQ8', nlist: 64, holdOut: true });
    expect(planned({ factory: 'Flat' }, 9_000)).toMatchObject({ nlist: null, nprobe: null, holdOut: true });
  });

  it('lets balanced choose from 4 lists up to all of them', () => {
    const plan = planned({}, 9_000);
    expect(plan).toMatchObject({ nlist: 230, nprobe: null, minNprobe: 4, holdOut: true });
    expect(plan.nprobeCandidates).toEqual([4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 96, 128, 192, 230]);
  });

  it('keeps files apart whatever there is to choose, so that choosing changes nothing else', () => {
    const built = planned({}, 9_000);
    const told = planned({ nprobe: 8 }, 9_000);
    expect({ ...told, nprobe: null, nprobeCandidates: built.nprobeCandidates }).toEqual(built);
    for (const recipe of ['rvc', 'applio'] as const) expect(planned({ recipe }, 9_000).holdOut).toBe(false);
  });

  it('searches every list when there are at most four', () => {
    const plan = planned({}, 130);
    expect(plan).toMatchObject({ nlist: 3, nprobe: 3, minNprobe: 3, holdOut: true, nprobeCandidates: [] });
  });

  it('takes a given nprobe, but never more than there are lists', () => {
    const plan = (nprobe: number) => planned({ nprobe }, 9_000);
    expect(plan(7)).toMatchObject({ nprobe: 7, nprobeCandidates: [] });
    expect(plan(9_999)).toMatchObject({ nprobe: 230, nprobeCandidates: [] });
  });

  it('always makes a plan that FAISS can carry out', () => {
    fc.assert(
      fc.property(frames, fc.constantFrom(...RecipeId.options), fc.option(fc.nat()), (count, recipe, nprobe) => {
        const plan = planned({ recipe, nprobe }, count);
        const nlist = plan.nlist ?? 0;
        expect(nlist).toBeGreaterThanOrEqual(1);
        expect(plan.vectors).toBeLessThanOrEqual(count);
        expect(nlist * 39).toBeLessThanOrEqual(Math.max(39, plan.vectors));
        expect(plan.minNprobe).toBeLessThanOrEqual(nlist);
        if (plan.nprobe === null) {
          const candidates = [...plan.nprobeCandidates];
          expect(candidates).toEqual([...new Set(candidates)].sort((a, b) => a - b));
          expect(candidates[0]).toBe(plan.minNprobe);
          expect(candidates.at(-1)).toBe(nlist);
        } else {
          expect(plan.nprobe >= 1 && plan.nprobe <= nlist).toBe(true);
        }
      }),
    );
  });
});

describe('versionOf', () => {
  it('knows the two dimensions of RVC', () => {
    expect([versionOf(256), versionOf(768), versionOf(512)]).toEqual(['v1', 'v2', null]);
  });
});
