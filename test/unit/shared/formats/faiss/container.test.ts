import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VoronoiceError, type ErrorCode } from '@shared/contract/errors';
import { checkCenters } from '@shared/formats/faiss/checkCenters';
import { dimensionInHead, walkIndex, type IndexFacts } from '@shared/formats/faiss/container';
import type { Obstacle } from '@shared/formats/faiss/parts';
import { walkBytes, type ByteRange } from '@shared/formats/walk';
import { fieldVariants, truncations, withField, type Variant } from '../../../../fixtures/fields';
import {
  type GraphNumbers,
  hnswFlatIndex,
  IndexWriter,
  ivfFlatIndex,
  otherIndexes,
} from '../../../../fixtures/hostileIndexes';

const folder = resolve('test/fixtures/indexes');
const files = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.index'))
    .map((name) => [name.replace('.index', ''), new Uint8Array(readFileSync(resolve(folder, name)))]),
);

function fixture(name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`no fixture ${name}`);
  return bytes;
}

function walk(bytes: Uint8Array): IndexFacts {
  return walkBytes(bytes, walkIndex(bytes.length));
}

function failure(bytes: Uint8Array): VoronoiceError {
  try {
    walk(bytes);
  } catch (error) {
    if (error instanceof VoronoiceError) return error;
    throw error;
  }
  throw new Error('the walk accepted the file');
}

type Outcome = ErrorCode | Obstacle['why'] | 'accepted';

/** What becomes of a file: an error, a reason to keep it from the engine, or nothing against it. */
function outcome(bytes: Uint8Array): Outcome {
  try {
    return walk(bytes).obstacle?.why ?? 'accepted';
  } catch (error) {
    if (error instanceof VoronoiceError) return error.code;
    throw error;
  }
}

const FLAWS = {
  'chain-flat': 'transformed',
  'hnsw-pq': 'notTried rounded',
  'hnsw-sq8': 'notTried',
  'idmap-flat': 'idMap',
  'idmap2-ivf-flat': 'idMap',
  'itq-flat': 'notInvertible',
  'itq-lsh': 'notInvertible notTried',
  'ivf-flat-no-lists': 'noLists',
  'ivf-pq': 'rounded',
  'ivf-pqfs': 'fastScan',
  'ivf-rq': 'notTried',
  'ivf-sq4': 'rounded',
  'ivf-sq6': 'rounded',
  'l2norm-flat': 'normalizing',
  lsh: 'notTried',
  'opq-flat': 'transformed',
  'pca-ivf-flat': 'transformed',
  'pcaw-flat': 'notInvertible',
  pq: 'rounded',
  pqfs: 'fastScan',
};

/** Runs a walk and notes what it asked for. */
function ranges(bytes: Uint8Array): ByteRange[] {
  const asked: ByteRange[] = [];
  const walker = walkIndex(bytes.length);
  let step = walker.next();
  while (step.done !== true) {
    const { offset, length } = step.value;
    asked.push(step.value);
    step = walker.next(bytes.subarray(offset, offset + length));
  }
  return asked;
}

describe('files written by FAISS', () => {
  interface Expected {
    type: string;
    dimension: number;
    vectors: number;
    metric: string;
    trained: boolean;
    ivf?: {
      type: string;
      nlist: number;
      nprobe: number;
      codeSize: number;
      quantizer: { type: string; ntotal: number };
      centroid: number[] | null;
      sizes: number[] | null;
      firstIds?: number[];
    };
  }
  const expected = JSON.parse(readFileSync(resolve(folder, 'indexes.json'), 'utf8')) as Record<string, Expected>;
  // FAISS writes one class for some that it tells apart in memory.
  const className = (name: string): string => name.replace(/^(IndexFlat|IndexRefine)(L2|IP|Flat)$/, '$1');
  const unwalked = ['ivf-rq', 'lsh', 'itq-lsh'];

  it('has a description for every fixture', () => {
    expect(Object.keys(expected).sort()).toEqual([...files.keys()].sort());
  });

  it.each(Object.entries(expected))('%s: says what FAISS says', (name, faiss) => {
    const bytes = fixture(name);
    const facts = walk(bytes);
    expect(className(facts.type)).toBe(className(faiss.type));
    const { dimension, vectors, metric, trained } = facts;
    expect({ dimension, vectors, metric, trained }).toEqual({
      dimension: faiss.dimension,
      vectors: faiss.vectors,
      metric: faiss.metric,
      trained: faiss.trained,
    });
    expect(facts.walked).toBe(!unwalked.includes(name));
    expect(facts.description).not.toBe('');
    if (faiss.ivf === undefined) {
      expect(facts.nlist).toBeNull();
      expect(facts.nprobeOffset).toBeNull();
      return;
    }
    const { ivf } = faiss;
    expect(facts.nlist).toBe(ivf.nlist);
    expect(facts.nprobe).toBe(ivf.nprobe);
    expect(facts.inner.type).toBe(ivf.type);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    expect(view.getBigUint64(facts.nprobeOffset ?? -1, true)).toBe(BigInt(ivf.nprobe));
    if (!facts.walked) return;
    expect(facts.codeSize).toBe(ivf.codeSize);
    expect(className(facts.quantizer?.type ?? '')).toBe(className(ivf.quantizer.type));
    expect(facts.quantizer?.ntotal).toBe(ivf.quantizer.ntotal);
    if (ivf.centroid === null) expect(facts.centroidsOffset).toBeNull();
    else {
      const row = ivf.centroid.map((_, column) => view.getFloat32((facts.centroidsOffset ?? -1) + 4 * column, true));
      expect(row).toEqual(ivf.centroid.map(Math.fround));
    }
    if (ivf.quantizer.ntotal > 0) expect(facts.listSizes && [...facts.listSizes]).toEqual(ivf.sizes);
    if (facts.listsOffset === null || ivf.firstIds === undefined) return;
    const first = facts.listsOffset + ivf.firstIds.length * ivf.codeSize;
    expect(ivf.firstIds.map((_, row) => Number(view.getBigInt64(first + 8 * row, true)))).toEqual(ivf.firstIds);
  });

  it.each([
    ['ivf-flat', 'full', 'none', true, []],
    ['ivf-flat-sparse', 'sparse', 'none', true, []],
    ['ivf-flat-map-array', 'full', 'array', true, []],
    ['ivf-flat-map-hashtable', 'full', 'hashtable', true, []],
    ['ivf-flat-no-lists', 'none', 'none', false, []],
    ['ivf-pqfs', 'blocks', 'none', false, []],
    ['pqfs', null, null, false, []],
    ['ivf-pqfs-rflat', 'blocks', 'none', true, ['IxRF']],
    ['pca-ivf-flat', 'full', 'none', true, ['IxPT']],
    ['idmap-flat', null, null, false, ['IxMp']],
    ['idmap2-ivf-flat', 'full', 'none', true, ['IxM2']],
    ['hnsw', null, null, true, []],
    ['lsh', null, null, false, []],
    ['itq-lsh', null, null, false, ['IxPT']],
    ['ivf-rq', null, null, false, []],
  ] as const)(
    '%s: lists %s, direct map %s, reconstructable %s',
    (name, lists, directMap, reconstructable, wrappers) => {
      expect(walk(fixture(name))).toMatchObject({ lists, directMap, reconstructable, wrappers });
    },
  );

  it('knows what comes back of the vectors, by what is inside', () => {
    const flaws = [...files.keys()].flatMap((name) => {
      const { flaws } = walk(fixture(name));
      return flaws.length === 0 ? [] : [[name, flaws.join(' ')]];
    });
    expect(Object.fromEntries(flaws)).toEqual(FLAWS);
  });

  it('keeps from the engine what it does not know to the last number', () => {
    const obstacles = [...files.keys()].flatMap((name) => {
      const { obstacle } = walk(fixture(name));
      return obstacle === null ? [] : [[name, obstacle.why]];
    });
    expect(Object.fromEntries(obstacles)).toEqual({
      'ivf-flat-no-lists': 'no-lists',
      'ivf-rq': 'type',
      'itq-lsh': 'type',
      lsh: 'type',
    });
  });

  it.each([...files].filter(([name]) => !unwalked.includes(name)))('%s: cut anywhere, it is incomplete', (_, bytes) => {
    const codes = new Set([...truncations(bytes)].slice(1).map(outcome));
    expect([...codes]).toEqual(['INDEX_TRUNCATED']);
  });

  it.each([...files].filter(([name]) => !unwalked.includes(name)))('%s: a byte too many is noticed', (_, bytes) => {
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    expect(failure(longer)).toMatchObject({ code: 'INDEX_CORRUPT', details: { field: 'size', value: longer.length } });
  });
});

describe('a file built by hand', () => {
  const built = ivfFlatIndex();

  it('is walked to the last byte', () => {
    const facts = walk(built.bytes);
    expect(facts).toMatchObject({
      fourcc: 'IwFl',
      type: 'IndexIVFFlat',
      walked: true,
      dimension: 4,
      vectors: 6,
      metric: 'l2',
      nlist: 4,
      nprobe: 1,
      nprobeOffset: 45,
      codeSize: 16,
      lists: 'full',
      directMap: 'none',
      reconstructable: true,
      quantizer: { fourcc: 'IxF2', type: 'IndexFlatL2', dimension: 4, ntotal: 4 },
    });
    expect([...(facts.listSizes ?? [])]).toEqual([3, 0, 2, 1]);
    // 139 + (N + nlist)(4d + 8) holds for every IVFn,Flat file with full sizes.
    expect(built.bytes.length).toBe(139 + (6 + 4) * (16 + 8));
  });

  it('may be sparse', () => {
    const sparse = ivfFlatIndex({ sizes: [0, 2, 0, 0, 1], form: 'sprs' });
    const facts = walk(sparse.bytes);
    expect(facts.lists).toBe('sparse');
    expect([...(facts.listSizes ?? [])]).toEqual([0, 2, 0, 0, 1]);
  });

  it('is empty when it has no bytes', () => {
    expect(outcome(new Uint8Array())).toBe('INDEX_EMPTY_FILE');
  });

  it('F1: is incomplete when cut after any byte', () => {
    for (const bytes of [built.bytes, ivfFlatIndex({ sizes: [0, 2, 0, 0, 1], form: 'sprs' }).bytes]) {
      const codes = [...truncations(bytes)].slice(1).map(outcome);
      expect(new Set(codes)).toEqual(new Set(['INDEX_TRUNCATED']));
    }
  });

  it('was never written to the end when it contradicts itself and ends in zeros', () => {
    const { bytes } = ivfFlatIndex({ dimension: 64, sizes: [9, 9, 9, 9] });
    bytes.fill(0, 1_100);
    expect(failure(bytes)).toMatchObject({
      code: 'INDEX_TRUNCATED',
      message: expect.stringContaining('zeros') as string,
    });
  });

  it('needs a thousand zeros at its end and a contradiction for that', () => {
    const ending = (zeros: number, fourcc = 'IwFl'): ErrorCode => {
      const bytes = new Uint8Array(3_000).fill(9);
      bytes.set(new IndexWriter().header('', fourcc, 4, 6, 1).u64('nlist', 0).build().bytes);
      bytes.fill(0, bytes.length - zeros);
      return failure(bytes).code;
    };
    expect([ending(1_023), ending(1_024), ending(1_024, 'IxZZ')]).toEqual([
      'INDEX_CORRUPT',
      'INDEX_TRUNCATED',
      'INDEX_UNKNOWN_TYPE',
    ]);
  });

  it('names the size that a cut file would need', () => {
    const error = failure(built.bytes.subarray(0, built.bytes.length - 5));
    expect(error.details).toMatchObject({ size: built.bytes.length - 5, expected: built.bytes.length });
  });

  describe('with one field changed', () => {
    // What FAISS itself reads without a complaint, and what is a matter of taste rather than of damage.
    const harmless = (title: string): boolean =>
      title.includes('reserved') ||
      ['nprobe: zero', 'nprobe: one more', 'nprobe: one less', 'metric: zero', 'metric: one less'].includes(title) ||
      ['quantizer.metric: zero', 'quantizer.metric: one less'].includes(title);

    it.each([...fieldVariants(built)].map((variant) => [variant.title, variant] as const))('%s', (title, { bytes }) => {
      expect(outcome(bytes)).toBe(harmless(title) ? 'accepted' : 'INDEX_CORRUPT');
    });

    const sparse = ivfFlatIndex({ sizes: [0, 2, 0, 0, 1], form: 'sprs' });
    it.each([...fieldVariants(sparse)].map((variant) => [variant.title, variant] as const))(
      'sparse, %s',
      (title, { bytes }) => {
        // Another empty list may hold the vectors just as well.
        const moved = ['list 0: zero', 'list 0: one less', 'list 0: one more', 'list 1: one less'].includes(title);
        expect(outcome(bytes)).toBe(harmless(title) || moved ? 'accepted' : 'INDEX_CORRUPT');
      },
    );

    it.each([
      ['d', 0n, 'd'],
      ['d', 65_537n, 'd'],
      ['d', 8n, 'quantizer.d'],
      ['ntotal', 1n << 40n, 'ntotal'],
      ['ntotal', 7n, 'ntotal'],
      ['ntotal', 5n, 'list size'],
      ['is_trained', 2n, 'is_trained'],
      ['is_trained', 0n, 'is_trained'],
      ['metric', 5n, 'metric'],
      ['nlist', 0n, 'nlist'],
      ['nlist', 5n, 'quantizer.ntotal'],
      ['nprobe', 1n << 63n, 'nprobe'],
      ['quantizer.vectors', 15n, 'vectors'],
      ['quantizer.vectors', 1n << 62n, 'vectors'],
      ['direct_map', 3n, 'direct_map'],
      ['direct_map', 1n, 'direct_map.array'],
      ['direct_map.array', 1n, 'direct_map.array'],
      ['lists.nlist', 3n, 'lists.nlist'],
      ['lists.code_size', 15n, 'code_size'],
      ['sizes', 3n, 'list sizes'],
      ['size 0', 1n << 40n, 'list size'],
      ['size 0', (1n << 64n) - 1n, 'list size'],
      ['size 3', 0n, 'ntotal'],
    ] as const)('%s = %s blames "%s"', (name, value, field) => {
      expect(failure(withField(built, name, value)).details['field']).toBe(field);
    });

    it.each([
      ['sizes', 3n, 'list sizes'],
      ['sizes', 12n, 'list sizes'],
      ['list 1', 1n, 'list number'],
      ['list 0', 5n, 'list number'],
    ] as const)('sparse %s = %s blames "%s"', (name, value, field) => {
      expect(failure(withField(sparse, name, value)).details['field']).toBe(field);
    });
  });

  it('is damaged when its lists are in the other form', () => {
    for (const [text, replacement, field] of [
      ['full', 'fuII', 'list sizes'],
      ['ilar', 'ilbl', 'inverted lists'],
    ] as const) {
      const bytes = built.bytes.slice();
      const at = new TextDecoder('latin1').decode(bytes).indexOf(text);
      bytes.set(new TextEncoder().encode(replacement), at);
      expect(failure(bytes)).toMatchObject({ code: 'INDEX_CORRUPT', details: { field } });
    }
  });

  it('keeps its vectors elsewhere when the lists are on disk', () => {
    const at = new TextDecoder('latin1').decode(built.bytes).indexOf('ilar');
    const bytes = built.bytes.slice();
    bytes.set(new TextEncoder().encode('ilod'), at);
    expect(walk(bytes)).toMatchObject({ lists: 'external', walked: false, reconstructable: false, nlist: 4 });
  });

  it('F3: may lie about its size only if every count agrees', () => {
    const size = 2 ** 40;
    const liar = ivfFlatIndex({ ntotal: size });
    expect(failure(liar.bytes)).toMatchObject({ code: 'INDEX_CORRUPT', details: { field: 'ntotal' } });
  });

  it('is refused when it shrinks while it is read', () => {
    const walker = walkIndex(built.bytes.length);
    walker.next();
    expect(() => walker.next(new Uint8Array(3))).toThrow(VoronoiceError);
  });
});

describe('the other layouts, built by hand', () => {
  /** Numbers that FAISS reads as they are, or that say how it was learned and are not read again. */
  const free = /reserved|polysemous_ht|rangestat|max_iter|seed|balanced_bins/;
  /** Single changes that make another valid file, or one whose damage shows only further on. */
  const others: readonly (readonly [RegExp, Outcome])[] = [
    [/[ .]metric: (zero|one less)/, 'accepted'],
    [/nprobe: (zero|one more|one less)/, 'accepted'],
    // Only the first way of comparing needs nothing that the file does not hold.
    [/search_type: one more/, 'setting'],
    // FAISS chooses these itself.
    [/(implem|qbs): (minus one|max|one more|one less)|qbs2: one more/, 'setting'],
    [/IndexHNSWFlat, max_level: (zero|one less)/, 'accepted'],
    [/efConstruction: (max|one more|one less)|efSearch: (one more|one less)|beam: one more/, 'accepted'],
    [/(efSearch|beam): max/, 'setting'],
    // FAISS brings vectors to one length by the norm of 2 only.
    [/IndexPreTransform, norm:/, 'setting'],
    // A bias that is stored but not used.
    [/have_bias: zero|(linear|pca).have_bias: one less/, 'accepted'],
    // What a matrix was learned from is not read again.
    [/rotation.is_trained: (zero|one less)/, 'accepted'],
    // One part of four bits fills a byte as two do.
    [/pq.M: one less/, 'accepted'],
    // Vectors are stored in blocks of 32, so three look like two or four.
    [/IndexPQFastScan, ntotal: one (more|less)/, 'accepted'],
    [/transforms: (zero|one less)/, 'INDEX_UNKNOWN_TYPE'],
    // A length that runs into what follows, which is then taken for a longer one.
    [/(linear.matrix|pca.mean|pca.eigenvalues|pca.matrix|pca.A): one less/, 'INDEX_TRUNCATED'],
    [/(rotation|whole).matrix: one more|whole.matrix: one less/, 'INDEX_TRUNCATED'],
  ];
  /** What FAISS follows, by the values that stay within the file: three vectors, two lists of one and two. */
  const followed = (title: string, { field, bytes }: Variant): boolean | null => {
    const view = new DataView(bytes.buffer);
    const value = field.width === 8 ? Number(view.getBigInt64(field.offset, true)) : view.getInt32(field.offset, true);
    const isIn = (least: number, most: number): boolean => value >= least && value <= most;
    if (/ id \d:/.test(title)) return isIn(0, 2);
    if (/ column \d:/.test(title)) return isIn(-1, 1);
    // The links of the second level, which one of the vectors is not on.
    if (/ neighbor [27]:/.test(title)) return isIn(-1, 2) && value !== 1;
    if (/ neighbor \d:/.test(title)) return isIn(-1, 2);
    if (/ k_factor:/.test(title)) return view.getFloat32(field.offset, true) >= 1;
    const place = / (place \d)\.(row|list):/.exec(title);
    if (place === null) return null;
    const start = place[2] === 'row' ? field.offset : field.offset - 4;
    const [row, list] = [view.getInt32(start, true), view.getInt32(start + 4, true)];
    return row >= 0 && row < ([1, 2][list] ?? 0);
  };
  const expectation = (title: string, variant: Variant): Outcome => {
    const { field, bytes } = variant;
    const isInside = followed(title, variant);
    if (isInside !== null) return isInside ? 'accepted' : 'INDEX_CORRUPT';
    if (/by_residual|encode_signs|do_pca|random_rotation/.test(title))
      return (bytes[field.offset] ?? 2) <= 1 ? 'accepted' : 'INDEX_CORRUPT';
    if (free.test(title)) return 'accepted';
    return others.find(([pattern]) => pattern.test(title))?.[1] ?? 'INDEX_CORRUPT';
  };
  const layouts = Object.entries(otherIndexes());

  it.each(layouts)('%s is walked to the last byte', (type, { bytes }) => {
    expect(walk(bytes)).toMatchObject({ type: type.split(',')[0], walked: true, vectors: 3, obstacle: null });
  });

  it.each(layouts)('%s, cut anywhere, is incomplete', (_, { bytes }) => {
    expect(new Set([...truncations(bytes)].slice(1).map(outcome))).toEqual(new Set(['INDEX_TRUNCATED']));
  });

  it.each([
    ['IndexScalarQuantizer', 'qtype', 9n, 'qtype'],
    ['IndexScalarQuantizer', 'sq.trained', 7n, 'sq.trained'],
    ['IndexPQ', 'pq.M', 0n, 'pq.M'],
    ['IndexPQ', 'pq.M', 3n, 'pq.M'],
    ['IndexPQ', 'pq.nbits', 0n, 'pq.nbits'],
    ['IndexPQ', 'pq.nbits', 17n, 'pq.nbits'],
    ['IndexPQFastScan', 'M2', 4n, 'M2'],
    ['IndexIVFPQFastScan', 'bbs', 48n, 'bbs'],
    ['IndexIVFPQFastScan', 'n_per_block', 64n, 'n_per_block'],
    ['IndexIVFPQFastScan', 'block_size', 64n, 'block_size'],
    ['IndexIVFPQFastScan', 'M2', 4n, 'M2'],
    ['IndexHNSWFlat', 'offset 3', 5n, 'hnsw.offsets'],
    ['IndexHNSWFlat', 'entry_point', 3n, 'hnsw.entry_point'],
    ['IndexPreTransform', 'normalize.d_in', 5n, 'transform.d_out'],
    ['IndexPreTransform', 'linear.d_in', 5n, 'transform.matrix'],
    ['IndexPreTransform', 'linear.d_out', 3n, 'transform.matrix'],
    ['IndexPreTransform', 'index.ntotal', 4n, 'vectors'],
    ['IndexIDMap2', 'id_map', 2n, 'id_map'],
  ] as const)('%s: %s = %s blames "%s"', (type, name, value, field) => {
    const built = otherIndexes()[type];
    if (built === undefined) throw new Error(type);
    expect(failure(withField(built, name, value)).details['field']).toBe(field);
  });

  const variants = layouts.flatMap(([type, built]) =>
    [...fieldVariants(built)].map((variant): [string, Variant] => [`${type}, ${variant.title}`, variant]),
  );
  it.each(variants)('%s', (title, variant) => {
    expect(outcome(variant.bytes)).toBe(expectation(title, variant));
  });
});

describe('what FAISS would follow', () => {
  const layouts = otherIndexes();
  const altered = (title: string, name: string, value: bigint): Uint8Array => {
    const built = layouts[title];
    if (built === undefined) throw new Error(title);
    return withField(built, name, value);
  };
  const float = (value: number): bigint => {
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, value);
    return BigInt(view.getUint32(0));
  };

  it.each([
    ['IndexHNSWFlat', 'links 1', 3n, 'hnsw.offsets'],
    ['IndexHNSWFlat', 'links 2', 1n, 'hnsw.cum_nneighbor_per_level'],
    ['IndexHNSWFlat', 'level 1', 2n, 'hnsw.offsets'],
    ['IndexHNSWFlat', 'level 1', 3n, 'hnsw.levels'],
    ['IndexHNSWFlat', 'offset 1', 1n << 40n, 'hnsw.offsets'],
    ['IndexHNSWFlat', 'neighbor 0', 3n, 'hnsw.neighbors'],
    ['IndexHNSWFlat', 'neighbor 2', 1n, 'hnsw.neighbors'],
    ['IndexHNSWFlat', 'entry_point', -1n, 'hnsw.entry_point'],
    ['IndexHNSWFlat', 'max_level', 2n, 'hnsw.max_level'],
    ['IndexHNSWFlat', 'efSearch', 0n, 'hnsw.efSearch'],
    ['IndexPreTransform', 'column 0', 2n, 'remap.map'],
    ['IndexPreTransform', 'column 0', -2n, 'remap.map'],
    ['IndexPreTransform', 'column 0', -(1n << 31n), 'remap.map'],
    ['IndexPreTransform', 'remap.d_in', 1n, 'remap.map'],
    ['IndexPreTransform', 'centering.mean', 2n, 'transform.d_in'],
    ['IndexPreTransform', 'centering.is_trained', 0n, 'transform.is_trained'],
    ['IndexPreTransform, learned', 'whole.is_trained', 0n, 'itq.matrix'],
    ['IndexScalarQuantizer', 'sq.trained', 0n, 'sq.trained'],
    ['IndexScalarQuantizer', 'sq.trained', 2n, 'sq.trained'],
    ['IndexScalarQuantizer', 'qtype', 2n, 'sq.trained'],
    ['IndexScalarQuantizer', 'qtype', 5n, 'sq.trained'],
    ['IndexPQ', 'search_type', 6n, 'search_type'],
    ['IndexPQFastScan', 'pq.nbits', 8n, 'pq.nbits'],
    ['IndexIVFFlat, map', 'place 1.row', 2n, 'direct_map.array'],
    ['IndexIVFFlat, map', 'place 1.list', 2n, 'direct_map.array'],
    ['IndexIVFFlat, pairs', 'place 0.list', -1n, 'direct_map.pairs'],
    ['IndexRefine, lists', 'id 2', 3n, 'id'],
    ['IndexRefine, lists', 'id 2', -1n, 'id'],
    ['IndexRefine, ids', 'id 1', 3n, 'id_map'],
    ['IndexRefine', 'k_factor', float(Number.NaN), 'k_factor'],
    ['IndexRefine', 'k_factor', float(0.5), 'k_factor'],
    ['IndexIDMap, lists', 'id 0', 1n << 40n, 'id'],
  ])('%s: %s = %s blames "%s"', (title, name, value, field) => {
    expect(failure(altered(title, name, value))).toMatchObject({ code: 'INDEX_CORRUPT', details: { field } });
  });

  it.each([
    ['IndexHNSWFlat', 'efSearch', 0x7fff_ffffn, 'hnsw.efSearch'],
    ['IndexHNSWFlat', 'efSearch', 4097n, 'hnsw.efSearch'],
    ['IndexHNSWFlat', 'beam', 65n, 'hnsw.upper_beam'],
    ['IndexRefine', 'k_factor', float(1e6), 'k_factor'],
    ['IndexPQ', 'search_type', 4n, 'search_type'],
    ['IndexPQFastScan', 'implem', 13n, 'implem'],
    ['IndexIVFPQFastScan', 'qbs2', 1n << 20n, 'qbs2'],
  ])('%s: %s = %s is a setting that is not followed', (title, name, value, field) => {
    expect(walk(altered(title, name, value)).obstacle).toMatchObject({ why: 'setting', field });
  });

  it.each([
    ['IndexHNSWFlat', 'efConstruction', 1n],
    ['IndexHNSWFlat', 'efSearch', 1n],
    ['IndexHNSWFlat', 'efSearch', 4096n],
    ['IndexHNSWFlat', 'beam', 64n],
    ['IndexRefine', 'k_factor', float(1024)],
  ])('%s: %s = %s is followed', (title, name, value) => {
    expect(outcome(altered(title, name, value))).toBe('accepted');
  });

  it.each([
    ['IndexRefine', 'k_factor', float(1025), 'k_factor'],
    ['IndexPQ', 'search_type', 5n, 'search_type'],
  ])('%s: %s = %s is the first that is not', (title, name, value, field) => {
    expect(walk(altered(title, name, value)).obstacle).toMatchObject({ why: 'setting', field });
  });

  /** Vectors of five numbers, rounded in this way. */
  const rounded = (qtype: number, bytes: number, learned: number, count = 2, trained = 1): Uint8Array => {
    const writer = new IndexWriter().header('', 'IxSQ', 5, count, 1, trained).i32('qtype', qtype);
    writer.i32('rangestat', 0).f32(0).u64('sq.d', 5).u64('sq.code_size', bytes);
    writer.u64('sq.trained', learned).floats(learned);
    return writer
      .u64('codes', count * bytes)
      .raw(new Uint8Array(count * bytes))
      .build().bytes;
  };

  // faiss/impl/ScalarQuantizer.h: bits of a number, and whether a range was learned for each number, for all, or for none.
  it.each([
    ['QT_8bit', 0, 5, 10, '', undefined],
    ['QT_4bit', 1, 3, 10, 'rounded', undefined],
    ['QT_8bit_uniform', 2, 5, 2, '', undefined],
    ['QT_4bit_uniform', 3, 3, 2, 'rounded', undefined],
    ['QT_fp16', 4, 10, 0, '', undefined],
    ['QT_8bit_direct', 5, 5, 0, 'rounded', undefined],
    ['QT_6bit', 6, 4, 10, 'rounded', undefined],
    ['QT_bf16', 7, 10, 0, 'newer', 'newer'],
    ['QT_8bit_direct_signed', 8, 5, 0, 'newer', 'newer'],
  ] as const)('knows how %s rounds', (_, qtype, bytes, learned, flaws, why) => {
    const facts = walk(rounded(qtype, bytes, learned));
    expect(facts).toMatchObject({ walked: true, codeSize: bytes });
    expect([facts.flaws.join(' '), facts.obstacle?.why]).toEqual([flaws, why]);
    const other = qtype === 5 ? 2 : 0;
    expect(failure(rounded(qtype, bytes, learned === other ? 5 : other)).details['field']).toBe('sq.trained');
    expect(failure(rounded(qtype, bytes + 1, learned)).details['field']).toBe('code_size');
  });

  it('has learned nothing before it was trained', () => {
    expect(outcome(rounded(0, 5, 0, 0, 0))).toBe('accepted');
    expect(outcome(rounded(0, 5, 10, 0, 0))).toBe('accepted');
    expect(failure(rounded(0, 5, 3, 0, 0)).details['field']).toBe('sq.trained');
    expect(failure(rounded(0, 5, 0)).details['field']).toBe('sq.trained');
  });

  it.each([
    [1, 1, 1, 1],
    [1, 1, 16, 2],
    [9, 9, 8, 9],
    [4, 2, 5, 2],
  ])('packs vectors of %i numbers in %i parts of %i bits into %i bytes', (dimension, parts, bits, bytes) => {
    const writer = new IndexWriter().header('', 'IxPq', dimension, 1).u64('d', dimension).u64('M', parts);
    writer
      .u64('nbits', bits)
      .u64('centroids', dimension * 2 ** bits)
      .raw(new Uint8Array(4 * dimension * 2 ** bits));
    writer.u64('codes', bytes).raw(new Uint8Array(bytes)).i32('search_type', 0).u8('signs', 0).i32('ht', 0);
    expect(walk(writer.build().bytes)).toMatchObject({ walked: true, obstacle: null, codeSize: bytes });
  });

  it('scans in blocks of at most 65,536', () => {
    const scanned = (bbs: number): Uint8Array => {
      const writer = new IndexWriter().header('', 'IPfs', 1, 1).u64('d', 1).u64('M', 1).u64('nbits', 4);
      writer.u64('centroids', 16).floats(16).i32('implem', 0).i32('bbs', bbs).i32('qbs', 0);
      return writer.u64('ntotal2', bbs).u64('M2', 2).u64('codes', bbs).raw(new Uint8Array(bbs).fill(1)).build().bytes;
    };
    expect(outcome(scanned(65_536))).toBe('accepted');
    expect(failure(scanned(65_568)).details['field']).toBe('bbs');
  });

  it.each([
    [
      'groups found by an index of groups',
      (writer: IndexWriter) =>
        writer.header('q.', 'IwFl', 4, 1).u64('nlist', 1).u64('nprobe', 1).flat('c.', 4, 1).u8('map', 0).u64('a', 0),
    ],
    [
      'groups found behind a change of the vectors',
      (writer: IndexWriter) => writer.header('q.', 'IxPT', 4, 1).i32('transforms', 0).flat('c.', 4, 1),
    ],
  ])('knows %s by name only', (_, quantizer) => {
    const writer = new IndexWriter().header('', 'IwFl', 4, 1).u64('nlist', 1).u64('nprobe', 1);
    quantizer(writer);
    const list = (prefix: string): IndexWriter =>
      writer
        .text('ilar')
        .u64(`${prefix}.nlist`, 1)
        .u64(`${prefix}.code_size`, 16)
        .text('full')
        .u64(`${prefix}.sizes`, 1)
        .u64(`${prefix}.size`, 1)
        .floats(4)
        .u64(`${prefix}.id`, 0);
    if (writer.build().fields.some(({ name }) => name === 'map')) list('q');
    writer.u8('direct_map', 0).u64('direct_map.array', 0);
    list('own');
    expect(walk(writer.build().bytes)).toMatchObject({ walked: true, obstacle: { why: 'type' } });
  });

  it('knows a refinement by name only when FAISS cannot ask for a single distance', () => {
    const writer = new IndexWriter().header('', 'IxRF', 4, 1).flat('base.', 4, 1);
    writer.header('refine.', 'IxM2', 4, 1).flat('index.', 4, 1).u64('id_map', 1).u64('id', 0).number('k_factor', 1);
    expect(walk(writer.build().bytes)).toMatchObject({ walked: true, obstacle: { why: 'type' } });
  });

  it.each<readonly [what: string, changes: Partial<GraphNumbers>, field: string]>([
    ['without a place for the end of the last links', { offsets: [0, 3, 5] }, 'hnsw.offsets'],
    ['with places for more than there are', { offsets: [0, 3, 5, 8, 8] }, 'hnsw.offsets'],
    [
      'with a vector on no level',
      { levels: [2, 0, 2], offsets: [0, 3, 3, 6], neighbors: [2, 2, 2, 0, 0, 0] },
      'hnsw.levels',
    ],
    ['without a level', { links: [0] }, 'hnsw.cum_nneighbor_per_level'],
    ['with 65 levels', { links: [0, 2, ...Array<number>(64).fill(3)] }, 'hnsw.cum_nneighbor_per_level'],
    ['with 65 likelihoods', { probas: 65 }, 'hnsw.assign_probas'],
    ['with a link far below the first vector', { neighbors: [-2, 2, 2, 0, -1, 0, -1, 0] }, 'hnsw.neighbors'],
  ])('refuses a graph %s', (_, changes, field) => {
    expect(failure(hnswFlatIndex(changes).bytes)).toMatchObject({ code: 'INDEX_CORRUPT', details: { field } });
  });

  it.each<readonly [what: string, changes: Partial<GraphNumbers>]>([
    ['64 levels and likelihoods', { probas: 64, links: [0, 2, ...Array<number>(63).fill(3)] }],
    ['one level', { links: [0, 1], levels: [1, 1], offsets: [0, 1, 2], neighbors: [1, 0], top: 0 }],
  ])('takes a graph of %s', (_, changes) => {
    expect(outcome(hnswFlatIndex(changes).bytes)).toBe('accepted');
  });

  it('keeps a graph over parts of nine bits from the engine, whose tables would take gigabytes', () => {
    const parts = (bits: number): Uint8Array => {
      const writer = new IndexWriter().header('', 'IHNp', 1, 0).u64('probas', 0).u64('links', 2).i32('', 0).i32('', 0);
      writer.u64('levels', 0).u64('offsets', 1).u64('', 0).u64('neighbors', 0).i32('entry', -1).i32('top', -1);
      writer.i32('efConstruction', 40).i32('efSearch', 16).i32('beam', 1).header('q.', 'IxPq', 1, 0);
      writer
        .u64('d', 1)
        .u64('M', 1)
        .u64('nbits', bits)
        .u64('centroids', 2 ** bits)
        .floats(2 ** bits)
        .u64('codes', 0);
      return writer.i32('search_type', 0).u8('signs', 0).i32('ht', 0).build().bytes;
    };
    expect(walk(parts(8)).obstacle).toBeNull();
    expect(walk(parts(9)).obstacle).toEqual({ why: 'setting', field: 'pq.nbits', value: 9 });
  });

  it('refuses a graph whose vectors are kept in another way than its type says', () => {
    const bytes = (layouts['IndexHNSWFlat']?.bytes ?? new Uint8Array()).slice();
    bytes.set(new TextEncoder().encode('IHNp'));
    expect(failure(bytes)).toMatchObject({ code: 'INDEX_CORRUPT', details: { field: 'storage' } });
  });

  it.each([Number.NaN, Infinity, 1e12, -1e12])(
    'refuses a matrix with a %s, which makes numbers too large to compare',
    (value) => {
      const writer = new IndexWriter().header('', 'IxPT', 1, 1).i32('transforms', 1).text('LTra').u8('bias', 0);
      writer.u64('matrix', 1).f32(value).u64('b', 0).ends('t.', 1, 1).flat('index.', 1, 1);
      expect(failure(writer.build().bytes).code).toBe('INDEX_CORRUPT');
    },
  );

  it('compares vectors by the measures of FAISS only', () => {
    const taken = Array.from({ length: 30 }, (_, metric) => metric).filter((metric) => {
      const bytes = new IndexWriter().header('', 'INSf', 8, 0, metric).build().bytes;
      return outcome(bytes) !== 'INDEX_CORRUPT';
    });
    // faiss/MetricType.h
    expect(taken).toEqual([0, 1, 2, 3, 4, 20, 21, 22, 23, 24, 25]);
  });

  it('holds nothing before it was trained', () => {
    const held = (count: number): Outcome =>
      outcome(new IndexWriter().header('', 'INSf', 8, count, 1, 0).build().bytes);
    expect([held(0), held(1)]).toEqual(['type', 'INDEX_CORRUPT']);
  });

  it('refuses a center that is too long, though none of its numbers is too large', () => {
    const { bytes } = ivfFlatIndex();
    const facts = walk(bytes);
    const view = new DataView(bytes.buffer);
    // A quarter of the largest square; four of them in one center are as much as is taken, of two centers no more.
    const setRow = (row: number, cells: number): void => {
      for (let cell = 0; cell < cells; cell++)
        view.setFloat32(facts.centroidsOffset! + 16 * row + 4 * cell, 2 ** 61.5, true);
    };
    setRow(0, 4);
    setRow(1, 3);
    expect(() => walkBytes(bytes, checkCenters(facts))).not.toThrow();
    view.setFloat32(facts.centroidsOffset! + 12, 2 ** 62, true);
    expect(() => walkBytes(bytes, checkCenters(facts))).toThrow(/"center" is/);
  });

  it.each(['flat', 'lsh', 'ivf-hnsw-flat'])('has no centers to look at in %s, or finds nothing in them', (name) => {
    expect(() => walkBytes(fixture(name), checkCenters(walk(fixture(name))))).not.toThrow();
  });

  it.each([Number.NaN, Infinity, -1e19])('refuses a center with a %s', (value) => {
    const { bytes } = ivfFlatIndex();
    const facts = walk(bytes);
    expect(() => walkBytes(bytes, checkCenters(facts))).not.toThrow();
    new DataView(bytes.buffer).setFloat32((facts.centroidsOffset ?? 0) + 20, value, true);
    expect(() => walkBytes(bytes, checkCenters(facts))).toThrow(/"center" is/);
  });
});

describe('an index around others', () => {
  /** An index of this type around these, with ids that are rows. */
  const around = (fourcc: 'IxPT' | 'IxRF' | 'IxMp' | 'IxM2', ...inside: readonly Uint8Array[]): Uint8Array => {
    const { dimension, vectors } = walk(inside[0] ?? new Uint8Array());
    const writer = new IndexWriter().header('', fourcc, dimension, vectors);
    if (fourcc === 'IxPT') writer.i32('transforms', 0);
    for (const bytes of inside) writer.raw(bytes);
    if (fourcc === 'IxRF') writer.number('k_factor', 1);
    if (fourcc === 'IxMp' || fourcc === 'IxM2') {
      writer.u64('id_map', vectors);
      for (let row = 0; row < vectors; row++) writer.u64(`id ${row}`, row);
    }
    return writer.build().bytes;
  };
  const flat = fixture('flat');
  const same = around('IxPT', flat);
  const oneWay = around('IxPT', fixture('pqfs'));

  it.each<readonly [what: string, bytes: Uint8Array, reconstructable: boolean, flaws: string]>([
    ['a change that goes both ways', same, true, ''],
    ['a change that goes one way', fixture('itq-flat'), false, 'notInvertible'],
    ['codes that do not come back, behind a change that goes both ways', oneWay, false, 'fastScan'],
    ['numbers for a change that goes both ways', around('IxM2', same), true, ''],
    ['numbers for a change that goes one way', around('IxM2', fixture('itq-flat')), false, 'idMap notInvertible'],
    ['numbers for codes that do not come back', around('IxM2', fixture('pqfs')), false, 'idMap fastScan'],
    ['numbers for codes that do not come back, behind a change', around('IxM2', oneWay), false, 'idMap fastScan'],
    ['numbers that lead one way only', around('IxMp', fixture('pq')), false, 'idMap rounded'],
    ['numbers for numbers', around('IxM2', around('IxM2', flat)), true, ''],
    ['numbers for numbers that lead one way only', around('IxM2', around('IxMp', flat)), false, 'idMap'],
    ['numbers for groups with a map', around('IxM2', fixture('ivf-flat-map-array')), true, ''],
    ['numbers for groups without a map', around('IxM2', fixture('ivf-flat')), true, 'idMap'],
    ['a second look at what is exact', around('IxRF', fixture('pqfs'), flat), true, ''],
    ['a second look at what is rounded', around('IxRF', flat, fixture('pq')), true, 'rounded'],
    ['numbers for a second look', around('IxM2', around('IxRF', fixture('pqfs'), flat)), true, ''],
  ])('%s: gives its vectors back: %s %s', (_, bytes, reconstructable, flaws) => {
    const facts = walk(bytes);
    expect(facts).toMatchObject({ walked: true, obstacle: null, reconstructable });
    expect(facts.flaws.join(' ')).toBe(flaws);
  });

  const byName = fixture('lsh');
  it.each([
    ['a change of what is known by name', around('IxPT', byName)],
    ['numbers for what is known by name', around('IxMp', byName)],
    ['a second look at what is known by name', around('IxRF', byName, flat)],
    ['a second look by what is known by name', around('IxRF', flat, byName)],
  ])('knows %s by name only', (_, bytes) => {
    expect(walk(bytes)).toMatchObject({ walked: false, reconstructable: false, obstacle: { why: 'type' } });
  });

  const otherMeasure = fixture('flat-lp');
  it.each([
    ['a change of what has another measure', around('IxPT', otherMeasure)],
    ['numbers for what has another measure', around('IxM2', otherMeasure)],
    ['a second look at what has another measure', around('IxRF', otherMeasure, flat)],
    ['a second look by what has another measure', around('IxRF', flat, otherMeasure)],
    ['a second look by what goes one way', around('IxRF', flat, fixture('itq-flat'))],
    ['a second look by codes that do not come back', around('IxRF', flat, oneWay)],
    ['a second look by another second look', around('IxRF', flat, around('IxRF', flat, flat))],
    ['a second look by groups', around('IxRF', flat, fixture('ivf-flat-map-array'))],
  ])('keeps %s from the engine', (_, bytes) => {
    expect(walk(bytes)).toMatchObject({ walked: true, obstacle: { why: 'type' } });
  });
});

describe('nesting', () => {
  function nested(levels: number): Uint8Array {
    const writer = new IndexWriter();
    for (let level = 0; level < levels; level++) {
      writer.header(`${level}.`, 'IxPT', 4, 2).i32(`${level}.transforms`, 0);
    }
    return writer.flat('flat.', 4, 2).build().bytes;
  }

  it('is allowed four levels deep', () => {
    expect(walk(nested(4))).toMatchObject({ wrappers: ['IxPT', 'IxPT', 'IxPT', 'IxPT'], inner: { fourcc: 'IxF2' } });
  });

  it('is refused deeper', () => {
    expect(failure(nested(5)).details['field']).toBe('nesting');
    expect(failure(nested(2000)).details['field']).toBe('nesting');
  });
});

describe('types', () => {
  it.each([
    ['IxZZ', 'IxZZ'],
    ['\x01\x02\xff\x00', '01 02 ff 00'],
  ])('%j is unknown', (fourcc, shown) => {
    const bytes = new IndexWriter().header('', fourcc, 4, 0).build().bytes;
    expect(failure(bytes)).toMatchObject({ code: 'INDEX_UNKNOWN_TYPE', details: { fourcc: shown } });
  });

  it('shows a type it does not walk', () => {
    const graph = new IndexWriter().header('', 'INSf', 768, 1000).raw(new Uint8Array(100)).build().bytes;
    expect(walk(graph)).toMatchObject({ walked: false, type: 'IndexNSGFlat', dimension: 768, vectors: 1000 });
    const groups = new IndexWriter().header('', 'IwSh', 768, 1000).u64('nlist', 39).u64('nprobe', 3).build().bytes;
    expect(walk(groups)).toMatchObject({ walked: false, nlist: 39, nprobe: 3, nprobeOffset: 45, listSizes: null });
    const lattice = new IndexWriter().text('IxLa').raw(new Uint8Array(16)).raw(groups.subarray(4, 41)).build().bytes;
    expect(walk(lattice)).toMatchObject({ walked: false, type: 'IndexLattice', dimension: 768, vectors: 1000 });
    const bits = new IndexWriter()
      .text('IBxF')
      .i32('d', 64)
      .i32('code_size', 8)
      .u64('ntotal', 5)
      .u8('t', 1)
      .i32('m', 1);
    expect(walk(bits.build().bytes)).toMatchObject({ walked: false, dimension: 64, vectors: 5, metric: 'other' });
  });

  it.each([
    ['IwSh', 'type'],
    ['INSf', 'type'],
    ['Iwrq', 'newer'],
    ['Ixrq', 'newer'],
  ])('says of %s whether a newer FAISS would read it: %s', (fourcc, why) => {
    const bytes = new IndexWriter().header('', fourcc, 8, 1).u64('nlist', 1).u64('nprobe', 1).build().bytes;
    const flaws = [why === 'newer' ? 'newer' : 'notTried'];
    expect(walk(bytes)).toMatchObject({ walked: false, reconstructable: false, obstacle: { why }, flaws });
  });

  it('reads the measure of bit patterns, which has no number behind it', () => {
    const bits = (metric: number): Outcome => {
      const writer = new IndexWriter().text('IBxF').i32('d', 64).i32('code_size', 8).u64('ntotal', 5).u8('t', 1);
      return outcome(writer.i32('metric', metric).build().bytes);
    };
    expect([1, 4, 5].map(bits)).toEqual(['type', 'type', 'INDEX_CORRUPT']);
  });

  it('knows how long vectors are by the first bytes, where they say so', () => {
    const bytes = fixture('ivf-flat');
    expect(dimensionInHead(bytes.subarray(0, 100))).toBe(8);
    expect(dimensionInHead(bytes.subarray(0, 20))).toBeNull();
    expect(dimensionInHead(withField(ivfFlatIndex(), 'd', 0n))).toBeNull();
    expect(dimensionInHead(new TextEncoder().encode('<!DOCTYPE html><html><title>Sign in</title></html>'))).toBeNull();
    expect(dimensionInHead(new IndexWriter().header('', 'IxZZ', 8, 1).build().bytes)).toBeNull();
  });

  it('keeps of a graph how its vectors are stored', () => {
    expect(walk(fixture('hnsw'))).toMatchObject({ codeSize: 32, flatOffset: fixture('hnsw').length - 40 * 32 });
    expect(walk(fixture('hnsw-sq8'))).toMatchObject({ codeSize: 8, flatOffset: null });
    expect(walk(fixture('flat'))).toMatchObject({ codeSize: 32, flatOffset: fixture('flat').length - 40 * 32 });
  });

  it('takes vectors of 65,536 numbers, and of no more', () => {
    expect(walk(new IndexWriter().header('', 'INSf', 65_536, 0).build().bytes).dimension).toBe(65_536);
    expect(failure(new IndexWriter().header('', 'INSf', 65_537, 0).build().bytes).details['field']).toBe('d');
  });

  it('refuses more vectors than any voice has', () => {
    expect(walk(new IndexWriter().header('', 'INSf', 768, 2 ** 31 - 1).build().bytes).vectors).toBe(2 ** 31 - 1);
    const huge = new IndexWriter().header('', 'INSf', 768, 2 ** 31).build().bytes;
    expect(failure(huge)).toMatchObject({ code: 'INDEX_CORRUPT', details: { field: 'ntotal' } });
  });

  it('stops at a quantizer it does not walk, and still finds nprobe', () => {
    const bytes = new IndexWriter()
      .header('', 'IwFl', 4, 6)
      .u64('nlist', 4)
      .u64('nprobe', 2)
      .header('q.', 'Imiq', 4, 4)
      .build().bytes;
    expect(walk(bytes)).toMatchObject({ walked: false, nlist: 4, nprobe: 2, quantizer: { fourcc: 'Imiq' } });
  });

  it('names a look-alike instead of an unknown type', () => {
    const page = new TextEncoder().encode('<!DOCTYPE html><html><title>Sign in</title></html>');
    expect(failure(page)).toMatchObject({ code: 'INDEX_LOOKALIKE', details: { what: 'html' } });
  });

  it('does not let a table of groups outgrow the file', () => {
    // One byte per quantizer row, so a list of sizes would take four times the file.
    const nlist = 5000;
    const writer = new IndexWriter().header('', 'IwFl', 1, 0).u64('nlist', nlist).u64('nprobe', 1);
    writer.header('q.', 'IxSQ', 1, nlist).i32('qtype', 0).i32('rangestat', 0).f32(0).u64('sq.d', 1);
    writer.u64('sq.code', 1).u64('sq.trained', 2).f32(0).f32(1).u64('codes', nlist).raw(new Uint8Array(nlist));
    writer
      .u8('map', 0)
      .u64('map.array', 0)
      .text('ilar')
      .u64('lists', nlist)
      .u64('code', 4)
      .text('sprs')
      .u64('sizes', 0);
    expect(failure(writer.build().bytes).details['field']).toBe('nlist');
  });
});

describe('reads', () => {
  it('are few and small for a large file', () => {
    const sizes = Array.from({ length: 400 }, (_, list) => list % 30);
    const { bytes } = ivfFlatIndex({ dimension: 16, sizes });
    const asked = ranges(bytes);
    expect(asked.length).toBeLessThan(10);
    expect(asked.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(bytes.length / 10);
  });

  const damage = fc.record({
    name: fc.constantFrom(...files.keys()),
    changes: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }),
    // Most of what matters is near the start.
    within: fc.constantFrom(64, 256, 20_000),
  });

  it('stay inside the file, and only typed errors come out, whatever bytes are damaged', () => {
    fc.assert(
      fc.property(damage, ({ name, changes, within }) => {
        const bytes = fixture(name).slice();
        for (const [at, value] of changes) bytes[at % Math.min(within, bytes.length)] = value;
        const walker = walkIndex(bytes.length);
        let total = 0;
        try {
          let step = walker.next();
          while (step.done !== true) {
            const { offset, length } = step.value;
            expect(Number.isSafeInteger(offset) && Number.isSafeInteger(length)).toBe(true);
            expect(offset).toBeGreaterThanOrEqual(0);
            expect(offset + length).toBeLessThanOrEqual(bytes.length);
            total += length;
            expect(total).toBeLessThanOrEqual(20 * bytes.length + 10_000);
            step = walker.next(bytes.subarray(offset, offset + length));
          }
          expect(step.value.listSizes?.byteLength ?? 0).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          if (!(error instanceof VoronoiceError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  }, 30_000);

  it('stay inside the file for bytes at random behind a known type', () => {
    const known = fc.constantFrom(
      'IwFl',
      'IwSq',
      'IwPQ',
      'IwPf',
      'IxPT',
      'IxRF',
      'IxM2',
      'IHNf',
      'IxF2',
      'IxPq',
      'IxSQ',
    );
    fc.assert(
      fc.property(known, fc.uint8Array({ maxLength: 400 }), (fourcc, noise) => {
        const bytes = new Uint8Array([...new TextEncoder().encode(fourcc), ...noise]);
        expect(outcome(bytes)).toMatch(/accepted|INDEX_/);
      }),
      { numRuns: 1000 },
    );
  });
});
