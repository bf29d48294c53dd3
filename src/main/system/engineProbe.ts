import { access, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ENGINE_VARIABLE } from '../../supervisor/environment';

/**
 * Looks for a binary of the engine where its loader does. Never loads it: main runs no native engine.
 *
 * @param from file or file URL that the engine's package is looked up from
 * @returns whether it is there, asked anew each time: what guards a computer may take it away, and give it back
 */
export function lookForEngine(from: string, environment: NodeJS.ProcessEnv): () => Promise<boolean> {
  const override = environment[ENGINE_VARIABLE];
  if (override !== undefined && override !== '') {
    return () =>
      access(override).then(
        () => true,
        () => false,
      );
  }
  const build = buildFolder(from);
  return async () => {
    if (build === null) return false;
    const names = await readdir(build).catch(() => []);
    return names.some((name) => name.endsWith('.node'));
  };
}

/** Null where the package is not installed. */
function buildFolder(from: string): string | null {
  try {
    const folder = dirname(createRequire(from).resolve('faiss-node/package.json'));
    // A native binary cannot be loaded from inside the archive; the packager puts it beside.
    return join(folder, 'build').replace(/([/\\]app\.asar)(?=[/\\])/, '$1.unpacked');
  } catch {
    // It is not installed; that the engine is missing is said to the person.
    return null;
  }
}

/**
 * What is known of the engine without loading it: whether its file is there, and what the last job that needed it said.
 */
export class EngineProbe {
  readonly #present: () => Promise<boolean>;
  #lastProblem: string | null = null;

  constructor(present: () => Promise<boolean>) {
    this.#present = present;
  }

  /** A job that used the engine proves that it works (null); one that could not load it says why. */
  report(problem: string | null): void {
    this.#lastProblem = problem;
  }

  /** Null as long as nothing speaks against it. */
  async problem(): Promise<string | null> {
    return (await this.#present()) ? this.#lastProblem : 'The engine file is missing.';
  }
}
