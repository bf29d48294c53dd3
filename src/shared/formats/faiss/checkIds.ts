import type { IndexFacts } from './container';
import type { Walk } from '../walk';
import { readRange } from './walk';

/** What the numbers and a sample of the vectors of an index look like. */
export interface IdCheck {
  /** The ids are exactly 0..vectors-1, in any order: RVC takes vector number i of the file for the one with id i. */
  readonly idsSequential: boolean;
  /** First id that is out of range or comes twice; rounded when no number holds it exactly. */
  readonly firstBadId: number | null;
  /**
   * Some of the file was never written: the id 0 comes more than once. Programs that download set the full size aside
   * first, and what never arrives stays zero.
   */
  readonly incomplete: boolean;
  /** Vectors looked at: all of them, or 2,000 spread over the lists in proportion to their sizes. */
  readonly sampled: number;
  /** Sampled vectors with a NaN or an infinity. */
  readonly nonFinite: number;
  /** Sampled vectors of nothing but zeros. */
  readonly zero: number;
  /** Mean length of the other sampled vectors; null when there is none. */
  readonly meanNorm: number | null;
}

const MAX_SAMPLES = 2_000;
/** Bytes of vectors held at once. */
const MAX_SAMPLE_BYTES = 16 << 20;
/** Ids read at once. */
const ID_CHUNK = 1 << 17;
/** Parts of the lists of which the last id is glanced at. */
const GLANCES = 8;

/**
 * Checks the ids of every stored vector, and a sample of the vectors themselves, without reading the rest: one read per
 * list brings the last few of its vectors and the ids behind them.
 *
 * @returns null when the file keeps its vectors in a form this does not look into: not walked, its own numbering
 *   (IDMap), blocks, no lists or lists in a second file
 * @throws `INDEX_TRUNCATED` when the file shrinks meanwhile
 */
export function* checkIds(facts: IndexFacts): Walk<IdCheck | null> {
  if (!isNumbered(facts)) return null;
  if (facts.flatOffset !== null) return yield* sampleFlat(facts, facts.flatOffset);
  if (facts.listsOffset === null || facts.listSizes === null || facts.codeSize === null) return null;
  return yield* checkLists(facts.vectors, facts.listsOffset, facts.listSizes, facts.codeSize, floatLength(facts));
}

/**
 * Whether some of the file was never written, by a few ids spread over the lists: cheap enough for every file of a library.
 * What is missing up to the end is seen, and a hole of a quarter of the lists or more; a smaller one only by
 * {@link checkIds}.
 *
 * @returns null where there are no such ids
 * @throws `INDEX_TRUNCATED` when the file shrinks meanwhile
 */
export function* glanceAtIds(facts: IndexFacts): Walk<Pick<IdCheck, 'incomplete'> | null> {
  const { vectors, listsOffset, listSizes, codeSize } = facts;
  if (!isNumbered(facts) || listsOffset === null || listSizes === null || codeSize === null) return null;
  const eighths = Array.from({ length: GLANCES }, (_, place) => Math.ceil(((place + 1) * vectors) / GLANCES) - 1);
  // The last two, for the end is what an interrupted download lacks.
  const rows = [...new Set([...eighths, vectors - 2])].filter((row) => row >= 0).sort((a, b) => a - b);
  let zeros = 0;
  let start = listsOffset;
  let seen = 0;
  for (const size of listSizes) {
    const idsStart = start + size * codeSize;
    for (let row = rows[0]; row !== undefined && row < seen + size; row = rows[0]) {
      const view = yield* readRange(idsStart + 8 * (row - seen), 8);
      if (view.getBigInt64(0, true) === 0n) zeros++;
      rows.shift();
    }
    seen += size;
    start = idsStart + 8 * size;
  }
  return { incomplete: zeros > 1 };
}

/** Whether it numbers its vectors itself, in a form that is looked into. */
function isNumbered({ walked, wrappers }: IndexFacts): boolean {
  return walked && !wrappers.some((fourcc) => fourcc === 'IxMp' || fourcc === 'IxM2');
}

/** Numbers per stored vector when vectors are stored as they are, otherwise null. */
function floatLength(facts: IndexFacts): number | null {
  const { dimension } = facts.inner;
  return facts.codeSize === 4 * dimension ? dimension : null;
}

function* checkLists(
  vectors: number,
  offset: number,
  sizes: Int32Array,
  codeSize: number,
  dimension: number | null,
): Walk<IdCheck> {
  const ids = idSet(vectors);
  const sample = new VectorSample();
  const wanted = dimension === null ? 0 : sampleSize(vectors, codeSize);
  let start = offset;
  let seen = 0;
  for (const size of sizes) {
    if (size === 0) continue;
    const rows = Math.floor(((seen + size) * wanted) / vectors) - Math.floor((seen * wanted) / vectors);
    const idsStart = start + size * codeSize;
    for (let first = 0; first < size; first += ID_CHUNK) {
      const count = Math.min(ID_CHUNK, size - first);
      const lead = first === 0 ? rows * codeSize : 0;
      const view = yield* readRange(idsStart + 8 * first - lead, lead + 8 * count);
      if (dimension !== null) for (let at = 0; at < lead; at += codeSize) sample.add(view, at, dimension);
      for (let at = lead; at < view.byteLength; at += 8) ids.add(view, at);
    }
    seen += size;
    start = idsStart + 8 * size;
  }
  return {
    idsSequential: ids.firstBad === null,
    firstBadId: ids.firstBad,
    incomplete: ids.zeros > 1,
    ...sample.result(),
  };
}

/** A flat index numbers its vectors by their place, so only the vectors need a look. */
function* sampleFlat(facts: IndexFacts, offset: number): Walk<IdCheck> {
  const { dimension } = facts.inner;
  const sample = new VectorSample();
  const wanted = sampleSize(facts.vectors, 4 * dimension);
  for (let index = 0; index < wanted; index++) {
    const row = Math.floor((index * facts.vectors) / wanted);
    const view = yield* readRange(offset + 4 * dimension * row, 4 * dimension);
    sample.add(view, 0, dimension);
  }
  return { idsSequential: true, firstBadId: null, incomplete: false, ...sample.result() };
}

function sampleSize(vectors: number, codeSize: number): number {
  return Math.min(vectors, MAX_SAMPLES, Math.floor(MAX_SAMPLE_BYTES / codeSize));
}

/** One bit per id; as many ids as there are bits, none of them bad, are exactly 0..count-1. */
function idSet(count: number): { firstBad: number | null; zeros: number; add(view: DataView, at: number): void } {
  const bits = new Uint8Array(Math.ceil(count / 8));
  return {
    firstBad: null,
    zeros: 0,
    add(view, at) {
      const low = view.getUint32(at, true);
      const high = view.getUint32(at + 4, true);
      if (low === 0 && high === 0) this.zeros++;
      if (this.firstBad !== null) return;
      const mask = 1 << (low & 7);
      const byte = low >>> 3;
      const outside = high !== 0 || low >= count;
      if (outside || ((bits[byte] ?? 0) & mask) !== 0) this.firstBad = Number(view.getBigInt64(at, true));
      else bits[byte] = (bits[byte] ?? 0) | mask;
    },
  };
}

class VectorSample {
  #sampled = 0;
  #nonFinite = 0;
  #zero = 0;
  #normSum = 0;

  add(view: DataView, at: number, dimension: number): void {
    let squares = 0;
    for (let index = 0; index < dimension; index++) squares += view.getFloat32(at + 4 * index, true) ** 2;
    this.#sampled++;
    // A sum of squares of finite float32 values cannot overflow a double.
    if (!Number.isFinite(squares)) this.#nonFinite++;
    else if (squares === 0) this.#zero++;
    else this.#normSum += Math.sqrt(squares);
  }

  result(): Pick<IdCheck, 'sampled' | 'nonFinite' | 'zero' | 'meanNorm'> {
    const others = this.#sampled - this.#nonFinite - this.#zero;
    return {
      sampled: this.#sampled,
      nonFinite: this.#nonFinite,
      zero: this.#zero,
      meanNorm: others === 0 ? null : this.#normSum / others,
    };
  }
}
