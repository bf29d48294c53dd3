import { assertNever } from '../assertNever';
import { type Code, codeBytes, type FactoryPart, outermost, type PartOf, transformedDimension } from './grammar';

/** Size of a file; `approximate` when it depends on how the vectors fall: within 2 % for lists of some hundred. */
export interface FactoryBytes {
  readonly bytes: number;
  readonly approximate: boolean;
}

/** Four letters, then the header that every index has (faiss/impl/index_write.cpp, write_index_header). */
const HEADER = 4 + 33;

/** A vector is written as its length and its values. */
const LENGTH = 8;

/**
 * Size of the file that FAISS 1.7.3 writes (faiss/impl/index_write.cpp). Exact where every vector takes the same room;
 * approximate for the random levels of HNSW, for FastScan in lists, whose blocks of 32 are not all full, and for IMI. Lists are
 * taken to be mostly filled: of an index with more than half of them empty FAISS writes a little less. Null for ITQ, whose
 * size is not followed.
 *
 * @param parts Of a string that FAISS builds from.
 * @param dimension Of the vectors.
 */
export function factoryBytes(parts: readonly FactoryPart[], vectors: number, dimension: number): FactoryBytes | null {
  const outer = outermost(parts);
  switch (outer.kind) {
    case 'refine': {
      const kFactor = 4;
      return sum(
        HEADER + kFactor,
        factoryBytes(outer.inner, vectors, dimension),
        factoryBytes(outer.part.by, vectors, dimension),
      );
    }
    case 'transform':
      return transformedSize(parts, vectors, dimension);
    case 'idMap':
      return sum(HEADER + LENGTH + 8 * vectors, factoryBytes(outer.inner, vectors, dimension));
    case 'plain':
      return plainSize(outer.parts, vectors, dimension);
    default:
      return assertNever(outer);
  }
}

/** Transforms that follow one another are one chain. */
function transformedSize(parts: readonly FactoryPart[], vectors: number, dimension: number): FactoryBytes | null {
  let bytes = HEADER + 4;
  let outer = outermost(parts);
  let rest = parts;
  let inside = dimension;
  while (outer.kind === 'transform') {
    const own = transformBytes(outer.part, vectors, inside);
    if (own === null) return null;
    bytes += own;
    inside = transformedDimension(outer.part, inside);
    rest = outer.inner;
    outer = outermost(rest);
  }
  return sum(bytes, factoryBytes(rest, vectors, inside));
}

function transformBytes(part: PartOf<'transform'>, vectors: number, dimension: number): number | null {
  const output = transformedDimension(part, dimension);
  const dimensions = 9;
  const linear = 4 + 1 + (LENGTH + 4 * dimension * output) + LENGTH + dimensions;
  switch (part.name) {
    case 'PCA':
    case 'PCAR':
    case 'PCAW':
    case 'PCAWR': {
      const parameters = 13;
      const directions = Math.min(vectors, dimension);
      const statistics = 3 * LENGTH + 4 * (dimension + directions + directions * dimension);
      const bias = 4 * output;
      return linear + parameters + statistics + bias;
    }
    case 'OPQ':
    case 'RR':
      return linear;
    case 'L2norm':
      return 4 + 4 + dimensions;
    case 'Pad':
      return 4 + LENGTH + 4 * output + dimensions;
    case 'ITQ':
      return null;
    default:
      return assertNever(part.name);
  }
}

function plainSize(parts: readonly FactoryPart[], vectors: number, dimension: number): FactoryBytes | null {
  const [first, second] = parts;
  if (first === undefined) return null;
  if (first.kind === 'code') return exact(HEADER + codedBytes(first.code, vectors, dimension));
  const code: Code = second?.kind === 'code' ? second.code : { kind: 'flat' };
  if (first.kind === 'graph') {
    const storage = HEADER + codedBytes(code, vectors, dimension);
    return { bytes: HEADER + hnswBytes(first.links, vectors) + storage, approximate: true };
  }
  if (first.kind === 'lists') return listsSize(first, code, vectors, dimension);
  return null;
}

/** What an index of one code writes behind its header. */
function codedBytes(code: Code, vectors: number, dimension: number): number {
  const codes = LENGTH + vectors * codeBytes(code, dimension);
  switch (code.kind) {
    case 'flat':
      return codes;
    case 'scalar':
      return scalarBytes(code, dimension) + codes;
    case 'product':
    case 'twoProducts': {
      const searchParameters = 9;
      return quantizerBytes(code, dimension) + codes + searchParameters;
    }
    case 'fastScan': {
      const parameters = 28;
      const padded = Math.ceil(vectors / code.block) * code.block * blockCodeBytes(code);
      return quantizerBytes(code, dimension) + parameters + LENGTH + padded;
    }
    case 'lsh': {
      const parameters = 10;
      const thresholds = LENGTH + (code.thresholds ? 4 * dimension : 0);
      const rotation = 4 + 1 + LENGTH + (code.rotated ? 4 * dimension * dimension : 0) + LENGTH + 9;
      return parameters + thresholds + rotation + codes;
    }
    default:
      return assertNever(code);
  }
}

function scalarBytes(code: Extract<Code, { kind: 'scalar' }>, dimension: number): number {
  return 28 + LENGTH + (code.type === 'SQfp16' ? 0 : 8 * dimension);
}

/** The centroids of a product quantizer, as float32. */
function quantizerBytes(code: Exclude<Code, { kind: 'flat' | 'scalar' | 'lsh' }>, dimension: number): number {
  const bits = code.kind === 'product' ? code.bits : code.kind === 'fastScan' ? 4 : 8;
  return 24 + LENGTH + 4 * dimension * 2 ** bits;
}

/** Of one vector in a block: two codes of 4 bits are written together. */
function blockCodeBytes({ subquantizers }: Extract<Code, { kind: 'fastScan' }>): number {
  return Math.ceil(subquantizers / 2);
}

/**
 * Links of a graph with M links a level and twice as many on the lowest. A vector reaches level l with probability M^-l
 * (faiss/impl/HNSW.cpp, set_default_probas), so it has M / (M - 1) levels above none on average.
 */
function hnswBytes(links: number, vectors: number): number {
  const levelProbability = 1 / links;
  let levels = 0;
  while (levelProbability ** levels * (1 - levelProbability) >= 1e-9) levels++;
  const tables = 2 * LENGTH + 8 * levels + 4 * (levels + 1);
  const perVector = 4 + 8 + 4 * (2 * links + links / (links - 1));
  const parameters = 20;
  return Math.round(tables + 3 * LENGTH + 8 + vectors * perVector + parameters);
}

function listsSize(lists: PartOf<'lists'>, code: Code, vectors: number, dimension: number): FactoryBytes | null {
  const quantizer = listQuantizerSize(lists, dimension);
  const searchParameters = 16;
  const directMap = 1 + LENGTH;
  const header = HEADER + searchParameters + directMap;
  const ids = 8 * vectors;
  const arrays = 4 + 16 + 4 + listSizesBytes(lists, vectors) + ids + vectors * codeBytes(code, dimension);
  const parameters = 9;
  switch (code.kind) {
    case 'flat':
    case 'lsh':
      return sum(header + arrays, quantizer);
    case 'scalar':
      return sum(header + scalarBytes(code, dimension) + parameters + arrays, quantizer);
    case 'product':
      return sum(header + parameters + quantizerBytes(code, dimension) + arrays, quantizer);
    case 'twoProducts': {
      const first = { kind: 'product', subquantizers: code.first, bits: 8, polysemous: true } as const;
      const second = { ...first, subquantizers: code.second };
      const kFactor = 4;
      const refinement = quantizerBytes(second, dimension) + LENGTH + kFactor;
      return sum(header + parameters + quantizerBytes(first, dimension) + arrays + refinement, quantizer);
    }
    case 'fastScan': {
      // The last block of a list is half full on average; a list of fewer vectors than lists has none.
      const filled = Math.min(lists.nlist, vectors);
      const blocks = Math.min(vectors, vectors / code.block + filled * (0.5 - 0.5 / code.block));
      const perList = 2 * LENGTH * lists.nlist;
      const codes = blocks * code.block * blockCodeBytes(code);
      const bytes = header + 33 + quantizerBytes(code, dimension) + 36 + perList + ids + codes;
      return sum(0, quantizer, { bytes: Math.round(bytes), approximate: true });
    }
    default:
      return assertNever(code);
  }
}

/** The number of vectors in each list; where most are empty, as IMI's may be, a pair for each that is not. */
function listSizesBytes({ nlist }: PartOf<'lists'>, vectors: number): number {
  return LENGTH + (vectors <= nlist / 2 ? 16 * vectors : 8 * nlist);
}

function listQuantizerSize({ nlist, quantizer }: PartOf<'lists'>, dimension: number): FactoryBytes | null {
  const centers = HEADER + LENGTH + 4 * nlist * dimension;
  switch (quantizer.kind) {
    case 'flat':
      return exact(centers);
    case 'graph':
      return { bytes: HEADER + hnswBytes(quantizer.links, nlist) + centers, approximate: true };
    case 'product':
      // Many of its lists may be empty.
      return { bytes: HEADER + 24 + LENGTH + 4 * dimension * 2 ** quantizer.bits, approximate: true };
    case 'index':
      return factoryBytes(quantizer.parts, nlist, dimension);
    default:
      return assertNever(quantizer);
  }
}

function exact(bytes: number): FactoryBytes {
  return { bytes, approximate: false };
}

/** Null as soon as one size is not known. */
function sum(own: number, ...inner: readonly (FactoryBytes | null)[]): FactoryBytes | null {
  let bytes = own;
  let approximate = false;
  for (const part of inner) {
    if (part === null) return null;
    bytes += part.bytes;
    approximate ||= part.approximate;
  }
  return { bytes, approximate };
}
