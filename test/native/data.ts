import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Matrix } from 'faiss-node';

/** Numbers in -0.5..0.5, the same for the same seed. */
export function randomValues(count: number, seed = 1): Float32Array {
  const values = new Float32Array(count);
  let state = seed >>> 0;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = state / 4294967296 - 0.5;
  }
  return values;
}

export function randomMatrix(rows: number, columns: number, seed = 1): Matrix {
  return Matrix.from(randomValues(rows * columns, seed), columns);
}

/** Exact k nearest rows of `base` by squared L2, computed plainly in double precision. */
export function exactNeighbors(query: Float32Array, base: Float32Array, columns: number, k: number): number[] {
  const distances: { row: number; distance: number }[] = [];
  for (let row = 0; row < base.length / columns; row++) {
    let distance = 0;
    for (let j = 0; j < columns; j++) distance += (query[j]! - base[row * columns + j]!) ** 2;
    distances.push({ row, distance });
  }
  return distances
    .sort((a, b) => a.distance - b.distance || a.row - b.row)
    .slice(0, k)
    .map(({ row }) => row);
}

/** A folder whose name has everything that breaks paths; removed by `remove`. */
export function oddFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), '测试 тест ü #1 '));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The code of the error that `run` throws or rejects with; `undefined` when it does neither. */
export async function codeOf(run: () => unknown): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) return `not an Error: ${String(error)}`;
    return 'code' in error ? String(error.code) : `no code: ${error.message}`;
  }
}
