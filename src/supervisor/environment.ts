import { MARK_VARIABLE } from '@shared/contract/work';
import { markOf } from './mark';

/** Overrides where the engine's loader looks for its binary. */
export const ENGINE_VARIABLE = 'FAISS_NODE_BINARY';

/** What a worker may see of this process's environment; everything else could change how it behaves. */
const ALLOWED = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'SYSTEMROOT',
  'TMPDIR',
  'TMP',
  'TEMP',
  'LANG',
  'LC_ALL',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'OPENBLAS_CORETYPE',
  ENGINE_VARIABLE,
] as const;

/** @param worker its name */
export function workerEnvironment(environment: NodeJS.ProcessEnv, worker: string): Record<string, string> {
  const seen = ALLOWED.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(seen), [MARK_VARIABLE]: markOf(worker) };
}
