import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { StepName } from '@shared/jobs';
import type { StepContext } from '../../../src/worker/context';

export { ivfFlat } from '../../fixtures/ivfFlat';

/** A name that every path in these tests goes through. */
export const HARD_NAME = '测试 тест ü #1';

/** Gives each test an empty folder of a hard name, and takes it away again. */
export function useFolder(): { readonly path: string } {
  const folder = { path: '', base: '' };
  beforeEach(() => {
    folder.base = mkdtempSync(join(tmpdir(), 'voronoice-test-'));
    folder.path = join(folder.base, HARD_NAME);
    mkdirSync(folder.path);
  });
  afterEach(() => rmSync(folder.base, { recursive: true, force: true }));
  return folder;
}

/** Writes a file, with the folders above it. */
export function put(path: string, content: string | Uint8Array = ''): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export interface NpyOptions {
  readonly descr?: string;
  readonly fortran?: boolean;
  readonly shape?: string;
  readonly version?: number;
  /** Overrides the values; `rows` x `columns` otherwise. */
  readonly body?: Uint8Array;
}

/** Bytes of a .npy file; value of row r, column c is r + c / 1000 unless told otherwise. */
export function npy(rows: number, columns: number, options: NpyOptions = {}): Uint8Array {
  const { descr = '<f4', fortran = false, shape = `(${rows}, ${columns})`, version = 1 } = options;
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`;
  const header = Buffer.from(text.padEnd(117) + '\n', 'latin1');
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  const body = options.body ?? new Uint8Array(values(rows, columns).buffer);
  return Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]), length, header, body]);
}

export function values(rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, at) => Math.floor(at / columns) + (at % columns) / 1_000);
}

/** `count` ids dealt to `nlist` lists. */
export function dealt(count: number, nlist: number): number[][] {
  const lists = Array.from({ length: nlist }, (): number[] => []);
  for (let id = 0; id < count; id++) lists[id % nlist]?.push(id);
  return lists;
}

/** A context that records, and may abort at a step. */
export function recordingContext(
  options: Partial<StepContext<StepName>> & { readonly abortAt?: string } = {},
): StepContext<StepName> & {
  readonly steps: string[];
} {
  const abort = new AbortController();
  const steps: string[] = [];
  return {
    signal: abort.signal,
    steps,
    progress: (step) => {
      if (steps.at(-1) !== step) steps.push(step);
      if (step === options.abortAt) abort.abort();
    },
    iteration: () => undefined,
    log: () => undefined,
    engine: () => Promise.reject(new Error('this test needs no engine')),
    leftOut: () => new Set(),
    ...options,
  };
}

/** Every path below a folder, relative, sorted. */
export async function tree(path: string): Promise<string[]> {
  return (await readdir(path, { recursive: true })).sort();
}
