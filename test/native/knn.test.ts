import { execFileSync } from 'node:child_process';
import { Matrix, MetricType, engineInfo, knn } from 'faiss-node';
import { describe, expect, it } from 'vitest';
import { exactNeighbors, randomValues } from './data';

const rows = 500;
const columns = 19;
const values = randomValues(rows * columns, 2);

describe('knn', () => {
  const base = Matrix.from(values, columns);
  const queries = randomValues(40 * columns, 3);

  it('is exact', async () => {
    const { labels } = await knn(queries, base, 5);
    for (let i = 0; i < 40; i++) {
      const query = queries.subarray(i * columns, (i + 1) * columns);
      expect([...labels.subarray(i * 5, i * 5 + 5)]).toEqual(exactNeighbors(query, values, columns, 5));
    }
  });

  it('looks at the first baseRows only, and pads', async () => {
    const { labels } = await knn(queries, base, 5, { baseRows: 3 });
    for (let i = 0; i < 40; i++) {
      expect([...labels.subarray(i * 5, i * 5 + 5)].sort((a, b) => a - b)).toEqual([-1, -1, 0, 1, 2]);
    }
  });

  it('knows the inner product', async () => {
    const { labels, distances } = await knn(
      Float32Array.of(1, 0),
      Matrix.from(Float32Array.of(1, 0, 5, 1, -3, 2), 2),
      2,
      {
        metric: MetricType.METRIC_INNER_PRODUCT,
      },
    );
    expect([...labels]).toEqual([1, 0]);
    expect([...distances]).toEqual([5, 1]);
  });

  it('never returns a negative distance', async () => {
    const { distances, labels } = await knn(base, base, 1);
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(0);
    expect([...labels]).toEqual(Array.from({ length: rows }, (_, i) => i));
  });
});

describe('bad input to knn', () => {
  /** Rows of every kind that rounding could err about, and queries that are rows, near them and far from them. */
  const kinds: readonly (readonly [string, (i: number, j: number) => number])[] = [
    ['rows that are all the same', (_, j) => j / 7],
    ['a few rows again and again', (i, j) => (i % 3) + j / 7],
    ['constant columns', (i, j) => (j < 3 ? Math.fround(Math.sin(i * (j + 1))) : 1_000)],
    ['rows that hardly differ', (i, j) => 1_000 + Math.fround(Math.sin(i * 19 + j) * 1e-3)],
    ['numbers too small to be squared', (i, j) => Math.sin(i * 19 + j) * 1e-39],
    ['norms of 1e18', (i, j) => Math.fround(Math.sin(i * 19 + j) * 2e17)],
    ['one norm of 1e18', (i, j) => (i === 77 ? 2e17 : Math.fround(Math.sin(i * 19 + j)))],
    ['zeros', () => 0],
    ['a column that dwarfs the others', (i, j) => Math.fround(Math.sin(i * 19 + j) * (j === 5 ? 1e4 : 1))],
  ];
  // Rows of 96 values are told apart by sketches first.
  const cases = [columns, 96].flatMap((d) => kinds.map(([name, value]) => ({ name, value, d })));

  it.each(cases)('$name, $d columns', async ({ value, d: columns }) => {
    const base = Float32Array.from({ length: rows * columns }, (_, at) =>
      value(Math.floor(at / columns), at % columns),
    );
    const queries = Float32Array.from({ length: 60 * columns }, (_, at) => base[at * 5] ?? 0);
    const k = 6;
    const { labels, distances } = await knn(queries, Matrix.from(base, columns), k);
    for (let i = 0; i < 60; i++) {
      const query = queries.subarray(i * columns, (i + 1) * columns);
      const apart = (row: number): number => {
        let sum = 0;
        for (let j = 0; j < columns; j++) sum += (query[j]! - base[row * columns + j]!) ** 2;
        return sum;
      };
      const truth = exactNeighbors(query, base, columns, k);
      const found = [...labels.subarray(i * k, (i + 1) * k)];
      expect(new Set(found).size).toBe(k);
      for (let place = 0; place < k; place++) {
        const wanted = apart(truth[place]!);
        expect(Math.abs(apart(found[place]!) - wanted)).toBeLessThanOrEqual(1e-5 * wanted + 1e-44);
        expect(Math.abs(distances[i * k + place]! - wanted)).toBeLessThanOrEqual(1e-5 * wanted + 1e-44);
      }
    }
  });

  it('many rows whose sketches tell nothing apart', async () => {
    const many = 9_000;
    // The first values are large and few, so that what tells rows apart is lost in the steps of a code.
    const base = randomValues(many * 64, 5).map((value, at) => (at % 64 === 0 ? (at % 3) * 1e3 : value));
    const queries = base.slice(0, 20 * 64);
    const { labels } = await knn(queries, Matrix.from(base, 64), 3);
    for (let i = 0; i < 20; i++) {
      const query = queries.subarray(i * 64, (i + 1) * 64);
      expect([...labels.subarray(i * 3, i * 3 + 3)]).toEqual(exactNeighbors(query, base, 64, 3));
    }
  });

  it('of equally near rows the first comes first', async () => {
    const { labels } = await knn(new Float32Array(columns), new Matrix(rows, columns), 9);
    expect([...labels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

it('finds the same with any instructions, but for rounding', () => {
  const script = `
    const { Matrix, engineInfo, expand, knn } = require('faiss-node');
    const x = Matrix.from(Float32Array.from({ length: 700 * 100 }, (_, i) => Math.sin(i * i * 1e-3) / (1 + (i % 100) / 8)), 100);
    (async () => {
      const { distances, labels } = await knn(x, x, 5);
      await expand(x, { search: 'exact' });
      console.log(JSON.stringify({ scan: engineInfo().scan, distances: [...distances], labels: [...labels], expanded: [...x.toFloat32Array()] }));
    })();`;
  const found = [engineInfo().scan, 'avx2', 'portable'].map((scan) => {
    const env = { ...process.env, FAISS_NODE_SCAN: scan };
    return JSON.parse(
      execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8', maxBuffer: 1 << 26 }),
    ) as {
      readonly scan: string;
      readonly distances: number[];
      readonly labels: number[];
      readonly expanded: number[];
    };
  });
  expect(found.at(-1)!.scan).toBe('portable');
  for (const { distances, labels, expanded } of found) {
    expect(labels.filter((label, cell) => label !== found[0]!.labels[cell]).length).toBeLessThan(labels.length / 500);
    for (const [cell, distance] of distances.entries()) {
      expect(Math.abs(distance - found[0]!.distances[cell]!)).toBeLessThan(1e-5 * (1 + distance));
    }
    for (const [cell, value] of expanded.entries()) {
      expect(Math.abs(value - found[0]!.expanded[cell]!)).toBeLessThan(1e-4);
    }
  }
});
