import { execFile } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Index, IndexFlatIP, IndexFlatL2, Matrix, MetricType, engineInfo, kmeans, setThreads } from 'faiss-node';
import type { KmeansIteration } from 'faiss-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, exactNeighbors, oddFolder, randomValues } from './data';

const rows = 3000;
const columns = 24;
const nlist = 40;
const values = randomValues(rows * columns, 7);

let folder: ReturnType<typeof oddFolder>;
beforeAll(() => {
  folder = oddFolder();
});
afterAll(() => folder.remove());

async function builtIndex(factory = `IVF${nlist},Flat`): Promise<Index> {
  const x = Matrix.from(values, columns);
  const index = Index.fromFactory(columns, factory);
  await index.train(x);
  await index.add(x);
  x.close();
  return index;
}

function rowsOf(labels: Int32Array, k: number): number[][] {
  return Array.from({ length: labels.length / k }, (_, i) => [...labels.subarray(i * k, (i + 1) * k)]);
}

describe('search', () => {
  const queries = randomValues(30 * columns, 99);
  const expected = Array.from({ length: 30 }, (_, i) =>
    exactNeighbors(queries.subarray(i * columns, (i + 1) * columns), values, columns, 8),
  );

  it('finds the exact neighbors when every group is searched', async () => {
    const index = await builtIndex();
    const found = await index.search(queries, 8, { nprobe: nlist });
    expect(rowsOf(found.labels, 8)).toEqual(expected);
    expect(found.k).toBe(8);
    for (let i = 1; i < 8; i++) expect(found.distances[i]!).toBeGreaterThanOrEqual(found.distances[i - 1]!);
  });

  it('returns squared L2 distances', async () => {
    const index = new IndexFlatL2(2);
    index.add([0, 0, 3, 4]);
    const found = await index.search(Float32Array.of(0, 0), 2);
    expect([...found.distances]).toEqual([0, 25]);
    expect([...found.labels]).toEqual([0, 1]);
  });

  it('takes a Matrix, a range of its rows, and gives the same as for a Float32Array', async () => {
    const index = await builtIndex();
    const whole = await index.search(queries, 4, { nprobe: 5 });
    const part = await index.search(Matrix.from(queries, columns), 4, { nprobe: 5, from: 10, count: 12 });
    expect(rowsOf(part.labels, 4)).toEqual(rowsOf(whole.labels, 4).slice(10, 22));
  });

  it('searches more with a larger nprobe and leaves the stored one alone', async () => {
    const index = await builtIndex();
    index.setParameter('nprobe', 2);
    const misses = async (nprobe?: number) => {
      const { labels } = await index.search(queries, 8, nprobe === undefined ? {} : { nprobe });
      return rowsOf(labels, 8).flatMap((row, i) => row.filter((label) => !expected[i]!.includes(label))).length;
    };
    const [few, stored, many] = [await misses(1), await misses(), await misses(10)];
    expect(few).toBeGreaterThan(stored);
    expect(stored).toBeGreaterThan(many);
    expect(index.describe().nprobe).toBe(2);
    const all = await index.search(queries, 8, { nprobe: 10_000 });
    expect(rowsOf(all.labels, 8)).toEqual(expected);
  });

  it('pads with -1 where there are too few neighbors', async () => {
    const index = new IndexFlatL2(2);
    index.add([1, 0, 2, 0]);
    expect([...(await index.search(Float32Array.of(0, 0), 4)).labels]).toEqual([0, 1, -1, -1]);
    expect([...(await new IndexFlatL2(2).search(Float32Array.of(0, 0), 2)).labels]).toEqual([-1, -1]);
  });

  it('gives the same with one thread', async () => {
    const index = await builtIndex();
    const two = await index.search(queries, 8, { nprobe: 4, threads: 2 });
    const one = await index.search(queries, 8, { nprobe: 4, threads: 1 });
    expect(one.labels).toEqual(two.labels);
  });

  it('reports progress up to the end', async () => {
    const index = await builtIndex();
    const seen: [number, number][] = [];
    await index.search(randomValues(5000 * columns), 1, { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.at(-1)).toEqual([5000, 5000]);
  });

  it('searches wrapped indexes: transform, refinement, graph, product quantizer', async () => {
    for (const factory of [
      `PCA12,IVF${nlist},Flat`,
      `IVF${nlist},PQ4x4,RFlat`,
      'HNSW8',
      `IVF${nlist},SQ8`,
      'L2norm,Flat',
    ]) {
      const index = await builtIndex(factory);
      const nprobe = index.describe().nlist === null ? {} : { nprobe: nlist };
      const { labels } = await index.search(values.subarray(0, 50 * columns), 1, nprobe);
      const self = [...labels].filter((label, i) => label === i).length;
      expect(self, factory).toBeGreaterThan(25);
    }
  });
});

describe('train and add', () => {
  it('reports every k-means iteration, with falling objective', async () => {
    const seen: KmeansIteration[] = [];
    const index = Index.fromFactory(columns, `IVF${nlist},Flat`);
    await index.train(Matrix.from(values, columns), { onIteration: (iteration) => seen.push(iteration) });
    expect(seen.map(({ iteration }) => iteration)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(seen.every(({ iterations }) => iterations === 10)).toBe(true);
    expect(seen.at(-1)!.objective).toBeLessThan(seen[0]!.objective);
    expect(seen.every(({ imbalance }) => imbalance >= 1)).toBe(true);
    expect(index.isTrained()).toBe(true);
  });

  it('reports the iterations of a wrapped IVF too', async () => {
    for (const factory of [`PCA12,IVF${nlist},Flat`, `IVF${nlist}_HNSW8,Flat`]) {
      const seen: KmeansIteration[] = [];
      await Index.fromFactory(columns, factory).train(Matrix.from(values, columns), {
        onIteration: (iteration) => seen.push(iteration),
      });
      expect(seen.length, factory).toBe(10);
    }
  });

  it('finds the centroids that the plain-array training finds, bit by bit', async () => {
    const plain = Index.fromFactory(columns, `IVF${nlist},Flat`);
    plain.train([...values]);
    const index = Index.fromFactory(columns, `IVF${nlist},Flat`);
    await index.train(Matrix.from(values, columns), { onIteration: () => undefined });
    expect((await index.centroids()).toFloat32Array()).toEqual((await plain.centroids()).toFloat32Array());
  });

  it('gives the same bytes for the same data', async () => {
    const [one, two] = [await builtIndex(), await builtIndex()];
    expect(one.toBuffer().equals(two.toBuffer())).toBe(true);
  });

  it('trains on the first rows only when asked', async () => {
    const x = Matrix.from(values, columns);
    const some = Index.fromFactory(columns, `IVF${nlist},Flat`);
    await some.train(x, { rows: 2000 });
    const first = Index.fromFactory(columns, `IVF${nlist},Flat`);
    await first.train(Matrix.from(values.subarray(0, 2000 * columns), columns));
    expect(some.toBuffer().equals(first.toBuffer())).toBe(true);
  });

  it('numbers the vectors 0 to ntotal - 1 over several adds', async () => {
    const x = Matrix.from(values, columns);
    const index = Index.fromFactory(columns, `IVF${nlist},Flat`);
    await index.train(x);
    await index.add(x, { count: 1000 });
    await index.add(x, { from: 1000 });
    expect(index.ntotal()).toBe(rows);
    const ids = Array.from({ length: nlist }, (_, list) => [...index.listIds(list)]).flat();
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
    const sizes = index.listSizes();
    expect(sizes.length).toBe(nlist);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(rows);
    expect(index.toBuffer().equals((await builtIndex()).toBuffer())).toBe(true);
  });

  it('adds to an id map with sequential ids', async () => {
    const index = Index.fromFactory(columns, 'IDMap,Flat');
    await index.add(Matrix.from(values, columns));
    const { labels } = await index.search(values.subarray(0, 3 * columns), 1);
    expect([...labels]).toEqual([0, 1, 2]);
  });

  it('keeps calls in order without waiting for each', async () => {
    const x = Matrix.from(values, columns);
    const index = Index.fromFactory(columns, `IVF${nlist},Flat`);
    const steps = [index.train(x), index.add(x)];
    const found = index.search(values.subarray(0, columns), 1);
    await Promise.all(steps);
    expect([...(await found).labels]).toEqual([0]);
  });
});

describe('looking inside', () => {
  it('describes', async () => {
    const index = await builtIndex();
    expect(index.describe()).toEqual({
      type: 'IndexIVFFlat',
      dimension: columns,
      ntotal: rows,
      isTrained: true,
      metric: MetricType.METRIC_L2,
      nlist,
      nprobe: 1,
      codeSize: columns * 4,
    });
    expect(new IndexFlatIP(4).describe()).toEqual({
      type: expect.stringMatching(/^IndexFlat/) as string,
      dimension: 4,
      ntotal: 0,
      isTrained: true,
      metric: MetricType.METRIC_INNER_PRODUCT,
      nlist: null,
      nprobe: null,
      codeSize: 16,
    });
    expect(Index.fromFactory(4, 'IDMap2,Flat').describe().type).toBe('IndexIDMap2');
  });

  it('reconstructs what was added', async () => {
    for (const factory of [`IVF${nlist},Flat`, 'Flat', 'HNSW8', `IVF${nlist},PQ4x4,RFlat`]) {
      const index = await builtIndex(factory);
      const all = await index.reconstruct();
      expect(all.toFloat32Array(), factory).toEqual(values);
      const part = await index.reconstruct({ from: 10, count: 5 });
      expect(part.toFloat32Array()).toEqual(values.subarray(10 * columns, 15 * columns));
      const some = await index.reconstruct({ ids: Int32Array.of(0, 7, rows - 1) });
      const wanted = [0, 7, rows - 1].flatMap((id) => [...values.subarray(id * columns, (id + 1) * columns)]);
      expect([...some.toFloat32Array()], factory).toEqual(wanted);
    }
  });

  it.each([[[1, 1]], [[2, 1]], [[-1]], [[rows]]])('refuses the ids %j', async (ids) => {
    const index = await builtIndex();
    expect(await codeOf(() => index.reconstruct({ ids: Int32Array.from(ids) }))).toBe('ARGUMENT');
  });

  it('assigns each vector to its nearest centroid', async () => {
    const index = await builtIndex();
    const centroids = (await index.centroids()).toFloat32Array();
    const assigned = await index.assign(Matrix.from(values, columns), { nprobe: 3, count: 50 });
    for (let i = 0; i < 50; i++) {
      const expected = exactNeighbors(values.subarray(i * columns, (i + 1) * columns), centroids, columns, 3);
      expect([...assigned.subarray(i * 3, i * 3 + 3)]).toEqual(expected);
    }
    const own = await index.assign(values);
    for (let list = 0; list < nlist; list++) for (const id of index.listIds(list)) expect(own[id]).toBe(list);
  });

  it('assigns through a transform', async () => {
    const index = await builtIndex(`PCA12,IVF${nlist},Flat`);
    const own = await index.assign(values);
    for (let list = 0; list < nlist; list++) for (const id of index.listIds(list)) expect(own[id]).toBe(list);
    expect((await index.centroids()).columns).toBe(12);
  });

  it('sets parameters through wrappers', async () => {
    const index = await builtIndex(`IVF${nlist}_HNSW8,PQ4x4,RFlat`);
    index.setParameter('nprobe', 7);
    index.setParameter('k_factor_rf', 3);
    index.setParameter('quantizer_efSearch', 60);
    expect(index.describe().nprobe).toBe(7);
  });
});

describe('kmeans', () => {
  it('finds groups that are there', async () => {
    const points = new Float32Array(300 * 2);
    const noise = randomValues(600, 4);
    for (let i = 0; i < 300; i++) {
      points[i * 2] = (i % 3) * 100 + noise[i * 2]!;
      points[i * 2 + 1] = noise[i * 2 + 1]!;
    }
    const seen: KmeansIteration[] = [];
    const x = Matrix.from(points, 2);
    // k-means may begin with two centroids in one group; one of a few seeds does not.
    const runs = await Promise.all(
      [1, 2, 3, 4].map((seed) => kmeans(x, 3, { seed, onIteration: (iteration) => seen.push(iteration) })),
    );
    const best = runs.reduce((a, b) => (a.objective < b.objective ? a : b));
    const first = Array.from(best.centroids.toFloat32Array()).filter((_, i) => i % 2 === 0);
    expect(first.map(Math.round).sort((a, b) => a - b)).toEqual([0, 100, 200]);
    expect(seen.length).toBe(4 * 25);
    expect(seen[24]!.objective).toBe(runs[0]!.objective);
  });

  it('obeys iterations, seed and spherical', async () => {
    const x = Matrix.from(values, columns);
    const options = { iterations: 4, spherical: true, seed: 5 };
    const one = await kmeans(x, 10, options);
    const two = await kmeans(x, 10, options);
    const other = await kmeans(x, 10, { ...options, seed: 6 });
    expect(one.centroids.toFloat32Array()).toEqual(two.centroids.toFloat32Array());
    expect(one.centroids.toFloat32Array()).not.toEqual(other.centroids.toFloat32Array());
    for (const norm of await one.centroids.norms()) expect(norm).toBeCloseTo(1, 5);
  });
});

describe('files', () => {
  it('saves, opens and reads under any name, with the same bytes as toBuffer', async () => {
    const index = await builtIndex();
    const path = join(folder.path, '声.index');
    const size = await index.save(path);
    expect(statSync(path).size).toBe(size);
    // RVC's file size formula: 139 + (N + nlist) * (4d + 8).
    expect(size).toBe(139 + (rows + nlist) * (4 * columns + 8));
    expect(readFileSync(path).equals(index.toBuffer())).toBe(true);
    for (const copy of [await Index.open(path), Index.read(path), Index.fromBuffer(readFileSync(path))]) {
      expect(copy.describe()).toEqual(index.describe());
      expect(copy.toBuffer().equals(index.toBuffer())).toBe(true);
    }
  });

  it('reads what a descriptor is open for, whoever has its name by then, and leaves it open', async () => {
    const index = await builtIndex();
    const path = join(folder.path, 'open.index');
    await index.save(path);
    const file = openSync(path, 'r');
    try {
      rmSync(path);
      writeFileSync(path, 'another');
      readSync(file, Buffer.alloc(100));
      const copies = await Promise.all([Index.open(file), Index.open(file)]);
      for (const copy of copies) expect(copy.toBuffer().equals(index.toBuffer())).toBe(true);
      expect(fstatSync(file).size).toBe(index.toBuffer().length);
    } finally {
      closeSync(file);
    }
  });

  it('saves over nothing, and write overwrites as it always did', async () => {
    const index = await builtIndex('Flat');
    const path = join(folder.path, 'there.index');
    writeFileSync(path, 'mine');
    await expect(index.save(path)).rejects.toMatchObject({ code: 'IO', errno: 'EEXIST' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    index.write(path);
    expect(Index.read(path).ntotal()).toBe(rows);
  });

  it('leaves nothing behind when the disk refuses to go on', async () => {
    const path = join(folder.path, 'full.index');
    // A limit on the file size stands in for a full disk.
    const script = `
      process.on('SIGXFSZ', () => {});
      const { Index, Matrix } = require('faiss-node');
      const index = Index.fromFactory(64, 'Flat');
      index.add(new Matrix(20000, 64)).then(() => index.save(process.argv[1])).catch((e) => console.log(e.code, e.errno));`;
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      'ulimit -f 100; exec "$0" "$@"',
      process.execPath,
      '-e',
      script,
      path,
    ]);
    expect(stdout.trim()).toBe('IO EFBIG');
    expect(existsSync(path)).toBe(false);
  });

  it('says IO and why when the folder is not there', async () => {
    const index = await builtIndex('Flat');
    await expect(index.save(join(folder.path, 'no', 'such.index'))).rejects.toMatchObject({
      code: 'IO',
      errno: 'ENOENT',
    });
    await expect(Index.open(folder.path)).rejects.toMatchObject({ code: 'IO', errno: 'EISDIR' });
  });
});

describe('the plain-array API', () => {
  it('merges IVF indexes with ids that follow', async () => {
    const x = Matrix.from(values, columns);
    const index = Index.fromFactory(columns, `IVF${nlist},Flat`);
    await index.train(x);
    const other = Index.fromBuffer(index.toBuffer());
    await index.add(x, { count: 1000 });
    await other.add(x, { from: 1000 });
    index.mergeFrom(other);
    expect([index.ntotal(), other.ntotal()]).toEqual([rows, 0]);
    expect((await index.reconstruct()).toFloat32Array()).toEqual(values);
  });

  it('removes ids from an IVF', async () => {
    const index = await builtIndex();
    expect(index.removeIds([0, 5, 999_999])).toBe(2);
    expect(index.ntotal()).toBe(rows - 2);
    const { labels } = await index.search(values.subarray(0, columns), 1, { nprobe: nlist });
    expect(labels[0]).not.toBe(0);
  });
});

describe('the process', () => {
  it('says what it is and takes a thread count', () => {
    const { threads } = engineInfo();
    expect(engineInfo().faiss).toMatch(/^1\.\d+\.\d+$/);
    expect(engineInfo().simd).toMatch(/^(generic|avx2|avx512|neon)$/);
    setThreads(1);
    expect(engineInfo().threads).toBe(1);
    setThreads(threads);
    expect(() => setThreads(0)).toThrow('threads');
  });

  it('lets a listener throw without harm to the work', async () => {
    const script = `
      process.on('uncaughtException', (e) => console.log('surfaced', e.message));
      const { IndexFlatL2, Matrix } = require('faiss-node');
      const index = new IndexFlatL2(4);
      const onProgress = () => { throw new Error('listener'); };
      index.add(new Matrix(10, 4), { onProgress }).then(() => console.log('done', index.ntotal()));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]);
    expect([...new Set(stdout.trim().split('\n'))].sort()).toEqual(['done 10', 'surfaced listener']);
  });

  it('may exit, or end a worker thread, in the middle of work', async () => {
    const work = `
      const { Matrix, kmeans } = require('faiss-node');
      kmeans(new Matrix(20000, 128), 200).catch(() => undefined);`;
    const exit = execFile(process.execPath, ['-e', `${work} setTimeout(() => process.exit(7), 100);`]);
    expect(await new Promise((resolve) => exit.on('exit', resolve))).toBe(7);
    const script = `
      const { Worker } = require('node:worker_threads');
      const { Matrix, knn } = require('faiss-node');
      const worker = new Worker(${JSON.stringify(work)}, { eval: true });
      worker.on('online', () => setTimeout(async () => {
        await worker.terminate();
        const x = new Matrix(100, 8);
        console.log('lives', (await knn(x, x, 2)).k);
      }, 300));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]);
    expect(stdout.trim()).toBe('lives 2');
  });
});
