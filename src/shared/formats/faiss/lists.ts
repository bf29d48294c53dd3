import type { StructureFlaw } from '@shared/contract/voices';
import { codeSizeField, roundUp } from './codes';
import { countField } from './header';
import {
  type Body,
  type DirectMap,
  firstObstacle,
  type Groups,
  type Header,
  type IdUse,
  type Lists,
  type NestedReader,
  type Obstacle,
} from './parts';
import type { Walk } from '../walk';
import { corrupt, type FieldReader, pieces } from './walk';

/** How many groups there are and how many a search looks into. */
export function* groupFields(reader: FieldReader): Walk<Groups> {
  const nlist = yield* countField(reader, 'nlist');
  if (nlist < 1) throw corrupt('nlist', nlist, 'there must be at least one group');
  const nprobeOffset = reader.offset;
  const nprobe = yield* reader.count('nprobe');
  return { nlist, nprobe, nprobeOffset };
}

/** The same, the index that finds the groups, and the map from ids to places. */
export function* ivfHeader(reader: FieldReader, header: Header, nested: NestedReader): Walk<Groups> {
  const groups = yield* groupFields(reader);
  const { nlist } = groups;
  const quantizer = yield* nested('any');
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

/** Fast scanning keeps codes in blocks of this many vectors of `bytes` bytes. */
export interface Block {
  readonly vectors: number;
  readonly bytes: number;
}

export interface ListContents {
  readonly codeSize: number;
  /** Null: one code after the other. */
  readonly block: Block | null;
  /** What was found before. */
  readonly obstacle: Obstacle | null;
  readonly flaws: readonly StructureFlaw[];
}

/** The lists behind the groups, and whether what points into them stays within them. */
export function* withLists(
  reader: FieldReader,
  header: Header,
  groups: Groups,
  ids: IdUse,
  { codeSize, block, obstacle, flaws }: ListContents,
): Walk<Body> {
  const lists = yield* invertedLists(reader, header, groups, ids, codeSize, block);
  if (groups.directMap !== undefined) yield* checkPlaces(groups.directMap, lists);
  const stored = lists.storage !== 'none' && lists.storage !== 'external';
  return {
    walked: lists.storage !== 'external',
    obstacle: firstObstacle(missingLists(lists), quantizerObstacle(groups), obstacle),
    reconstructable: stored && block === null,
    byRow: false,
    rowsBack: stored && groups.directMap !== undefined && groups.directMap.kind !== 'none',
    flaws: [...missingFlaws(lists), ...(block === null ? [] : (['fastScan'] as const)), ...flaws],
    codeSize,
    groups,
    lists,
  };
}

function missingLists({ storage }: Lists): Obstacle | null {
  return storage === 'external' ? { why: 'lists-elsewhere' } : storage === 'none' ? { why: 'no-lists' } : null;
}

function missingFlaws({ storage }: Lists): readonly StructureFlaw[] {
  return storage === 'external' ? ['listsElsewhere'] : storage === 'none' ? ['noLists'] : [];
}

/**
 * FAISS takes what the quantizer finds for numbers of lists, and asks it for single centers in a place where an exception
 * ends the process.
 */
function quantizerObstacle({ quantizer }: Groups): Obstacle | null {
  if (quantizer === undefined || quantizer.wraps !== undefined || !quantizer.byRow || quantizer.metric === 'other') {
    return { why: 'type' };
  }
  return quantizer.obstacle;
}

function* directMap(reader: FieldReader, ntotal: number): Walk<DirectMap> {
  const kind = yield* reader.u8('direct_map');
  if (kind > 2) throw corrupt('direct_map', kind, 'it can only be 0, 1 or 2');
  const places = yield* reader.vector('direct_map.array', 8, kind === 1 ? ntotal : 0);
  if (kind < 2) {
    return { kind: kind === 0 ? 'none' : 'array', offset: reader.offset - 8 * places, items: places, stride: 8 };
  }
  const pairs = yield* reader.vector('direct_map.pairs', 16, (items) => items <= ntotal);
  return { kind: 'hashtable', offset: reader.offset - 16 * pairs, items: pairs, stride: 16 };
}

/** Every place is a row of a list, or -1 in an array: FAISS follows it without looking. */
function* checkPlaces({ kind, offset, items, stride }: DirectMap, { sizes }: Lists): Walk<void> {
  const name = kind === 'array' ? 'direct_map.array' : 'direct_map.pairs';
  if (items > 0 && sizes === null) throw corrupt(name, items, 'there are no lists to point into');
  yield* pieces(offset, items, stride, (view, at) => {
    const end = at + stride;
    const row = view.getInt32(end - 8, true);
    const list = view.getInt32(end - 4, true);
    if (kind === 'array' && row === -1 && list === -1) return;
    const size = sizes?.[list] ?? 0;
    if (row < 0 || row >= size) throw corrupt(name, `${list}, ${row}`, 'that list has no such row');
  });
}

function* invertedLists(
  reader: FieldReader,
  header: Header,
  { nlist, quantizer }: Groups,
  ids: IdUse,
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
    yield* blockLists(reader, nlist, block, count, ids === 'rows' ? header.ntotal : null);
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
  if (ids === 'rows' && sizes !== null) yield* checkIdsAreRows(offset, sizes, codeSize, header.ntotal);
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

function* blockLists(
  reader: FieldReader,
  nlist: number,
  block: Block,
  count: SizeCounter,
  rows: number | null,
): Walk<void> {
  const codeSize = yield* reader.i64('lists.code_size');
  if (codeSize !== -1n) throw corrupt('lists.code_size', codeSize.toString(), 'blocks have none (-1)');
  const perBlock = yield* reader.count('n_per_block');
  if (perBlock !== block.vectors) throw corrupt('n_per_block', perBlock, `bbs is ${block.vectors}`);
  const blockBytes = yield* reader.count('block_size');
  if (blockBytes !== block.bytes) throw corrupt('block_size', blockBytes, `the other fields make it ${block.bytes}`);
  for (let list = 0; list < nlist; list++) {
    const size = yield* reader.vector('ids', 8);
    count.set(list, size);
    if (rows !== null) yield* pieces(reader.offset - 8 * size, size, 8, (view, at) => requireRow(view, at, rows));
    yield* reader.vector('codes', 1, (roundUp(size, perBlock) / perBlock) * blockBytes);
  }
}

/** Looks at every id where the index around takes them for row numbers. */
function* checkIdsAreRows(offset: number, sizes: Int32Array, codeSize: number, rows: number): Walk<void> {
  let start = offset;
  for (const size of sizes) {
    start += size * codeSize;
    if (size > 0) yield* pieces(start, size, 8, (view, at) => requireRow(view, at, rows));
    start += size * 8;
  }
}

function requireRow(view: DataView, at: number, rows: number): void {
  const id = view.getBigInt64(at, true);
  if (id < 0n || id >= BigInt(rows)) throw corrupt('id', id.toString(), `the index around it has ${rows} rows`);
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
