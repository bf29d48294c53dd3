import { availableParallelism } from 'node:os';
import type { Compression } from '@shared/contract/build';
import { toError } from '@shared/contract/errors';
import type { CompressionReport } from '@shared/contract/record';
import { BATCH_ROWS_PER_PROCESSOR } from '@shared/domain/rvc';
import { clustersProblem } from '@shared/domain/recipes/buildProblem';
import { timeOfRounds } from '@shared/jobs/progress';
import { type Engine, type Matrix, onEngine } from '../engine';
import type { StepContext } from '../context';

/** The centers that stand for the frames. */
export interface Compressed {
  /** vectors x dimension; the caller closes it. */
  readonly centers: Matrix;
  /** Frames that each center is nearest to. */
  readonly sizes: Int32Array;
  readonly report: CompressionReport;
}

/** FAISS's default; k-means on all of a long voice would take an hour. */
const KMEANS_POINTS_PER_CENTER = 256;

/** Assigning every frame at the end takes about so much of the time of all rounds. */
const LAST_ASSIGNMENT = 0.4;

/**
 * Replaces frames by the centers of k-means: scikit-learn's MiniBatchKMeans as RVC and Applio call it, or FAISS's full
 * k-means. Centers that are no frame's nearest are left out.
 *
 * @throws `CLUSTERS_TOO_MANY` when there are not more frames than centers, `OUT_OF_MEMORY`, `JOB_CANCELLED`
 */
export async function compressFrames(
  engine: Engine,
  frames: Matrix,
  compression: Compression,
  seed: number,
  { signal, progress, iteration }: StepContext<'compress'>,
): Promise<Compressed> {
  const problem = clustersProblem(compression.clusters, frames.rows);
  if (problem !== null) throw toError(problem);
  progress('compress', 0, 1);
  switch (compression.method) {
    case 'minibatch': {
      const { centroids, sizes, meanSquaredDistance, removed } = await onEngine(() =>
        engine.miniBatchKmeans(frames, compression.clusters, {
          // By the computer and not by the threads that may work: what comes out stays the same.
          batchSize: Math.min(frames.rows, BATCH_ROWS_PER_PROCESSOR * availableParallelism()),
          seed,
          signal,
          onProgress: (done, total) => progress('compress', done, total),
        }),
      );
      progress('compress', 1, 1);
      const unused = removed.unused + removed.duplicates;
      return {
        centers: centroids,
        sizes,
        report: reportOf(compression, frames.rows, sizes, unused, meanSquaredDistance),
      };
    }
    case 'kmeans': {
      const { centroids } = await onEngine(() =>
        engine.kmeans(frames, compression.clusters, {
          seed,
          signal,
          maxPointsPerCentroid: KMEANS_POINTS_PER_CENTER,
          onIteration: ({ iteration: number, iterations, objective, imbalance }) => {
            progress('compress', timeOfRounds(number + 1, iterations), 1 + LAST_ASSIGNMENT);
            iteration({ iteration: number, iterations, objective, imbalance });
          },
        }),
      );
      try {
        return await withoutUnused(engine, frames, centroids, compression, signal);
      } finally {
        centroids.close();
        progress('compress', 1, 1);
      }
    }
  }
}

async function withoutUnused(
  engine: Engine,
  frames: Matrix,
  centroids: Matrix,
  compression: Compression,
  signal: AbortSignal,
): Promise<Compressed> {
  const { labels, distances } = await onEngine(() => engine.nearestCenters(frames, centroids, { signal }));
  const all = new Int32Array(centroids.rows);
  for (const label of labels) all[label] = (all[label] ?? 0) + 1;
  const used = Int32Array.from(all.keys()).filter((center) => (all[center] ?? 0) > 0);
  const centers = await onEngine(() => centroids.gather(used));
  const sizes = used.map((center) => all[center] ?? 0);
  const sum = distances.reduce((total, distance) => total + distance, 0);
  const unused = centroids.rows - used.length;
  return { centers, sizes, report: reportOf(compression, frames.rows, sizes, unused, sum / frames.rows) };
}

function reportOf(
  compression: Compression,
  frames: number,
  sizes: Int32Array,
  unused: number,
  meanSquaredDistance: number,
): CompressionReport {
  return { ...compression, frames, vectors: sizes.length, unused, meanSquaredDistance };
}
