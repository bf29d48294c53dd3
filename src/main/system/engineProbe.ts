import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where the engine's build puts its binary, below its package. */
const BINARY = join('build', 'Release', 'faiss-node.node');

/** The path of the engine's binary, or null when it is not installed. Never loads it: main runs no native engine. */
export function findEngine(from: string): string | null {
  try {
    const folder = dirname(createRequire(from).resolve('faiss-node/package.json'));
    // A native binary cannot be loaded from inside the archive; the packager puts it beside.
    const path = join(folder, BINARY).replace(/([/\\]app\.asar)(?=[/\\])/, '$1.unpacked');
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/**
 * What is known of the engine without loading it: whether its file is there, and what the last job that needed it said.
 */
export class EngineProbe {
  readonly #find: () => string | null;
  #lastProblem: string | null = null;

  constructor(find: () => string | null) {
    this.#find = find;
  }

  /** A job that loaded the engine proves that it works; one that failed says why it does not. */
  report(problem: string | null): void {
    this.#lastProblem = problem;
  }

  problem(): string | null {
    return this.#find() === null ? 'The engine file is missing.' : this.#lastProblem;
  }
}
