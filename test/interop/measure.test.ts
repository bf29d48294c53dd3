import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runPython, useCommandLine, voronoice, voronoiceJson } from './command';

const folder = useCommandLine();
const NPROBES = [1, 2, 4, 8];

interface Point {
  readonly nprobe: number;
  readonly recall: number;
  readonly closeness: number;
  readonly missing: number;
  readonly droppedBlocks: number | null;
  readonly blend: Bands;
  readonly normRatio: number;
}

interface Bands {
  readonly median: number;
  readonly p95: number;
  readonly same: number;
  readonly slight: number;
  readonly different: number;
}

interface Original {
  readonly recall: number;
  readonly closeness: number;
  readonly blend: Bands;
  readonly distance: { readonly value: number; readonly n: number };
}

interface Ours {
  readonly queries: { readonly n: number; readonly optimistic: boolean; readonly origin: string };
  readonly stored: Point;
  readonly curve: readonly Point[];
  readonly original: Original | null;
  readonly suggestion: { readonly nprobe: number; readonly reason: string };
  readonly verdict: { readonly level: string; readonly reason: string; readonly action: string };
}

interface Theirs {
  readonly n: number;
  readonly points: Readonly<Record<string, Point>>;
  readonly original: Original | null;
}

const KINDS = ['flat', 'hnsw', 'sq8', 'refined', 'compressed', 'expanded'] as const;
type Kind = (typeof KINDS)[number];

describe.each([
  { version: 'v1', dimension: 256 },
  { version: 'v2', dimension: 768 },
])('measuring ($version) agrees with numpy and FAISS', ({ version, dimension }) => {
  let features = '';
  let queries = '';
  let paths: Readonly<Record<Kind, string>>;

  beforeAll(() => {
    const root = join(folder.path, version);
    voronoiceJson('sample', '--out', root, '--minutes', '1', '--version', version);
    features = join(root, 'logs', 'sample', `3_feature${dimension}`);
    queries = join(root, 'queries');
    mkdirSync(queries);
    for (const name of readdirSync(features).sort().slice(-4)) renameSync(join(features, name), join(queries, name));
    paths = runPython('writeMeasured.py', features, join(root, 'indexes')) as typeof paths;
  });

  it.each(KINDS)('%s', (kind) => {
    const ours = voronoiceJson('measure', paths[kind], '--queries', queries, '--nprobe', NPROBES.join(',')) as Ours;
    const theirs = runPython('measureReference.py', paths[kind], queries, NPROBES.join(',')) as Theirs;
    expect(ours.queries).toMatchObject({ n: theirs.n, optimistic: false, origin: 'second-folder' });
    expect(ours.curve.map(({ nprobe }) => nprobe)).toEqual(NPROBES);
    for (const point of ours.curve) {
      const reference = theirs.points[String(point.nprobe)];
      expect(reference).toBeDefined();
      if (reference === undefined) continue;
      expect(point.recall).toBeCloseTo(reference.recall, 3);
      expect(point.closeness).toBeCloseTo(reference.closeness, 3);
      expect(point.missing).toBeCloseTo(reference.missing, 3);
      expect(point.droppedBlocks).toBeCloseTo(reference.droppedBlocks ?? NaN, 3);
      expect(point.normRatio).toBeCloseTo(reference.normRatio, 3);
      expect(point.blend.median).toBeCloseTo(reference.blend.median, 3);
      expect(point.blend.p95).toBeCloseTo(reference.blend.p95, 3);
      expect(point.blend.same).toBeCloseTo(reference.blend.same, 3);
    }
  });

  it.each([
    { kind: 'compressed', who: 'other frames' },
    { kind: 'expanded', who: 'other frames' },
    { kind: 'compressed', who: 'the frames themselves' },
    { kind: 'expanded', who: 'the frames themselves' },
  ] as const)('$kind against the original features, asked with $who', ({ kind, who }) => {
    const asking = who === 'other frames' ? queries : features;
    const flags = ['--features', features, '--queries', asking, '--most', '100000', '--nprobe', '2'];
    const { original: ours } = voronoiceJson('measure', paths[kind], ...flags) as Ours;
    const { original: theirs } = runPython('measureReference.py', paths[kind], asking, '2', features) as Theirs;
    if (ours === null || theirs === null) throw new Error('nothing was held against the features');
    expect(ours.recall).toBeCloseTo(theirs.recall, 3);
    expect(ours.closeness).toBeCloseTo(theirs.closeness, 3);
    for (const band of ['median', 'p95', 'same', 'slight', 'different'] as const) {
      expect(Math.abs(ours.blend[band] - theirs.blend[band]), band).toBeLessThan(1e-3);
    }
    expect(ours.distance.n).toBe(theirs.distance.n);
    expect(ours.distance.value / theirs.distance.value).toBeCloseTo(1, 3);
  });
});

describe('measuring an index against its features', () => {
  it('says what the compression cost, and does not take it for an old index', () => {
    const root = join(folder.path, 'costs');
    voronoiceJson('sample', '--out', root, '--minutes', '1');
    const voice = join(root, 'logs', 'sample');
    const paths = runPython('writeMeasured.py', join(voice, '3_feature768'), join(root, 'indexes')) as Record<
      Kind,
      string
    >;
    const measure = (kind: Kind): Ours =>
      voronoiceJson('measure', paths[kind], '--features', voice, '--most', '400') as Ours;
    const compressed = measure('compressed');
    // Its centers are made of the frames that ask.
    expect(compressed.queries.optimistic).toBe(true);
    expect(compressed.original?.closeness).toBeLessThan(0.9);
    expect(compressed.original?.recall).toBeLessThan(compressed.stored.recall);
    expect(compressed.original?.distance.value).toBeGreaterThan(0);
    expect(compressed.verdict.reason).not.toBe('stale');
    // It holds as many vectors as there are frames, and none of them is one.
    expect(measure('expanded').original?.recall).toBeLessThan(1);
    // These hold the frames themselves, to rounding.
    for (const kind of ['flat', 'hnsw', 'sq8'] as const) expect(measure(kind).original).toBeNull();
  });
});

describe('measuring without a second voice', () => {
  let voice = '';
  let index = '';

  beforeAll(() => {
    const root = join(folder.path, 'alone');
    voronoiceJson('sample', '--out', root, '--minutes', '1');
    voice = join(root, 'logs', 'sample');
    ({ index } = voronoiceJson('train', voice, '--recipe', 'rvc', '--out', join(root, 'built')) as { index: string });
  });

  it('says that figures from its own features flatter', () => {
    const { queries, verdict } = voronoiceJson('measure', index, '--features', voice) as Ours;
    expect(queries).toMatchObject({ optimistic: true, origin: 'stored' });
    expect(verdict).toMatchObject({ level: 'repair', reason: 'missing', action: 'setNprobe' });
  });

  it('and from stored vectors alone', () => {
    const { queries, stored } = voronoiceJson('measure', index, '--most', '800') as Ours;
    expect(queries).toMatchObject({ n: 800, optimistic: true, origin: 'stored' });
    expect(stored.droppedBlocks).toBeNull();
  });

  it('is mended by what it suggests, and then finds every neighbor', () => {
    const mended = join(folder.path, 'alone', 'mended.index');
    const repair = ['repair', index, '--nprobe', 'auto', '--features', voice, '--out', mended];
    expect(voronoiceJson(...repair)).toMatchObject({ index: mended, backup: null, nprobe: { before: 1 } });
    const { stored, verdict } = voronoiceJson('measure', mended, '--features', voice) as Ours;
    expect(stored.missing).toBe(0);
    expect(verdict.level).toBe('good');
    const compared = voronoiceJson('compare', index, mended, '--features', voice) as {
      readonly rows: readonly { readonly metric: string; readonly winner: number | null }[];
    };
    expect(compared.rows.find(({ metric }) => metric === 'recall')?.winner).toBe(1);
    expect(compared.rows.find(({ metric }) => metric === 'bytes')?.winner).toBeNull();
  });

  it('refuses queries of another dimension with a sentence and an action', () => {
    const other = join(folder.path, 'other');
    voronoiceJson('sample', '--out', other, '--minutes', '0.5', '--version', 'v1');
    const { code, stdout } = voronoice('measure', index, '--queries', join(other, 'logs', 'sample'), '--json');
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; action: string } };
    expect(code).toBe(3);
    expect(error.code).toBe('INDEX_DIMENSION');
    expect(error.action.length).toBeGreaterThan(10);
  });
});
