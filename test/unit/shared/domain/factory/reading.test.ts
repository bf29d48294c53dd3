import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFactory } from '@shared/domain/factory/reading';
import { factoryBytes } from '@shared/domain/factory/size';

describe('readFactory', () => {
  it.each([
    ['IVF512,Flat', 'IndexIVFFlat', 512, 3072, 512],
    ['Flat', 'IndexFlatL2', null, 3072, 0],
    ['IVF100,SQ8', 'IndexIVFScalarQuantizer', 100, 768, 100],
    ['IVF100,SQfp16', 'IndexIVFScalarQuantizer', 100, 1536, 100],
    ['IVF100,PQ96', 'IndexIVFPQ', 100, 96, 256],
    ['IVF1024,PQ384x4fs,RFlat', 'IndexRefine', 1024, 192 + 3072, 1024],
    ['PCAR256,IVF64,PQ128x4', 'IndexPreTransform', 64, 64, 256],
    ['IVF100_HNSW32,Flat', 'IndexIVFFlat', 100, 3072, 100],
    ['IMI2x8,PQ16', 'IndexIVFPQ', 65_536, 16, 256],
    ['HNSW32_SQ8', 'IndexHNSWSQ', null, 768, 1],
    ['IDMap2,IVF10,Flat', 'IndexIDMap2', 10, 3072, 10],
    ['IVF10,Flat,IDMap', 'IndexIDMap', 10, 3072, 10],
  ] as const)('reads %s as %s', (text, type, nlist, codeBytes, trainingVectors) => {
    expect(readFactory(text, 768)).toMatchObject({ state: 'valid', type, nlist, codeBytes, trainingVectors });
  });

  it.each([
    ['', 'empty', 0, 0],
    ['IVF100', 'incomplete', 0, 6],
    ['IVF100,', 'incomplete', 0, 6],
    ['PCA64', 'incomplete', 0, 5],
    ['IVF100, Flat', 'space', 7, 8],
    ['IVF100,Flatt', 'unknownPart', 7, 12],
    ['ivf100,Flat', 'letterCase', 0, 6],
    ['IVF0,Flat', 'noLists', 0, 4],
    ['IVF10,PQ100', 'notDivisible', 6, 11],
    ['PCA300,IVF10,Flat', 'outputTooLarge', 0, 6],
    ['PCA64,IVF10,PQ128', 'notDivisible', 12, 17],
    ['IVF10,PQ16x10', 'tooManyBits', 6, 13],
    ['IVF10,PQ16x4fs_16', 'block', 6, 17],
    ['Flat,IVF100', 'misplaced', 5, 11],
    ['PQ16x4fsr', 'misplaced', 0, 9],
    ['IVF100(PQ32),Flat', 'fewLists', 0, 12],
    ['IVF300(PQ7),Flat', 'notDivisible', 7, 10],
    ['IVF300(PQ32,Flat', 'parentheses', 6, 7],
    ['Flat,Refine(SQ8,Refine(SQ4))', 'nestedRefine', 16, 28],
    ['IVF99999999999,Flat', 'numberTooLarge', 0, 14],
    ['HNSW1,Flat', 'tooSmall', 0, 5],
  ] as const)('refuses %j: %s', (text, reason, start, end) => {
    expect(readFactory(text, 256)).toMatchObject({ state: 'invalid', reason, start, end });
  });

  it.each([
    ['IVF10,RQ8x8', 'uncommon'],
    ['Residual100,PQ16', 'uncommon'],
    ['NSG32,Flat', 'uncommon'],
    ['IVF64_NSG32,Flat', 'uncommon'],
    ['SQbf16', 'newer'],
    ['IVF1k,Flat', 'newer'],
    ['IDMap2,IVF300(SQ8),Flat', 'newer'],
    ['IVF99999999,Flat', 'large'],
  ] as const)('leaves %s to FAISS: %s', (text, reason) => {
    expect(readFactory(text, 256)).toMatchObject({ state: 'unknown', reason });
  });

  it('spells a part as FAISS does', () => {
    expect(readFactory('ivf100,Flat', 256)).toMatchObject({ values: { expected: 'IVF100' } });
    expect(readFactory('IVF100,pq16X4FS', 256)).toMatchObject({ values: { expected: 'PQ16x4fs' } });
    expect(readFactory('idmap2,Flat', 256)).toMatchObject({ values: { expected: 'IDMap2' } });
  });

  it('knows what exists for squared distances only', () => {
    for (const text of ['LSH', 'IMI2x4,Flat', 'IVF10,PQ16+8']) {
      expect(readFactory(text, 256, 'l2').state).toBe('valid');
      expect(readFactory(text, 256, 'cosine')).toMatchObject({ state: 'invalid', reason: 'metric' });
    }
  });
});

describe('factoryBytes', () => {
  // 10,000 centers of a v2 voice make the 31.6 MB file that RVC users know; an hour, 615 MB.
  it.each([
    ['IVF256,Flat', 10_000, 768, 31_588_619],
    ['IVF256,Flat', 10_000, 256, 10_584_331],
    ['IVF5000,Flat', 195_000, 768, 616_000_139],
  ])('of %s with %d vectors of dimension %d is %d', (factory, vectors, dimension, bytes) => {
    const reading = readFactory(factory, dimension);
    const size = reading.state === 'valid' ? factoryBytes(reading.parts, vectors, dimension) : null;
    expect(size).toEqual({ bytes, approximate: false });
  });
});

describe('any text', () => {
  const number = fc.oneof(fc.integer({ min: 0, max: 1_100 }), fc.constantFrom(1, 8, 16, 32, 64, 128));
  const code = fc.oneof(
    fc.constantFrom(
      'Flat',
      'SQ4',
      'SQ6',
      'SQ8',
      'SQfp16',
      'LSH',
      'LSHrt',
      'RFlat',
      'SQbf16',
      'Refine(SQ8)',
      'L2norm',
      '',
    ),
    number.map((m) => `PQ${m}`),
    fc
      .tuple(number, fc.constantFrom('x4', 'x4fs', 'x4fsr', 'np', 'x10', '+8', 'x4fs_64'))
      .map(([m, end]) => `PQ${m}${end}`),
  );
  const head = fc.tuple(
    fc.constantFrom('IVF', 'HNSW', 'NSG', 'PCA', 'PCAR', 'OPQ', 'RR', 'ITQ', 'Pad', 'IMI2x'),
    number,
  );
  const part = fc.oneof(
    code,
    head.map(([name, n]) => `${name}${n}`),
    number.map((n) => `IVF${n}_HNSW16`),
    fc.tuple(number, code).map(([n, inner]) => `IVF${n}(${inner})`),
    fc.constantFrom('IDMap', 'IDMap2', 'IVF1k', '(', ')'),
  );
  const ordered = fc
    .tuple(
      fc.constantFrom('', 'PCA64,', 'OPQ8_32,', 'L2norm,', 'IDMap2,'),
      fc.constantFrom('', 'IVF100,', 'IVF300(SQ8),', 'IVF64_HNSW16,', 'HNSW16,'),
      fc.constantFrom('Flat', 'SQ4', 'SQfp16', 'PQ16', 'PQ8x4fs', 'PQ16x4np'),
      fc.constantFrom('', ',RFlat', ',Refine(SQ8)', ',IDMap'),
    )
    .map((parts) => parts.join(''));
  const shuffled = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(','));
  const likely = fc.oneof(shuffled, ordered);
  const dimension = fc.constantFrom(1, 2, 255, 256, 768);

  it('is read without an error, and its problem lies within it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), likely), dimension, (text, d) => {
        const reading = readFactory(text, d);
        if (reading.state === 'valid') return;
        expect(reading.start).toBeGreaterThanOrEqual(0);
        expect(reading.start).toBeLessThanOrEqual(reading.end);
        expect(reading.end).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it('takes more room for more vectors', () => {
    let valid = 0;
    fc.assert(
      fc.property(likely, dimension, fc.integer({ min: 300, max: 1_000_000 }), (text, d, vectors) => {
        const reading = readFactory(text, d);
        if (reading.state !== 'valid') return;
        valid++;
        const size = factoryBytes(reading.parts, vectors, d);
        const more = factoryBytes(reading.parts, vectors + 64, d);
        if (size === null || more === null) return;
        expect(Number.isSafeInteger(size.bytes)).toBe(true);
        expect(more.bytes).toBeGreaterThan(size.bytes);
        expect(size.bytes).toBeGreaterThan(vectors * reading.codeBytes);
      }),
      { numRuns: 2_000 },
    );
    expect(valid).toBeGreaterThan(100);
  });
});
