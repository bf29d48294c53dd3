import type { BuildOptions } from '@shared/contract/build';
import { type ErrorDetails, toError } from '@shared/contract/errors';
import type { Problem } from '@shared/contract/primitives';
import { readFactory } from '../factory/reading';
import { type IndexPlan, isMeasurable, type PlanInput, planIndex } from './plan';
import { NEIGHBORS } from '../rvc';

/**
 * What keeps an index from being built with these options, so that it can be said before anything starts; null when
 * nothing is known to. A kind of index that only FAISS understands is left to FAISS.
 */
export function buildProblem({ options, frames, dimension }: PlanInput): Problem | null {
  if (frames < NEIGHBORS) {
    return problem('FEATURES_TOO_FEW', `There are ${frames} usable frames; a search needs at least ${NEIGHBORS}.`, {
      frames,
      needed: NEIGHBORS,
    });
  }
  return (
    factoryProblem(options, dimension) ??
    compressionProblem(options, frames) ??
    expansionProblem(options, frames, dimension) ??
    trainingProblem({ options, frames, dimension })
  );
}

/** The plan. @throws what {@link buildProblem} finds */
export function requirePlan(input: PlanInput): IndexPlan {
  const found = buildProblem(input);
  if (found !== null) throw toError(found);
  return planIndex(input);
}

/** What keeps an index built by this plan from being measured; null when nothing does. */
export function measureProblem(plan: IndexPlan): Problem | null {
  if (isMeasurable(plan)) return null;
  const { factory, metric } = plan;
  return problem('NOT_MEASURABLE', 'An index of this kind cannot be measured.', { factory, metric });
}

function factoryProblem({ factory, metric }: BuildOptions, dimension: number): Problem | null {
  if (factory === null) return null;
  const reading = readFactory(factory, dimension, metric);
  if (reading.state !== 'invalid') return null;
  return problem('FACTORY_INVALID', `"${factory}" is no index that FAISS can make of ${dimension} numbers.`, {
    factory,
    dimension,
    reason: reading.reason,
    part: factory.slice(reading.start, reading.end),
    ...reading.values,
  });
}

function compressionProblem({ compression }: BuildOptions, frames: number): Problem | null {
  return compression === null || compression === 'none' ? null : clustersProblem(compression.clusters, frames);
}

/** K-means makes fewer vectors of its frames. */
export function clustersProblem(clusters: number, frames: number): Problem | null {
  if (clusters < frames) return null;
  return problem('CLUSTERS_TOO_MANY', `${frames} frames cannot be reduced to ${clusters} vectors.`, {
    clusters,
    frames,
  });
}

function expansionProblem(options: BuildOptions, frames: number, dimension: number): Problem | null {
  if (options.expansion === null) return null;
  return neighborsProblem(options.expansion.neighbors, planIndex({ options, frames, dimension }).vectors);
}

/** Of fewer frames than neighbors none could be chosen. */
export function neighborsProblem(neighbors: number, frames: number): Problem | null {
  if (neighbors < frames) return null;
  return problem('NEIGHBORS_TOO_MANY', `${frames} frames cannot lend each other ${neighbors} neighbors.`, {
    neighbors,
    frames,
  });
}

/** FAISS refuses to learn its groups or code books from fewer vectors than it makes of them. */
function trainingProblem(input: PlanInput): Problem | null {
  const { factory, vectors, dimension } = planIndex(input);
  const reading = readFactory(factory, dimension);
  if (reading.state !== 'valid' || vectors >= reading.trainingVectors) return null;
  const needed = reading.trainingVectors;
  return problem('FEATURES_TOO_FEW', `"${factory}" learns from at least ${needed} vectors; there are ${vectors}.`, {
    frames: vectors,
    needed,
    factory,
  });
}

function problem(code: Problem['code'], message: string, details: ErrorDetails): Problem {
  return { code, message, details };
}
