import { execFile } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Index, Matrix, knn, miniBatchKmeans, nearestCenters } from 'faiss-node';
import { afterAll, describe, expect, it } from 'vitest';
import { codeOf, oddFolder, randomMatrix, randomValues } from './data';

const folder = oddFolder();
afterAll(() => folder.remove());
const path = join(folder.path, '声 ö #2.scratch');

async function scratchOf(values: Float32Array, columns: number): Promise<Matrix> {
  const matrix = await Matrix.scratch(values.length / columns, columns, path);
  matrix.set(0, values);
  return matrix;
}

describe('Matrix.scratch', () => {
  it('starts with zeros and leaves no file behind', async () => {
    const matrix = await Matrix.scratch(3, 2, path);
    expect([matrix.rows, matrix.columns, matrix.byteLength]).toEqual([3, 2, 24]);
    expect([...matrix.toFloat32Array()]).toEqual([0, 0, 0, 0, 0, 0]);
    matrix.close();
    expect(readdirSync(folder.path)).toEqual([]);
    expect(await codeOf(() => matrix.toFloat32Array())).toBe('CLOSED');
  });

  it('computes what a matrix in memory computes', async () => {
    const values = randomValues(6000 * 48);
    const memory = Matrix.from(values, 48);
    const scratch = await scratchOf(values, 48);
    const both = <T>(call: (matrix: Matrix) => Promise<T>): Promise<[T, T]> =>
      call(memory).then(async (expected) => [await call(scratch), expected]);
    const order = Int32Array.from({ length: 6000 }, (_, i) => (i * 7 + 3) % 6000);
    for (const call of [
      (matrix: Matrix) => matrix.permute(order),
      (matrix: Matrix) => matrix.shuffle(5),
      (matrix: Matrix) => matrix.scaleRows(new Float32Array(6000).fill(1.5)),
      (matrix: Matrix) => matrix.norms(),
      (matrix: Matrix) => matrix.normalize(),
      (matrix: Matrix) => matrix.nonFiniteRows(),
      (matrix: Matrix) => matrix.gather(Int32Array.of(5, 5999, 0)).then((rows) => rows.toFloat32Array()),
      (matrix: Matrix) => knn(matrix, matrix, 3, { count: 50 }),
      (matrix: Matrix) => nearestCenters(matrix, randomMatrix(20, 48, 3)),
      (matrix: Matrix) =>
        miniBatchKmeans(matrix, 50).then(({ centroids, sizes }) => [centroids.toFloat32Array(), sizes]),
      async (matrix: Matrix) => {
        const index = Index.fromFactory(48, 'IVF20,Flat');
        await index.train(matrix);
        await index.add(matrix);
        return index.toBuffer();
      },
    ]) {
      const [actual, expected] = await both<unknown>(call);
      expect(actual).toEqual(expected);
      expect(Buffer.from(scratch.toFloat32Array().buffer).equals(Buffer.from(memory.toFloat32Array().buffer))).toBe(
        true,
      );
    }
    scratch.close();
  });

  it('reads and writes files, and keeps its first rows', async () => {
    const values = randomValues(3000 * 16);
    const file = join(folder.path, 'rows.npy');
    await Matrix.from(values, 16).writeNpy(file);
    const scratch = await Matrix.scratch(3000, 16, path);
    await scratch.readRegion(file, { offset: 128, type: '<f4', rows: 3000, at: 0 });
    expect(scratch.toFloat32Array()).toEqual(values);
    scratch.truncate(1000);
    expect(scratch.toFloat32Array()).toEqual(values.subarray(0, 1000 * 16));
    const copy = join(folder.path, 'copy.npy');
    await scratch.writeNpy(copy, { from: 10, count: 900 });
    const read = new Matrix(900, 16);
    await read.readRegion(copy, { offset: 128, type: '<f4', rows: 900, at: 0 });
    expect(read.toFloat32Array()).toEqual(values.subarray(10 * 16, 910 * 16));
    scratch.truncate(0);
    expect(scratch.toFloat32Array()).toHaveLength(0);
    scratch.close();
  });

  it('refuses a name that is taken, a folder that is not there, and more than the disk holds', async () => {
    writeFileSync(path, 'mine');
    await expect(Matrix.scratch(10, 2, path)).rejects.toMatchObject({ code: 'IO', errno: 'EEXIST' });
    const elsewhere = join(folder.path, 'none', 'x');
    await expect(Matrix.scratch(10, 2, elsewhere)).rejects.toMatchObject({ code: 'IO', errno: 'ENOENT' });
    const large = join(folder.path, 'large');
    // 2 PiB
    await expect(Matrix.scratch(2 ** 40, 512, large)).rejects.toMatchObject({
      code: 'IO',
      errno: expect.stringMatching(/^(ENOSPC|EFBIG)$/) as string,
    });
    expect(existsSync(large)).toBe(false);
    expect(await codeOf(() => Matrix.scratch(-1, 2, large))).toBe('ARGUMENT');
    expect(await codeOf(() => Matrix.scratch(1, 2, ''))).toBe('ARGUMENT');
  });

  it('compresses with less memory than the rows take', async () => {
    const script = `
      const { Matrix, miniBatchKmeans } = require('faiss-node');
      const { readFileSync } = require('node:fs');
      (async () => {
        const rows = 60000, columns = 768;
        const x = await Matrix.scratch(rows, columns, process.argv[1]);
        const part = Float32Array.from({ length: 1000 * columns }, (_, i) => Math.sin(i * i));
        for (let at = 0; at < rows; at += 1000) {
          part[at] += 1;
          x.set(at, part);
        }
        await x.shuffle(1);
        await miniBatchKmeans(x, 500, { maxIterations: 1, inits: 1 });
        const peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]) * 1024;
        console.log(JSON.stringify({ peak, raw: x.byteLength }));
      })();`;
    const file = join(folder.path, 'large.scratch');
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, file]);
    const { peak, raw } = JSON.parse(stdout) as { peak: number; raw: number };
    expect(raw).toBe(60_000 * 768 * 4);
    expect(peak).toBeLessThan(0.9 * raw);
  });
});
