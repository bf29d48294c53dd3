import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type FactoryReading, readFactory } from '@shared/domain/factory/reading';
import { factoryBytes } from '@shared/domain/factory/size';
import { factoryHosts } from '@shared/domain/factory/hosts';
import { faissTypes } from '@shared/formats/faiss/types';
import { runPython } from './command';

interface Case {
  readonly text: string;
  readonly dimension: number;
  readonly metric: 'l2' | 'ip';
  /** Vectors to build with; 0 asks the factory alone. */
  readonly points: number;
}

interface Built {
  readonly bytes: number;
  /** Share of neighbors found. */
  readonly found: number;
  /** Of the vectors that come back, relative to their length. Missing when they do not. */
  readonly error?: number;
  readonly normRatio?: number | null;
}

interface Answer {
  readonly outcome: 'made' | 'refused' | 'crashed';
  /** The process ended. */
  readonly crashed: boolean;
  readonly fourcc: string | null;
  readonly nlist: number | null;
  readonly built: Built | null;
  readonly error: string | null;
}

const folder = mkdtempSync(join(tmpdir(), 'voronoice-factory-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Asks Python's FAISS, which some cases end: the others do not notice. */
async function ask(cases: readonly Case[]): Promise<(Case & Answer)[]> {
  const path = join(folder, 'cases.json');
  writeFileSync(path, JSON.stringify(cases));
  const answers = (await runPython('factoryReference.py', path)) as Answer[];
  return cases.map((one, index) => ({ ...one, ...(answers[index] as Answer) }));
}

function read({ text, dimension, metric }: Case): FactoryReading {
  return readFactory(text, dimension, metric);
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

const CODES = words(`
  Flat SQ4 SQ6 SQ8 SQfp16 SQbf16 SQ5 FlatDedup LSH LSHrt LSH64 NSG32 NSG32_SQ8 PQ16 PQ48 PQ128 PQ100 PQ384
  PQ16x4 PQ16x6 PQ16x8 PQ16x10 PQ16np PQ16x4np PQ0 PQ16x4fs PQ128x4fs PQ384x4fs PQ100x4fs PQ16x4fsr PQ16x4fs_64
  PQ16x4fs_16 PQ16x8fs PQ16+8 PQ16+7 HNSW32 HNSW HNSW32, HNSW32_ HNSW32_Flat HNSW32_SQ8 HNSW32,PQ16
  HNSW32_PQ16x4 RQ4x8 LSQ4x8 PRQ2x4x8 RQ4x4fs_Nrq2x4 RCQ2x4 ZnLattice4x10_4 RaBitQ Residual64,PQ16
`);

const HEADS = ['', 'IVF64,', 'IVF64_HNSW32,', 'IVF300(SQ8),', 'IVF64(PQ16),', 'IMI2x4,', 'PCA64,IVF64,', 'OPQ16_64,'];

const ODD = [
  ...words(`
  , IVF IVF64 IVF64, IVF,Flat ,Flat Flat, flat ivf64,flat IVF64,,Flat IVF64,Flat,Flat Flat,IVF64 IVF-1,Flat
  IVF6.4,Flat IVF064,Flat IVF1,Flat IVF1k,Flat IVF64_NSG32,Flat IVF64_HNSW,Flat IVF64_HNSW2,Flat IVF64_32,Flat
  IVF99999999999,Flat IVF2147483648,Flat RFlat Refine(SQ8) Flat,RFlat IVF100,Flat,RFlat IVF100,PQ16,Refine(SQ8)
  PQ16,Refine() PQ16,Refine(PQ100) PQ16,RFlat,RFlat PQ16,Refine(SQ8),RFlat PQ16,Refine(SQ4,RFlat)
  PQ16,Refine(SQ4,Refine(SQ8)) PQ16,RFlat,Flat PCA64 PCA64, PCA,Flat PCA0,Flat PCAR64,Flat PCAW64,Flat
  PCAWR64,Flat PCARW64,Flat PCA64,PCA32,Flat PCA300,Flat PCA800,Flat PCA64,PQ48 PCA64,IVF64,PQ48,RFlat
  OPQ16,Flat OPQ100,Flat OPQ16_100,Flat OPQ0,Flat ITQ,Flat ITQ64,Flat ITQ800,Flat RR,Flat RR64,Flat RR800,Flat
  RR0,Flat L2norm,Flat L2Norm,IVF64,Flat L2NORM,Flat Pad800,Flat Pad1,Flat Pad,Flat Flat,PCA64 Flat,L2norm
  IVF64,PCA64,Flat PCA64,IVF64(PQ48),Flat IDMap,Flat Flat,IDMap IDMap2,Flat IVF64,Flat,IDMap2 IDMap IDMap,
  IDMap3,Flat IDMap,IDMap2,Flat IDMap2,IDMap2,Flat IDMap,PCA64,Flat PCA64,IDMap,Flat PCA64,Flat,IDMap2
  IDMap,Flat,RFlat Flat,RFlat,IDMap PCA64,Flat,RFlat,IDMap2 IDMap2,IVF300(SQ8),Flat IVF300(SQ8),Flat,IDMap
  Flat,Refine(SQ8),IDMap Flat,Refine(Flat),IDMap IDMap,Flat,Refine(SQ8) IVF64(Flat),Flat IVF300(HNSW16),Flat IVF300(HNSW16,SQ8),Flat
  IVF64(IVF8,Flat),Flat IVF64(),Flat IVF64(Flat,Flat IVF64)Flat(,Flat IVF64((Flat)),Flat IVF64(Flat)
  IVF64(Flat),PQ16(Flat) (Flat) Flat) Flat( IVF512(IVF64(Flat),Flat),Flat IVF300(PCA64,SQ8),Flat
  IVF300(Flat,RFlat),Flat IVF64(XYZ),Flat IVF64(Flat),Refine(Flat) IVF64(Flat),Flat,RFlat IMI2x4 IMI3x4,Flat
  IMI2x0,Flat IMI,Flat HNSWx,Flat HNSW32,LSH HNSW32,PQ16x4fs HNSW32,SQ8,RFlat NSG,Flat HNSW32_64+PQ16
  HNSW32_2x4+PQ16 MinMax,SQ8 MinMaxFP16,SQ8 IVF64,PCA64,SH IVF64,ITQ64,SH2.5g Residual64x2,PQ16 BIVF64 BFlat
  IwFl IVF64;Flat IVF64.Flat 한국어 IVF٣,Flat toString __proto__ IVF64,PQ16X4FS
`),
  '',
  ' ',
  'IVF64, Flat',
  ' Flat',
  'Flat ',
  'IVF64 ,Flat',
  'IVF64,Flat\n',
  'Flat\t',
];

const TEXTS = [...new Set([...HEADS.flatMap((head) => CODES.map((code) => head + code)), ...ODD])];

describe('readFactory, against the index factory of Python', () => {
  it('never says valid where FAISS refuses, nor invalid where FAISS builds', async () => {
    const cases = TEXTS.flatMap((text) =>
      [256, 768].flatMap((dimension): Case[] => [
        { text, dimension, metric: 'l2', points: 0 },
        ...(dimension === 256 ? [{ text, dimension, metric: 'ip' as const, points: 0 }] : []),
      ]),
    );
    const counts = { valid: 0, invalid: 0, unknown: 0 };
    const wrong: unknown[] = [];
    const later: Case[] = [];
    for (const answer of await ask(cases)) {
      const reading = read(answer);
      counts[reading.state]++;
      if (reading.state === 'valid') {
        const type = answer.fourcc === null ? reading.type : faissTypes.get(answer.fourcc)?.name;
        const same = answer.outcome === 'made' && type === reading.type && (answer.nlist ?? null) === reading.nlist;
        if (!same)
          wrong.push([answer.text, answer.dimension, answer.metric, answer.outcome, type, answer.nlist, reading.type]);
      }
      if (reading.state === 'invalid' && answer.outcome === 'made') later.push({ ...answer, points: 700 });
    }
    expect(wrong).toEqual([]);
    expect(counts.valid).toBeGreaterThan(300);
    expect(counts.invalid).toBeGreaterThan(300);
    expect(counts.unknown).toBeLessThan(counts.valid);

    // The factory takes these, and building fails: untrainable, or FAISS's process ends.
    const built = await ask(later.filter(({ metric, dimension }) => metric === 'l2' && dimension === 256));
    expect(built.map(({ text }) => text)).toContain('PCA300,Flat');
    expect(built.filter(({ built }) => built !== null).map(({ text }) => text)).toEqual([]);
  });

  it('refuses 0 lists, which the factory takes and which end the process when vectors come', async () => {
    const [answer] = await ask([{ text: 'IVF0,Flat', dimension: 256, metric: 'l2', points: 100 }]);
    expect(answer).toMatchObject({ outcome: 'made', crashed: true, built: null });
    expect(readFactory('IVF0,Flat', 256)).toMatchObject({ state: 'invalid', reason: 'noLists' });
  });

  it('knows how many vectors training needs at least', async () => {
    const texts = [
      'IVF40,Flat',
      'IVF10,PQ16x4np',
      'PQ16np',
      'PQ16x4fs',
      'IVF20_HNSW16,Flat',
      'PCA24,Flat',
      'IMI2x3,Flat',
      'IVF30(SQ8),SQ8',
    ];
    const cases = texts.flatMap((text) => {
      const reading = readFactory(text, 32);
      const least = reading.state === 'valid' ? reading.trainingVectors : 0;
      return [least, least - 1].map((points): Case => ({ text, dimension: 32, metric: 'l2', points }));
    });
    const isBuilt = (await ask(cases)).map(({ text, built }) => [text, built !== null]);
    expect(isBuilt).toEqual(
      texts.flatMap((text) => [
        [text, true],
        [text, false],
      ]),
    );
  });
});

/** Polysemous training takes minutes and changes no size, so it is left out with `np`. */
const WRITTEN = words(`
  Flat SQ4 SQ6 SQ8 SQfp16 PQ32x4np PQ32x4fs LSHrt HNSW16 HNSW32,SQ8 IVF40,Flat IVF40,SQ4 IVF40,SQ6 IVF40,SQ8
  IVF40,SQfp16 IVF40,PQ32x4np IVF40,PQ16x6np IVF40,PQ128x4fs IVF40,PQ32x4fsr IVF40,PQ32x4fs_64
  IVF40,PQ128x4fs,RFlat IVF40_HNSW32,Flat IVF40(SQ8),Flat IMI2x3,Flat IMI2x8,Flat PCAR64,IVF40,Flat RR64,Flat
  L2norm,PCA64,IVF40,SQ8 Pad800,IVF40,Flat IDMap2,Flat IDMap2,IVF40,Flat IVF40,PQ32x4fs,RFlat,IDMap2
  IVF40,SQ8,Refine(SQfp16) IVF40,SQ4,RFlat,IDMap
`);

/** The share of FastScan's blocks that is empty evens out over many vectors. */
function pointsOf(text: string): number {
  return text.includes('fs') ? 6_000 : 1_500;
}

describe('factoryBytes and factoryHosts, against written indexes', () => {
  it.each([256, 768])('are right for %d dimensions', async (dimension) => {
    const answers = await ask(
      WRITTEN.map((text) => ({ text, dimension, metric: 'l2' as const, points: pointsOf(text) })),
    );
    const exact: string[] = [];
    for (const answer of answers) {
      const { text, built } = answer;
      const reading = read(answer);
      if (reading.state !== 'valid' || built === null)
        throw new Error(`${text}: ${reading.state}, ${String(answer.error)}`);
      const size = factoryBytes(reading.parts, pointsOf(text), dimension);
      if (size === null) throw new Error(`${text}: no size`);
      if (size.approximate) expect([text, Math.abs(size.bytes / built.bytes - 1) < 0.02]).toEqual([text, true]);
      else expect([text, size.bytes]).toEqual([text, built.bytes]);
      if (!size.approximate) exact.push(text);

      // What is said to fit gives the vectors back at the length they had.
      const { fitness } = factoryHosts(reading, 'l2').rvc;
      if (fitness === 'unfit') continue;
      expect([text, typeof built.error]).toEqual([text, 'number']);
      if (fitness === 'lossy') continue;
      expect([text, (built.normRatio ?? 0) > 0.5]).toEqual([text, true]);
      expect([text, (built.error ?? 1) < 0.01]).toEqual([text, true]);
    }
    expect(exact).toContain('IVF40,PQ32x4np');
    expect(exact.length).toBeGreaterThan(20);
  });
});
