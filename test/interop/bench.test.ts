import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

it('the benchmark runs, and says what its goals come to', async () => {
  const args = ['scripts/bench/index.mjs', '--quick', '--only', 'kmeans'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toContain('## Goals');
  expect(stdout).toMatch(/\| k-means alone, of the fastest FAISS at hand \(wall time\) +\| 0\.40 \| \d+\.\d\d \|/);
  expect(stdout).toContain('On a processor without AVX2');
});

it('jobs of every kind can be recorded as they go', async () => {
  const args = ['test/bench/recordProgress.mjs', 'train-balanced', '--quick'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toMatch(/^train-balanced 0\.5: \d+ ms, [1-9]\d* reports$/m);
});

describe('the tables of the decisions are what the commands print', () => {
  const numbers = (line: string): number[] => [...line.matchAll(/\d+\.\d+/g)].map(([text]) => Number(text));

  it.each([
    { script: 'calibrateVerdict', args: [], decision: '0007-verdict-thresholds', figures: [0, 1, 2, 3] },
    { script: 'chooseRecipes', args: ['rvc'], decision: '0010-recipes-by-measurement', figures: [0, 1, 2] },
  ])('$script', async ({ script, args, decision, figures }) => {
    const voice = 'one minute';
    const { stdout } = await promisify(execFile)(process.execPath, [`test/bench/${script}.mjs`, voice, ...args]);
    const document = (await readFile(`docs/decisions/${decision}.md`, 'utf8')).split('\n');
    const printed = stdout.split('\n').find((line) => line.startsWith(`| ${voice} |`)) ?? '';
    const begins = document.findIndex((line) => line.startsWith(`| ${voice}`) && numbers(line).length > 3);
    // The recipes of a voice follow each other, that of RVC last.
    const written = document[begins + (args.length === 0 ? 0 : 3)] ?? '';
    const [ours, theirs] = [numbers(printed), numbers(written)];
    expect(ours.length, printed).toBeGreaterThan(figures.length);
    // Another processor rounds otherwise, and a moment more or less may come out the same.
    for (const place of figures) {
      const their = theirs[place] ?? NaN;
      expect(Math.abs((ours[place] ?? NaN) - their), written).toBeLessThan(0.02 * Math.max(1, their));
    }
  });
});
