import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Index, IndexFlatL2, Matrix, kmeans, knn } from 'faiss-node';
import { afterAll, describe, expect, it } from 'vitest';
import { oddFolder, randomMatrix } from './data';

const rows = 40_000;
const columns = 256;
const x = randomMatrix(rows, columns);
const folder = oddFolder();
afterAll(() => folder.remove());

/** Aborts after 50 ms; gives what the call rejected with and how long it took from there. */
async function aborted(begin: (signal: AbortSignal) => Promise<unknown>): Promise<{ code: unknown; seconds: number }> {
  const controller = new AbortController();
  let at = 0;
  setTimeout(() => {
    at = performance.now();
    controller.abort();
  }, 50);
  const error = await begin(controller.signal).then(
    () => ({ code: 'finished' }),
    (reason: unknown) => reason as { code: unknown },
  );
  return { code: error.code, seconds: (performance.now() - at) / 1000 };
}

describe('cancel', () => {
  it('stops a training, which leaves the index untrained and usable', async () => {
    const index = Index.fromFactory(columns, 'IVF1000,Flat');
    const { code, seconds } = await aborted((signal) => index.train(x, { signal }));
    expect(code).toBe('CANCELLED');
    expect(seconds).toBeLessThan(5);
    expect(index.isTrained()).toBe(false);
    const small = randomMatrix(2000, columns);
    await index.train(small);
    expect(index.isTrained()).toBe(true);
  });

  it('stops the training of a product quantizer, k-means and exact search', async () => {
    for (const begin of [
      (signal: AbortSignal) => Index.fromFactory(columns, 'PQ64').train(x, { signal }),
      (signal: AbortSignal) => kmeans(x, 1000, { signal }),
      (signal: AbortSignal) => knn(x, x, 8, { signal }),
    ]) {
      const { code, seconds } = await aborted(begin);
      expect(code).toBe('CANCELLED');
      expect(seconds).toBeLessThan(5);
    }
  });

  it('stops an add before anything is added', async () => {
    const index = Index.fromFactory(columns, 'IVF2000,Flat');
    await index.train(x, { rows: 2000 });
    const { code, seconds } = await aborted((signal) => index.add(x, { signal }));
    expect(code).toBe('CANCELLED');
    expect(seconds).toBeLessThan(5);
    expect(index.ntotal()).toBe(0);
  });

  it('stops a search', async () => {
    const index = new IndexFlatL2(columns);
    await index.add(x);
    const { code, seconds } = await aborted((signal) => index.search(x, 8, { signal }));
    expect(code).toBe('CANCELLED');
    expect(seconds).toBeLessThan(5);
    expect([...(await index.search(x, 1, { count: 2 })).labels]).toEqual([0, 1]);
  });

  it('stops a search through groups', async () => {
    const index = Index.fromFactory(columns, 'IVF100,Flat');
    await index.train(x, { rows: 1000 });
    await index.add(x);
    const { code, seconds } = await aborted((signal) => index.search(x, 8, { nprobe: 100, signal }));
    expect(code).toBe('CANCELLED');
    expect(seconds).toBeLessThan(5);
  });

  it('does not start what was aborted before', async () => {
    const path = join(folder.path, 'never.index');
    await expect(new IndexFlatL2(2).save(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(existsSync(path)).toBe(false);
  });

  it('takes a waiting call out of the queue at once', async () => {
    const first = kmeans(x, 400, { iterations: 5 });
    let finished = false;
    void first.then(() => (finished = true));
    const { code } = await aborted((signal) => knn(x, x, 1, { signal }));
    expect(code).toBe('CANCELLED');
    expect(finished).toBe(false);
    expect((await first).centroids.rows).toBe(400);
  });

  it('stops reading a file, and lets a save leave nothing behind', async () => {
    const big = new Matrix(200_000, columns);
    const index = new IndexFlatL2(columns);
    await index.add(big);
    big.close();
    const path = join(folder.path, 'big.index');
    const saved = await aborted((signal) => index.save(path, { signal }));
    expect(saved.code).toBe('CANCELLED');
    expect(existsSync(path)).toBe(false);
    await index.save(path);
    const opened = await aborted((signal) => Index.open(path, { signal }));
    expect(opened.code).toBe('CANCELLED');
    expect(opened.seconds).toBeLessThan(5);
  });
});
