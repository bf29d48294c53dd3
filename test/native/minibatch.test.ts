import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Matrix, engineInfo, knn, miniBatchKmeans, nearestCenters, setThreads } from 'faiss-node';
import { afterEach, describe, expect, it } from 'vitest';
import { generateVoice } from '../../src/shared/domain/voice/sampleVoice';
import { codeOf, randomMatrix, randomValues } from './data';

/** Rows like the features of speech, 3,000 a minute. */
function voice(minutes: number, dimension: 256 | 768, seed = 4): Matrix {
  const clips = [...generateVoice({ minutes, dimension, seed })];
  const matrix = new Matrix(
    clips.reduce((sum, { rows }) => sum + rows, 0),
    dimension,
  );
  let at = 0;
  for (const { rows, data } of clips) {
    matrix.set(at, data);
    at += rows;
  }
  return matrix;
}

const speech = voice(3, 256);
const threads = engineInfo().threads;
afterEach(() => setThreads(threads));

/** `count` groups of `size` rows within about 1 of their mean, and some 100 from each other. */
function blobs(count: number, size: number, d: number): { values: Float32Array; means: Float32Array } {
  const values = randomValues(count * size * d, 9);
  const means = new Float32Array(count * d);
  for (let row = 0; row < count * size; row++) {
    const blob = row % count;
    for (let j = 0; j < d; j++) {
      values[row * d + j]! += j === blob ? 100 : 0;
      means[blob * d + j]! += values[row * d + j]! / size;
    }
  }
  return { values, means };
}

describe('miniBatchKmeans', () => {
  it('gives the sizes and the mean squared distance of an exact assignment, and no center without rows', async () => {
    const { centroids, sizes, meanSquaredDistance, removed, steps } = await miniBatchKmeans(speech, 500);
    expect(centroids.rows).toBe(500 - removed.unused - removed.duplicates);
    expect(centroids.columns).toBe(256);
    expect(steps).toBeGreaterThan(1);
    const found = await knn(speech, centroids, 1);
    const counted = new Int32Array(centroids.rows);
    let sum = 0;
    for (let row = 0; row < speech.rows; row++) {
      counted[found.labels[row]!]!++;
      sum += found.distances[row]!;
    }
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(speech.rows);
    // The centers moved after the rows were counted: few rows have another nearest one now, a little nearer.
    const differing = counted.reduce((all, count, i) => all + Math.abs(count - sizes[i]!), 0);
    expect(differing).toBeLessThan(speech.rows / 10);
    expect(sum / speech.rows).toBeLessThanOrEqual(meanSquaredDistance * (1 + 1e-6));
    expect(sum / speech.rows).toBeGreaterThan(meanSquaredDistance * 0.98);
  });

  it('makes each center the mean of as many rows as it says', async () => {
    // Far apart, the groups are beyond doubt.
    const { values, means } = blobs(6, 50, 16);
    const x = Matrix.from(values, 16);
    const { centroids, sizes, meanSquaredDistance } = await miniBatchKmeans(x, 60, { initSize: 300, seed: 3 });
    const nearest = await knn(Matrix.from(means, 16), centroids, centroids.rows);
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(300);
    for (let blob = 0; blob < 6; blob++) {
      const total = new Float64Array(16);
      let rows = 0;
      for (let place = 0; place < centroids.rows; place++) {
        if (nearest.distances[blob * centroids.rows + place]! > 100) continue;
        const center = nearest.labels[blob * centroids.rows + place]!;
        rows += sizes[center]!;
        centroids.toFloat32Array(center, 1).forEach((value, j) => (total[j]! += value * sizes[center]!));
      }
      expect(rows).toBe(50);
      total.forEach((value, j) => expect(value / 50).toBeCloseTo(means[blob * 16 + j]!, 4));
    }
    const { labels, distances } = await nearestCenters(x, centroids);
    expect(new Set(labels).size).toBe(centroids.rows);
    expect(distances.reduce((a, b) => a + b, 0) / 300).toBeLessThanOrEqual(meanSquaredDistance * (1 + 1e-6));
  });

  it('keeps centers apart from each other: as many as there are different rows', async () => {
    const values = new Float32Array(400 * 4);
    for (let row = 0; row < 400; row++) values.fill(row % 5, row * 4, row * 4 + 4);
    const { centroids, sizes, meanSquaredDistance, removed } = await miniBatchKmeans(Matrix.from(values, 4), 50);
    expect([...centroids.toFloat32Array()].filter((_, i) => i % 4 === 0).sort()).toEqual([0, 1, 2, 3, 4]);
    expect([...sizes]).toEqual([80, 80, 80, 80, 80]);
    expect(meanSquaredDistance).toBe(0);
    expect(removed).toEqual({ unused: 0, duplicates: 45 });
  });

  it('gives the same bytes for the same seed, others for another', async () => {
    const bytes = async (seed: number): Promise<Buffer> => {
      const { centroids } = await miniBatchKmeans(speech, 300, { seed, batchSize: 512 });
      return Buffer.from(centroids.toFloat32Array().buffer);
    };
    const first = await bytes(1);
    expect((await bytes(1)).equals(first)).toBe(true);
    expect((await bytes(2)).equals(first)).toBe(false);
  });

  it('stops after the passes asked for', async () => {
    const { steps } = await miniBatchKmeans(speech, 100, { batchSize: 1000, maxIterations: 2, maxNoImprovement: 1e6 });
    expect(steps).toBe(Math.floor((2 * speech.rows) / 1000));
  });

  it('reports batches and progress', async () => {
    const parts: number[] = [];
    const objectives: number[] = [];
    const { steps } = await miniBatchKmeans(speech, 300, {
      onProgress: (done, total) => parts.push(done / total),
      onIteration: ({ objective }) => objectives.push(objective),
    });
    expect(objectives).toHaveLength(steps);
    expect(objectives.at(-1)).toBeLessThan(objectives[0]!);
    expect(parts.at(-1)).toBe(1);
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
  });

  it('refuses what cannot be done', async () => {
    const x = randomMatrix(100, 8);
    expect(await codeOf(() => miniBatchKmeans(x, 100))).toBe('TOO_FEW_POINTS');
    expect(await codeOf(() => miniBatchKmeans(x, 0))).toBe('ARGUMENT');
    expect(await codeOf(() => miniBatchKmeans(x, 5, { reassignmentRatio: -1 }))).toBe('ARGUMENT');
    expect(await codeOf(() => miniBatchKmeans(x, 5, { inits: 0 }))).toBe('ARGUMENT');
    x.set(70, Float32Array.of(0, 0, 0, NaN, 0, 0, 0, 0));
    expect(await codeOf(() => miniBatchKmeans(x, 5))).toBe('NOT_FINITE');
    expect(await codeOf(() => miniBatchKmeans(randomMatrix(2, 4), 1))).toBeUndefined();
  });

  it('stops when it is told to', async () => {
    const x = randomMatrix(30_000, 256);
    const controller = new AbortController();
    let at = 0;
    setTimeout(() => {
      at = performance.now();
      controller.abort();
    }, 300);
    expect(await codeOf(() => miniBatchKmeans(x, 5000, { signal: controller.signal }))).toBe('CANCELLED');
    expect(performance.now() - at).toBeLessThan(5000);
  });
});

describe('nearestCenters', () => {
  const cases = [
    { name: 'speech, 256', x: speech, k: 2000 },
    { name: 'speech, 768', x: voice(1, 768), k: 1000 },
    { name: 'noise', x: randomMatrix(3000, 256), k: 1000 },
    { name: 'few dimensions', x: randomMatrix(3000, 5), k: 300 },
    { name: 'one center', x: randomMatrix(50, 200), k: 1 },
    {
      name: 'far from zero',
      x: Matrix.from(
        randomValues(1000 * 256).map((value) => value + 1e4),
        256,
      ),
      k: 300,
    },
    { name: 'all alike but for one', x: outlier(1000, 256), k: 300 },
    // All of a shadow, nothing of the rest.
    { name: 'rank 8', x: lowRank(3000, 256, 8), k: 1000 },
  ];

  it.each(cases)('agrees with exact search: $name', async ({ x, k }) => {
    const centers = Matrix.from(
      x.toFloat32Array(0, k).map((value, i) => value + 0.01 * Math.sin(i)),
      x.columns,
    );
    const expected = await knn(x, centers, 1);
    const { labels, distances } = await nearestCenters(x, centers);
    expect(labels).toEqual(expected.labels);
    expect(distances).toEqual(expected.distances);
  });

  it('gives distances as precise as their type, and the first of equal centers', async () => {
    const x = speech;
    const centers = await x.gather(Int32Array.from({ length: 600 }, (_, i) => (i % 300) * 20 + 1));
    const { labels, distances } = await nearestCenters(x, centers);
    const rows = x.toFloat32Array(0, 200);
    const values = centers.toFloat32Array();
    for (let row = 0; row < 200; row++) {
      expect(labels[row]).toBeLessThan(300);
      let sum = 0;
      for (let j = 0; j < 256; j++) sum += (rows[row * 256 + j]! - values[labels[row]! * 256 + j]!) ** 2;
      expect(Math.abs(distances[row]! - sum)).toBeLessThanOrEqual(1e-5 * sum);
    }
  });

  it('does not depend on the number of threads', async () => {
    const centers = await speech.gather(Int32Array.from({ length: 1000 }, (_, i) => i * 7));
    setThreads(1);
    const one = await nearestCenters(speech, centers);
    setThreads(3);
    const three = await nearestCenters(speech, centers);
    expect(three.labels).toEqual(one.labels);
    expect(three.distances).toEqual(one.distances);
  });

  it('gives the same with every instruction set, but for rounding', async () => {
    const run = promisify(execFile);
    const script = `
      const { Matrix, engineInfo, nearestCenters } = require('faiss-node');
      const values = Float32Array.from({ length: 2000 * 200 }, (_, i) => Math.sin(i * i * 1e-3) / (1 + (i % 200) / 8));
      const x = Matrix.from(values, 200);
      nearestCenters(x, Matrix.from(values.subarray(0, 500 * 200).map((value) => value * 1.01), 200)).then(({ labels }) =>
        console.log(JSON.stringify({ scan: engineInfo().scan, labels: [...labels] })));`;
    const outputs = await Promise.all(
      [engineInfo().scan, 'avx2', 'portable'].map(async (scan) => {
        const { stdout } = await run(process.execPath, ['-e', script], {
          env: { ...process.env, FAISS_NODE_SCAN: scan },
        });
        return JSON.parse(stdout) as { scan: string; labels: number[] };
      }),
    );
    expect(outputs[2]!.scan).toBe('portable');
    for (const { labels } of outputs) {
      expect(labels.filter((label, i) => label !== outputs[0]!.labels[i]).length).toBeLessThanOrEqual(2);
    }
  });

  it('refuses what cannot be done', async () => {
    const x = randomMatrix(10, 8);
    expect(await codeOf(() => nearestCenters(x, randomMatrix(3, 7)))).toBe('DIMENSION');
    expect(await codeOf(() => nearestCenters(x, new Matrix(0, 8)))).toBe('TOO_FEW_POINTS');
    x.set(3, Float32Array.of(0, 0, 0, Infinity, 0, 0, 0, 0));
    expect(await codeOf(() => nearestCenters(x, randomMatrix(3, 8)))).toBe('NOT_FINITE');
    expect((await nearestCenters(new Matrix(0, 8), randomMatrix(3, 8))).labels).toHaveLength(0);
  });
});

/** Noise, and a row that is a million times as long. */
function outlier(rows: number, columns: number): Matrix {
  const values = randomValues(rows * columns, 6);
  for (let j = 0; j < columns; j++) values[3 * columns + j]! *= 1e6;
  return Matrix.from(values, columns);
}

/** Combinations of a few directions. */
function lowRank(rows: number, columns: number, rank: number): Matrix {
  const axes = randomValues(rank * columns, 7);
  const weights = randomValues(rows * rank, 8);
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let axis = 0; axis < rank; axis++) {
      const weight = weights[row * rank + axis]!;
      for (let j = 0; j < columns; j++) values[row * columns + j]! += weight * axes[axis * columns + j]!;
    }
  }
  return Matrix.from(values, columns);
}
