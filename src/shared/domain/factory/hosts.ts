import type { Metric } from '@shared/contract/build';
import type { HostMode } from '@shared/contract/measurement';
import { assertNever } from '../assertNever';
import { byMode } from '../hosts';
import type { ModeRules } from '../hosts/rules';
import type { ValidFactory } from './reading';
import { type Code, type FactoryPart, idMapKeeps, outermost, type PartOf } from './grammar';

/** Why an index works in a host only in part, or not at all. */
export type HostReason =
  /** The hosts' weights take the figures for squared distances. */
  | 'metric'
  /** Vectors of length 1 make a wrong sound. */
  | 'normalized'
  /** L2norm in front of the index: the vectors come back with length 1. */
  | 'normalizing'
  /** Asked for its vectors, it ends the host's process. */
  | 'idMap'
  /** FastScan without an exact second look gives wrong vectors or ends the host's process. */
  | 'fastScan'
  /** FAISS cannot undo the transform. */
  | 'notInvertible'
  /** The vectors come back rounded. */
  | 'rounded'
  /** The vectors come back without some of their dimensions, or turned there and back. */
  | 'transformed'
  | 'notTried';

export interface HostFitness {
  /** `lossy`: it works with vectors that are not quite those of the voice. */
  readonly fitness: 'fit' | 'lossy' | 'unfit';
  /** What speaks against it, worst first; empty when it fits. */
  readonly reasons: readonly HostReason[];
}

/**
 * Whether hosts can work with an index of this kind, known before it is built. All of them ask it for every vector
 * (`reconstruct_n`); some then compare each one, whatever the metric of the file, and some take the nearest one alone. Never
 * milder than what domain/verdict/structure.ts says of the finished file.
 */
export function factoryHosts(reading: ValidFactory, metric: Metric): Readonly<Record<HostMode, HostFitness>> {
  const stored = storedReasons(reading);
  const scale: HostReason[] = metric === 'cosine' ? ['normalized'] : [];
  const squared = judge([...scale, ...(metric === 'l2' ? [] : (['metric'] as const)), ...stored]);
  const exact = judge([...scale, ...stored]);
  // The nearest by inner product is nearly the nearest by distance, for all vectors are about equally long.
  const nearest =
    exact.fitness === 'fit' && metric === 'ip' ? ({ fitness: 'lossy', reasons: ['metric'] } as const) : exact;
  const inMode = ({ searches, neighbors }: ModeRules): HostFitness =>
    searches === 'all' ? exact : neighbors === 1 ? nearest : squared;
  return byMode(inMode);
}

const SEVERITY: Readonly<Record<HostReason, 'lossy' | 'unfit'>> = {
  idMap: 'unfit',
  fastScan: 'unfit',
  notInvertible: 'unfit',
  normalized: 'unfit',
  normalizing: 'unfit',
  metric: 'unfit',
  notTried: 'unfit',
  rounded: 'lossy',
  transformed: 'lossy',
};

function judge(found: readonly HostReason[]): HostFitness {
  const reasons = [
    ...found.filter((reason) => SEVERITY[reason] === 'unfit'),
    ...found.filter((reason) => SEVERITY[reason] === 'lossy'),
  ];
  const [worst] = reasons;
  return { fitness: worst === undefined ? 'fit' : SEVERITY[worst], reasons };
}

/** What happens to the vectors themselves between adding them and asking for them. */
function storedReasons(reading: ValidFactory): HostReason[] {
  return [...new Set(partReasons(reading.parts))];
}

function partReasons(parts: readonly FactoryPart[]): HostReason[] {
  const outer = outermost(parts);
  switch (outer.kind) {
    // What is stored for the second look is what comes back; the index before it only has to search.
    case 'refine':
      return partReasons(outer.part.by);
    case 'transform':
      return [...transformReasons(outer.part), ...partReasons(outer.inner)];
    case 'idMap':
      return [...(idMapKeeps(outer.part, outer.inner) ? (['idMap'] as const) : []), ...partReasons(outer.inner)];
    case 'plain':
      return plainReasons(outer.parts);
    default:
      return assertNever(outer);
  }
}

function transformReasons({ name }: PartOf<'transform'>): HostReason[] {
  switch (name) {
    case 'L2norm':
      return ['normalizing'];
    case 'ITQ':
    case 'PCAW':
    case 'PCAWR':
      return ['notInvertible'];
    case 'PCA':
    case 'PCAR':
    case 'OPQ':
    case 'RR':
    case 'Pad':
      return ['transformed'];
    default:
      return assertNever(name);
  }
}

function plainReasons(parts: readonly FactoryPart[]): HostReason[] {
  const [first, second] = parts;
  const codes = parts.flatMap((part) => {
    if (part.kind === 'code') return codeReasons(part.code);
    return part.kind === 'lists' && part.quantizer.kind === 'product' ? (['notTried'] as const) : [];
  });
  const codedGraph = first?.kind === 'graph' && second?.kind === 'code' && second.code.kind !== 'flat';
  return codedGraph ? ['notTried', ...codes] : codes;
}

function codeReasons(code: Code): HostReason[] {
  switch (code.kind) {
    case 'flat':
      return [];
    case 'scalar':
      // 16 and 8 bits are off by less than a hundredth; with fewer it can be heard.
      return code.type === 'SQfp16' || code.type === 'SQ8' ? [] : ['rounded'];
    case 'product':
      return ['rounded'];
    case 'fastScan':
      return ['fastScan'];
    case 'twoProducts':
      return ['notTried', 'rounded'];
    case 'lsh':
      return ['notTried'];
    default:
      return assertNever(code);
  }
}
