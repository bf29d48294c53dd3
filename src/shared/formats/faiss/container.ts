import { VoronoiceError } from '@shared/contract/errors';
import type { StructureFlaw } from '@shared/contract/voices';
import { assertNever } from '@shared/domain/assertNever';
import { LOOK_ALIKE_BYTES, lookAlike, lookAlikeSentences } from '../lookAlike';
import {
  blockSize,
  checkEvenParts,
  codeSizeField,
  FAST_SCAN_BITS,
  fastScanSettings,
  flatBody,
  productBody,
  productFastScanBody,
  productQuantizer,
  scalarBody,
  scalarQuantizer,
} from './codes';
import { hnswGraph } from './graph';
import { binaryHeader, indexHeader } from './header';
import { groupFields, ivfHeader, withLists } from './lists';
import {
  type Body,
  type DirectMapKind,
  firstObstacle,
  type Groups,
  type Header,
  type IdUse,
  type ListStorage,
  type NestedReader,
  type Obstacle,
  type Part,
  NEWER,
  setting,
  UNWALKED,
} from './parts';
import { faissTypes, type FaissType } from './types';
import { type Walk, walkBytes } from '../walk';
import { corrupt, FieldReader, readRange, truncated } from './walk';
import { idMapBody, inner, obstacleInside, preTransformBody, refineBody } from './wrappers';

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
  readonly metric: Header['metric'];
  readonly trained: boolean;
  /** Codes of the indexes around the one that holds the vectors, outermost first. */
  readonly wrappers: readonly string[];
  /** The index that holds the vectors: the file's own when there are no wrappers. */
  readonly inner: FaissPart;
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
  readonly directMap: DirectMapKind | null;
  /** nlist rows of float32; null when the quantizer does not keep them so. */
  readonly centroidsOffset: number | null;
  /** First list's codes; each non-empty list is size*codeSize bytes of codes, then size i64 ids. */
  readonly listsOffset: number | null;
  /** For flat indexes: `vectors` rows of float32. */
  readonly flatOffset: number | null;
  /** FAISS can give the stored vectors back by number (`reconstruct_n`), as every RVC host asks it to. */
  readonly reconstructable: boolean;
  /** Why the engine must not be given the file; null: nothing in it can lead FAISS 1.7.3 astray. */
  readonly obstacle: Obstacle | null;
  /** What speaks against the vectors that come back; of several reasons each once. */
  readonly flaws: readonly StructureFlaw[];
}

/** Indexes inside indexes; the outermost has depth 0. */
const MAX_DEPTH = 4;
/** The graph computes distances between codes with a table of (2^bits)² numbers a part. */
const MAX_GRAPH_PART_BITS = 8;

/**
 * Walks a FAISS index file field by field and passes over the vectors, so that a file of the usual type costs a few small
 * reads whatever its size. Accepts only what FAISS's own writer can have written: each count is compared with the other
 * fields and with what is left of the file, and every number that FAISS follows into memory (links of a graph, places of
 * a direct map, columns to pick, ids that count as rows) is looked at. The engine may be given a file that passes, unless
 * `obstacle` says why not.
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
  const top = yield* whole(reader);
  if (top.walked && reader.remaining > 0) {
    throw corrupt('size', size, `the index inside ends after ${reader.offset} bytes`);
  }
  return facts(top);
}

/** Numbers a vector has by the first bytes of an index, where the rest is not at hand; null where they do not say. */
export function dimensionInHead(head: Uint8Array): number | null {
  if (!faissTypes.has(String.fromCharCode(...head.subarray(0, 4)))) return null;
  try {
    return walkBytes(head, headerOnly(new FieldReader(head.length))).dimension;
  } catch {
    // Bytes that only begin like an index are none.
    return null;
  }
}

function* headerOnly(reader: FieldReader): Walk<Header> {
  reader.skip(1, 4, 'type');
  return yield* indexHeader(reader);
}

/** Zeros at the end that no sound file has. */
const UNWRITTEN_BYTES = 1024;

/** The outermost index. A file that contradicts itself and ends in zeros has never been written to the end. */
function* whole(reader: FieldReader): Walk<Part> {
  try {
    return yield* part(reader, 0, 'any');
  } catch (error) {
    const { size } = reader;
    if (!(error instanceof VoronoiceError) || error.code !== 'INDEX_CORRUPT' || size <= UNWRITTEN_BYTES) throw error;
    const end = yield* readRange(size - UNWRITTEN_BYTES, UNWRITTEN_BYTES);
    for (let at = 0; at < UNWRITTEN_BYTES; at++) if (end.getUint8(at) !== 0) throw error;
    throw new VoronoiceError('INDEX_TRUNCATED', 'The end of the index was never written: it holds nothing but zeros.', {
      size,
      expected: size,
    });
  }
}

function* part(reader: FieldReader, depth: number, ids: IdUse): Walk<Part> {
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
  const nested: NestedReader = (use) => part(reader, depth + 1, use);
  const body = yield* bodyOf(reader, type, header, ids, nested);
  return { fourcc, type, ...header, ...body };
}

function* bodyOf(reader: FieldReader, type: FaissType, header: Header, ids: IdUse, nested: NestedReader): Walk<Body> {
  switch (type.layout) {
    case 'flat':
      return yield* flatBody(reader, header);
    case 'scalar':
      return yield* scalarBody(reader, header);
    case 'product':
      return yield* productBody(reader, header);
    case 'product-fast-scan':
      return yield* productFastScanBody(reader, header);
    case 'hnsw':
      return yield* graphBody(reader, type, header, nested);
    case 'pre-transform':
      return yield* preTransformBody(reader, header, ids, nested);
    case 'refine':
      return yield* refineBody(reader, header, nested);
    case 'id-map':
      return yield* idMapBody(reader, header, ids, nested, type.name === 'IndexIDMap2');
    case 'ivf-flat':
    case 'ivf-scalar':
    case 'ivf-product':
    case 'ivf-product-fast-scan': {
      const groups = yield* ivfHeader(reader, header, nested);
      if (groups.quantizer?.walked !== true) return { ...UNWALKED, groups };
      return yield* groupedBody(reader, type.layout, header, groups, ids);
    }
    case 'ivf-header':
      return { ...(type.newer === true ? NEWER : UNWALKED), groups: yield* groupFields(reader) };
    case 'header':
    case 'lattice-header':
    case 'binary-header':
      return type.newer === true ? NEWER : UNWALKED;
    default:
      return assertNever(type.layout);
  }
}

/** What lies between the front of an inverted-file index and its lists. */
function* groupedBody(
  reader: FieldReader,
  layout: 'ivf-flat' | 'ivf-scalar' | 'ivf-product' | 'ivf-product-fast-scan',
  header: Header,
  groups: Groups,
  ids: IdUse,
): Walk<Body> {
  const { dimension } = header;
  switch (layout) {
    case 'ivf-flat':
      return yield* withLists(reader, header, groups, ids, {
        codeSize: 4 * dimension,
        block: null,
        obstacle: null,
        flaws: [],
      });
    case 'ivf-scalar': {
      const { codeSize, obstacle, flaws } = yield* scalarQuantizer(reader, header);
      yield* codeSizeField(reader, codeSize);
      yield* reader.bool('by_residual');
      return yield* withLists(reader, header, groups, ids, { codeSize, block: null, obstacle, flaws });
    }
    case 'ivf-product': {
      yield* reader.bool('by_residual');
      const stated = yield* reader.count('code_size');
      const { codeSize } = yield* productQuantizer(reader, dimension);
      if (stated !== codeSize) throw corrupt('code_size', stated, `the other fields make it ${codeSize}`);
      return yield* withLists(reader, header, groups, ids, {
        codeSize,
        block: null,
        obstacle: null,
        flaws: ['rounded'],
      });
    }
    case 'ivf-product-fast-scan': {
      yield* reader.bool('by_residual');
      const stated = yield* reader.count('code_size');
      const bbs = yield* blockSize(reader);
      const evenParts = yield* reader.count('M2');
      const implementation = yield* reader.i32('implem');
      const batches = yield* reader.count('qbs2');
      const { codeSize, parts } = yield* productQuantizer(reader, dimension, FAST_SCAN_BITS);
      if (stated !== codeSize) throw corrupt('code_size', stated, `the other fields make it ${codeSize}`);
      checkEvenParts(evenParts, parts);
      const block = { vectors: bbs, bytes: (bbs * evenParts) / 2 };
      const obstacle = fastScanSettings(implementation, 'qbs2', batches);
      return yield* withLists(reader, header, groups, ids, { codeSize, block, obstacle, flaws: [] });
    }
    default:
      return assertNever(layout);
  }
}

/** How the vectors of a graph are stored, by its type; FAISS takes it for that without looking. */
const GRAPH_STORAGE: ReadonlyMap<string, FaissType['layout']> = new Map([
  ['IndexHNSWFlat', 'flat'],
  ['IndexHNSWSQ', 'scalar'],
  ['IndexHNSWPQ', 'product'],
]);

function* graphBody(reader: FieldReader, type: FaissType, header: Header, nested: NestedReader): Walk<Body> {
  const obstacle = yield* hnswGraph(reader, header.ntotal);
  const storage = yield* inner(nested, 'any', 'storage', header.dimension, header.ntotal);
  if (storage.type.layout !== GRAPH_STORAGE.get(type.name)) {
    throw corrupt('storage', storage.fourcc, `an index of type ${type.name} never keeps its vectors so`);
  }
  const { walked, reconstructable, byRow, codeSize, flatOffset, partBits = 0 } = storage;
  return {
    walked,
    obstacle: firstObstacle(
      obstacle,
      obstacleInside(storage),
      setting('pq.nbits', partBits, partBits <= MAX_GRAPH_PART_BITS),
    ),
    reconstructable,
    byRow,
    flaws: storage.type.layout === 'flat' ? storage.flaws : ['notTried', ...storage.flaws],
    ...(codeSize === undefined ? {} : { codeSize }),
    ...(flatOffset === undefined ? {} : { flatOffset }),
  };
}

function facts(top: Part): IndexFacts {
  const wrappers: string[] = [];
  let held = top;
  while (held.wraps !== undefined) {
    wrappers.push(held.fourcc);
    held = held.wraps;
  }
  const { groups, lists } = held;
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
    inner: summary(held),
    nlist: groups?.nlist ?? null,
    nprobe: groups?.nprobe ?? null,
    nprobeOffset: groups?.nprobeOffset ?? null,
    quantizer: groups?.quantizer === undefined ? null : summary(groups.quantizer),
    codeSize: held.codeSize ?? null,
    lists: lists?.storage ?? null,
    listSizes: lists?.sizes ?? null,
    directMap: groups?.directMap?.kind ?? null,
    centroidsOffset: (groups?.quantizer?.ntotal === groups?.nlist ? groups?.quantizer?.flatOffset : undefined) ?? null,
    listsOffset: lists?.offset ?? null,
    flatOffset: held.flatOffset ?? null,
    reconstructable: top.reconstructable,
    obstacle: top.obstacle,
    flaws: [...new Set(top.flaws)],
  };
}

function summary({ fourcc, type, dimension, ntotal }: Part): FaissPart {
  return { fourcc, type: type.name, dimension, ntotal };
}

function hexByte(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0');
}
