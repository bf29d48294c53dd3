import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the benchmark runs, and says what its goals come to', async () => {
  const args = ['scripts/bench/index.mjs', '--quick', '--only', 'kmeans'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toContain('## Goals');
  expect(stdout).toMatch(/\| k-means alone, of the fastest FAISS at hand \(wall time\) +\| 0\.40 \| \d+\.\d\d \|/);
  expect(stdout).toContain('On a processor without AVX2');
});
