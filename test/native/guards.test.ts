import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Index, knn, kmeans, type Matrix } from 'faiss-node';
import { describe, expect, it } from 'vitest';
import { codeOf, randomMatrix } from './data';

const COLUMNS = 32;
const ROWS = 4_000;

/** Every kind of work that reads or writes a matrix, long enough to be met halfway. */
const works: readonly (readonly [
  name: string,
  work: (x: Matrix, index: Index, options: { signal: AbortSignal }) => Promise<unknown>,
])[] = [
  ['search', (x, index, { signal }) => index.search(x, 8, { nprobe: 64, signal })],
  ['assign', (x, index, { signal }) => index.assign(x, { nprobe: 8, signal })],
  ['knn', (x, _, { signal }) => knn(x, x, 8, { signal })],
  ['kmeans', (x, _, { signal }) => kmeans(x, 64, { iterations: 20, signal })],
  [
    'permute',
    (x, _, { signal }) =>
      x.permute(
        Int32Array.from({ length: ROWS }, (_unused, row) => ROWS - 1 - row),
        { signal },
      ),
  ],
];

async function trained(): Promise<{ x: Matrix; index: Index }> {
  const x = randomMatrix(ROWS, COLUMNS);
  const index = Index.fromFactory(COLUMNS, 'IVF64,Flat');
  await index.train(x);
  await index.add(x);
  return { x, index };
}

describe('an object that goes while work is under way', () => {
  it.each(works)('stays for %s until that ends', async (_, work) => {
    const { x, index } = await trained();
    const under = work(x, index, { signal: new AbortController().signal });
    x.close();
    index.close();
    await expect(under).resolves.not.toThrow();
    expect(await codeOf(() => x.norms())).toBe('CLOSED');
    expect(await codeOf(() => index.search(new Float32Array(COLUMNS), 1))).toBe('CLOSED');
  });
});

describe('cancel', () => {
  it.each(works)(
    'of %s: before it was asked for, while it waits, while it works, and after it ended',
    async (_, work) => {
      const { x, index } = await trained();
      expect(await codeOf(() => work(x, index, { signal: AbortSignal.abort() }))).toBe('CANCELLED');

      const [first, second] = [new AbortController(), new AbortController()];
      const working = codeOf(() => work(x, index, first));
      const waiting = codeOf(() => work(x, index, second));
      second.abort();
      second.abort();
      expect(await waiting).toBe('CANCELLED');
      first.abort();
      // It may have been done by then.
      expect(['CANCELLED', undefined]).toContain(await working);

      const late = new AbortController();
      await work(x, index, late);
      late.abort();
      expect(x.rows).toBe(ROWS);
      expect((await index.search(x, 1, { count: 10 })).labels.length).toBe(10);
    },
  );
});

describe('two at once', () => {
  it('work one after the other, whoever asked first', async () => {
    const { x, index } = await trained();
    const ended: string[] = [];
    await Promise.all(
      works.map(([name, work]) =>
        work(x, index, { signal: new AbortController().signal }).then(() => ended.push(name)),
      ),
    );
    expect(ended).toEqual(works.map(([name]) => name));
  });

  it('do not train one index: the second is told that it is busy', async () => {
    const x = randomMatrix(ROWS, COLUMNS);
    const index = Index.fromFactory(COLUMNS, 'IVF64,Flat');
    const first = index.train(x);
    expect(await codeOf(() => index.describe())).toBe('ARGUMENT');
    await first;
    expect(index.describe().isTrained).toBe(true);
  });
});

describe('garbage as this', () => {
  it('is refused by every method, of JavaScript and of the engine itself', async () => {
    // In a child, so that an abort shows as an abort.
    const script = `
      const { Index, Matrix } = require('faiss-node');
      const native = require('faiss-node/load.js');
      const garbage = [undefined, null, 1, 'x', {}, [], () => {}, new Proxy({}, {}), Object.create(Index.prototype), Object.create(native.IndexHandle.prototype), new Matrix(1, 1), Index.fromFactory(2, 'Flat')];
      const settle = async (call) => {
        try { await call(); return 'done'; } catch (error) { return error instanceof Error ? 'error' : 'other'; }
      };
      (async () => {
        const seen = { done: 0, error: 0, other: 0 };
        for (const Class of [Index, Matrix, native.IndexHandle, native.MatrixHandle]) {
          for (const name of Object.getOwnPropertyNames(Class.prototype)) {
            const { value: method } = Object.getOwnPropertyDescriptor(Class.prototype, name);
            if (typeof method !== 'function' || name === 'constructor' || name === 'close') continue;
            for (const self of garbage) {
              const isOwn = (Class === Index || Class === Matrix) && self instanceof Class;
              if (isOwn) continue;
              seen[await settle(() => method.call(self))]++;
            }
          }
        }
        console.log(JSON.stringify(seen));
      })();`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]);
    const seen = JSON.parse(stdout) as { done: number; error: number; other: number };
    expect(seen).toMatchObject({ done: 0, other: 0 });
    expect(seen.error).toBeGreaterThan(200);
  });
});
