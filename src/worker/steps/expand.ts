import type { Expansion } from '@shared/contract/build';
import { toError } from '@shared/contract/errors';
import type { ExpansionReport } from '@shared/contract/record';
import { neighborsProblem } from '@shared/domain/recipes/buildProblem';
import { cosineSpread } from '@shared/domain/measures/measures';
import { type Engine, type Matrix, onEngine } from '../engine';
import type { StepContext } from '../context';

export interface ExpandOptions {
  readonly expansion: Expansion;
  /** Who lends the neighbors; null: the frames themselves. */
  readonly base: Matrix | null;
  readonly seed: number;
  /** Name of a scratch file that does not exist yet. */
  readonly scratch: string;
}

/**
 * Blends every frame with its nearest ones, in place (alpha query expansion; Radenović et al. 2019, on the database as
 * Arandjelović and Zisserman 2012).
 *
 * @throws `NEIGHBORS_TOO_MANY` when there are not more frames than neighbors, `OUT_OF_MEMORY`, `DISK_FULL`,
 *   `JOB_CANCELLED`
 */
export async function expandFrames(
  engine: Engine,
  frames: Matrix,
  { expansion, base, seed, scratch }: ExpandOptions,
  { signal, progress }: StepContext<'expand'>,
): Promise<ExpansionReport> {
  const problem = neighborsProblem(expansion.neighbors, (base ?? frames).rows);
  if (problem !== null) throw toError(problem);
  progress('expand', 0, 1);
  const { alpha, neighbors, includeSelf, restoreNorms, repetitions, search } = expansion;
  const { cosines, search: searched } = await onEngine(
    () =>
      engine.expand(frames, {
        ...(base === null ? {} : { base }),
        alpha,
        neighbors,
        includeSelf,
        restoreNorms,
        repetitions,
        search,
        seed,
        scratch,
        signal,
        onProgress: (done, total) => progress('expand', done, total),
      }),
    { path: scratch, purpose: 'write' },
  );
  progress('expand', 1, 1);
  return { ...expansion, strength: cosineSpread(cosines), recall: searched.recall };
}
