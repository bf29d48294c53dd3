import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecipeId } from '@shared/contract/primitives';
import { type BuildOptions, plain } from '@shared/contract/build';
import { choosesNprobe, type IndexPlan, planIndex } from '@shared/domain/recipes/plan';
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
        width: 'enough',
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

  it('makes more and smaller groups than the hosts, but not more than FAISS advises', () => {
    expect(planned({}, 9_000)).toMatchObject({ factory: 'IVF692,Flat', vectors: 9_000, nprobe: null, width: 'enough' });
    expect(planned({}, 400_000)).toMatchObject({ factory: 'IVF10119,Flat' });
    expect(planned({}, 20)).toMatchObject({ factory: 'IVF1,Flat', nprobe: 1 });
  });

  it('rounds every frame in small', () => {
    expect(planned({ recipe: 'small' }, 8_000)).toMatchObject({ vectors: 8_000, factory: 'IVF615,SQ8', nprobe: null });
    expect(planned({ recipe: 'small' }, 400_000)).toMatchObject({ compression: null, factory: 'IVF10119,SQ8' });
  });

  it('searches as widely as the budget allows in best', () => {
    expect(planned({ recipe: 'best' }, 9_000)).toMatchObject({ factory: 'IVF692,Flat', nprobe: null, width: 'most' });
    expect(planned({ recipe: 'best', nprobe: 3 }, 60_000)).toMatchObject({ nprobe: 3 });
  });

  it('takes the lists from a given factory string', () => {
    expect(planned({ factory: 'IVF64,SQ8' }, 9_000)).toMatchObject({ factory: 'IVF64,SQ8', nlist: 64, holdOut: true });
    expect(planned({ factory: 'Flat' }, 9_000)).toMatchObject({ nlist: null, nprobe: null, holdOut: true });
  });

  it('keeps files apart whatever there is to choose, so that choosing changes nothing else', () => {
    const built = planned({}, 9_000);
    const told = planned({ nprobe: 8 }, 9_000);
    expect({ ...told, nprobe: null }).toEqual(built);
    for (const recipe of ['rvc', 'applio'] as const) expect(planned({ recipe }, 9_000).holdOut).toBe(false);
  });

  it('chooses nprobe where there is more than one group', () => {
    expect(choosesNprobe(planned({}, 130))).toBe(true);
    expect(choosesNprobe(planned({}, 20))).toBe(false);
    expect(choosesNprobe(planned({ nprobe: 4 }, 130))).toBe(false);
    expect(choosesNprobe(planned({ factory: 'Flat' }, 130))).toBe(false);
  });

  it('takes a given nprobe, but never more than there are lists', () => {
    const plan = (nprobe: number) => planned({ nprobe }, 9_000);
    expect(plan(7)).toMatchObject({ nprobe: 7 });
    expect(plan(9_999)).toMatchObject({ nprobe: 692 });
  });

  it('always makes a plan that FAISS can carry out', () => {
    fc.assert(
      fc.property(frames, fc.constantFrom(...RecipeId.options), fc.option(fc.nat()), (count, recipe, nprobe) => {
        const plan = planned({ recipe, nprobe }, count);
        const nlist = plan.nlist ?? 0;
        expect(nlist).toBeGreaterThanOrEqual(1);
        expect(plan.vectors).toBeLessThanOrEqual(count);
        expect(nlist * 13).toBeLessThanOrEqual(Math.max(13, plan.vectors));
        if (plan.nprobe === null) {
          expect(nlist).toBeGreaterThan(1);
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
