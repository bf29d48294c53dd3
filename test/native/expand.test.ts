import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExpandOptions, type Expansion, Matrix, expand } from 'faiss-node';
import { afterAll, describe, expect, it } from 'vitest';
import { codeOf, oddFolder, randomMatrix, randomValues } from './data';

const folder = oddFolder();
afterAll(() => folder.remove());

/** Rows around centers, so that neighbors are neighbors for a reason; norms from 5 to 15. */
function clustered(rows: number, columns: number, centers: number, spread = 0.6, seed = 1): Float32Array {
  const middle = randomValues(centers * columns, seed);
  const values = randomValues(rows * columns, seed + 1);
  for (let i = 0; i < rows; i++) {
    const row = values.subarray(i * columns, (i + 1) * columns);
    const center = (i * 7919) % centers;
    const norm = 5 + (i % 11);
    for (let j = 0; j < columns; j++) row[j] = middle[center * columns + j]! + spread * row[j]!;
    const scale = norm / lengthOf(row);
    for (let j = 0; j < columns; j++) row[j]! *= scale;
  }
  return values;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

function lengthOf(row: Float32Array): number {
  return Math.sqrt(dot(row, row));
}

function rowsOf(values: Float32Array, columns: number): Float32Array[] {
  return Array.from({ length: values.length / columns }, (_, i) => values.subarray(i * columns, (i + 1) * columns));
}

/** One repetition, computed plainly in double precision. */
function plainly(values: Float32Array, columns: number, options: ExpandOptions & { readonly others?: Float32Array }) {
  const { alpha = 3, neighbors = 10, includeSelf = true, restoreNorms = true, others } = options;
  const unit = (row: Float32Array) => row.map((value) => value / Math.max(1e-9, lengthOf(row)));
  const rows = rowsOf(values, columns).map(unit);
  const base = others === undefined ? rows : rowsOf(others, columns).map(unit);
  return rows.map((row, i) => {
    const norm = restoreNorms ? lengthOf(rowsOf(values, columns)[i]!) : 1;
    const near = base
      .map((other, at) => ({ other, cosine: others === undefined && at === i ? 0 : dot(row, other) }))
      .filter(({ cosine }) => cosine > 0)
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, neighbors - (others === undefined && includeSelf ? 1 : 0));
    const sum = new Float64Array(columns);
    if (includeSelf) row.forEach((value, j) => (sum[j]! += value));
    for (const { other, cosine } of near) other.forEach((value, j) => (sum[j]! += cosine ** alpha * value));
    const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
    return Float32Array.from(length > 0 ? sum : row, (value) => (value / (length || 1)) * norm);
  });
}

/** Largest distance between rows, relative to their norms. */
function difference(values: Float32Array, wanted: readonly Float32Array[]): number {
  const rows = rowsOf(values, wanted[0]!.length);
  return Math.max(
    ...rows.map((row, i) => {
      const other = wanted[i]!;
      const apart = lengthOf(row.map((value, j) => value - other[j]!));
      return apart / Math.max(lengthOf(other), 1e-9);
    }),
  );
}

async function expanded(values: Float32Array, columns: number, options?: ExpandOptions) {
  const x = Matrix.from(values, columns);
  const expansion = await expand(x, options);
  return { values: x.toFloat32Array(), ...expansion };
}

describe('expand', () => {
  const columns = 24;
  const values = clustered(400, columns, 12);

  it.each<ExpandOptions>([
    {},
    { alpha: 0, neighbors: 5 },
    { alpha: 2.5, includeSelf: false },
    { restoreNorms: false, neighbors: 50 },
    { neighbors: 1, includeSelf: false },
    { neighbors: 399 },
  ])('is what the formula says: %o', async (options) => {
    for (const search of ['exact', 'fast', { nlist: 7, nprobe: 7 }] as const) {
      const result = await expanded(values, columns, { ...options, search });
      const wanted = plainly(values, columns, options);
      expect(difference(result.values, wanted)).toBeLessThan(1e-5);
      expect(result.search.recall).toBe(1);
      rowsOf(values, columns).forEach((row, i) => {
        const cosine = dot(row, wanted[i]!) / lengthOf(row) / lengthOf(wanted[i]!);
        expect(result.cosines[i]).toBeCloseTo(cosine, 5);
      });
    }
  });

  it('repeats on the result, and compares with the rows as they came', async () => {
    const once = await expanded(values, columns);
    const again = await expanded(once.values, columns);
    for (const scratch of [undefined, join(folder.path, 'again')]) {
      const twice = await expanded(values, columns, { repetitions: 2, ...(scratch && { scratch }) });
      expect(twice.values).toEqual(again.values);
      rowsOf(values, columns).forEach((row, i) => {
        const after = rowsOf(twice.values, columns)[i]!;
        expect(twice.cosines[i]).toBeCloseTo(dot(row, after) / lengthOf(row) / lengthOf(after), 5);
      });
    }
  });

  it('moves queries towards another base, which stays', async () => {
    const others = clustered(300, columns, 12, 0.6, 5);
    const base = Matrix.from(others, columns);
    for (const includeSelf of [true, false]) {
      for (const search of ['exact', { nlist: 9, nprobe: 9 }] as const) {
        const result = await expanded(values, columns, { base, includeSelf, search, neighbors: 4 });
        expect(difference(result.values, plainly(values, columns, { others, includeSelf, neighbors: 4 }))).toBeLessThan(
          1e-5,
        );
      }
    }
    expect(base.toFloat32Array()).toEqual(others);
  });

  // Rows of so many values are compared by their sketches first.
  it.each([
    ['few directions say most', clustered(8_500, 192, 40, 0.6)],
    ['all directions say as much', randomValues(8_500 * 192, 3)],
  ])('finds all neighbors where %s', async (_, many) => {
    const among = Matrix.from(many, 192);
    await expand(among, { search: 'exact', neighbors: 10 });
    // A row of the base weighs 1 for itself.
    const expected = plainly(many.slice(0, 40 * 192), 192, { others: many, includeSelf: false, neighbors: 10 });
    expect(difference(among.toFloat32Array(0, 40), expected)).toBeLessThan(1e-4);
  });

  it('only returns a row itself where no other is asked for', async () => {
    const result = await expanded(values, columns, { neighbors: 1 });
    expect(difference(result.values, rowsOf(values, columns))).toBeLessThan(1e-6);
    expect(result.search.method).toBe('exact');
  });

  it('keeps rows of zeros, and rows whose neighbors all point away', async () => {
    const rows = Float32Array.of(0, 0, 3, 0, -2, 0, 0, 5, 0, -7);
    const without = await expanded(rows, 2, { neighbors: 2, includeSelf: false });
    expect(without.values).toEqual(rows);
    expect([...without.cosines]).toEqual([1, 1, 1, 1, 1]);
    const kept = await expanded(rows, 2, { neighbors: 2, includeSelf: false, restoreNorms: false });
    expect([...kept.values]).toEqual([0, 0, 1, 0, -1, 0, 0, 1, 0, -1]);
  });

  it('takes duplicates of a row for neighbors, not for the row', async () => {
    const one = clustered(200, columns, 5);
    const copies = new Float32Array(one.length + 40 * columns);
    copies.set(one);
    for (let i = 0; i < 40; i++) copies.set(one.subarray(0, columns), one.length + i * columns);
    for (const search of ['exact', { nlist: 4, nprobe: 4 }] as const) {
      for (const includeSelf of [true, false]) {
        const result = await expanded(copies, columns, { search, includeSelf });
        const wanted = plainly(copies, columns, { includeSelf });
        expect(difference(result.values, wanted)).toBeLessThan(1e-4);
        // Ten copies of itself move a row nowhere.
        expect(result.cosines[0]).toBeCloseTo(1, 6);
      }
    }
  });

  it('gives the same for the same seed', async () => {
    const many = clustered(3000, 32, 40);
    const search = { nlist: 100, nprobe: 3 };
    const first = await expanded(many, 32, { search, seed: 7 });
    expect((await expanded(many, 32, { search, seed: 7 })).values).toEqual(first.values);
    expect((await expanded(many, 32, { search, seed: 8 })).search.recall).not.toBe(first.search.recall);
  });
});

describe('fast search', () => {
  const columns = 32;
  const rows = 30_000;
  // Spread so that neighbors lie in several groups.
  const values = clustered(rows, columns, 3_000, 1.2);

  /** Rows that blend exactly what an exact search finds. */
  async function sameRows(result: { readonly values: Float32Array }): Promise<number> {
    const exact = rowsOf((await expanded(values, columns, { search: 'exact' })).values, columns);
    const same = rowsOf(result.values, columns).filter(
      (row, i) => lengthOf(row.map((value, j) => value - exact[i]![j]!)) < 1e-4 * lengthOf(row),
    );
    return same.length / rows;
  }

  it('reaches the recall it is asked for, and says so truthfully', async () => {
    const result = await expanded(values, columns, { targetRecall: 0.95 });
    expect(result.search).toMatchObject({ method: 'lists', nlist: Math.floor(4 * Math.sqrt(rows)), sample: 1000 });
    expect(result.search.recall).toBeGreaterThan(0.95);
    expect(result.search.recall).toBeLessThan(1);
    // A row is the same when none of its 9 others is missed.
    const same = await sameRows(result);
    expect(same).toBeGreaterThan(1 - 9 * (1 - result.search.recall) - 0.03);
    expect(same).toBeLessThan(1);
    const better = await expanded(values, columns, { targetRecall: 0.995 });
    expect(better.search.nprobe!).toBeGreaterThan(result.search.nprobe!);
    expect(await sameRows(better)).toBeGreaterThan(same);
  });

  it('is exact where lists would cost more', async () => {
    const exact = { method: 'exact', nlist: null, nprobe: null, recall: 1, sample: 0 };
    expect((await expanded(values.subarray(0, 500 * columns), columns)).search).toEqual(exact);
    // Without any structure the neighbors are everywhere.
    const x = randomMatrix(20_000, 64);
    expect((await expand(x)).search).toEqual(exact);
  });

  it('finds as much through lists from another base', async () => {
    const base = Matrix.from(values, columns);
    const asked = clustered(20_000, columns, 3_000, 1.2, 1);
    const exact = await expanded(asked, columns, { base, search: 'exact' });
    const result = await expanded(asked, columns, { base, search: { nlist: 300, nprobe: 200 } });
    expect(result.search.recall).toBeGreaterThan(0.98);
    expect(result.search.recall).toBeLessThan(1);
    const exactRows = rowsOf(exact.values, columns);
    const same = rowsOf(result.values, columns).filter((row, i) => difference(row, [exactRows[i]!]) < 1e-4);
    expect(same.length / 20_000).toBeGreaterThan(1 - 10 * (1 - result.search.recall) - 0.03);
    expect(same.length).toBeLessThan(20_000);
  });
});

describe('expand, refused or stopped', () => {
  const x = randomMatrix(20, 4);

  it.each<[string, string, unknown]>([
    ['alpha not a number', 'ARGUMENT', { alpha: NaN }],
    ['negative alpha', 'ARGUMENT', { alpha: -1 }],
    ['infinite alpha', 'ARGUMENT', { alpha: Infinity }],
    ['no neighbors', 'ARGUMENT', { neighbors: 0 }],
    ['as many neighbors as rows', 'ARGUMENT', { neighbors: 20 }],
    ['no repetition', 'ARGUMENT', { repetitions: 0 }],
    ['a recall above 1', 'ARGUMENT', { targetRecall: 1.1 }],
    ['an unknown search', 'ARGUMENT', { search: 'slow' }],
    ['more lists than rows', 'ARGUMENT', { search: { nlist: 21, nprobe: 1 } }],
    ['more probes than lists', 'ARGUMENT', { search: { nlist: 5, nprobe: 6 } }],
    ['a base that is no matrix', 'ARGUMENT', { base: [1, 2] }],
    ['a base of other columns', 'DIMENSION', { base: randomMatrix(20, 5) }],
    ['an empty scratch name', 'ARGUMENT', { scratch: '' }],
    ['a scratch file in no folder', 'IO', { scratch: join(folder.path, 'none', 'file') }],
  ])('%s', async (_name, code, options) => {
    const before = x.toFloat32Array();
    expect(await codeOf(() => expand(x, options as ExpandOptions))).toBe(code);
    expect(x.toFloat32Array()).toEqual(before);
  });

  it('refuses rows and a base with values that are not numbers', async () => {
    const bad = randomMatrix(20, 4);
    bad.set(7, Float32Array.of(0, NaN, 0, 0));
    expect(await codeOf(() => expand(bad))).toBe('NOT_FINITE');
    expect(await codeOf(() => expand(x, { base: bad }))).toBe('NOT_FINITE');
  });

  it('refuses a closed matrix, and one with a single row', async () => {
    const closed = randomMatrix(20, 4);
    closed.close();
    expect(await codeOf(() => expand(closed))).toBe('CLOSED');
    expect(await codeOf(() => expand(randomMatrix(1, 4)))).toBe('ARGUMENT');
  });

  it('leaves a file that is there alone, and none of its own', async () => {
    const path = join(folder.path, 'there');
    writeFileSync(path, 'mine');
    await expect(expand(x, { scratch: path })).rejects.toMatchObject({ code: 'IO', errno: 'EEXIST' });
    expect(existsSync(path)).toBe(true);
    const scratch = join(folder.path, 'scratch');
    const inFile = await expanded(x.toFloat32Array(), 4, { scratch });
    expect(inFile.values).toEqual((await expanded(x.toFloat32Array(), 4)).values);
    expect(existsSync(scratch)).toBe(false);
  });

  it.each(['exact', 'fast', { nlist: 300, nprobe: 100 }] as const)('stops (%o) and changes nothing', async (search) => {
    const values = clustered(60_000, 256, 50);
    const big = Matrix.from(values, 256);
    const scratch = join(folder.path, 'stopped');
    for (const after of [0, 200, 600]) {
      const controller = new AbortController();
      let at = Infinity;
      setTimeout(() => {
        at = performance.now();
        controller.abort();
      }, after);
      const code = await codeOf(() => expand(big, { search, scratch, signal: controller.signal }));
      const seconds = (performance.now() - at) / 1000;
      expect(code).toBe('CANCELLED');
      expect(seconds).toBeLessThan(5);
    }
    expect(existsSync(scratch)).toBe(false);
    const left = big.toFloat32Array();
    expect(Buffer.compare(Buffer.from(left.buffer), Buffer.from(values.buffer))).toBe(0);
    big.close();
  });

  it('tells how far it is', async () => {
    for (const search of ['exact', { nlist: 100, nprobe: 50 }] as const) {
      const seen: [number, number][] = [];
      await expand(Matrix.from(clustered(12_000, 128, 50), 128), {
        search,
        repetitions: 2,
        onProgress: (done, total) => seen.push([done, total]),
      });
      expect(seen.length).toBeGreaterThan(3);
      expect(seen.every(([, total]) => total === 24_000)).toBe(true);
      expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).sort((a, b) => a - b));
      expect(seen.at(-1)).toEqual([24_000, 24_000]);
    }
  });
});

describe('memory', () => {
  /** Peak resident memory in bytes of a process that expands a matrix; its rows come from a pattern, not from a file. */
  function peakOf(
    rows: number,
    columns: number,
    options: ExpandOptions,
  ): { peak: number; search: Expansion['search'] } {
    const script = `
      const { Matrix, expand } = require('faiss-node');
      const [rows, columns, options] = JSON.parse(process.argv[1]);
      (async () => {
        const x = new Matrix(rows, columns);
        const block = new Float32Array(1000 * columns);
        const centers = new Float32Array(500 * columns);
        let state = 1;
        const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296 - 0.5;
        for (let i = 0; i < centers.length; i++) centers[i] = random();
        for (let at = 0; at < rows; at += 1000) {
          for (let i = 0; i < block.length; i++) block[i] = centers[i % centers.length] + 0.3 * random();
          x.set(at, block);
        }
        gc();
        const { search } = await expand(x, options);
        console.log(JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024, search }));
      })();`;
    const words = JSON.stringify([rows, columns, options]);
    return JSON.parse(execFileSync(process.execPath, ['--expose-gc', '-e', script, words]).toString()) as {
      peak: number;
      search: Expansion['search'];
    };
  }

  it.each<[string, ExpandOptions]>([
    ['fast', {}],
    ['fixed lists', { neighbors: 50, search: { nlist: 200, nprobe: 1 } }],
  ])('takes little beside the rows: %s', { timeout: 300_000 }, (_name, options) => {
    const [rows, columns] = [70_000, 768];
    const { peak } = peakOf(rows, columns, { ...options, scratch: join(folder.path, 'scratch') });
    const raw = rows * columns * 4;
    expect(peak).toBeLessThan(1.3 * raw + 400 * 2 ** 20);
    // A second copy of the rows would not have fitted.
    expect(peak).toBeLessThan(2 * raw);
    expect(readdirSync(folder.path)).not.toContain('scratch');
  });
});
