import type { StructureFlaw } from '@shared/contract/voices';
import { dimensionField } from './header';
import { type Obstacle, setting } from './parts';
import type { Walk } from '../walk';
import { corrupt, type FieldReader } from './walk';

const MAX_TRANSFORMS = 16;

const EUCLIDEAN = 2;

/** Larger than any number of a feature. */
const LARGEST_FEATURE = 1e4;
/** Squares of larger numbers, summed over a vector, may exceed what a float32 holds; FAISS then names groups at random. */
const LARGEST_VALUE = 1e15;

export interface Chain {
  /** Numbers per vector behind the last one. */
  readonly dimension: number;
  /** Vectors can be brought back to what they were, more or less. */
  readonly reversible: boolean;
  /** What they are like then. */
  readonly flaws: readonly StructureFlaw[];
  readonly obstacle: Obstacle | null;
}

/**
 * A chain of changes to the vectors.
 *
 * @param dimension numbers per vector before the first
 * @param used whether the index around is trained; FAISS then applies every change, trained or not
 */
export function* transforms(reader: FieldReader, dimension: number, used: boolean): Walk<Chain> {
  const count = yield* reader.i32('transforms');
  if (count < 0 || count > MAX_TRANSFORMS) throw corrupt('transforms', count, `it must be 0 to ${MAX_TRANSFORMS}`);
  let chain: Chain = { dimension, reversible: true, flaws: [], obstacle: null };
  let largest = LARGEST_FEATURE;
  for (let index = 0; index < count; index++) {
    const { from, to, trained, reversible, flaws, obstacle = null, grow } = yield* transform(reader);
    if (from !== chain.dimension) throw corrupt('transform.d_in', from, `it is given vectors of ${chain.dimension}`);
    if (used && !trained) throw corrupt('transform.is_trained', 0, 'the index around it is trained');
    largest = grow(largest);
    if (largest > LARGEST_VALUE) throw corrupt('transform', largest, 'numbers as large cannot be compared');
    chain = {
      dimension: to,
      reversible: chain.reversible && reversible,
      flaws: [...chain.flaws, ...flaws],
      obstacle: chain.obstacle ?? obstacle,
    };
  }
  return chain;
}

interface Transform extends Ends {
  readonly reversible: boolean;
  readonly flaws: readonly StructureFlaw[];
  readonly obstacle?: Obstacle | null;
  /** The largest magnitude that can come out when this is the largest that goes in. */
  readonly grow: (largest: number) => number;
}

/** The fields that all kinds end with. */
interface Ends {
  readonly from: number;
  readonly to: number;
  readonly trained: boolean;
}

function* transform(reader: FieldReader): Walk<Transform> {
  const kind = yield* reader.fourcc('transform');
  switch (kind) {
    case 'RmDT':
      return yield* remapping(reader);
    case 'VNrm': {
      const norm = yield* reader.f32('norm');
      const ends = yield* keepingEnds(reader);
      // FAISS knows no other, and says so only when vectors come.
      const obstacle = setting('norm', norm, norm === EUCLIDEAN);
      return { ...ends, reversible: true, flaws: ['normalizing'], obstacle, grow: () => 1 };
    }
    case 'VCnt':
      return yield* centering(reader);
    case 'Viqt':
      return yield* binarizing(reader);
    default:
      return yield* linear(reader, kind);
  }
}

/** Picks columns, by number: FAISS follows them both ways. */
function* remapping(reader: FieldReader): Walk<Transform> {
  let least = 0;
  let most = -1;
  const items = yield* reader.count('remap.map');
  yield* reader.i32s(items, 'remap.map', (column) => {
    least = Math.min(least, column);
    most = Math.max(most, column);
  });
  const ends = yield* endsOf(reader);
  if (items !== ends.to) throw corrupt('remap.map', items, `it must have ${ends.to} columns`);
  // -1: this column becomes 0.
  if (least < -1) throw corrupt('remap.map', least, 'it must be -1 or a column');
  if (most >= ends.from) throw corrupt('remap.map', most, `there are ${ends.from} columns`);
  return { ...ends, reversible: true, flaws: ['transformed'], grow: (largest) => largest };
}

function* centering(reader: FieldReader): Walk<Transform> {
  const items = yield* reader.count('centering.mean');
  const mean = yield* reader.f32s(items, 'centering.mean');
  const ends = yield* keepingEnds(reader);
  if (items !== ends.from && (ends.trained || items !== 0)) {
    throw corrupt('centering.mean', items, `it must have ${ends.from} values`);
  }
  return { ...ends, reversible: true, flaws: [], grow: (largest) => largest + mean };
}

/** ITQ: a mean, the rotation it was learned with, and both together as one matrix. */
function* binarizing(reader: FieldReader): Walk<Transform> {
  const items = yield* reader.vector('itq.mean', 4);
  yield* reader.bool('itq.do_pca');
  const kind = yield* reader.fourcc('itq.rotation');
  if (kind !== 'Viqm') throw corrupt('itq.rotation', kind, 'it must be the rotation of ITQ');
  yield* linear(reader, kind);
  const whole = yield* linear(reader, yield* reader.fourcc('itq.matrix'));
  const ends = yield* endsOf(reader);
  if (ends.trained) {
    if (items !== ends.from) throw corrupt('itq.mean', items, `it must have ${ends.from} values`);
    if (!whole.trained || whole.from !== ends.from || whole.to !== ends.to) {
      throw corrupt('itq.matrix', `${whole.from} to ${whole.to}`, `it must make ${ends.to} of ${ends.from}`);
    }
  }
  // It divides by the length first.
  return { ...ends, reversible: false, flaws: ['notInvertible'], grow: () => whole.grow(1) };
}

/** A matrix of d_out rows of d_in, and what it was learned from. */
function* linear(reader: FieldReader, kind: string): Walk<Transform> {
  let whitened = false;
  switch (kind) {
    case 'rrot':
    case 'LTra':
      break;
    case 'Pcam':
    case 'PcAm':
    case 'PCAm':
      // Multiplied by powers of what it learned, the matrix is no rotation, and turning back does not undo it.
      whitened = (yield* reader.f32('pca.eigen_power')) !== 0;
      if (kind === 'Pcam') yield* reader.f32('pca.epsilon');
      yield* reader.bool('pca.random_rotation');
      if (kind !== 'PCAm') yield* reader.i32('pca.balanced_bins');
      yield* reader.vector('pca.mean', 4);
      yield* reader.vector('pca.eigenvalues', 4);
      yield* reader.vector('pca.matrix', 4);
      break;
    case 'Viqm':
      yield* reader.i32('itq.max_iter');
      yield* reader.i32('itq.seed');
      break;
    default:
      throw corrupt('transform', kind, 'FAISS has no such change of the vectors');
  }
  const hasBias = yield* reader.bool('transform.have_bias');
  const values = yield* reader.count('transform.matrix');
  const slope = yield* reader.f32s(values, 'transform.matrix');
  const biases = yield* reader.count('transform.bias');
  const offset = yield* reader.f32s(biases, 'transform.bias');
  const ends = yield* endsOf(reader);
  const { from, to, trained } = ends;
  if (values !== from * to && (trained || values !== 0)) {
    throw corrupt('transform.matrix', values, `it must have ${from} times ${to} values`);
  }
  if (hasBias && biases !== to && (trained || biases !== 0)) {
    throw corrupt('transform.bias', biases, `it must have ${to} values`);
  }
  return {
    ...ends,
    reversible: true,
    flaws: [whitened ? 'notInvertible' : 'transformed'],
    grow: (largest) => from * slope * largest + offset,
  };
}

function* endsOf(reader: FieldReader): Walk<Ends> {
  const from = yield* dimensionField(reader, 'transform.d_in');
  const to = yield* dimensionField(reader, 'transform.d_out');
  const trained = yield* reader.bool('transform.is_trained');
  return { from, to, trained };
}

function* keepingEnds(reader: FieldReader): Walk<Ends> {
  const ends = yield* endsOf(reader);
  if (ends.from !== ends.to) throw corrupt('transform.d_out', ends.to, `it keeps vectors of ${ends.from}`);
  return ends;
}
