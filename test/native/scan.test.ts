import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Index, Matrix, MetricType, engineInfo } from 'faiss-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oddFolder, randomMatrix, randomValues } from './data';

const MISSING = 3.4028234663852886e38;
const KERNELS = ['avx512', 'avx2', 'portable'] as const;
const available = KERNELS.slice(KERNELS.indexOf(engineInfo().scan));

interface Case {
  readonly name: string;
  readonly columns: number;
  readonly index: Index;
  readonly values: Float32Array;
  readonly queries: Float32Array;
  readonly k: number;
  readonly nprobe: number;
}

interface Answer {
  readonly labels: Int32Array | number[];
  readonly distances: Float32Array | number[];
}

/** Searches every case with the instructions forced by the environment, by our scan and by FAISS. */
const script = `
  const { Index, engineInfo } = require('faiss-node');
  const { readFileSync } = require('node:fs');
  const path = process.argv[1];
  (async () => {
    const answers = [];
    for (const [i, { k, nprobe }] of JSON.parse(readFileSync(path + '/cases.json', 'utf8')).entries()) {
      const bytes = readFileSync(path + '/' + i + '.queries');
      const queries = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      const index = await Index.open(path + '/' + i + '.index');
      const search = async (threads) => {
        const { labels, distances } = await index.search(queries, k, { nprobe, threads });
        return { labels: [...labels], distances: [...distances] };
      };
      const [one, two] = [await search(1), await search(2)];
      index.setParameter('max_codes', 1e12); // searched by FAISS then
      answers.push({ one, two, faiss: await search(1) });
    }
    console.log(JSON.stringify({ scan: engineInfo().scan, answers }));
  })();`;

const folder = oddFolder();
const cases: Case[] = [];
afterAll(() => folder.remove());

beforeAll(async () => {
  const add = async (factory: string, columns: number, rows: number, queries: number, searches: [number, number][]) => {
    const seed = columns + rows;
    const values = randomValues(rows * columns, seed);
    const index = Index.fromFactory(columns, factory);
    await index.train(randomMatrix(1000, columns, seed + 1));
    await index.add(Matrix.from(values, columns));
    index.removeIds([3, 8]); // ids are no longer positions
    for (const [k, nprobe] of searches) {
      const name = `${factory}, ${columns} values, ${rows} rows, ${queries} queries, k ${k}, nprobe ${nprobe}`;
      cases.push({ name, columns, index, values, queries: randomValues(queries * columns, seed + 2), k, nprobe });
    }
  };
  /** What is rounded is held against what it was rounded to, which only an index with its ids in order gives back. */
  const addRounded = async (factory: string, columns: number, searches: [number, number][]) => {
    const index = Index.fromFactory(columns, factory);
    const rows = randomMatrix(2_000, columns, columns);
    await index.train(rows);
    await index.add(rows);
    const stored = await index.reconstruct();
    const values = stored.toFloat32Array();
    for (const [k, nprobe] of searches) {
      const name = `${factory}, ${columns} values, k ${k}, nprobe ${nprobe}`;
      cases.unshift({ name, columns, index, values, queries: randomValues(51 * columns, columns + 2), k, nprobe });
    }
  };
  for (const columns of [1, 3, 7, 8, 17, 256, 768]) {
    await add('IVF30,Flat', columns, 1000, 51, [
      [8, 1],
      [9, 5],
      [1, 30],
      [300, 4],
    ]);
    // Most lists are empty.
    await add('IVF30,Flat', columns, 12, 7, [
      [8, 1],
      [20, 30],
    ]);
  }
  await add('IVF30,Flat', 33, 1000, 1, [[8, 7]]);
  await add('IVF30,Flat', 33, 1000, 1300, [[8, 7]]);
  await add('IVF30_HNSW8,Flat', 20, 1000, 60, [[8, 3]]);
  // A coarse quantizer that finds fewer lists than asked for names the others -1.
  await add('IVF30(IVF6,Flat),Flat', 20, 1000, 60, [[8, 25]]);
  const rounded: [number, number][] = [
    [8, 1],
    [9, 5],
    [300, 4],
  ];
  for (const factory of ['IVF20,SQ8', 'IVF20,SQfp16', 'IVF20,SQ4', 'IVF20,SQ6']) await addRounded(factory, 37, rounded);
  await addRounded('IVF20,SQ8', 768, rounded);
  // Its centroids are not at hand, so FAISS searches it.
  await addRounded('IVF20_HNSW8,SQ8', 16, rounded);
  for (const [i, { index, queries }] of cases.entries()) {
    await index.save(join(folder.path, `${i}.index`));
    writeFileSync(join(folder.path, `${i}.queries`), queries);
  }
  writeFileSync(join(folder.path, 'cases.json'), JSON.stringify(cases.map(({ k, nprobe }) => ({ k, nprobe }))));
}, 60_000);

function runWith(kernel: string) {
  const stdout = execFileSync(process.execPath, ['-e', script, folder.path], {
    env: { ...process.env, FAISS_NODE_SCAN: kernel },
    maxBuffer: 1 << 28,
  });
  return JSON.parse(stdout.toString()) as {
    scan: string;
    answers: { one: Answer; two: Answer; faiss: Answer }[];
  };
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-5 * Math.max(a, b) + 1e-12;
}

/** What is wrong with an answer, held against every vector of the lists that the coarse quantizer names. */
async function faultsOf({ columns, index, values, queries, k, nprobe }: Case, answer: Answer): Promise<string[]> {
  const faults: string[] = [];
  const lists = await index.assign(queries, { nprobe });
  const row = (id: number) => values.subarray(id * columns, (id + 1) * columns);
  for (let q = 0; q < queries.length / columns; q++) {
    const query = queries.subarray(q * columns, (q + 1) * columns);
    const exact = [...lists.subarray(q * nprobe, (q + 1) * nprobe)]
      .filter((list) => list >= 0)
      .flatMap((list) => [...index.listIds(list)])
      .map((id) => squaredDistance(query, row(id)))
      .sort((a, b) => a - b);
    const labels = answer.labels.slice(q * k, (q + 1) * k);
    const distances = answer.distances.slice(q * k, (q + 1) * k);
    const found = [...labels].filter((label) => label >= 0);
    if (new Set(found).size !== found.length) faults.push(`query ${q}: a vector twice`);
    for (let i = 0; i < k; i++) {
      const [label, distance, wanted] = [labels[i]!, distances[i]!, exact[i]];
      const right =
        wanted === undefined
          ? label === -1 && distance === MISSING
          : label >= 0 && isClose(distance, wanted) && isClose(distance, squaredDistance(query, row(label)));
      if (!right) faults.push(`query ${q}, place ${i}: ${label} at ${distance}, wanted ${wanted ?? 'none'}`);
    }
  }
  return faults;
}

describe('search through IVF,Flat lists', () => {
  for (const kernel of KERNELS) {
    const can = available.includes(kernel);
    it.skipIf(!can)(
      `finds with ${kernel} what an exact search finds${can ? '' : ' (not on this processor)'}`,
      async () => {
        const { scan, answers } = runWith(kernel);
        expect(scan).toBe(kernel);
        for (const [i, it] of cases.entries()) {
          const { one, two, faiss } = answers[i]!;
          expect(await faultsOf(it, one), it.name).toEqual([]);
          expect(await faultsOf(it, faiss), `${it.name}, by FAISS`).toEqual([]);
          expect(two, `${it.name}, two threads`).toEqual(one);
        }
      },
    );
  }

  it('has a case with empty places and one with groups that the quantizer did not name', async () => {
    const { index, queries, nprobe } = cases.at(-1)!;
    expect(await index.assign(queries, { nprobe })).toContain(-1);
    const sparse = cases.find(({ name }) => name.includes('12 rows'))!;
    expect([...sparse.index.listSizes()].filter((size) => size === 0).length).toBeGreaterThan(15);
  });

  it('ignores instructions it does not know', () => {
    expect(runWith('abacus').scan).toBe(available[0]);
  });

  it('leaves the inner product to FAISS', async () => {
    const index = Index.fromFactory(4, 'IVF2,Flat', MetricType.METRIC_INNER_PRODUCT);
    const x = Matrix.from(Float32Array.of(1, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0), 4);
    await index.train(x);
    await index.add(x);
    const { labels, distances } = await index.search(Float32Array.of(1, 0, 0, 0), 3, { nprobe: 2 });
    expect([...labels]).toEqual([1, 2, 0]);
    expect([...distances]).toEqual([3, 2, 1]);
  });
});
