import { execFile } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
    rmSync(path);
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

  it('mixes rows as in memory, uniformly, whatever stretch of the file they are from and go to', async () => {
    const [rows, columns, parts] = [64_000, 32, 8];
    const numbered = Float32Array.from({ length: rows * columns }, (_, i) => Math.floor(i / columns));
    const scratch = await scratchOf(numbered, columns);
    const order = await scratch.shuffle(5);
    expect(order).toEqual(await Matrix.from(numbered.slice(0, rows), 1).shuffle(5));
    const mixed = scratch.toFloat32Array();
    const moved = Array.from({ length: parts * parts }, () => 0);
    for (let row = 0; row < rows; row++) {
      const values = mixed.subarray(row * columns, (row + 1) * columns);
      if (values.some((value) => value !== order[row])) throw new Error(`row ${row} is not row ${order[row]} whole`);
      moved[Math.floor((row * parts) / rows) * parts + Math.floor((order[row]! * parts) / rows)]! += 1;
    }
    const expected = rows / parts ** 2;
    const chiSquared = moved.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 49 degrees of freedom: more happens once in a thousand shuffles.
    expect(chiSquared).toBeLessThan(85.4);
    scratch.close();
  });

  it('writes rows at most three times to read and mix them, however often the system brings them to the disk', async () => {
    const script = `
      const { Matrix } = require('faiss-node');
      const { readFileSync } = require('node:fs');
      const { execFile } = require('node:child_process');
      const { dirname } = require('node:path');
      const written = () => Number(/write_bytes: (\\d+)/.exec(readFileSync('/proc/self/io', 'latin1'))[1]);
      (async () => {
        const rows = 16000, columns = 768;
        const before = written();
        const x = await Matrix.scratch(rows, columns, process.argv[1]);
        let mixing = true;
        const flush = () => execFile('sync', ['-f', dirname(process.argv[1])], () => mixing && flush());
        flush();
        for (let at = 0; at < rows; at += 1000) x.set(at, new Float32Array(1000 * columns).fill(at));
        await x.shuffle(1);
        mixing = false;
        console.log(JSON.stringify({ written: written() - before, raw: x.byteLength }));
      })();`;
    const file = join(folder.path, 'written.scratch');
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, file]);
    const { written, raw } = JSON.parse(stdout) as { written: number; raw: number };
    // Pages on the edge of what is written at once go twice.
    expect(written).toBeLessThan(3.1 * raw);
  });

  it('stops mixing within a second, with every row still there', async () => {
    const rows = 150_000;
    const numbered = Float32Array.from({ length: rows * 256 }, (_, i) => Math.floor(i / 256));
    for (const matrix of [await scratchOf(numbered, 256), Matrix.from(numbered, 256)]) {
      const controller = new AbortController();
      let [stopped, heard] = [0, 0];
      const mixing = matrix.shuffle(3, {
        signal: controller.signal,
        onProgress: (done, total) => {
          heard = done / total;
          if (heard > 0.6) return;
          stopped = performance.now();
          controller.abort();
        },
      });
      expect(await codeOf(() => mixing)).toBe('CANCELLED');
      expect(performance.now() - stopped).toBeLessThan(1_000);
      const values = matrix.toFloat32Array();
      const left = Float32Array.from({ length: rows }, (_, row) => values[row * 256 + 255]!);
      expect(left.sort()).toEqual(Float32Array.from({ length: rows }, (_, row) => row));
      matrix.close();
    }
  });

  it.each(['IVF20,Flat', 'IVF20,SQ8', 'IVF20,PQ8x4'])(
    'fills %s with lists in a file, as in memory',
    async (factory) => {
      const values = randomValues(9_000 * 48);
      const [memory, scratch] = [Matrix.from(values, 48), await scratchOf(values, 48)];
      const queries = randomMatrix(60, 48, 7);
      const indexes = [];
      for (const matrix of [memory, scratch]) {
        const index = Index.fromFactory(48, factory);
        await index.train(matrix);
        await index.add(matrix, { count: 8_000 });
        const first = await index.search(queries, 9, { nprobe: 5 });
        await index.add(matrix, { from: 8_000 });
        indexes.push({ index, first, all: await index.search(queries, 9, { nprobe: 5 }) });
      }
      const [expected, actual] = indexes;
      expect(actual!.first).toEqual(expected!.first);
      expect(actual!.all).toEqual(expected!.all);
      expect(actual!.index.toBuffer().equals(expected!.index.toBuffer())).toBe(true);
      expect((await actual!.index.reconstruct()).toFloat32Array()).toEqual(
        (await expected!.index.reconstruct()).toFloat32Array(),
      );
      expect(await codeOf(() => actual!.index.removeIds([3]))).toBe('UNSUPPORTED');
      expect(await codeOf(() => expected!.index.mergeFrom(actual!.index))).toBe('UNSUPPORTED');
      expect(readdirSync(folder.path).filter((name) => name.includes('scratch'))).toEqual([]);
      scratch.close();
    },
  );

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
