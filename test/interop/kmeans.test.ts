import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Index, type KmeansIteration, Matrix, kmeans } from 'faiss-node';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/shared/domain/maths/random';
import { generateVoice } from '../../src/shared/domain/voice/sampleVoice';
import { runPython } from './command';

const folder = mkdtempSync(join(tmpdir(), 'voronoice-kmeans-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ROUNDS = 10;

function speech(rows: number, dimension: 256 | 768): Matrix {
  const matrix = new Matrix(rows, dimension);
  let at = 0;
  for (const { data } of generateVoice({ minutes: 3, dimension, seed: 4 })) {
    const part = data.subarray(0, (rows - at) * dimension);
    if (part.length === 0) break;
    matrix.set(at, part);
    at += part.length / dimension;
  }
  return matrix;
}

function noise(rows: number, dimension: number): Matrix {
  const random = createRandom(1);
  return Matrix.from(
    Float32Array.from({ length: rows * dimension }, () => random.normal()),
    dimension,
  );
}

// FAISS rounds distances where it subtracts products: of two centroids nearly as near it may take the wrong one. From
// there on the two go ways of their own that are as good. Generated speech has such frames in every syllable.
const cases = [
  { name: 'speech, v2', make: () => speech(6000, 768), k: 150, spherical: false, astray: 0.05, apart: 0.01 },
  { name: 'speech, v1', make: () => speech(6000, 256), k: 150, spherical: false, astray: 0.05, apart: 0.01 },
  { name: 'speech, v2, spherical', make: () => speech(6000, 768), k: 150, spherical: true, astray: 0.05, apart: 0.01 },
  { name: 'noise', make: () => noise(8000, 768), k: 100, spherical: false, astray: 0, apart: 1e-5 },
  { name: 'noise, spherical', make: () => noise(8000, 64), k: 100, spherical: true, astray: 0, apart: 1e-5 },
  { name: 'a sample of the rows', make: () => noise(9000, 32), k: 30, spherical: false, astray: 0, apart: 1e-5 },
  {
    name: 'groups that become empty',
    make: () => speech(2000, 256),
    k: 700,
    spherical: false,
    astray: 0.05,
    apart: 0.02,
  },
];

describe('k-means has what FAISS has', () => {
  it.each(cases)('$name', async ({ name, make, k, spherical, astray, apart }) => {
    const x = make();
    const path = join(folder, `${name}.npy`);
    const first = join(folder, `${name}, first.npy`);
    await x.writeNpy(path);
    const args = [path, String(k), spherical ? '1' : '0', String(ROUNDS), first];
    const theirs = (await runPython('kmeansReference.py', ...args)) as Omit<
      KmeansIteration,
      'iteration' | 'iterations'
    >[];
    const ours: KmeansIteration[] = [];
    const onIteration = (one: KmeansIteration): void => void ours.push(one);
    await kmeans(x, k, { spherical, iterations: ROUNDS, onIteration });

    // One round from the same start: the same groups, the same means.
    const { centroids } = await kmeans(x, k, { spherical, iterations: 1 });
    const expected = new Matrix(k, x.columns);
    await expected.readRegion(first, { offset: 128, type: '<f4', rows: k, at: 0 });
    const [a, b] = [centroids.toFloat32Array(), expected.toFloat32Array()];
    const differ = new Set(
      [...a.keys()].filter((i) => Math.abs(a[i]! - b[i]!) > 1e-5).map((i) => Math.floor(i / x.columns)),
    );
    expect(differ.size).toBeLessThanOrEqual(astray * k);
    expect(Math.abs(ours[0]!.objective / theirs[0]!.objective - 1)).toBeLessThan(1e-5);

    expect(theirs).toHaveLength(ROUNDS);
    for (const [i, { objective, imbalance, splits }] of ours.entries()) {
      expect(Math.abs(objective / theirs[i]!.objective - 1)).toBeLessThan(apart);
      expect(Math.abs(imbalance / theirs[i]!.imbalance - 1)).toBeLessThan(10 * apart);
      if (astray === 0) expect(splits).toBe(theirs[i]!.splits);
    }
  });
});

describe('a product quantizer has the centroids that FAISS gives it', () => {
  const x = noise(5000, 32);
  const path = join(folder, 'product.npy');
  it.each(['PQ16x4fs', 'IVF6,PQ16x4fs'])('%s', async (description) => {
    if (!existsSync(path)) await x.writeNpy(path);
    const index = Index.fromFactory(32, description);
    await index.train(x);
    const file = join(folder, `${description}.index`);
    await index.save(file);
    const { moved } = (await runPython('productReference.py', path, description, file)) as { moved: number };
    expect(moved).toBeLessThan(0.02);
  });
});
