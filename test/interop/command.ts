import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { ownPython } from '../../scripts/python.mjs';

/** The command line as it is shipped; built once, before the first of these tests (buildCommandLine.ts). */
export const ENTRY = resolve('out', 'cli', 'index.js');

/** Makes a folder of a hard name to work in. */
export function useCommandLine(): { readonly path: string } {
  const folder = { path: '', base: '' };
  beforeAll(() => {
    folder.base = mkdtempSync(join(tmpdir(), 'voronoice-interop-'));
    folder.path = join(folder.base, '测试 тест ü #1');
    mkdirSync(folder.path);
  });
  afterAll(() => {
    rmSync(folder.base, { recursive: true, force: true });
  });
  return folder;
}

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function voronoice(...words: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ENTRY, ...words], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

/** The same with `--json`, which must succeed and print exactly one object. */
export function voronoiceJson(...words: readonly string[]): unknown {
  const { code, stdout, stderr } = voronoice(...words, '--json');
  if (code !== 0) throw new Error(`exit ${String(code)}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as unknown;
}

export function startVoronoice(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [ENTRY, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
}

let python: string | null = null;

/** A Python that has faiss and numpy; the first in the path often has neither. */
function findPython(): string {
  const found = [ownPython(process.platform), '/usr/bin/python3', 'python3', 'python'].find(
    (candidate) => spawnSync(candidate, ['-c', 'import faiss, numpy']).status === 0,
  );
  if (found === undefined) throw new Error('No Python with faiss and numpy: npm run setup -- test');
  return found;
}

/** Runs a script of this folder, which prints one JSON value. */
export function runPython(script: string, ...words: readonly string[]): unknown {
  python ??= findPython();
  const { status, stdout, stderr } = spawnSync(python, [resolve('test', 'interop', script), ...words], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${script}: exit ${String(status)}\n${stderr}`);
  return JSON.parse(stdout) as unknown;
}
