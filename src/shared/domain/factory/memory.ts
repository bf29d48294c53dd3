import { assertNever } from '../assertNever';
import type { ValidFactory } from './reading';
import { type Code, type FactoryPart, outermost, type PartOf, transformedDimension } from './grammar';
import { factoryBytes } from './size';
import { BASE_MEMORY_BYTES } from '../recipes/forecast';

/**
 * Peak memory of a process that builds the index: the vectors, the index, and the copies that training makes of the
 * vectors (faiss/Clustering.cpp, IndexIVFPQ.cpp, impl/ScalarQuantizer.cpp, VectorTransform.cpp). Null where the size of
 * the index is not known.
 */
export function factoryMemory(reading: ValidFactory, vectors: number, dimension: number): number | null {
  const size = factoryBytes(reading.parts, vectors, dimension);
  if (size === null) return null;
  return 4 * vectors * dimension + size.bytes + trainingBytes(reading.parts, vectors, dimension) + BASE_MEMORY_BYTES;
}

/** What a host holds: the index, and a copy of all vectors that it asks back with `reconstruct_n(0, ntotal)`. */
export function hostMemory(reading: ValidFactory, vectors: number, dimension: number): number | null {
  const size = factoryBytes(reading.parts, vectors, dimension);
  return size === null ? null : size.bytes + 4 * vectors * dimension;
}

function trainingBytes(parts: readonly FactoryPart[], vectors: number, dimension: number): number {
  const outer = outermost(parts);
  switch (outer.kind) {
    case 'refine':
      return Math.max(trainingBytes(outer.inner, vectors, dimension), trainingBytes(outer.part.by, vectors, dimension));
    case 'transform': {
      const output = transformedDimension(outer.part, dimension);
      // The changed vectors are kept beside the given ones while the rest is trained.
      const inner = 4 * vectors * output + trainingBytes(outer.inner, vectors, output);
      return Math.max(transformTrainingBytes(outer.part, vectors, dimension), inner);
    }
    case 'idMap':
      return trainingBytes(outer.inner, vectors, dimension);
    case 'plain':
      return plainTrainingBytes(outer.parts, vectors, dimension);
    default:
      return assertNever(outer);
  }
}

function transformTrainingBytes(part: PartOf<'transform'>, vectors: number, dimension: number): number {
  if (part.name !== 'OPQ') return 0;
  const sample = Math.min(vectors, 65_536);
  const output = transformedDimension(part, dimension);
  const inside = Math.max(dimension, output);
  // xtrain and xxr of d, xproj and pq_recons of d2, and four squares.
  return 4 * (2 * sample * (inside + output) + 4 * inside * inside);
}

function plainTrainingBytes(parts: readonly FactoryPart[], vectors: number, dimension: number): number {
  const [first, second] = parts;
  if (first === undefined) return 0;
  if (first.kind === 'code') return codeTrainingBytes(first.code, vectors, dimension, false);
  const code = second?.kind === 'code' ? second.code : null;
  const coded = code === null ? 0 : codeTrainingBytes(code, vectors, dimension, first.kind === 'lists');
  return first.kind === 'lists' ? Math.max(clusteringBytes(first.nlist, vectors, dimension), coded) : coded;
}

/** K-means copies a sample when there are more than 256 vectors a center; each has its center and distance. */
function clusteringBytes(centers: number, vectors: number, dimension: number): number {
  const sample = Math.min(vectors, 256 * centers);
  const copied = sample < vectors ? 4 * sample * dimension : 0;
  return copied + 12 * sample + 4 * centers * dimension;
}

/** Product and scalar quantizers in lists learn from what the centers leave over. */
function codeTrainingBytes(code: Code, vectors: number, dimension: number, residual: boolean): number {
  const most = trainingSample(code);
  if (most === null) return 0;
  const sample = Math.min(vectors, most);
  const copies = (sample < vectors ? 1 : 0) + (residual ? 1 : 0);
  return 4 * sample * dimension * copies + 12 * sample;
}

function trainingSample(code: Code): number | null {
  switch (code.kind) {
    case 'flat':
    case 'lsh':
      return null;
    case 'scalar':
      return 100_000;
    case 'product':
      return 256 * 2 ** code.bits;
    case 'fastScan':
      return 256 * 16;
    case 'twoProducts':
      return 256 * 256;
    default:
      return assertNever(code);
  }
}
