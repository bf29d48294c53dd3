import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Index, Matrix } from 'faiss-node';
import { describe, expect, it } from 'vitest';
import { randomMatrix } from './data';

describe('rows that nobody needs after they were added', () => {
  it.each(['IVF20,Flat', 'IVF20,SQ8', 'Flat', 'IVF20_HNSW8,Flat'])('come out the same: %s', async (factory) => {
    // More than what is copied between two looks.
    const kept = randomMatrix(20_000, 24);
    const spent = Matrix.from(kept.toFloat32Array(), 24);
    const [one, other] = [Index.fromFactory(24, factory), Index.fromFactory(24, factory)];
    for (const [index, rows, discard] of [
      [one, kept, false],
      [other, spent, true],
    ] as const) {
      await index.train(rows);
      await index.add(rows, { count: 19_000, discard });
      await index.add(rows, { from: 19_000, discard });
    }
    const ids = Int32Array.from({ length: kept.rows }, (_, id) => id);
    const [expected, found] = [await one.reconstruct({ ids }), await other.reconstruct({ ids })];
    const bytesOf = (matrix: Matrix): Buffer => Buffer.from(matrix.toFloat32Array().buffer);
    expect(bytesOf(found).equals(bytesOf(expected))).toBe(true);
    expect(kept.toFloat32Array(0, 1).some((value) => value !== 0)).toBe(true);
  });

  it('are never in memory twice', async () => {
    const script = `
      const { Index, Matrix } = require('faiss-node');
      const { readFileSync } = require('node:fs');
      (async () => {
        const x = new Matrix(120_000, 256);
        const some = Float32Array.from({ length: 1000 * 256 }, (_, i) => Math.sin(i * i * 1e-3));
        for (let row = 0; row < x.rows; row += 1000) x.set(row, some.map((value) => value + row * 1e-6));
        const index = Index.fromFactory(256, 'IVF16,Flat');
        await index.train(x, { rows: 2000 });
        await index.add(x, { discard: process.env.DISCARD === 'yes' });
        const peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]) * 1024;
        console.log(JSON.stringify({ peak, raw: x.byteLength }));
      })();`;
    const peakOf = async (discard: string): Promise<{ peak: number; raw: number }> => {
      const env = { ...process.env, DISCARD: discard };
      const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env });
      return JSON.parse(stdout) as { peak: number; raw: number };
    };
    const [twice, once] = [await peakOf('no'), await peakOf('yes')];
    expect(twice.peak).toBeGreaterThan(1.9 * twice.raw);
    expect(once.peak).toBeLessThan(twice.peak - 0.6 * twice.raw);
  });
});
