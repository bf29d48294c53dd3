import { VoronoiceError } from '@shared/contract/errors';
import type { CompressionReport, ExpansionReport, Origin } from '@shared/contract/record';
import type { IndexPlan } from '@shared/domain/recipes/plan';
import { type Engine, type Matrix, onEngine } from '../engine';
import { temporaryName } from '../files/atomic';
import type { StepContext } from '../context';
import { type Compressed, compressFrames } from './compress';
import { expandFrames } from './expand';
import type { Rows } from './fill';

/** Norms below this count as this when vectors are brought to norm 1, so that nothing is divided by zero. */
const LEAST_NORM = 1e-9;

/** Rows of one voice that follow each other. */
export interface Stretch {
  /** Position among the sources. */
  readonly voice: number;
  readonly name: string;
  readonly rows: number;
}

/** What goes into an index, and how it came of the frames. */
export interface Vectors extends Rows {
  readonly compression: CompressionReport | null;
  readonly expansion: ExpansionReport | null;
  /** Empty for one voice alone: there is nothing to tell apart. */
  readonly origins: readonly Origin[];
}

export interface VectorsOptions {
  readonly plan: Pick<IndexPlan, 'compression' | 'expansion' | 'metric'>;
  readonly seed: number;
  /** A name beside which a scratch file may lie. */
  readonly scratch: string;
  /** Whose the frames are, in order. */
  readonly stretches: readonly Stretch[];
}

/** Whether the vectors take the place of the frames they are made of. */
export function replacesFrames({ compression, expansion, metric }: VectorsOptions['plan']): boolean {
  return compression === null && (expansion !== null || metric === 'cosine');
}

/**
 * Makes the vectors of an index: compresses the frames, expands what is left, brings it to norm 1, each where the plan
 * says so.
 *
 * @returns a matrix of its own where the plan compresses, which the caller closes; else `frames`, changed in place
 * @throws `CLUSTERS_TOO_MANY`, `NEIGHBORS_TOO_MANY`, `ZERO_VECTORS`, `OUT_OF_MEMORY`, `DISK_FULL`, `JOB_CANCELLED`
 */
export async function makeVectors(
  engine: Engine,
  frames: Matrix,
  { plan, seed, scratch, stretches }: VectorsOptions,
  context: StepContext<'compress' | 'expand'>,
): Promise<Vectors> {
  const compressed =
    plan.compression === null
      ? null
      : await compressByVoice(engine, frames, plan.compression, stretches, seed, context);
  const matrix = compressed?.centers ?? frames;
  try {
    const expansion =
      plan.expansion === null
        ? null
        : await expandFrames(
            engine,
            matrix,
            { expansion: plan.expansion, base: null, seed, scratch: temporaryName(scratch) },
            context,
          );
    if (plan.metric === 'cosine') await normalize(matrix);
    return {
      matrix,
      rows: matrix.rows,
      compression: compressed?.report ?? null,
      expansion,
      origins: originsOf(compressed?.stretches ?? stretches),
    };
  } catch (error) {
    compressed?.centers.close();
    throw error;
  }
}

/** Brings rows to norm 1. */
export async function normalize(matrix: Matrix): Promise<void> {
  const norms = await onEngine(() => matrix.normalize(LEAST_NORM));
  const zeros = norms.reduce((count, norm) => (norm < LEAST_NORM ? count + 1 : count), 0);
  if (zeros === 0) return;
  throw new VoronoiceError(
    'ZERO_VECTORS',
    `${zeros} frames are zeros, or as good as that, and have no direction to compare.`,
    {
      count: zeros,
    },
  );
}

/** Of merged voices, centers in the order of the voice that most of their frames are from. */
async function compressByVoice(
  engine: Engine,
  frames: Matrix,
  compression: NonNullable<IndexPlan['compression']>,
  stretches: readonly Stretch[],
  seed: number,
  context: StepContext<'compress'>,
): Promise<Pick<Compressed, 'centers' | 'report'> & { readonly stretches: readonly Stretch[] }> {
  const { centers, report } = await compressFrames(engine, frames, compression, seed, context);
  const voices = [...new Map(stretches.map((stretch) => [stretch.voice, stretch])).values()];
  const [only] = voices;
  if (only !== undefined && voices.length === 1) {
    return { centers, report, stretches: [{ ...only, rows: centers.rows }] };
  }
  try {
    const { labels } = await onEngine(() => engine.nearestCenters(frames, centers, { signal: context.signal }));
    const votes = voices.map(() => new Int32Array(centers.rows));
    let at = 0;
    for (const { voice, rows } of stretches) {
      const own = votes[voices.findIndex((known) => known.voice === voice)];
      for (const label of labels.subarray(at, (at += rows))) if (own !== undefined) own[label] = (own[label] ?? 0) + 1;
    }
    const mostOf = Int32Array.from({ length: centers.rows }, (_, center) => {
      const counts = votes.map((own) => own[center] ?? 0);
      return counts.indexOf(Math.max(...counts));
    });
    const order = voices.flatMap((_, at) => Array.from(mostOf.keys()).filter((center) => mostOf[center] === at));
    return {
      centers: await onEngine(() => centers.gather(Int32Array.from(order))),
      report,
      stretches: voices.map((voice, at) => ({ ...voice, rows: mostOf.filter((most) => most === at).length })),
    };
  } finally {
    centers.close();
  }
}

function originsOf(stretches: readonly Stretch[]): readonly Origin[] {
  if (new Set(stretches.map(({ voice }) => voice)).size <= 1) return [];
  return stretches.flatMap(({ name, rows }) => (rows === 0 ? [] : [{ name, vectors: rows }]));
}
