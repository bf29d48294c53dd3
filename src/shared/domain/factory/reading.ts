import type { Metric } from '@shared/contract/build';
import { assertNever } from '../assertNever';
import {
  type Code,
  codeBytes,
  type FactoryPart,
  idMapKeeps,
  invalid,
  type InvalidFactory,
  outermost,
  type PartOf,
  readParts,
  type Refused,
  transformedDimension,
  unknown,
} from './grammar';

/** A string that FAISS 1.7.3 builds from. */
export interface ValidFactory {
  readonly state: 'valid';
  /** In the order of the text. */
  readonly parts: readonly FactoryPart[];
  /** The FAISS class of the written file. */
  readonly type: string;
  /** Null for an index without lists. */
  readonly nlist: number | null;
  /** Whether nprobe applies. */
  readonly nprobe: boolean;
  /** Whether k_factor applies: how many times k the refinement looks at. */
  readonly kFactor: boolean;
  /** Bytes a stored vector takes, without its id and without the links of a graph. */
  readonly codeBytes: number;
  /** Whether FAISS gives the stored vectors back, exact or approximated; hosts need them. */
  readonly reconstructable: boolean;
  /** With fewer vectors FAISS refuses to train. */
  readonly trainingVectors: number;
}

export type FactoryReading = ValidFactory | Refused;

type Built = Omit<ValidFactory, 'state' | 'parts'>;

/**
 * Reads a string of FAISS's index factory as FAISS 1.7.3 does (faiss/index_factory.cpp), for vectors of one dimension.
 * Refused is also what FAISS takes at first and cannot train or search afterwards: 0 lists, a PCA with more dimensions
 * out than in. Never throws.
 *
 * @param dimension Of the vectors, at least 1.
 */
export function readFactory(text: string, dimension: number, metric: Metric = 'l2'): FactoryReading {
  const read = readParts(text);
  if (read.state !== 'parts') return read;
  const built = build(read.parts, { dimension, metric });
  if ('state' in built) return built;
  return { state: 'valid', parts: read.parts, ...built };
}

interface Vectors {
  readonly dimension: number;
  readonly metric: Metric;
}

function build(parts: readonly FactoryPart[], vectors: Vectors): Built | Refused {
  const outer = outermost(parts);
  switch (outer.kind) {
    case 'refine':
      return buildRefine(outer.inner, outer.part, vectors);
    case 'transform':
      return buildTransform(outer.inner, outer.part, vectors);
    case 'idMap': {
      if (outer.inner.length === 0) return invalid({ reason: 'incomplete', values: {} }, outer.part);
      // 1.7.3 takes the parentheses apart before it looks for IDMap, and does not find them again.
      if (outer.inner.some(hasParentheses)) return unknown('newer', outer.part);
      const inner = build(outer.inner, vectors);
      if ('state' in inner) return inner;
      // Only the outermost one can be filled.
      if (holdsIdMap(outer.inner)) return unknown('uncommon', outer.part);
      return {
        ...inner,
        type: outer.part.name === 'IDMap2' ? 'IndexIDMap2' : 'IndexIDMap',
        reconstructable: inner.reconstructable && !idMapKeeps(outer.part, outer.inner),
      };
    }
    case 'plain':
      return buildPlain(outer.parts, vectors);
    default:
      return assertNever(outer);
  }
}

function buildRefine(base: readonly FactoryPart[], refine: PartOf<'refine'>, vectors: Vectors): Built | Refused {
  if (base.length === 0) return invalid({ reason: 'incomplete', values: {} }, refine);
  const first = build(base, vectors);
  if ('state' in first) return first;
  const by = build(refine.by, vectors);
  if ('state' in by) return by;
  // An IDMap inside cannot be filled; not every index can be asked for single distances.
  if (holdsIdMap(base) || !REFINES.has(by.type)) return unknown('uncommon', refine);
  return {
    type: 'IndexRefine',
    nlist: first.nlist,
    nprobe: first.nprobe,
    kFactor: true,
    reconstructable: by.reconstructable,
    codeBytes: first.codeBytes + by.codeBytes,
    trainingVectors: Math.max(first.trainingVectors, by.trainingVectors),
  };
}

const REFINES: ReadonlySet<string> = new Set(['IndexFlatL2', 'IndexFlatIP', 'IndexScalarQuantizer', 'IndexPQ']);

function buildTransform(rest: readonly FactoryPart[], part: PartOf<'transform'>, vectors: Vectors): Built | Refused {
  const { dimension } = vectors;
  const output = transformedDimension(part, dimension);
  if (part.blocks === 0) return invalid({ reason: 'tooSmall', values: { value: 0, least: 1 } }, part);
  // FAISS makes an index of vectors without numbers.
  if (output < 1) return unknown('uncommon', part);
  if (output > MOST_DIMENSIONS) return unknown('large', part);
  if ((part.name.startsWith('PCA') || part.name === 'ITQ') && output > dimension) {
    return invalid({ reason: 'outputTooLarge', values: { output, dimension } }, part);
  }
  if (part.blocks !== null && output % part.blocks !== 0) {
    return invalid({ reason: 'notDivisible', values: { dimension: output, subquantizers: part.blocks } }, part);
  }
  if (rest.length === 0) return invalid({ reason: 'incomplete', values: {} }, part);
  const inner = build(rest, { ...vectors, dimension: output });
  if ('state' in inner) return inner;
  return {
    ...inner,
    type: 'IndexPreTransform',
    reconstructable: inner.reconstructable && part.name !== 'ITQ' && !part.name.startsWith('PCAW'),
    trainingVectors: Math.max(inner.trainingVectors, transformTraining(part, output)),
  };
}

const MOST_DIMENSIONS = 8_192;

function transformTraining(part: PartOf<'transform'>, output: number): number {
  switch (part.name) {
    case 'PCA':
    case 'PCAR':
    case 'PCAW':
    case 'PCAWR':
      return output;
    case 'ITQ':
      return part.output === null ? 1 : output;
    // It trains a product quantizer of 256 centroids.
    case 'OPQ':
      return 256;
    case 'RR':
    case 'L2norm':
    case 'Pad':
      return 0;
    default:
      return assertNever(part.name);
  }
}

/** What is left without refinement, transforms and ids: one code, or lists or a graph and a code. */
function buildPlain(parts: readonly FactoryPart[], vectors: Vectors): Built | Refused {
  const [first, second, extra] = parts;
  if (first === undefined) throw new Error('An index without parts');
  if (extra !== undefined) return misplaced(extra);
  if (second !== undefined && second.kind !== 'code') return misplaced(second);
  switch (first.kind) {
    case 'code':
      return second === undefined ? buildCode(first, vectors) : misplaced(second);
    case 'graph':
      return buildGraph(first, second ?? { ...first, kind: 'code', code: { kind: 'flat' } }, vectors);
    case 'lists':
      return second === undefined
        ? invalid({ reason: 'incomplete', values: {} }, first)
        : buildLists(first, second, vectors);
    case 'transform':
    case 'refine':
    case 'idMap':
      return misplaced(first);
    default:
      return assertNever(first);
  }
}

function buildCode(part: PartOf<'code'>, { dimension, metric }: Vectors): Built | Refused {
  const { code } = part;
  const problem = codeProblem(part, dimension);
  if (problem !== null) return problem;
  if (code.kind === 'lsh' && metric !== 'l2') return invalid({ reason: 'metric', values: {} }, part);
  const type = plainType(code, metric);
  if (type === null) return misplaced(part);
  return {
    type,
    ...WITHOUT_LISTS,
    reconstructable: hasVectors(code),
    codeBytes: codeBytes(code, dimension),
    trainingVectors: codeTraining(code),
  };
}

const WITHOUT_LISTS = { nlist: null, nprobe: false, kFactor: false } as const;

/** Null for codes that only lists can hold. */
function plainType(code: Code, metric: Metric): string | null {
  switch (code.kind) {
    case 'flat':
      return metric === 'l2' ? 'IndexFlatL2' : 'IndexFlatIP';
    case 'scalar':
      return 'IndexScalarQuantizer';
    case 'product':
      return 'IndexPQ';
    case 'fastScan':
      return code.residual ? null : 'IndexPQFastScan';
    case 'twoProducts':
      return null;
    case 'lsh':
      return 'IndexLSH';
    default:
      return assertNever(code);
  }
}

function buildGraph(graph: PartOf<'graph'>, codePart: PartOf<'code'>, { dimension }: Vectors): Built | Refused {
  const { code } = codePart;
  const problem = linksProblem(graph, graph.links) ?? codeProblem(codePart, dimension);
  if (problem !== null) return problem;
  const suffix = GRAPH_CODES[code.kind];
  if (suffix === null) return misplaced(codePart);
  if (code.kind === 'product' && code.bits !== 8) return unknown('newer', codePart);
  return {
    type: `IndexHNSW${suffix}`,
    ...WITHOUT_LISTS,
    reconstructable: hasVectors(code),
    codeBytes: codeBytes(code, dimension),
    trainingVectors: codeTraining(code),
  };
}

const GRAPH_CODES: Readonly<Record<Code['kind'], string | null>> = {
  flat: 'Flat',
  scalar: 'SQ',
  product: 'PQ',
  fastScan: null,
  twoProducts: null,
  lsh: null,
};

const MOST_LINKS = 1_024;

function linksProblem(part: FactoryPart, links: number): Refused | null {
  // With none HNSW never ends, with one it has no level to put a vector on.
  if (links < 2) return invalid({ reason: 'tooSmall', values: { value: links, least: 2 } }, part);
  return links > MOST_LINKS ? unknown('large', part) : null;
}

const MOST_LISTS = 2 ** 24;

function buildLists(lists: PartOf<'lists'>, codePart: PartOf<'code'>, vectors: Vectors): Built | Refused {
  const { code } = codePart;
  if (lists.nlist === 0) return invalid({ reason: 'noLists', values: {} }, lists);
  const quantizerPoints = buildQuantizer(lists, vectors);
  if (typeof quantizerPoints !== 'number') return quantizerPoints;
  const problem = codeProblem(codePart, vectors.dimension);
  if (problem !== null) return problem;
  const type = LIST_TYPES[code.kind];
  if (type === null) return misplaced(codePart);
  if (code.kind === 'product' && code.bits > 8) {
    return invalid({ reason: 'tooManyBits', values: { bits: code.bits, most: 8 } }, codePart);
  }
  if (code.kind === 'twoProducts' && vectors.metric !== 'l2')
    return invalid({ reason: 'metric', values: {} }, codePart);
  if (lists.nlist > MOST_LISTS) return unknown('large', lists);
  if (code.kind === 'fastScan' && code.residual && lists.quantizer.kind !== 'flat') {
    return unknown('uncommon', codePart);
  }
  return {
    type,
    nlist: lists.nlist,
    nprobe: true,
    kFactor: false,
    reconstructable: hasVectors(code),
    codeBytes: codeBytes(code, vectors.dimension),
    trainingVectors: Math.max(quantizerPoints, codeTraining(code)),
  };
}

const LIST_TYPES: Readonly<Record<Code['kind'], string | null>> = {
  flat: 'IndexIVFFlat',
  scalar: 'IndexIVFScalarQuantizer',
  product: 'IndexIVFPQ',
  fastScan: 'IndexIVFPQFastScan',
  twoProducts: 'IndexIVFPQR',
  lsh: null,
};

/** The training points that finding the lists needs, or why it cannot be. */
function buildQuantizer(lists: PartOf<'lists'>, vectors: Vectors): number | Refused {
  const { nlist, quantizer } = lists;
  switch (quantizer.kind) {
    case 'flat':
      return nlist;
    case 'graph':
      return linksProblem(lists, quantizer.links) ?? nlist;
    case 'product':
      if (vectors.metric !== 'l2') return invalid({ reason: 'metric', values: {} }, lists);
      if (vectors.dimension % 2 !== 0) {
        return invalid({ reason: 'notDivisible', values: { dimension: vectors.dimension, subquantizers: 2 } }, lists);
      }
      return 2 ** quantizer.bits;
    case 'index': {
      const inner = build(quantizer.parts, vectors);
      if ('state' in inner) return inner;
      if (!QUANTIZERS.has(inner.type)) return unknown('uncommon', lists);
      // It is trained with the centers of the lists, however many frames there are.
      if (inner.trainingVectors > nlist) {
        return invalid({ reason: 'fewLists', values: { nlist, least: inner.trainingVectors } }, lists);
      }
      return nlist;
    }
    default:
      return assertNever(quantizer);
  }
}

const QUANTIZERS: ReadonlySet<string> = new Set([
  'IndexFlatL2',
  'IndexFlatIP',
  'IndexScalarQuantizer',
  'IndexPQ',
  'IndexHNSWFlat',
  'IndexHNSWSQ',
]);

/** What is wrong with a code wherever it stands. */
function codeProblem(part: PartOf<'code'>, dimension: number): Refused | null {
  const { code } = part;
  const divides = (subquantizers: number): Refused | null => {
    if (subquantizers === 0) return invalid({ reason: 'tooSmall', values: { value: 0, least: 1 } }, part);
    return dimension % subquantizers === 0
      ? null
      : invalid({ reason: 'notDivisible', values: { dimension, subquantizers } }, part);
  };
  switch (code.kind) {
    case 'flat':
    case 'scalar':
    case 'lsh':
      return null;
    case 'product':
      if (code.bits < 1) return divides(code.subquantizers) ?? unknown('uncommon', part);
      return divides(code.subquantizers) ?? (code.bits > MOST_PQ_BITS ? unknown('large', part) : null);
    case 'fastScan':
      if (code.block === 0) return invalid({ reason: 'tooSmall', values: { value: 0, least: 32 } }, part);
      if (code.block % 32 !== 0) return invalid({ reason: 'block', values: { block: code.block } }, part);
      return divides(code.subquantizers);
    case 'twoProducts':
      return divides(code.first) ?? divides(code.second);
    default:
      return assertNever(code);
  }
}

const MOST_PQ_BITS = 16;

/** Every centroid of a product quantizer needs a point of its own (faiss/Clustering.cpp). */
function codeTraining(code: Code): number {
  switch (code.kind) {
    case 'flat':
      return 0;
    case 'scalar':
      return code.type === 'SQfp16' ? 0 : 1;
    case 'product':
      return 2 ** code.bits;
    case 'fastScan':
      return 16;
    case 'twoProducts':
      return 256;
    case 'lsh':
      return code.thresholds ? 1 : 0;
    default:
      return assertNever(code);
  }
}

/** FastScan gives wrong vectors or ends the process; LSH gives its bits. */
function hasVectors(code: Code): boolean {
  return code.kind !== 'fastScan' && code.kind !== 'lsh';
}

function misplaced(part: FactoryPart): InvalidFactory {
  return invalid({ reason: 'misplaced', values: {} }, part);
}

function holdsIdMap(parts: readonly FactoryPart[]): boolean {
  return parts.some(({ kind }) => kind === 'idMap');
}

/** `Refine(Flat)` has some, `RFlat`, which means the same, has none. */
function hasParentheses(part: FactoryPart): boolean {
  if (part.kind === 'refine') return part.end - part.start > 'RFlat'.length;
  return part.kind === 'lists' && part.quantizer.kind === 'index';
}
