import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  Index,
  type KmeansIteration,
  type KmeansOptions,
  Matrix,
  MetricType,
  engineInfo,
  kmeans,
  knn,
} from 'faiss-node';
import { describe, expect, it } from 'vitest';
import { generateVoice } from '../../src/shared/domain/voice/sampleVoice';
import { codeOf, randomMatrix, randomValues } from './data';

/** What k-means has after some rounds. */
interface Round extends KmeansIteration {
  readonly centroids: Float32Array;
}

/** What k-means has after 1, 2, … rounds. */
async function rounds(x: Matrix, k: number, count: number, options: KmeansOptions = {}): Promise<Round[]> {
  const result: Round[] = [];
  for (let iterations = 1; iterations <= count; iterations++) {
    const seen: KmeansIteration[] = [];
    const { centroids } = await kmeans(x, k, { ...options, iterations, onIteration: (one) => seen.push(one) });
    result.push({ ...seen.at(-1)!, centroids: centroids.toFloat32Array() });
  }
  return result;
}

/** One round of Lloyd's, plainly and in double precision. `margin`: how much nearer the nearest is than the second. */
function lloyd(
  x: Float32Array,
  columns: number,
  centroids: Float32Array,
  spherical: boolean,
): { readonly means: Float64Array; readonly objective: number; readonly unsure: ReadonlySet<number> } {
  const k = centroids.length / columns;
  const means = new Float64Array(centroids.length);
  const sizes = new Float64Array(k);
  const unsure = new Set<number>();
  let objective = 0;
  for (let at = 0; at < x.length; at += columns) {
    const costs = Array.from({ length: k }, (_, c) => {
      let cost = 0;
      for (let j = 0; j < columns; j++) {
        const a = x[at + j]!;
        const b = centroids[c * columns + j]!;
        cost += spherical ? -a * b : (a - b) * (a - b);
      }
      return cost;
    });
    const least = Math.min(...costs);
    const nearest = costs.indexOf(least);
    objective += spherical ? -least : least;
    sizes[nearest]! += 1;
    for (let j = 0; j < columns; j++) means[nearest * columns + j]! += x[at + j]!;
    const close = costs.flatMap((cost, c) => (cost - least <= 1e-5 * Math.abs(least) ? [c] : []));
    if (close.length > 1) for (const c of close) unsure.add(c);
  }
  for (let c = 0; c < k; c++) {
    const mean = means.subarray(c * columns, (c + 1) * columns);
    const length = spherical ? Math.hypot(...mean) : sizes[c]!;
    for (let j = 0; j < columns; j++) mean[j]! /= length;
  }
  return { means, objective, unsure };
}

/** How far the farthest centroid is from where it belongs, but for those that a tie may have moved. */
function apart(
  centroids: Float32Array,
  { means, unsure }: Pick<ReturnType<typeof lloyd>, 'means' | 'unsure'>,
  columns: number,
): number {
  let most = 0;
  for (let i = 0; i < centroids.length; i++) {
    if (!unsure.has(Math.floor(i / columns))) most = Math.max(most, Math.abs(centroids[i]! - means[i]!));
  }
  return most;
}

function speech(rows: number, dimension: 256 | 768, minutes = 1): Float32Array {
  const values = new Float32Array(rows * dimension);
  let at = 0;
  for (const { data } of generateVoice({ minutes, dimension, seed: 3 })) {
    values.set(data.subarray(0, values.length - at), at);
    at = Math.min(values.length, at + data.length);
  }
  return values;
}

/** Rows that differ mostly along a tenth of the directions, away from the origin; the last are the first once more. */
function fewDirections(rows: number, columns: number): Float32Array {
  const directions = Math.floor(columns / 10);
  const axes = randomValues(directions * columns, 10);
  const [along, rest] = [randomValues(rows * directions, 11), randomValues(rows * columns, 12)];
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns) % (rows - 20), i % columns];
    let value = 1.5 + 0.3 * rest[row * columns + column]!;
    for (let j = 0; j < directions; j++) value += along[row * directions + j]! * axes[j * columns + column]!;
    return value;
  });
}

describe('every round is one of Lloyd’s', () => {
  const cases = [
    { name: 'speech, 768', columns: 768, k: 30, values: (): Float32Array => speech(500, 768), scale: 1 },
    { name: 'speech, 256', columns: 256, k: 80, values: (): Float32Array => speech(700, 256), scale: 1 },
    // With more rows and centers, sketches have more to rule out.
    { name: 'much speech', columns: 256, k: 120, values: (): Float32Array => speech(1500, 256), scale: 1 },
    { name: 'few directions', columns: 192, k: 150, values: (): Float32Array => fewDirections(1600, 192), scale: 1 },
    { name: 'long noise', columns: 192, k: 70, values: (): Float32Array => randomValues(900 * 192, 9), scale: 1 },
    { name: 'noise', columns: 40, k: 60, values: (): Float32Array => randomValues(1000 * 40, 5), scale: 1 },
    { name: 'few columns', columns: 3, k: 40, values: (): Float32Array => randomValues(3000 * 3, 6), scale: 1 },
    {
      name: 'columns that are nearly constant and large',
      ...{ columns: 80, k: 30, scale: 1000 },
      values: (): Float32Array => randomValues(1500 * 80, 7).map((value, i) => (i % 2 === 0 ? 1000 : 0) + value),
    },
    {
      name: 'norms of 1e18',
      ...{ columns: 64, k: 20, scale: 1e18 },
      values: (): Float32Array => randomValues(800 * 64, 8).map((value) => value * 4e17),
    },
  ];
  // By direction, rows that are nearly constant are all the same.
  const spheric = cases.filter(({ scale }) => scale !== 1000);
  it.each([
    ...cases.map((one) => ({ ...one, spherical: false })),
    ...spheric.map((one) => ({ ...one, spherical: true })),
  ])('$name, spherical: $spherical', async ({ columns, k, values, scale, spherical }) => {
    const data = values();
    const x = Matrix.from(data, columns);
    const all = await rounds(x, k, 7, { spherical });
    let compared = 0;
    for (let i = 0; i + 1 < all.length; i++) {
      // Where a group was empty, its center was put beside another: that is no mean.
      if (all[i + 1]!.splits > 0) continue;
      const expected = lloyd(data, columns, all[i]!.centroids, spherical);
      expect(apart(all[i + 1]!.centroids, expected, columns)).toBeLessThan(2e-6 * (spherical ? 1 : scale));
      expect(Math.abs(all[i + 1]!.objective / expected.objective - 1)).toBeLessThan(1e-5);
      expect(expected.unsure.size).toBeLessThan(k / 4);
      compared++;
    }
    expect(compared).toBeGreaterThan(3);
  });

  it('with any number of threads the same bytes, with any instructions the same but for rounding', async () => {
    const run = promisify(execFile);
    const script = `
      const { Matrix, engineInfo, kmeans, setThreads } = require('faiss-node');
      const values = Float32Array.from({ length: 3000 * 192 }, (_, i) => Math.sin(i * i * 1e-3) / (1 + (i % 192) / 8));
      setThreads(Number(process.env.THREADS));
      kmeans(Matrix.from(values, 192), 70, { iterations: 8 }).then(({ centroids, objective }) => console.log(
        JSON.stringify({ scan: engineInfo().scan, objective, centroids: [...centroids.toFloat32Array()] })));`;
    const outputs: { scan: string; objective: number; centroids: number[] }[] = [];
    for (const [scan, threads] of [
      [engineInfo().scan, 1],
      [engineInfo().scan, 3],
      ['avx2', 2],
      ['portable', 2],
    ] as const) {
      const env = { ...process.env, FAISS_NODE_SCAN: scan, THREADS: String(threads) };
      const { stdout } = await run(process.execPath, ['-e', script], { env });
      outputs.push(JSON.parse(stdout) as (typeof outputs)[number]);
    }
    expect(outputs[1]!.centroids).toEqual(outputs[0]!.centroids);
    expect(outputs.at(-1)!.scan).toBe('portable');
    for (const { objective } of outputs) expect(Math.abs(objective / outputs[0]!.objective - 1)).toBeLessThan(1e-5);
  });
});

it.each([
  { name: 'speech', columns: 256, k: 700, values: (): Float32Array => speech(9000, 256, 3) },
  { name: 'few directions', columns: 192, k: 500, values: (): Float32Array => fewDirections(8000, 192) },
])('every row ends with its nearest center: $name', async ({ columns, k, values }) => {
  const x = Matrix.from(values(), columns);
  const index = Index.fromFactory(columns, `IVF${k},Flat`);
  await index.train(x);
  await index.add(x);
  const [centroids, found] = [await index.centroids(), new Int32Array(x.rows)];
  for (let list = 0; list < k; list++) for (const id of index.listIds(list)) found[id] = list;
  const all = x.toFloat32Array();
  const own = await centroids.gather(found);
  const far = own.toFloat32Array();
  const { distances } = await knn(x, centroids, 1);
  const wrong = Array.from(distances).filter((nearest, row) => {
    let distance = 0;
    for (let j = row * columns; j < (row + 1) * columns; j++) distance += (all[j]! - far[j]!) ** 2;
    return distance > nearest * (1 + 1e-5) + 1e-6;
  });
  expect(wrong).toEqual([]);
});

it('leaves most comparisons out where rows are alike, and never makes more than there are', async () => {
  const voice = Matrix.from(speech(3000, 256), 256);
  const iterations = 10;
  expect((await kmeans(voice, 160, { iterations })).compared).toBeLessThan(0.6 * iterations);
  expect((await kmeans(randomMatrix(3000, 256), 160, { iterations })).compared).toBeLessThan(0.6 * iterations);
  // Sketches tell nothing where the values that differ are lost in their steps; they are asked once.
  const dwarfed = randomValues(3000 * 64).map((value, at) => (at % 64 === 0 ? (at % 3) * 1e3 : value));
  expect((await kmeans(Matrix.from(dwarfed, 64), 160, { iterations })).compared).toBeLessThanOrEqual(iterations + 0.3);
});

describe('bad input', () => {
  it('more centroids than rows', async () => {
    expect(await codeOf(() => kmeans(randomMatrix(5, 4), 6))).toBe('TOO_FEW_POINTS');
  });

  it('as many centroids as rows: the rows', async () => {
    const values = randomValues(6 * 4);
    const { centroids, objective } = await kmeans(Matrix.from(values, 4), 6);
    expect(centroids.toFloat32Array()).toEqual(values);
    expect(objective).toBe(0);
  });

  it('rows that are all the same, and more centroids than rows that differ', async () => {
    const same = new Float32Array(500 * 8).fill(0.25);
    const one = await kmeans(Matrix.from(same, 8), 40);
    expect(one.objective).toBeLessThan(500 * 8 * (0.25 / 512) ** 2);
    const three = Float32Array.from({ length: 600 * 8 }, (_, i) => Math.floor(i / 8) % 3);
    for (const spherical of [false, true]) {
      const { centroids } = await kmeans(Matrix.from(three, 8), 50, { spherical });
      expect(centroids.toFloat32Array().every(Number.isFinite)).toBe(true);
    }
    const zeros = await kmeans(new Matrix(300, 8), 7);
    expect(zeros.objective).toBe(0);
    expect(zeros.centroids.toFloat32Array()).toEqual(new Float32Array(7 * 8));
    const unit = await kmeans(new Matrix(300, 8), 7, { spherical: true });
    expect(unit.centroids.toFloat32Array()).toEqual(new Float32Array(7 * 8));
  });

  it('numbers too small to be squared', async () => {
    const tiny = randomValues(400 * 8).map((value) => value * 1e-39);
    const { centroids, objective } = await kmeans(Matrix.from(tiny, 8), 9);
    expect(objective).toBe(0);
    expect(centroids.toFloat32Array().every((value) => Math.abs(value) < 1e-39)).toBe(true);
  });

  it.each([1e19, 1e20, 3e38, NaN, Infinity])('values of %d: refused by whatever compares', async (value) => {
    const values = randomValues(300 * 8);
    values[77 * 8 + 3] = value;
    const x = Matrix.from(values, 8);
    expect(await x.nonFiniteRows()).toEqual(Int32Array.of(77));
    const index = Index.fromFactory(8, 'IVF4,Flat');
    await index.train(randomMatrix(100, 8));
    for (const refused of [
      () => kmeans(x, 9),
      () => Index.fromFactory(8, 'IVF9,Flat').train(x),
      () => Index.fromFactory(8, 'IVF9,Flat').train([...values]),
      () => index.add(x),
      () => index.search(x, 1),
      () => index.assign(x),
    ]) {
      expect(await codeOf(refused)).toBe('NOT_FINITE');
    }
    expect(index.ntotal()).toBe(0);
  });

  it('centroids in a file that are not numbers', async () => {
    const index = Index.fromFactory(8, 'IVF4,Flat');
    const x = randomMatrix(100, 8);
    await index.train(x);
    await index.add(x);
    const first = (await index.centroids()).toFloat32Array(0, 4);
    const bytes = index.toBuffer();
    const at = bytes.indexOf(Buffer.from(first.buffer, first.byteOffset, 8));
    expect(at).toBeGreaterThan(0);
    for (const value of [NaN, 1e20, Infinity]) {
      for (let i = 0; i < 4; i++) bytes.writeFloatLE(value, at + i * 32);
      const broken = Index.fromBuffer(bytes);
      for (const use of [() => broken.search(x, 3), () => broken.assign(x), () => broken.add(x)]) {
        expect(await codeOf(use)).toBe('CORRUPT');
      }
    }
  });
});

describe('stops within a second', () => {
  const x = randomMatrix(60_000, 256);
  it.each([
    ['before the first round', -1],
    ['in the first rounds', 0],
    ['later', 4],
  ])('%s', async (_, round) => {
    const controller = new AbortController();
    let stopped = performance.now();
    const stop = (): void => {
      stopped = performance.now();
      controller.abort();
    };
    const work = kmeans(x, 1500, {
      ...{ signal: controller.signal, iterations: 1000 },
      onIteration: ({ iteration }) => {
        if (iteration === round) setTimeout(stop, 20);
      },
    });
    if (round < 0) setTimeout(stop, 20);
    expect(await codeOf(() => work)).toBe('CANCELLED');
    expect(performance.now() - stopped).toBeLessThan(1_000);
  });
});

describe('an index that is filled with what it was trained on', () => {
  const lists = (index: Index): number[][] =>
    Array.from({ length: index.describe().nlist! }, (_, list) => [...index.listIds(list)]);

  it.each([MetricType.METRIC_L2, MetricType.METRIC_INNER_PRODUCT])('has the same groups, metric %d', async (metric) => {
    const values = randomValues(2000 * 24);
    const x = Matrix.from(values, 24);
    const [one, other] = [1, 2].map(() => Index.fromFactory(24, 'IVF30,Flat', metric));
    for (const index of [one!, other!]) await index.train(x);
    await one!.add(x, { count: 700 });
    await one!.add(x, { from: 700 });
    await other!.add(Matrix.from(values, 24));
    expect(lists(one!)).toEqual(lists(other!));
  });

  it('looks again at rows that have changed, however they were changed', async () => {
    const changes: ((x: Matrix) => unknown)[] = [
      (x) => x.set(0, randomValues(50 * 24, 9)),
      (x) => x.shuffle(4),
      (x) => x.permute(Int32Array.from({ length: 1000 }, (_, i) => 999 - i)),
      (x) => x.scaleRows(new Float32Array(1000).fill(-1)),
      (x) => x.normalize(),
    ];
    for (const change of changes) {
      const x = randomMatrix(1000, 24);
      const index = Index.fromFactory(24, 'IVF30,Flat');
      await index.train(x);
      await change(x);
      await index.add(x);
      const assigned = await index.assign(x);
      const expected = Array.from({ length: 30 }, (_, list) =>
        [...assigned.keys()].filter((i) => assigned[i] === list),
      );
      expect(lists(index)).toEqual(expected);
    }
  });

  it('looks again after it was trained on something else', async () => {
    const x = randomMatrix(1000, 24);
    const index = Index.fromFactory(24, 'IVF30,Flat');
    await index.train(x, { rows: 600 });
    await index.add(x);
    const assigned = await index.assign(x);
    expect(lists(index).flatMap((ids, list) => ids.filter((id) => assigned[id] !== list))).toEqual([]);
    expect(index.ntotal()).toBe(1000);
  });
});
