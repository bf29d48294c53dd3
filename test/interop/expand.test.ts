import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Matrix, expand } from 'faiss-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomValues } from '../native/data';
import { runPython } from './command';

const ROWS = 3_000;
const DEFAULTS = { alpha: 3, neighbors: 10, includeSelf: true, restoreNorms: true, repetitions: 1, base: '' };
const CASES = [
  {},
  { includeSelf: false },
  { alpha: 0 },
  { alpha: 1, restoreNorms: false },
  { alpha: 2.5, neighbors: 50 },
  { repetitions: 2 },
  { repetitions: 2, restoreNorms: false, includeSelf: false, neighbors: 3 },
  { base: 'base.npy' },
  { base: 'base.npy', includeSelf: false, alpha: 1, repetitions: 2 },
].map((settings, i) => ({ ...DEFAULTS, ...settings, name: `case-${i}`, rows: 'rows.npy' }));

/** Rows of a walk, as frames of speech are, with a few duplicates and one row of zeros. */
function walk(columns: number, seed: number): Float32Array {
  const values = randomValues(ROWS * columns, seed);
  for (let i = columns; i < values.length; i++)
    values[i] = 0.8 * values[i - columns]! + (9 / Math.sqrt(columns)) * values[i]!;
  for (const row of [7, 70, 700]) values.copyWithin(row * columns, 0, columns);
  return values.fill(0, 50 * columns, 51 * columns);
}

/** The rows of a file as NumPy's `save` writes it. */
function load(path: string): Float32Array {
  const bytes = readFileSync(path);
  const body = bytes.subarray(10 + bytes.readUInt16LE(8));
  return new Float32Array(Uint8Array.from(body).buffer);
}

describe.each([256, 768])('expanding rows of %d values agrees with numpy and FAISS', (columns) => {
  const folder = mkdtempSync(join(tmpdir(), 'voronoice-expand-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const rows = walk(columns, 1);
  const base = walk(columns, 2);
  let ties: Readonly<Record<string, readonly number[]>> = {};

  beforeAll(async () => {
    await Matrix.from(rows, columns).writeNpy(join(folder, 'rows.npy'));
    await Matrix.from(base, columns).writeNpy(join(folder, 'base.npy'));
    const list = join(folder, 'cases.json');
    writeFileSync(list, JSON.stringify({ folder, cases: CASES }));
    ties = (await runPython('expandReference.py', list)) as typeof ties;
  });

  it.each(CASES)('$name: α $alpha, $neighbors neighbors, itself $includeSelf', async ({ name, ...settings }) => {
    const x = Matrix.from(rows, columns);
    const options = { ...settings, base: settings.base === '' ? undefined : Matrix.from(base, columns) };
    await expand(x, { ...options, search: 'exact', scratch: join(folder, `${name}.scratch`) });
    const ours = x.toFloat32Array();
    const theirs = load(join(folder, `${name}.expanded.npy`));
    expect(theirs).toHaveLength(ours.length);
    const tied = ties[name] ?? [];
    expect(tied.length).toBeLessThan(0.02 * ROWS);
    let worst = 0;
    for (let i = 0; i < ROWS; i++) {
      let apart = 0;
      let length = 0;
      for (let j = i * columns; j < (i + 1) * columns; j++) {
        apart += (ours[j]! - theirs[j]!) ** 2;
        length += theirs[j]! ** 2;
      }
      const difference = Math.sqrt(apart) / Math.max(Math.sqrt(length), 1e-9);
      // Where the last neighbor is a matter of rounding, either choice is right.
      worst = Math.max(worst, difference / (tied.includes(i) ? 0.01 : 1e-4));
    }
    expect(worst).toBeLessThan(1);
    expect(ours).not.toEqual(rows);
  });
});
