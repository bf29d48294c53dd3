import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type * as Faiss from 'faiss-node';
import { VoronoiceError } from '@shared/contract/errors';
import { fileError, type Purpose } from '@shared/contract/systemErrors';

export type Engine = typeof Faiss;
export type { Index, KmeansIteration, Matrix, Neighbors } from 'faiss-node';

let loaded: Engine | null = null;

/**
 * The native engine, loaded when it is first needed and told how many threads to use.
 *
 * @param most Threads at most; null: every core this process may use.
 * @throws `ENGINE_MISSING` with the loader's own words, `OUT_OF_MEMORY` where this process may not take what it needs
 */
export function loadEngine(most: number | null = null): Promise<Engine> {
  if (loaded === null) {
    try {
      // Not `import`: the names of a native CommonJS package are known only once it has run.
      loaded = createRequire(import.meta.url)('faiss-node') as Engine;
    } catch (error) {
      return Promise.reject(missingError(error));
    }
  }
  loaded.setThreads(Math.min(most ?? Infinity, availableParallelism()));
  return Promise.resolve(loaded);
}

function missingError(error: unknown): VoronoiceError {
  const known = engineError(error);
  if (known instanceof VoronoiceError) return known;
  const reason = error instanceof Error ? error.message : String(error);
  return new VoronoiceError('ENGINE_MISSING', reason, {}, { cause: error });
}

/** Translates a failure of the engine; anything else passes unchanged. `file` is what the call was reading or writing. */
export function engineError(error: unknown, file?: { readonly path: string; readonly purpose: Purpose }): unknown {
  if (!isEngineError(error)) return error;
  const failure = (code: VoronoiceError['code'], details = {}): VoronoiceError =>
    new VoronoiceError(code, error.message, { engine: error.code, ...details }, { cause: error });
  switch (error.code) {
    case 'CANCELLED':
      return failure('JOB_CANCELLED');
    case 'MEMORY':
      return failure('OUT_OF_MEMORY');
    case 'TOO_FEW_POINTS':
      return failure('FEATURES_TOO_FEW');
    case 'CORRUPT':
      return failure('INDEX_CORRUPT');
    case 'UNSUPPORTED':
      return failure('INDEX_UNSUPPORTED');
    case 'FACTORY':
      return failure('FACTORY_INVALID');
    case 'IO':
      return file === undefined || error.errno === undefined
        ? failure('FILE_UNREADABLE', { errno: error.errno ?? null })
        : fileError(error.errno, file.path, file.purpose, error);
    default:
      return failure('ENGINE_FAILED');
  }
}

/** Runs one call of the engine; its failures become ours. */
export async function onEngine<T>(
  call: () => Promise<T>,
  file?: { readonly path: string; readonly purpose: Purpose },
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw engineError(error, file);
  }
}

const ENGINE_CODES: ReadonlySet<string> = new Set<Faiss.FaissErrorCode>([
  'ARGUMENT',
  'DIMENSION',
  'TOO_FEW_POINTS',
  'NOT_FINITE',
  'NOT_TRAINED',
  'FACTORY',
  'UNSUPPORTED',
  'CORRUPT',
  'IO',
  'MEMORY',
  'CANCELLED',
  'CLOSED',
  'FAISS',
]);

function isEngineError(error: unknown): error is Faiss.FaissError {
  return error instanceof Error && 'code' in error && ENGINE_CODES.has(String(error.code));
}
