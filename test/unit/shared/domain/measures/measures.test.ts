import fc from 'fast-check';
import { wilson } from '@shared/domain/maths/statistics';
import { describe, expect, it } from 'vitest';
import {
  blendBlock,
  blendFrame,
  blendWeights,
  closenessPerFrame,
  cosineSpread,
  droppedBlocks,
  missingPerFrame,
  type Neighbors,
  normRatio,
  qualityPoint,
  recallPerFrame,
  rowDistances,
  rowNorms,
  stepSize,
  summarizeBlend,
} from '@shared/domain/measures/measures';
import { NEIGHBORS } from '@shared/domain/rvc';

const FAR = 3.4e38;

function neighbors(labels: readonly number[], distances: readonly number[]): Neighbors {
  return { labels: Int32Array.from(labels), distances: Float32Array.from(distances) };
}

/** Vectors 0..7 at distances 1..8. */
const truth = neighbors([0, 1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7, 8]);

/**
 * A search among 20 vectors that sees only some of them: true neighbors by all, found ones by the visible. This is
 * what an inverted file does.
 */
const search = fc
  .record({
    distances: fc.uniqueArray(fc.integer({ min: 1, max: 5_000 }), { minLength: 20, maxLength: 20 }),
    visible: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
  })
  .map(({ distances, visible }) => {
    const nearest = (rows: readonly number[]): Neighbors => {
      const ordered = [...rows].sort((a, b) => (distances[a] ?? 0) - (distances[b] ?? 0)).slice(0, NEIGHBORS);
      const missing = Array<number>(NEIGHBORS - ordered.length).fill(-1);
      return neighbors(
        [...ordered, ...missing],
        [...ordered.map((row) => distances[row] ?? 0), ...missing.map(() => FAR)],
      );
    };
    const all = distances.map((_, row) => row);
    return { true: nearest(all), found: nearest(all.filter((row) => visible[row] === true)) };
  });

describe('recallPerFrame', () => {
  it('counts what was found', () => {
    const found = neighbors([0, 1, 2, 3, 20, 21, 22, -1], [1, 2, 3, 4, 9, 9, 9, FAR]);
    expect(Array.from(recallPerFrame(found, truth))).toEqual([0.5]);
  });

  it('takes a vector as near as the true 8th for a tie, and no farther one', () => {
    const tie = neighbors([0, 1, 2, 3, 4, 5, 6, 30], [1, 2, 3, 4, 5, 6, 7, 8.0005]);
    expect(recallPerFrame(tie, truth)[0]).toBe(1);
    const farther = neighbors([0, 1, 2, 3, 4, 5, 6, 30], [1, 2, 3, 4, 5, 6, 7, 8.002]);
    expect(recallPerFrame(farther, truth)[0]).toBe(0.875);
  });

  it('measures an index of five vectors against five', () => {
    const five = neighbors([0, 1, 2, 3, 4, -1, -1, -1], [1, 2, 3, 4, 5, FAR, FAR, FAR]);
    expect(recallPerFrame(five, five)[0]).toBe(1);
    expect(closenessPerFrame(five, five)[0]).toBe(1);
  });

  it('refuses neighbors of different frames', () => {
    expect(() => recallPerFrame(truth, neighbors([], []))).toThrow(RangeError);
  });
});

describe('closenessPerFrame', () => {
  it('compares sums of distances and counts a missing neighbor as infinitely far', () => {
    const farther = neighbors([8, 9, 10, 11, 12, 13, 14, 15], [2, 4, 6, 8, 10, 12, 14, 16]);
    expect(closenessPerFrame(farther, truth)[0]).toBe(0.5);
    const half = neighbors([0, 1, 2, 3, -1, -1, -1, -1], [1, 2, 3, 4, FAR, FAR, FAR, FAR]);
    expect(closenessPerFrame(half, truth)[0]).toBe(0.5);
    const none = neighbors(Array<number>(8).fill(-1), Array<number>(8).fill(FAR));
    expect(closenessPerFrame(none, truth)[0]).toBe(0);
  });

  it('is 1 for distances of zero', () => {
    const same = neighbors([0, 1, 2, 3, 4, 5, 6, 7], [0, 0, 0, 0, 0, 0, 0, 0]);
    expect(closenessPerFrame(same, same)[0]).toBe(1);
  });
});

describe('a search that sees a part of the vectors', () => {
  it('has recall and closeness in 0..1, both 1 only for the truth, and neither better with more missing', () => {
    fc.assert(
      fc.property(search, ({ true: all, found }) => {
        const recall = recallPerFrame(found, all)[0] ?? -1;
        const closeness = closenessPerFrame(found, all)[0] ?? -1;
        const missing = missingPerFrame(found.labels)[0] ?? -1;
        const right = Array.from(found.labels).filter((label) => label >= 0 && all.labels.includes(label)).length;
        expect(recall).toBe(right / NEIGHBORS);
        expect(closeness >= 0 && closeness <= 1).toBe(true);
        expect(closeness === 1).toBe(recall === 1);
        expect(recall).toBeLessThanOrEqual(1 - missing / NEIGHBORS);
        expect(closeness).toBeLessThanOrEqual(1 - missing / NEIGHBORS + 1e-6);
      }),
    );
  });
});

describe('missingPerFrame', () => {
  it('counts labels of -1', () => {
    const labels = Int32Array.from([...Array<number>(8).fill(3), 1, 2, -1, -1, -1, -1, -1, -1]);
    expect(Array.from(missingPerFrame(labels))).toEqual([0, 6]);
  });
});

describe('droppedBlocks', () => {
  it('slides a window of 20 over each run, never across two', () => {
    const missing = new Uint8Array(60);
    missing[5] = 1;
    // 21 windows start at frames 0..20 of a run of 40; those at 0..5 hold frame 5. The run of 20 is one window.
    expect(droppedBlocks(missing, [40, 20])?.value).toBeCloseTo(6 / 22, 12);
  });

  it('does not know without a run of 20', () => {
    expect(droppedBlocks(new Uint8Array(19), [19])).toBeNull();
    expect(droppedBlocks(new Uint8Array(0), [])).toBeNull();
  });

  it('agrees with counting window by window', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.boolean(), { maxLength: 70 }), { maxLength: 5 }), (runs) => {
        let windows = 0;
        let dropped = 0;
        for (const run of runs) {
          for (let start = 0; start + 20 <= run.length; start++) {
            windows++;
            if (run.slice(start, start + 20).includes(true)) dropped++;
          }
        }
        const figure = droppedBlocks(
          Uint8Array.from(runs.flat().map(Number)),
          runs.map((run) => run.length),
        );
        if (windows === 0) expect(figure).toBeNull();
        else expect(figure?.value).toBeCloseTo(dropped / windows, 10);
      }),
    );
  });
});

describe('blendWeights', () => {
  it('is the kernel of RVC: the squared inverse of the squared distance, normalized', () => {
    const weights = new Float32Array(NEIGHBORS);
    expect(blendWeights(weights, truth.distances, truth.labels, 0)).toBe('blended');
    const raw = [1, 2, 3, 4, 5, 6, 7, 8].map((distance) => (1 / distance) ** 2);
    const sum = raw.reduce((total, weight) => total + weight, 0);
    raw.forEach((weight, neighbor) => expect(weights[neighbor]).toBeCloseTo(weight / sum, 6));
  });

  it('gives all weight to a stored vector that equals the frame, where RVC would get NaN', () => {
    const weights = new Float32Array(NEIGHBORS);
    const equal = neighbors([0, 1, 2, 3, 4, 5, 6, 7], [0, 0, 3, 4, 5, 6, 7, 8]);
    expect(blendWeights(weights, equal.distances, equal.labels, 0)).toBe('exact');
    expect(Array.from(weights)).toEqual([0.5, 0.5, 0, 0, 0, 0, 0, 0]);
  });

  it('leaves missing neighbors out, and has no weights without any', () => {
    const weights = new Float32Array(NEIGHBORS);
    const some = neighbors([4, -1, -1, -1, -1, -1, -1, -1], [2, FAR, FAR, FAR, FAR, FAR, FAR, FAR]);
    expect(blendWeights(weights, some.distances, some.labels, 0)).toBe('blended');
    expect(Array.from(weights)).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    expect(blendWeights(weights, some.distances, new Int32Array(NEIGHBORS).fill(-1), 0)).toBe('none');
    expect(Array.from(weights)).toEqual(Array<number>(NEIGHBORS).fill(0));
  });

  it('always adds up to 1, however small or large the distances are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: 0, max: Math.fround(1e37), noNaN: true }), { minLength: 8, maxLength: 8 }),
        (drawn) => {
          const weights = new Float32Array(NEIGHBORS);
          blendWeights(weights, Float32Array.from(drawn), new Int32Array(NEIGHBORS), 0);
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
        },
      ),
    );
  });
});

describe('blendBlock', () => {
  it('blends frame by frame and counts how', () => {
    const vectors = new Float32Array(3 * NEIGHBORS * 2);
    vectors.set([1, 1, 3, 3], 0);
    vectors.set([7, 8], NEIGHBORS * 2);
    const block = neighbors(
      [0, 1, -1, -1, -1, -1, -1, -1, 5, 6, 7, 8, 9, 10, 11, 12, ...Array<number>(8).fill(-1)],
      [2, 2, FAR, FAR, FAR, FAR, FAR, FAR, 0, 1, 1, 1, 1, 1, 1, 1, ...Array<number>(8).fill(FAR)],
    );
    const out = new Float32Array(6);
    expect(blendBlock(out, vectors, block, 2)).toEqual({ blended: 1, exact: 1, none: 1 });
    expect(Array.from(out)).toEqual([2, 2, 7, 8, Number.NaN, Number.NaN]);
  });

  it('stays within the hull of the neighbors', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 8, maxLength: 8 }),
        fc.array(fc.float({ min: Math.fround(0.01), max: 100, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (vectors, distances) => {
          const weights = new Float32Array(NEIGHBORS);
          const out = new Float32Array(1);
          blendWeights(weights, Float32Array.from(distances), new Int32Array(NEIGHBORS), 0);
          blendFrame(out, Float32Array.from(vectors), weights);
          expect(out[0]).toBeGreaterThanOrEqual(Math.min(...vectors) - 1e-3);
          expect(out[0]).toBeLessThanOrEqual(Math.max(...vectors) + 1e-3);
        },
      ),
    );
  });
});

describe('rowNorms, rowDistances, stepSize', () => {
  const rows = Float32Array.from([0, 0, 3, 4, 3, 4, 3, 10]);

  it('measure rows', () => {
    expect(Array.from(rowNorms(rows.subarray(0, 4), 2))).toEqual([0, 5]);
    expect(Array.from(rowDistances(rows.subarray(0, 4), rows.subarray(4), 2))).toEqual([5, 6]);
  });

  it('take steps within a run only', () => {
    expect(stepSize(rows, 2, [4])).toBe(5);
    expect(stepSize(rows, 2, [2, 2])).toBe(5.5);
    expect(stepSize(rows, 2, [1, 1, 1, 1])).toBeNull();
    expect(stepSize(rows, 2, [])).toBeNull();
    expect(stepSize(new Float32Array(8), 2, [4])).toBeNull();
  });
});

describe('summarizeBlend', () => {
  it('sorts frames into bands; one without a blend is different', () => {
    const distances = Float32Array.from([0, 0.4, 0.5, 2, 2.1, Number.NaN, 4, 1]);
    expect(summarizeBlend(distances, 2)).toEqual({
      median: 0.5,
      p95: expect.closeTo(1.715, 6) as number,
      same: 2 / 8,
      slight: 3 / 8,
      different: 3 / 8,
    });
  });

  it('knows nothing when no frame has a blend', () => {
    expect(summarizeBlend(Float32Array.from([Number.NaN]), 1)).toBeNull();
  });

  it('has shares that add up to 1', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: 0, max: 10, noNaN: true }), { minLength: 1 }), (drawn) => {
        const summary = summarizeBlend(Float32Array.from(drawn), 1);
        expect((summary?.same ?? 0) + (summary?.slight ?? 0) + (summary?.different ?? 0)).toBeCloseTo(1, 10);
        expect(summary?.p95).toBeGreaterThanOrEqual(summary?.median ?? Infinity);
      }),
    );
  });
});

describe('normRatio', () => {
  it('compares means over the frames that have a blend', () => {
    expect(normRatio(Float32Array.from([1, 1, Number.NaN]), Float32Array.from([10, 10, 99]))).toBeCloseTo(0.1, 6);
    expect(normRatio(Float32Array.from([Number.NaN]), Float32Array.from([9]))).toBe(0);
  });
});

describe('qualityPoint', () => {
  it('puts the measures of one nprobe together', () => {
    const twenty = (one: Neighbors): Neighbors =>
      neighbors(
        Array.from({ length: 20 }, () => Array.from(one.labels)).flat(),
        Array.from({ length: 20 }, () => Array.from(one.distances)).flat(),
      );
    const half = neighbors([0, 1, 2, 3, -1, -1, -1, -1], [1, 2, 3, 4, FAR, FAR, FAR, FAR]);
    const point = qualityPoint({
      nprobe: 1,
      found: twenty(half),
      truth: twenty(truth),
      runs: [20],
      differences: Float32Array.from({ length: 20 }, (_, frame) => (frame < 15 ? 0.1 : 3)),
      step: 2,
      normRatio: 0.9,
      seed: 1,
    });
    expect(point).toMatchObject({ nprobe: 1, normRatio: 0.9, droppedBlocks: { value: 1 } });
    expect(point.blend).toMatchObject({ same: 0.75, slight: 0, different: 0.25 });
    expect(point.same).toEqual(wilson(15, 20));
    expect(point.recall).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
    expect(point.missing.value).toBe(1);
    expect(point.empty.value).toBe(0);
  });

  it('counts the frames that miss a neighbor, and those that miss all', () => {
    const none = Array<number>(8).fill(-1);
    const rows = [truth.labels, [0, 1, 2, 3, 4, 5, 6, -1], none, truth.labels].map((labels) => [...labels]);
    const point = qualityPoint({
      nprobe: 1,
      found: neighbors(rows.flat(), Array<number>(32).fill(1)),
      truth: neighbors(Array.from({ length: 4 }, () => [...truth.labels]).flat(), Array<number>(32).fill(1)),
      runs: [],
      differences: new Float32Array(4),
      step: null,
      normRatio: 1,
      seed: 1,
    });
    expect(point).toMatchObject({ missing: wilson(2, 4), empty: wilson(1, 4) });
    // Without a step nobody knows what could be heard, nor without runs which blocks would be dropped.
    expect(point).toMatchObject({ same: null, blend: null, droppedBlocks: null });
  });
});

describe('cosineSpread', () => {
  it('counts in steps of 0.05 and knows the middle', () => {
    const { mean, p5, median, p95, bins } = cosineSpread(Float32Array.of(0.5, 1, 0.75, 0.76));
    expect(mean).toBeCloseTo(0.7525);
    expect(median).toBeCloseTo(0.755);
    expect(p5).toBeCloseTo(0.5 + 0.15 * 0.25);
    expect(p95).toBeCloseTo(1 - 0.15 * 0.24);
    expect(bins.flatMap((count, bin) => (count === 0 ? [] : [[bin, count]]))).toEqual([
      [10, 1],
      [15, 2],
      [19, 1],
    ]);
  });

  it('puts what lies outside of 0..1 at the edges', () => {
    const { bins } = cosineSpread(Float32Array.of(-0.2, 1.0001));
    expect([bins[0], bins[19]]).toEqual([1, 1]);
  });

  it('counts every frame once', () => {
    const cosines = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(cosines, (drawn) => {
        const { bins, mean, p5, median, p95 } = cosineSpread(Float32Array.from(drawn));
        expect(bins.reduce((sum, count) => sum + count, 0)).toBe(drawn.length);
        expect(p5 <= median && median <= p95).toBe(true);
        expect(mean).toBeGreaterThanOrEqual(-1);
      }),
    );
  });

  it('says nothing of no frames', () => {
    expect(() => cosineSpread(new Float32Array(0))).toThrow(RangeError);
  });
});
