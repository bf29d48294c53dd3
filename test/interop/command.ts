import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { afterAll, beforeAll } from 'vitest';
import { ownPython } from '../../scripts/python.mjs';
import { EXIT } from '../../src/cli/failure';
import { runProgram } from '../../src/cli/program';
import { workHere } from '../fixtures/workHere';

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

/** A command in this process, which takes a tenth of the time of its start; it must not end by a fault of ours. */
export async function voronoice(...words: readonly string[]): Promise<Answer & { readonly code: number }> {
  const printed = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof printed) => ({ write: (text: string) => ((printed[stream] += text), true) });
  const code = await runProgram(words, {
    stdout: into('stdout'),
    stderr: into('stderr'),
    signal: new AbortController().signal,
    work: workHere,
  });
  if (code === EXIT.ours) throw new Error(`exit ${code}: ${printed.stdout}${printed.stderr}`);
  return { code, ...printed };
}

/** The same with `--json`, which must succeed and print exactly one object. */
export async function voronoiceJson(...words: readonly string[]): Promise<unknown> {
  return objectOf(await voronoice(...words, '--json'));
}

/** A command as a person starts it. */
export function shipped(...words: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ENTRY, ...words], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

/** The same with `--json`, which must succeed and print exactly one object. */
export function shippedJson(...words: readonly string[]): unknown {
  return objectOf(shipped(...words, '--json'));
}

function objectOf({ code, stdout, stderr }: Answer): unknown {
  if (code !== EXIT.done) throw new Error(`exit ${String(code)}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as unknown;
}

export function startVoronoice(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [ENTRY, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A Python that has faiss and numpy; the first in the path often has neither. */
function findPython(): string {
  const search = 'from importlib.util import find_spec as f; exit(None in (f("faiss"), f("numpy")))';
  const found = [ownPython(process.platform), '/usr/bin/python3', 'python3', 'python'].find(
    (candidate) => spawnSync(candidate, ['-c', search]).status === 0,
  );
  if (found === undefined) throw new Error('No Python with faiss and numpy: npm run setup -- test');
  return found;
}

type AskPython = (words: readonly string[]) => Promise<string>;

/** Ends when this process does, and nobody writes to it any more. */
function startPython(): AskPython {
  // A team of threads would wait in turns for the processor that the file beside this one works on.
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const child = spawn(findPython(), [inFolder('runScripts.py')], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (words) => {
    child.stdin.write(`${JSON.stringify(words)}\n`);
    const line = await lines.next();
    if (line.done === true) throw new Error('Python ended');
    return line.value;
  };
}

const inFolder = (script: string): string => resolve('test', 'interop', script);

/** One for all scripts of all files: loading FAISS takes longer than most of them. */
let python: AskPython | null = null;

/** Runs a script of this folder, which prints one JSON value. */
export async function runPython(script: string, ...words: readonly string[]): Promise<unknown> {
  python ??= startPython();
  const [printed, failure] = v.parse(Ran, JSON.parse(await python([inFolder(script), ...words])));
  if (failure !== null) throw new Error(`${script}: ${failure}`);
  return JSON.parse(printed) as unknown;
}

const Ran = v.tuple([v.string(), v.nullable(v.string())]);
