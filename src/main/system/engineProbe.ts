import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ENGINE_VARIABLE } from '../../supervisor/environment';

/**
 * Whether a binary of the engine is where its loader looks for one. Never loads it: main runs no native engine.
 *
 * @param from file or file URL that the engine's package is looked up from
 */
export function hasEngine(from: string, environment: NodeJS.ProcessEnv): boolean {
  try {
    const override = environment[ENGINE_VARIABLE];
    if (override !== undefined && override !== '') return existsSync(override);
    const folder = dirname(createRequire(from).resolve('faiss-node/package.json'));
    // A native binary cannot be loaded from inside the archive; the packager puts it beside.
    const build = join(folder, 'build').replace(/([/\\]app\.asar)(?=[/\\])/, '$1.unpacked');
    return readdirSync(build).some((name) => name.endsWith('.node'));
  } catch {
    return false;
  }
}

/**
 * What is known of the engine without loading it: whether its file is there, and what the last job that needed it said.
 */
export class EngineProbe {
  readonly #present: () => boolean;
  #lastProblem: string | null = null;

  constructor(present: () => boolean) {
    this.#present = present;
  }

  /** A job that used the engine proves that it works (null); one that could not load it says why. */
  report(problem: string | null): void {
    this.#lastProblem = problem;
  }

  /** Null as long as nothing speaks against it. */
  problem(): string | null {
    return this.#present() ? this.#lastProblem : 'The engine file is missing.';
  }
}
