import { VoronoiceError } from '@shared/contract/errors';
import { assertNever } from '@shared/domain/assertNever';
import { faissTypes, type FaissType } from './types';
import { LOOK_ALIKE_BYTES, lookAlike, lookAlikeSentences } from '../lookAlike';
import { corrupt, FieldReader, readRange, truncated, type Walk } from './walk';

/** How the vectors of an inverted-file index are stored. */
export type ListStorage =
  /** One size for every list. */
  | 'full'
  /** Sizes of the non-empty lists only; FAISS writes it when at most half of them hold something. */
  | 'sparse'
  /** Blocks of interleaved codes, for fast scanning. */
  | 'blocks'
  /** The file was saved without its vectors. */
  | 'none'
  /** The vectors are in a second file. */
  | 'external';

/** One index inside the file. */
export interface FaissPart {
  /** The four letters its bytes begin with. */
  readonly fourcc: string;
  /** FAISS class name. */
  readonly type: string;
  /** Numbers per vector. */
  readonly dimension: number;
  readonly ntotal: number;
}

/** What an index file says about itself. */
export interface IndexFacts {
  readonly fourcc: string;
  /** FAISS class name, e.g. `IndexIVFFlat`. */
  readonly type: string;
  /** What that is, in plain English. */
  readonly description: string;
  /**
   * True when every byte of the file was accounted for; false when the type is only known by name, and then all that
   * follows its header is null.
   */
  readonly walked: boolean;
  readonly dimension: number;
  readonly vectors: number;
  readonly metric: 'l2' | 'ip' | 'other';
  readonly trained: boolean;
  /** Codes of the indexes around the one that holds the vectors, outermost first. */
  readonly wrappers: readonly string[];
  /** The index that holds the vectors: the file's own when there are no wrappers; null when it was not reached. */
  readonly inner: FaissPart | null;
  readonly nlist: number | null;
  /** As stored; 0 and values above nlist occur, FAISS lowers the latter when it searches. */
  readonly nprobe: number | null;
  /** Where the u64 nprobe lies in the file. */
  readonly nprobeOffset: number | null;
  readonly quantizer: FaissPart | null;
  /** Bytes per stored vector, without its id. */
  readonly codeSize: number | null;
  readonly lists: ListStorage | null;
  /** Vectors in each list. */
  readonly listSizes: Int32Array | null;
  readonly directMap: 'none' | 'array' | 'hashtable' | null;
  /** nlist rows of float32; null when the quantizer does not keep them so. */
  readonly centroidsOffset: number | null;
  /** First list's codes; each non-empty list is size*codeSize bytes of codes, then size i64 ids. */
  readonly listsOffset: number | null;
  /** For flat indexes: `vectors` rows of float32. */
  readonly flatOffset: number | null;
  /** FAISS can give the stored vectors back by number (`reconstruct_n`), as every RVC host asks it to. */
  readonly reconstructable: boolean;
  /**
   * Safe to hand to the engine: full vectors in lists around a flat quantizer, nothing else. Other types keep numbers
   * that FAISS follows into memory unchecked (links of a graph, places of a direct map, columns to pick); the walk
   * passes over those, so such files are shown but not opened.
   */
  readonly openable: boolean;
}

const MAX_DIMENSION = 65_536;
/** No voice comes near it, and it keeps every product of counts in this file an exact number. */
const MAX_COUNT = 0x7fff_ffff;
/** Indexes inside indexes; the outermost has depth 0. */
const MAX_DEPTH = 4;
const MAX_TRANSFORMS = 16;
/** faiss/MetricType.h: 0 inner product, 1 squared L2, the others are never used for voices. */
const METRICS = [0, 1, 2, 3, 4, 20, 21, 22, 23, 24, 25];

/**
 * Walks a FAISS index file field by field and passes over the vectors, so that a file of any size costs a few small
 * reads. Accepts only what FAISS's own writer can have written: each count is compared with the other fields and with
 * what is left of the file, so a file that passes cannot make the engine allocate more than the file's own size.
 *
 * @param size bytes in the file
 * @throws `INDEX_EMPTY_FILE`, `INDEX_LOOKALIKE` (details.what), `INDEX_TRUNCATED` (details.expected), `INDEX_CORRUPT`
 *   (details.field), `INDEX_UNKNOWN_TYPE` (details.fourcc)
 */
export function* walkIndex(size: number): Walk<IndexFacts> {
  if (size === 0) throw new VoronoiceError('INDEX_EMPTY_FILE', 'The file is empty.', { size });
  if (size < 4) throw truncated('type', size, 4);
  const head = yield* readRange(0, Math.min(size, LOOK_ALIKE_BYTES));
  const bytes = new Uint8Array(head.buffer, head.byteOffset, head.byteLength);
  if (!faissTypes.has(String.fromCharCode(...bytes.subarray(0, 4)))) {
    const what = lookAlike(bytes);
    if (what !== null) throw new VoronoiceError('INDEX_LOOKALIKE', lookAlikeSentences[what], { what });
  }
  const reader = new FieldReader(size);
  const top = yield* part(reader, 0);
  if (top.walked && reader.remaining > 0) {
    throw corrupt('size', size, `the index inside ends after ${reader.offset} bytes`);
  }
  return facts(top);
}

interface Header {
  readonly dimension: number;
  readonly ntotal: number;
  readonly trained: boolean;
  readonly metric: IndexFacts['metric'];
}

/** The part of an index that depends on its type. */
interface Body {
  readonly walked: boolean;
  readonly reconstructable: boolean;
  readonly codeSize?: number;
  readonly flatOffset?: number;
  readonly groups?: Groups;
  readonly lists?: Lists;
  /** The index whose vectors this one wraps. */
  readonly wraps?: Part;
}

interface Part extends Header, Body {
  readonly fourcc: string;
  readonly type: FaissType;
}

/** The front of every inverted-file index. */
interface Groups {
  readonly nlist: number;
  readonly nprobe: number;
  readonly nprobeOffset: number;
  /** Absent when the walk stopped before it. */
  readonly quantizer?: Part;
  readonly directMap?: NonNullable<IndexFacts['directMap']>;
}

interface Lists {
  readonly storage: ListStorage;
  readonly sizes: Int32Array | null;
  readonly offset: number | null;
}

const UNWALKED = { walked: false, reconstructable: false } as const;

function* part(reader: FieldReader, depth: number): Walk<Part> {
  if (depth > MAX_DEPTH) throw corrupt('nesting', depth, `no index is nested deeper than ${MAX_DEPTH}`);
  const fourcc = yield* reader.fourcc('type');
  const type = faissTypes.get(fourcc);
  if (type === undefined) {
    const printable = /^[\x20-\x7e]{4}$/.test(fourcc);
    const shown = printable ? fourcc : Array.from(fourcc, hexByte).join(' ');
    // Inside an index, letters may be a type of a newer FAISS; anything else is damage.
    if (depth > 0 && !printable) throw corrupt('type', shown, 'an index must begin here');
    throw new VoronoiceError('INDEX_UNKNOWN_TYPE', `"${shown}" is no type of FAISS index that is known here.`, {
      fourcc: shown,
    });
  }
  if (type.layout === 'binary-header') return { fourcc, type, ...(yield* binaryHeader(reader)), ...UNWALKED };
  if (type.layout === 'lattice-header') reader.skip(4, 4, 'lattice');
  const header = yield* indexHeader(reader);
  const body = yield* bodyOf(reader, type, header, depth);
  return { fourcc, type, ...header, ...body };
}

function* indexHeader(reader: FieldReader): Walk<Header> {
  const dimension = yield* dimensionField(reader, 'd');
  const ntotal = yield* countField(reader, 'ntotal');
  // Two reserved i64; FAISS writes 1 << 20 and reads nothing from them.
  reader.skip(2, 8, 'reserved');
  const trained = yield* reader.bool('is_trained');
  const metric = yield* metricField(reader, true);
  if (!trained && ntotal > 0) throw corrupt('is_trained', 0, `the index holds ${ntotal} vectors`);
  return { dimension, ntotal, trained, metric };
}

function* binaryHeader(reader: FieldReader): Walk<Header> {
  const dimension = yield* dimensionField(reader, 'd');
  reader.skip(1, 4, 'code_size');
  const ntotal = yield* countField(reader, 'ntotal');
  const trained = yield* reader.bool('is_trained');
  yield* metricField(reader, false);
  return { dimension, ntotal, trained, metric: 'other' };
}

function* dimensionField(reader: FieldReader, name: string): Walk<number> {
  const value = yield* reader.i32(name);
  if (value < 1 || value > MAX_DIMENSION) throw corrupt(name, value, `it must be 1 to ${MAX_DIMENSION}`);
  return value;
}

function* countField(reader: FieldReader, name: string): Walk<number> {
  const value = yield* reader.count(name);
  if (value > MAX_COUNT) throw corrupt(name, value, 'no voice has that many');
  return value;
}

function* metricField(reader: FieldReader, hasArgument: boolean): Walk<IndexFacts['metric']> {
  const value = yield* reader.i32('metric');
  if (!METRICS.includes(value)) throw corrupt('metric', value, 'FAISS has no such measure');
  if (value > 1 && hasArgument) yield* reader.f32('metric_arg');
  return value === 1 ? 'l2' : value === 0 ? 'ip' : 'other';
}

function* bodyOf(reader: FieldReader, type: FaissType, header: Header, depth: number): Walk<Body> {
  switch (type.layout) {
    case 'flat':
      return yield* flatBody(reader, header);
    case 'scalar': {
      const codeSize = yield* scalarQuantizer(reader, header.dimension);
      yield* reader.vector('codes', 1, header.ntotal * codeSize);
      return { walked: true, reconstructable: true, codeSize };
    }
    case 'product': {
      const { codeSize } = yield* productQuantizer(reader, header.dimension);
      yield* reader.vector('codes', 1, header.ntotal * codeSize);
      yield* reader.i32('search_type');
      yield* reader.bool('encode_signs');
      yield* reader.i32('polysemous_ht');
      return { walked: true, reconstructable: true, codeSize };
    }
    case 'product-fast-scan': {
      const { codeSize, parts } = yield* productQuantizer(reader, header.dimension);
      yield* reader.i32('implem');
      const bbs = yield* blockSize(reader);
      yield* reader.i32('qbs');
      const padded = yield* countField(reader, 'ntotal2');
      checkEvenParts(yield* reader.count('M2'), parts);
      if (padded !== roundUp(header.ntotal, bbs))
        throw corrupt('ntotal2', padded, `there are ${header.ntotal} vectors`);
      yield* reader.vector('codes', 1, (padded * roundUp(parts, 2)) / 2);
      return { walked: true, reconstructable: false, codeSize };
    }
    case 'hnsw': {
      yield* hnswGraph(reader, header.ntotal);
      const storage = yield* nested(reader, depth, 'storage', header.dimension, header.ntotal);
      const { walked, reconstructable, codeSize, flatOffset } = storage;
      return {
        walked,
        reconstructable,
        ...(codeSize === undefined ? {} : { codeSize }),
        ...(flatOffset === undefined ? {} : { flatOffset }),
      };
    }
    case 'ivf-flat': {
      const groups = yield* ivfHeader(reader, header, depth);
      if (groups.quantizer?.walked !== true) return { ...UNWALKED, groups };
      return yield* withLists(reader, header, groups, 4 * header.dimension);
    }
    case 'ivf-scalar': {
      const groups = yield* ivfHeader(reader, header, depth);
      if (groups.quantizer?.walked !== true) return { ...UNWALKED, groups };
      const codeSize = yield* scalarQuantizer(reader, header.dimension);
      yield* codeSizeField(reader, codeSize);
      yield* reader.bool('by_residual');
      return yield* withLists(reader, header, groups, codeSize);
    }
    case 'ivf-product': {
      const groups = yield* ivfHeader(reader, header, depth);
      if (groups.quantizer?.walked !== true) return { ...UNWALKED, groups };
      yield* reader.bool('by_residual');
      const stated = yield* reader.count('code_size');
      const { codeSize } = yield* productQuantizer(reader, header.dimension);
      if (stated !== codeSize) throw corrupt('code_size', stated, `the other fields make it ${codeSize}`);
      return yield* withLists(reader, header, groups, codeSize);
    }
    case 'ivf-product-fast-scan': {
      const groups = yield* ivfHeader(reader, header, depth);
      if (groups.quantizer?.walked !== true) return { ...UNWALKED, groups };
      yield* reader.bool('by_residual');
      const stated = yield* reader.count('code_size');
      const bbs = yield* blockSize(reader);
      const evenParts = yield* reader.count('M2');
      yield* reader.i32('implem');
      yield* reader.count('qbs2');
      const { codeSize, parts } = yield* productQuantizer(reader, header.dimension);
      if (stated !== codeSize) throw corrupt('code_size', stated, `the other fields make it ${codeSize}`);
      checkEvenParts(evenParts, parts);
      const block = { vectors: bbs, bytes: (bbs * evenParts) / 2 };
      return { ...(yield* withLists(reader, header, groups, codeSize, block)), reconstructable: false };
    }
    case 'pre-transform': {
      const dimension = yield* transforms(reader, header.dimension);
      const wraps = yield* nested(reader, depth, 'index', dimension, header.ntotal);
      return { walked: wraps.walked, reconstructable: wraps.reconstructable, wraps };
    }
    case 'refine': {
      const wraps = yield* nested(reader, depth, 'base_index', header.dimension, header.ntotal);
      if (!wraps.walked) return { ...UNWALKED, wraps };
      const refine = yield* nested(reader, depth, 'refine_index', header.dimension, header.ntotal);
      if (!refine.walked) return { ...UNWALKED, wraps };
      yield* reader.f32('k_factor');
      return { walked: true, reconstructable: refine.reconstructable, wraps };
    }
    case 'id-map': {
      const wraps = yield* nested(reader, depth, 'index', header.dimension, header.ntotal);
      if (!wraps.walked) return { ...UNWALKED, wraps };
      yield* reader.vector('id_map', 8, header.ntotal);
      // IndexIDMap has no way back from its own numbers to the inner ones; IndexIDMap2 has.
      return { walked: true, reconstructable: type.name === 'IndexIDMap2' && wraps.reconstructable, wraps };
    }
    case 'ivf-header':
      return { ...UNWALKED, groups: yield* groupFields(reader) };
    case 'header':
    case 'lattice-header':
    case 'binary-header':
      return UNWALKED;
    default:
      return assertNever(type.layout);
  }
}

function* flatBody(reader: FieldReader, header: Header): Walk<Body> {
  yield* reader.vector('vectors', 4, header.ntotal * header.dimension);
  return {
    walked: true,
    reconstructable: true,
    codeSize: 4 * header.dimension,
    flatOffset: reader.offset - 4 * header.ntotal * header.dimension,
  };
}

/** An index inside an index, which must agree with the outer one. */
function* nested(reader: FieldReader, depth: number, name: string, dimension: number, ntotal: number): Walk<Part> {
  const inner = yield* part(reader, depth + 1);
  if (inner.dimension !== dimension)
    throw corrupt(`${name}.d`, inner.dimension, `the index around it says ${dimension}`);
  if (inner.ntotal !== ntotal) throw corrupt(`${name}.ntotal`, inner.ntotal, `the index around it says ${ntotal}`);
  return inner;
}

function* groupFields(reader: FieldReader): Walk<Groups> {
  const nlist = yield* countField(reader, 'nlist');
  if (nlist < 1) throw corrupt('nlist', nlist, 'there must be at least one group');
  const nprobeOffset = reader.offset;
  const nprobe = yield* reader.count('nprobe');
  return { nlist, nprobe, nprobeOffset };
}

function* ivfHeader(reader: FieldReader, header: Header, depth: number): Walk<Groups> {
  const groups = yield* groupFields(reader);
  const { nlist } = groups;
  const quantizer = yield* part(reader, depth + 1);
  if (quantizer.dimension !== header.dimension) {
    throw corrupt('quantizer.d', quantizer.dimension, `the index around it says ${header.dimension}`);
  }
  // Before training the quantizer is empty.
  if (quantizer.ntotal !== nlist && (header.trained || quantizer.ntotal !== 0)) {
    throw corrupt('quantizer.ntotal', quantizer.ntotal, `there are ${nlist} groups`);
  }
  if (!quantizer.walked) return { ...groups, quantizer };
  return { ...groups, quantizer, directMap: yield* directMap(reader, header.ntotal) };
}

function* directMap(reader: FieldReader, ntotal: number): Walk<NonNullable<IndexFacts['directMap']>> {
  const kind = yield* reader.u8('direct_map');
  if (kind > 2) throw corrupt('direct_map', kind, 'it can only be 0, 1 or 2');
  yield* reader.vector('direct_map.array', 8, kind === 1 ? ntotal : 0);
  if (kind === 2) yield* reader.vector('direct_map.pairs', 16, (items) => items <= ntotal);
  return kind === 0 ? 'none' : kind === 1 ? 'array' : 'hashtable';
}

/** FastScan keeps codes in blocks of this many vectors of `bytes` bytes. */
interface Block {
  readonly vectors: number;
  readonly bytes: number;
}

function* withLists(
  reader: FieldReader,
  header: Header,
  groups: Groups,
  codeSize: number,
  block: Block | null = null,
): Walk<Body> {
  const lists = yield* invertedLists(reader, header, groups, codeSize, block);
  const stored = lists.storage !== 'none' && lists.storage !== 'external';
  return { walked: lists.storage !== 'external', reconstructable: stored, codeSize, groups, lists };
}

function* invertedLists(
  reader: FieldReader,
  header: Header,
  { nlist, quantizer }: Groups,
  codeSize: number,
  block: Block | null,
): Walk<Lists> {
  const storage = yield* reader.fourcc('inverted lists');
  if (storage === 'il00') return { storage: 'none', sizes: null, offset: null };
  if (storage === 'ilod') return { storage: 'external', sizes: null, offset: null };
  if (storage !== (block === null ? 'ilar' : 'ilbl')) {
    throw corrupt('inverted lists', storage, 'that is no way FAISS stores the lists of this type');
  }
  const stated = yield* reader.count('lists.nlist');
  if (stated !== nlist) throw corrupt('lists.nlist', stated, `there are ${nlist} groups`);
  // An untrained index has no quantizer rows to vouch for nlist, and no vectors: nothing to count.
  const sizes = quantizer?.ntotal === nlist ? allocateSizes(reader, nlist) : null;
  const count = sizeCounter(header.ntotal, sizes);
  if (block !== null) {
    yield* blockLists(reader, nlist, block, count);
    count.finish();
    return { storage: 'blocks', sizes, offset: null };
  }
  yield* codeSizeField(reader, codeSize);
  const form = yield* reader.fourcc('list sizes');
  if (form === 'full') {
    const items = yield* reader.count('list sizes');
    if (items !== nlist) throw corrupt('list sizes', items, `there are ${nlist} groups`);
    yield* reader.counts(items, 'list size', (size, list) => count.set(list, size));
  } else if (form === 'sprs') {
    yield* sparseSizes(reader, nlist, count);
  } else {
    throw corrupt('list sizes', form, 'it can only be "full" or "sprs"');
  }
  count.finish();
  const offset = reader.offset;
  reader.skip(header.ntotal, codeSize + 8, 'vectors');
  return { storage: form === 'full' ? 'full' : 'sparse', sizes, offset };
}

function* sparseSizes(reader: FieldReader, nlist: number, count: SizeCounter): Walk<void> {
  const items = yield* reader.count('list sizes');
  if (items % 2 !== 0 || items > 2 * nlist)
    throw corrupt('list sizes', items, 'it must be pairs, one per group at most');
  let list = -1;
  yield* reader.counts(items, 'list size', (value, index) => {
    // FAISS writes them in order, so a list cannot come twice.
    if (index % 2 === 1) count.set(list, value);
    else if (value > list && value < nlist) list = value;
    else throw corrupt('list number', value, `it must grow and stay below ${nlist}`);
  });
}

function* blockLists(reader: FieldReader, nlist: number, block: Block, count: SizeCounter): Walk<void> {
  const codeSize = yield* reader.i64('lists.code_size');
  if (codeSize !== -1n) throw corrupt('lists.code_size', codeSize.toString(), 'blocks have none (-1)');
  const perBlock = yield* reader.count('n_per_block');
  if (perBlock !== block.vectors) throw corrupt('n_per_block', perBlock, `bbs is ${block.vectors}`);
  const blockBytes = yield* reader.count('block_size');
  if (blockBytes !== block.bytes) throw corrupt('block_size', blockBytes, `the other fields make it ${block.bytes}`);
  for (let list = 0; list < nlist; list++) {
    const size = yield* reader.vector('ids', 8);
    count.set(list, size);
    yield* reader.vector('codes', 1, (roundUp(size, perBlock) / perBlock) * blockBytes);
  }
}

interface SizeCounter {
  set(list: number, size: number): void;
  /** Fails when the lists together do not hold what the header says. */
  finish(): void;
}

function sizeCounter(ntotal: number, sizes: Int32Array | null): SizeCounter {
  let sum = 0;
  return {
    set(list, size) {
      sum += size;
      if (sum > ntotal) throw corrupt('list size', size, `the lists would hold more than the ${ntotal} vectors`);
      if (sizes !== null) sizes[list] = size;
    },
    finish() {
      if (sum !== ntotal) throw corrupt('ntotal', ntotal, `the lists hold ${sum} vectors`);
    },
  };
}

/** The quantizer has a row per list in the file; with rows under four bytes the sizes would outgrow the file. */
function allocateSizes(reader: FieldReader, nlist: number): Int32Array {
  if (4 * nlist > reader.size) throw corrupt('nlist', nlist, 'the file is too small for that many groups');
  return new Int32Array(nlist);
}

function* codeSizeField(reader: FieldReader, expected: number): Walk<void> {
  const value = yield* reader.count('code_size');
  if (value !== expected) throw corrupt('code_size', value, `the other fields make it ${expected}`);
}

/** @returns bytes per vector */
function* scalarQuantizer(reader: FieldReader, dimension: number): Walk<number> {
  const kind = yield* reader.i32('qtype');
  // faiss/impl/ScalarQuantizer.h: 8bit, 4bit, 8bit_uniform, 4bit_uniform, fp16, 8bit_direct, 6bit, bf16, 8bit_direct_signed
  const bits = [8, 4, 8, 4, 16, 8, 6, 16, 8][kind];
  if (bits === undefined) throw corrupt('qtype', kind, 'FAISS has no such way of rounding');
  yield* reader.i32('rangestat');
  yield* reader.f32('rangestat_arg');
  const d = yield* reader.count('sq.d');
  if (d !== dimension) throw corrupt('sq.d', d, `the index around it says ${dimension}`);
  const codeSize = Math.ceil((bits * dimension) / 8);
  yield* codeSizeField(reader, codeSize);
  yield* reader.vector('sq.trained', 4, (items) => items === 0 || items === 2 || items === 2 * dimension);
  return codeSize;
}

/** @returns bytes per vector, and the number of parts a vector is cut into */
function* productQuantizer(reader: FieldReader, dimension: number): Walk<{ codeSize: number; parts: number }> {
  const d = yield* reader.count('pq.d');
  if (d !== dimension) throw corrupt('pq.d', d, `the index around it says ${dimension}`);
  const parts = yield* reader.count('pq.M');
  if (parts < 1 || dimension % parts !== 0) throw corrupt('pq.M', parts, `it must divide ${dimension}`);
  const bits = yield* reader.count('pq.nbits');
  if (bits < 1 || bits > 24) throw corrupt('pq.nbits', bits, 'it must be 1 to 24');
  yield* reader.vector('pq.centroids', 4, dimension * 2 ** bits);
  return { codeSize: Math.ceil((parts * bits) / 8), parts };
}

/** FastScan looks parts up in pairs. */
function checkEvenParts(value: number, parts: number): void {
  if (value !== roundUp(parts, 2)) throw corrupt('M2', value, `vectors are cut into ${parts} parts`);
}

function* blockSize(reader: FieldReader): Walk<number> {
  const bbs = yield* reader.i32('bbs');
  if (bbs < 32 || bbs % 32 !== 0 || bbs > MAX_DIMENSION) throw corrupt('bbs', bbs, 'it must be a multiple of 32');
  return bbs;
}

function* hnswGraph(reader: FieldReader, ntotal: number): Walk<void> {
  const few = (items: number): boolean => items <= 1024;
  yield* reader.vector('hnsw.assign_probas', 8, few);
  yield* reader.vector('hnsw.cum_nneighbor_per_level', 4, few);
  yield* reader.vector('hnsw.levels', 4, ntotal);
  yield* reader.vector('hnsw.offsets', 8, ntotal + 1);
  const last = yield* readRange(reader.offset - 8, 8);
  const links = last.getBigUint64(0, true);
  yield* reader.vector('hnsw.neighbors', 4, (items) => BigInt(items) === links);
  const entry = yield* reader.i32('hnsw.entry_point');
  if (entry < -1 || entry >= ntotal) throw corrupt('hnsw.entry_point', entry, `there are ${ntotal} vectors`);
  yield* reader.i32('hnsw.max_level');
  yield* reader.i32('hnsw.efConstruction');
  yield* reader.i32('hnsw.efSearch');
  yield* reader.i32('hnsw.upper_beam');
}

/** A chain of changes to the vectors. @returns the dimension after the last one */
function* transforms(reader: FieldReader, dimension: number): Walk<number> {
  const count = yield* reader.i32('transforms');
  if (count < 0 || count > MAX_TRANSFORMS) throw corrupt('transforms', count, `it must be 0 to ${MAX_TRANSFORMS}`);
  let current = dimension;
  for (let index = 0; index < count; index++) {
    const { from, to } = yield* transform(reader, 0);
    if (from !== current) throw corrupt('transform.d_in', from, `it is given vectors of ${current}`);
    current = to;
  }
  return current;
}

function* transform(reader: FieldReader, depth: number): Walk<{ from: number; to: number }> {
  const kind = yield* reader.fourcc('transform');
  let matrix: { values: number; bias: number; hasBias: boolean } | null = null;
  switch (kind) {
    case 'Pcam':
    case 'PcAm':
    case 'PCAm':
      yield* reader.f32('pca.eigen_power');
      if (kind === 'Pcam') yield* reader.f32('pca.epsilon');
      yield* reader.bool('pca.random_rotation');
      if (kind !== 'PCAm') yield* reader.i32('pca.balanced_bins');
      yield* reader.vector('pca.mean', 4);
      yield* reader.vector('pca.eigenvalues', 4);
      yield* reader.vector('pca.matrix', 4);
      matrix = yield* linear(reader);
      break;
    case 'rrot':
    case 'LTra':
      matrix = yield* linear(reader);
      break;
    case 'Viqm':
      yield* reader.i32('itq.max_iter');
      yield* reader.i32('itq.seed');
      matrix = yield* linear(reader);
      break;
    case 'Viqt':
      if (depth > 0) throw corrupt('transform', kind, 'it cannot contain itself');
      yield* reader.vector('itq.mean', 4);
      yield* reader.bool('itq.do_pca');
      yield* transform(reader, depth + 1);
      yield* transform(reader, depth + 1);
      break;
    case 'RmDT':
      yield* reader.vector('remap.map', 4);
      break;
    case 'VNrm':
      yield* reader.f32('norm');
      break;
    case 'VCnt':
      yield* reader.vector('centering.mean', 4);
      break;
    default:
      throw corrupt('transform', kind, 'FAISS has no such change of the vectors');
  }
  const from = yield* dimensionField(reader, 'transform.d_in');
  const to = yield* dimensionField(reader, 'transform.d_out');
  const trained = yield* reader.bool('transform.is_trained');
  if (matrix !== null && trained && matrix.values < from * to) {
    throw corrupt('transform.matrix', matrix.values, `it must have ${from} times ${to} values`);
  }
  if (matrix !== null && trained && matrix.hasBias && matrix.bias < to) {
    throw corrupt('transform.bias', matrix.bias, `it must have ${to} values`);
  }
  return { from, to };
}

function* linear(reader: FieldReader): Walk<{ values: number; bias: number; hasBias: boolean }> {
  const hasBias = yield* reader.bool('transform.have_bias');
  const values = yield* reader.vector('transform.matrix', 4);
  const bias = yield* reader.vector('transform.bias', 4);
  return { values, bias, hasBias };
}

function facts(top: Part): IndexFacts {
  const wrappers: string[] = [];
  let inner = top;
  while (inner.wraps !== undefined) {
    wrappers.push(inner.fourcc);
    inner = inner.wraps;
  }
  const wrapping = ['pre-transform', 'refine', 'id-map'].includes(inner.type.layout);
  const { groups, lists } = inner;
  return {
    fourcc: top.fourcc,
    type: top.type.name,
    description: top.type.description,
    walked: top.walked,
    dimension: top.dimension,
    vectors: top.ntotal,
    metric: top.metric,
    trained: top.trained,
    wrappers,
    inner: wrapping ? null : summary(inner),
    nlist: groups?.nlist ?? null,
    nprobe: groups?.nprobe ?? null,
    nprobeOffset: groups?.nprobeOffset ?? null,
    quantizer: groups?.quantizer === undefined ? null : summary(groups.quantizer),
    codeSize: inner.codeSize ?? null,
    lists: lists?.storage ?? null,
    listSizes: lists?.sizes ?? null,
    directMap: groups?.directMap ?? null,
    centroidsOffset: (groups?.quantizer?.ntotal === groups?.nlist ? groups?.quantizer?.flatOffset : undefined) ?? null,
    listsOffset: lists?.offset ?? null,
    flatOffset: inner.flatOffset ?? null,
    reconstructable: top.reconstructable,
    openable:
      top.fourcc === 'IwFl' &&
      top.walked &&
      groups?.quantizer?.type.layout === 'flat' &&
      groups.directMap === 'none' &&
      lists?.storage !== 'none',
  };
}

function summary({ fourcc, type, dimension, ntotal }: Part): FaissPart {
  return { fourcc, type: type.name, dimension, ntotal };
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

function hexByte(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0');
}
