import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkIds, glanceAtIds, type IdCheck } from '@shared/formats/faiss/checkIds';
import { walkIndex } from '@shared/formats/faiss/container';
import { walkBytes, type ByteRange } from '@shared/formats/walk';
import { IndexWriter, ivfFlatIndex, type IvfFlatOptions } from '../../../../fixtures/hostileIndexes';

function check(bytes: Uint8Array): IdCheck | null {
  return walkBytes(bytes, checkIds(walkBytes(bytes, walkIndex(bytes.length))));
}

function checkBuilt(options: IvfFlatOptions): IdCheck | null {
  return check(ivfFlatIndex(options).bytes);
}

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(`test/fixtures/indexes/${name}.index`));
}

describe('ids', () => {
  it('are sequential in any order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 12 }).chain((sizes) => {
          const n = sizes.reduce((sum, size) => sum + size, 0);
          const order = Array.from({ length: n }, (_, id) => id);
          return fc.tuple(fc.constant(sizes), fc.shuffledSubarray(order, { minLength: n, maxLength: n }));
        }),
        ([sizes, order]) => {
          expect(checkBuilt({ sizes, id: (n) => BigInt(order[n]!) })).toMatchObject({
            idsSequential: true,
            firstBadId: null,
            incomplete: false,
            zero: 0,
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ['shifted by five', (n: number) => BigInt(n + 5), 6],
    ['multiples of three', (n: number) => BigInt(3 * n), 6],
    ['twice the same', (n: number) => BigInt(n === 4 ? 1 : n), 1],
    ['negative', (n: number) => (n === 2 ? -1n : BigInt(n)), -1],
    ['beyond 32 bits', (n: number) => (n === 3 ? 1n << 32n : BigInt(n)), 2 ** 32],
    ['equal in the low 32 bits only', (n: number) => (n === 3 ? (1n << 40n) + 3n : BigInt(n)), 2 ** 40 + 3],
  ])('%s are not', (_, id, firstBadId) => {
    expect(checkBuilt({ id })).toMatchObject({ idsSequential: false, firstBadId });
  });

  it('are not, when any of them comes twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), fc.nat(), (n, one, other) => {
        const [first, second] = [one % n, other % n];
        fc.pre(first !== second);
        const found = checkBuilt({ dimension: 1, sizes: [n], id: (row) => BigInt(row === second ? first : row) });
        expect(found).toMatchObject({ idsSequential: false, firstBadId: first });
      }),
    );
  });

  it('are not zero for the low half of them alone', () => {
    expect(checkBuilt({ id: (n) => BigInt(n + 1) << 32n })).toMatchObject({ idsSequential: false, incomplete: false });
  });

  it('of a part of what was walked are not looked into', () => {
    const flat = fixture('flat');
    const bytes = new IndexWriter().header('', 'IxRF', 8, 40).raw(flat).raw(fixture('lsh')).build().bytes;
    expect(check(bytes)).toBeNull();
  });

  it('given by hand to FAISS are seen', () => {
    expect(check(fixture('ivf-flat'))).toMatchObject({ idsSequential: true });
    expect(check(fixture('ivf-flat-ids'))?.idsSequential).toBe(false);
    expect(check(fixture('ivf-sq8'))).toEqual({
      idsSequential: true,
      firstBadId: null,
      incomplete: false,
      zero: 0,
      sampled: 0,
      nonFinite: 0,
      meanNorm: null,
    });
  });

  it.each(['idmap-flat', 'idmap2-ivf-flat', 'ivf-pqfs', 'ivf-flat-no-lists', 'lsh', 'ivf-rq', 'pq'])(
    'of %s are not looked into',
    (name) => expect(check(fixture(name))).toBeNull(),
  );

  it('are still read in full when a list is longer than one read', () => {
    const size = 140_000;
    const bytes = giant(size, (n) => (n === size - 1 ? 0 : n));
    expect(check(bytes)).toMatchObject({ idsSequential: false, firstBadId: 0, sampled: 2000 });
    expect(check(giant(size, (n) => n))).toMatchObject({ idsSequential: true });
  });
});

describe('vectors', () => {
  it('are all looked at in a small file', () => {
    const result = checkBuilt({ component: (n, column) => (column === 0 ? n : 0) });
    expect(result).toMatchObject({ idsSequential: true, sampled: 6, nonFinite: 0, zero: 1, meanNorm: 3 });
  });

  it('F4: with a NaN or an infinity are counted and left out of the mean', () => {
    const component = (n: number, column: number): number =>
      column === 1 ? (n === 0 ? NaN : n === 4 ? -Infinity : 0) : column === 0 ? 2 : 0;
    expect(checkBuilt({ component })).toMatchObject({ sampled: 6, nonFinite: 2, meanNorm: 2 });
    expect(checkBuilt({ component: () => NaN })).toMatchObject({ nonFinite: 6, meanNorm: null });
  });

  it('of the largest size do not overflow', () => {
    const largest = Math.fround(3.4028234663852886e38);
    expect(checkBuilt({ component: () => largest })).toMatchObject({ nonFinite: 0, meanNorm: 2 * largest });
  });

  it('are sampled from every list in proportion to its size, one read per list', () => {
    const sizes = Array.from({ length: 60 }, (_, list) => (list % 3) * 50);
    const { bytes } = ivfFlatIndex({ dimension: 2, sizes });
    const { asked, result } = traced(bytes);
    expect(asked).toHaveLength(40);
    expect(result).toMatchObject({ idsSequential: true, sampled: 2000 });
    // 2,000 of 3,000: two thirds of each list, within one row.
    for (const { length } of asked) {
      const size = length > 1200 ? 100 : 50;
      expect(Math.abs((length - 8 * size) / 8 - (2 / 3) * size)).toBeLessThanOrEqual(1);
    }
  });

  it('of a flat index are sampled too', () => {
    expect(check(fixture('flat'))).toMatchObject({ idsSequential: true, sampled: 40, nonFinite: 0 });
    expect(check(fixture('l2norm-flat'))?.meanNorm).toBeCloseTo(1, 6);
    expect(check(fixture('hnsw'))?.meanNorm).toBe(check(fixture('flat'))?.meanNorm);
    expect(check(fixture('flat-empty'))).toMatchObject({ sampled: 0, meanNorm: null });
  });

  it('of a long flat index are sampled at even distances', () => {
    const writer = new IndexWriter().header('', 'IxF2', 2, 4_000).u64('vectors', 8_000);
    for (let row = 0; row < 4_000; row++) writer.f32(row % 2 === 0 ? 3 : Number.NaN).f32(4);
    expect(check(writer.build().bytes)).toMatchObject({ sampled: 2_000, nonFinite: 0, meanNorm: 5 });
  });

  it('of very many numbers are sampled up to 16 MB', () => {
    const head = new Uint8Array(4_096);
    head.set(new IndexWriter().header('', 'IxF2', 65_536, 100).u64('vectors', 6_553_600).build().bytes);
    const facts = walkBytes(head, walkIndex(45 + 4 * 6_553_600));
    const walk = checkIds(facts);
    let read = 0;
    let step = walk.next();
    for (; step.done !== true; step = walk.next(new Uint8Array(step.value.length))) read += step.value.length;
    expect([read, step.value?.sampled]).toEqual([16 << 20, 64]);
  });

  it('of an index behind a change of the vectors have the inner length', () => {
    expect(check(fixture('pca-ivf-flat'))).toMatchObject({ idsSequential: true, sampled: 40, nonFinite: 0 });
  });
});

it('a file that shrinks meanwhile is refused', () => {
  const { bytes } = ivfFlatIndex();
  const facts = walkBytes(bytes, walkIndex(bytes.length));
  expect(() => walkBytes(bytes.subarray(0, bytes.length - 10), checkIds(facts))).toThrow('became shorter');
});

function traced(bytes: Uint8Array): { asked: ByteRange[]; result: IdCheck | null } {
  const asked: ByteRange[] = [];
  const walk = checkIds(walkBytes(bytes, walkIndex(bytes.length)));
  let step = walk.next();
  while (step.done !== true) {
    const { offset, length } = step.value;
    asked.push(step.value);
    step = walk.next(bytes.subarray(offset, offset + length));
  }
  return { asked, result: step.value };
}

/** One list of `size` one-dimensional zeros: the header of a small file with the counts and the lists replaced. */
function giant(size: number, id: (n: number) => number): Uint8Array {
  const small = ivfFlatIndex({ dimension: 1, sizes: [1] });
  const front = small.bytes.length - 12;
  const bytes = new Uint8Array(front + 12 * size);
  bytes.set(small.bytes.subarray(0, front));
  const view = new DataView(bytes.buffer);
  for (const { name, offset } of small.fields) {
    if (name === 'ntotal' || name === 'size 0') view.setBigUint64(offset, BigInt(size), true);
  }
  for (let n = 0; n < size; n++) view.setBigInt64(front + 4 * size + 8 * n, BigInt(id(n)), true);
  return bytes;
}

describe('what never arrived', () => {
  const sizes = [40, 40, 40];
  const whole = ivfFlatIndex({ sizes });

  it('is seen by the id 0, which then comes more than once', () => {
    const bytes = whole.bytes.slice();
    // A hole in the middle of the lists, as a download leaves it that goes on behind what is missing.
    bytes.fill(0, bytes.length - 2_000, bytes.length - 900);
    expect(check(bytes)).toMatchObject({ idsSequential: false, incomplete: true });
    expect(check(bytes)?.zero).toBeGreaterThan(20);
  });

  it('is seen at the end, too', () => {
    const bytes = whole.bytes.slice();
    bytes.fill(0, bytes.length - 16);
    expect(check(bytes)).toMatchObject({ incomplete: true, zero: 0 });
  });

  it('is not what ids by hand are', () => {
    expect(checkBuilt({ sizes, id: (n) => BigInt(n + 5) })).toMatchObject({ idsSequential: false, incomplete: false });
    expect(checkBuilt({ sizes })).toMatchObject({ idsSequential: true, incomplete: false });
  });
});

describe('a glance at the ids', () => {
  const glance = (bytes: Uint8Array) => walkBytes(bytes, glanceAtIds(walkBytes(bytes, walkIndex(bytes.length))));

  it('finds nothing in what is whole, whatever the order and however few', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 12 }), fc.boolean(), (sizes, backwards) => {
        const n = sizes.reduce((sum, size) => sum + size, 0);
        const { bytes } = ivfFlatIndex({ sizes, id: (row) => BigInt(backwards ? n - 1 - row : row) });
        expect(glance(bytes)).toEqual({ incomplete: false });
      }),
    );
  });

  it.each([0.1, 0.3, 0.6, 0.9])('sees what never arrived from %s of the lists on', (share) => {
    const { bytes, fields } = ivfFlatIndex({ sizes: [400, 0, 300, 300] });
    const lists = (fields.find(({ name }) => name === 'size 3')?.offset ?? 0) + 8;
    bytes.fill(0, lists + Math.round(share * (bytes.length - lists)));
    expect(glance(bytes)).toEqual({ incomplete: true });
    expect(check(bytes)).toMatchObject({ incomplete: true });
  });

  it('sees a hole of a quarter, and what is missing at the end, wherever lists begin', () => {
    const sizes = fc.array(fc.nat({ max: 9 }), { minLength: 4, maxLength: 20 });
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (drawn, place) => {
        const n = drawn.reduce((sum, size) => sum + size, 0);
        fc.pre(n >= 8);
        const hole = Math.ceil(n / 4);
        const from = Math.round(place * (n - hole));
        const within = (row: number): boolean => row >= from && row < from + hole;
        const idOf = (row: number): bigint => (within(row) ? 0n : BigInt(row + 1));
        expect(glance(ivfFlatIndex({ sizes: drawn, id: idOf }).bytes)).toEqual({ incomplete: true });
        const cut = ivfFlatIndex({ sizes: drawn, id: (row) => (row < n - 2 ? BigInt(row + 1) : 0n) });
        expect(glance(cut.bytes)).toEqual({ incomplete: true });
      }),
    );
  });

  it('reads a few bytes, however large the file', () => {
    const { bytes } = ivfFlatIndex({ sizes: [4_000, 4_000] });
    const raw = walkBytes(bytes, walkIndex(bytes.length));
    let read = 0;
    const walk = glanceAtIds(raw);
    for (let step = walk.next(); step.done !== true;) {
      const { offset, length } = step.value;
      read += length;
      step = walk.next(bytes.subarray(offset, offset + length));
    }
    expect(read).toBeLessThan(100);
  });

  it.each(['flat', 'idmap2-ivf-flat', 'ivf-pqfs', 'ivf-flat-no-lists', 'lsh'])(
    'says nothing of a file without such ids: %s',
    (name) => expect(glance(fixture(name))).toBeNull(),
  );
});
