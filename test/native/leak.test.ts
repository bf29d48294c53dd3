import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { writeFigures } from '../fixtures/figures';
import { oddFolder } from './data';

/** Resident memory in MiB after a collection; on stdout at the start (warm), halfway and at the end. */
const script = `
  const { Index, Matrix, knn } = require('faiss-node');
  const { readFileSync } = require('node:fs');
  const path = process.argv[1];
  const resident = () => { gc(); gc(); return Number(/VmRSS:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]) / 1024; };
  const settle = () => new Promise((resolve) => setTimeout(resolve, 20));
  (async () => {
    const x = new Matrix(4000, 64);
    await x.shuffle(1);
    x.set(0, Float32Array.from({ length: 4000 * 64 }, (_, i) => Math.sin(i * i)));
    const index = Index.fromFactory(64, 'IVF50,Flat');
    await index.train(x);
    await index.add(x);
    await index.save(path);
    const round = async () => {
      const opened = await Index.open(path);
      await opened.search(x, 8, { count: 100, onProgress() {} });
      Index.read(path).search(Array(64).fill(0.5), 3);
      const copy = Index.fromBuffer(index.toBuffer());
      (await copy.reconstruct({ count: 100 })).close();
      await copy.centroids();
      await knn(x, x, 2, { count: 50 });
      await Index.open('/no/such/file').catch(() => undefined);
      try { Index.fromBuffer(Buffer.from('garbage that is no index')); } catch {}
      await copy.train(x, { signal: AbortSignal.abort() }).catch(() => undefined);
    };
    for (let i = 0; i < 40; i++) await round();
    await settle();
    const warm = resident();
    const rounds = async (count) => {
      for (let i = 0; i < count; i++) { await round(); if (i % 20 === 0) { gc(); await settle(); } }
      await settle();
      return resident();
    };
    const half = await rounds(Number(process.argv[2]) / 2);
    const end = await rounds(Number(process.argv[2]) / 2);
    console.log(JSON.stringify({ warm, half, end }));
  })();`;

/** More by `npm run reliability`. */
const ROUNDS = Number(process.env['LEAK_ROUNDS'] ?? 200);

it('rounds of read, search, toBuffer and fromBuffer grow resident memory by less than 20 MB', async () => {
  const folder = oddFolder();
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '-e',
    script,
    `${folder.path}/leak.index`,
    String(ROUNDS),
  ]);
  folder.remove();
  const { warm, half, end } = JSON.parse(stdout) as { warm: number; half: number; end: number };
  writeFigures({ warm, half, end });
  expect(end - warm, stdout).toBeLessThan(20);
  // What the allocator keeps for later comes in the first rounds; what is lost comes in all of them.
  expect(end - half, stdout).toBeLessThan(8);
});
