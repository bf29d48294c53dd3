import type { StructureFlaw } from '@shared/contract/voices';
import { boundedField, countField } from './header';
import { type Body, type Header, type Obstacle, setting } from './parts';
import type { Walk } from '../walk';
import { corrupt, type FieldReader } from './walk';

/** FAISS decodes parts of more bits than this, but a table of distances for one query would take gigabytes. */
const MAX_PART_BITS = 16;
/** faiss/IndexPQ.h: compare by distance; the others need tables that the file does not hold, or sign codes. */
const SEARCH_BY_DISTANCE = 0;
const LAST_SEARCH_TYPE = 5;

/** All vectors in one list, as they are. */
export function* flatBody(reader: FieldReader, header: Header): Walk<Body> {
  yield* reader.vector('vectors', 4, header.ntotal * header.dimension);
  return {
    ...SOUND,
    codeSize: 4 * header.dimension,
    flatOffset: reader.offset - 4 * header.ntotal * header.dimension,
  };
}

/** All vectors in one list, each number rounded. */
export function* scalarBody(reader: FieldReader, header: Header): Walk<Body> {
  const { codeSize, obstacle, flaws } = yield* scalarQuantizer(reader, header);
  yield* reader.vector('codes', 1, header.ntotal * codeSize);
  return { ...SOUND, obstacle, flaws, codeSize };
}

/** All vectors in one list, cut into parts that are numbers of a table. */
export function* productBody(reader: FieldReader, header: Header): Walk<Body> {
  const { codeSize, bits } = yield* productQuantizer(reader, header.dimension);
  yield* reader.vector('codes', 1, header.ntotal * codeSize);
  const searchType = yield* boundedField(reader, 'search_type', 0, LAST_SEARCH_TYPE);
  yield* reader.bool('encode_signs');
  yield* reader.i32('polysemous_ht');
  const obstacle = setting('search_type', searchType, searchType === SEARCH_BY_DISTANCE);
  return { ...SOUND, obstacle, flaws: ['rounded'], codeSize, partBits: bits };
}

/** The same, interleaved in blocks to be scanned fast. */
export function* productFastScanBody(reader: FieldReader, header: Header): Walk<Body> {
  const { codeSize, parts } = yield* productQuantizer(reader, header.dimension, FAST_SCAN_BITS);
  const implementation = yield* reader.i32('implem');
  const bbs = yield* blockSize(reader);
  const batches = yield* reader.i32('qbs');
  const padded = yield* countField(reader, 'ntotal2');
  checkEvenParts(yield* reader.count('M2'), parts);
  if (padded !== roundUp(header.ntotal, bbs)) throw corrupt('ntotal2', padded, `there are ${header.ntotal} vectors`);
  yield* reader.vector('codes', 1, (padded * roundUp(parts, 2)) / 2);
  return {
    walked: true,
    obstacle: fastScanSettings(implementation, 'qbs', batches),
    reconstructable: false,
    byRow: false,
    flaws: ['fastScan'],
    codeSize,
  };
}

const SOUND = { walked: true, obstacle: null, reconstructable: true, byRow: true, flaws: [] } as const;

interface Rounding {
  readonly bits: number;
  /** Numbers it learns for vectors of d numbers: where a range begins and how long it is. */
  readonly learned: (d: number) => number;
  /** What comes back is off by more than a hundredth (`rounded`), or FAISS 1.7.3 does not know it. */
  readonly flaw?: 'rounded' | 'newer';
}

const perNumber = (d: number): number => 2 * d;
const once = (): number => 2;
const nothing = (): number => 0;

/** faiss/impl/ScalarQuantizer.h, in its order. */
const ROUNDINGS: readonly Rounding[] = [
  { bits: 8, learned: perNumber },
  { bits: 4, learned: perNumber, flaw: 'rounded' },
  { bits: 8, learned: once },
  { bits: 4, learned: once, flaw: 'rounded' },
  { bits: 16, learned: nothing },
  { bits: 8, learned: nothing, flaw: 'rounded' },
  { bits: 6, learned: perNumber, flaw: 'rounded' },
  { bits: 16, learned: nothing, flaw: 'newer' },
  { bits: 8, learned: nothing, flaw: 'newer' },
];

/** What tells how one number is rounded. @returns `codeSize` bytes per vector */
export function* scalarQuantizer(
  reader: FieldReader,
  { dimension, trained }: Header,
): Walk<{ codeSize: number; obstacle: Obstacle | null; flaws: readonly StructureFlaw[] }> {
  const kind = yield* reader.i32('qtype');
  const rounding = ROUNDINGS[kind];
  if (rounding === undefined) throw corrupt('qtype', kind, 'FAISS has no such way of rounding');
  yield* reader.i32('rangestat');
  yield* reader.f32('rangestat_arg');
  const d = yield* reader.count('sq.d');
  if (d !== dimension) throw corrupt('sq.d', d, `the index around it says ${dimension}`);
  const codeSize = Math.ceil((rounding.bits * dimension) / 8);
  yield* codeSizeField(reader, codeSize);
  // FAISS reads them without a look at how many there are.
  const learned = rounding.learned(dimension);
  yield* reader.vector('sq.trained', 4, (items) => items === learned || (items === 0 && !trained));
  const { flaw } = rounding;
  return { codeSize, obstacle: flaw === 'newer' ? { why: 'newer' } : null, flaws: flaw === undefined ? [] : [flaw] };
}

/** Fast scanning compares parts of four bits. */
export const FAST_SCAN_BITS = 4;

/** @returns bytes per vector, the number of parts a vector is cut into, and the bits of each */
export function* productQuantizer(
  reader: FieldReader,
  dimension: number,
  only: number | null = null,
): Walk<{ codeSize: number; parts: number; bits: number }> {
  const d = yield* reader.count('pq.d');
  if (d !== dimension) throw corrupt('pq.d', d, `the index around it says ${dimension}`);
  const parts = yield* reader.count('pq.M');
  if (parts < 1 || dimension % parts !== 0) throw corrupt('pq.M', parts, `it must divide ${dimension}`);
  const bits = yield* reader.count('pq.nbits');
  if (only !== null && bits !== only) throw corrupt('pq.nbits', bits, `it must be ${only}`);
  if (bits < 1 || bits > MAX_PART_BITS) throw corrupt('pq.nbits', bits, `it must be 1 to ${MAX_PART_BITS}`);
  yield* reader.vector('pq.centroids', 4, dimension * 2 ** bits);
  return { codeSize: Math.ceil((parts * bits) / 8), parts, bits };
}

/** A field that repeats what other fields say of the bytes per vector. */
export function* codeSizeField(reader: FieldReader, expected: number): Walk<void> {
  const value = yield* reader.count('code_size');
  if (value !== expected) throw corrupt('code_size', value, `the other fields make it ${expected}`);
}

/** Vectors per block of fast scanning. */
export function* blockSize(reader: FieldReader): Walk<number> {
  const bbs = yield* boundedField(reader, 'bbs', 32, 65_536);
  if (bbs % 32 !== 0) throw corrupt('bbs', bbs, 'it must be a multiple of 32');
  return bbs;
}

/** Fast scanning looks parts up in pairs. */
export function checkEvenParts(value: number, parts: number): void {
  if (value !== roundUp(parts, 2)) throw corrupt('M2', value, `vectors are cut into ${parts} parts`);
}

/** How fast scanning is done and how many queries at a time; FAISS chooses both itself when they are 0. */
export function fastScanSettings(implementation: number, batchField: string, batches: number): Obstacle | null {
  return setting('implem', implementation, implementation === 0) ?? setting(batchField, batches, batches === 0);
}

/** Up to the next multiple of `step`. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
