import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runPython, shipped, shippedJson, useCommandLine, voronoiceJson } from './command';

const folder = useCommandLine();
const NPROBES = [1, 2, 4, 8];

interface Point {
  readonly nprobe: number;
  readonly recall: number;
  readonly closeness: number;
  readonly same: number;
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

type Likeness = Pick<Point, 'recall' | 'closeness' | 'same' | 'blend'>;

interface Ours {
  readonly reference: string;
  readonly queries: { readonly n: number; readonly optimistic: boolean; readonly origin: string };
  readonly relation: {
    readonly kind: string;
    readonly vectors: string;
    readonly voiceInIndex: { readonly value: number };
    readonly indexOfVoice: { readonly value: number };
    readonly distance: { readonly value: number; readonly n: number } | null;
  } | null;
  readonly stored: Point;
  readonly curve: readonly (Point & { readonly msPerSecond: { readonly p95: number } })[];
  readonly contents: Likeness | null;
  readonly suggestion: { readonly nprobe: number; readonly reason: string };
  readonly verdict: { readonly level: string; readonly reason: string; readonly action: string };
}

interface Theirs {
  readonly n: number;
  readonly points: Readonly<Record<string, Point>>;
  readonly contents: Point;
  readonly distance: number;
}

/** Every figure of one nprobe. */
function expectAlike(ours: Likeness & Partial<Point>, theirs: Point | undefined, recallDigits = 3): void {
  if (theirs === undefined) throw new Error('Nothing to compare with.');
  for (const figure of ['recall', 'closeness', 'missing', 'normRatio'] as const) {
    const digits = figure === 'recall' ? recallDigits : 3;
    if (ours[figure] !== undefined) expect(ours[figure], figure).toBeCloseTo(theirs[figure], digits);
  }
  if (ours.droppedBlocks !== undefined) expect(ours.droppedBlocks).toBeCloseTo(theirs.droppedBlocks ?? NaN, 3);
  expect(ours.same).toBe(ours.blend.same);
  for (const band of ['median', 'p95', 'same', 'slight', 'different'] as const) {
    expect(Math.abs(ours.blend[band] - theirs.blend[band]), band).toBeLessThan(1e-3);
  }
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

  beforeAll(async () => {
    const root = join(folder.path, version);
    await voronoiceJson('sample', '--out', root, '--minutes', '1', '--version', version);
    features = join(root, 'logs', 'sample', `3_feature${dimension}`);
    queries = join(root, 'queries');
    mkdirSync(queries);
    for (const name of readdirSync(features).sort().slice(-4)) renameSync(join(features, name), join(queries, name));
    paths = (await runPython('writeMeasured.py', features, join(root, 'indexes'))) as typeof paths;
  });

  it.each(KINDS)('%s by itself', async (kind) => {
    const ours = (await voronoiceJson(
      'measure',
      paths[kind],
      '--queries',
      queries,
      '--nprobe',
      NPROBES.join(','),
    )) as Ours;
    const theirs = (await runPython('measureReference.py', paths[kind], queries, NPROBES.join(','))) as Theirs;
    expect(ours).toMatchObject({ reference: 'itself', queries: { n: theirs.n, origin: 'second-folder' } });
    expect(ours).toMatchObject({ relation: null, contents: null });
    expect(ours.curve.map(({ nprobe }) => nprobe)).toEqual(NPROBES);
    for (const point of ours.curve) expectAlike(point, theirs.points[String(point.nprobe)]);
    const times = ours.curve.map(({ msPerSecond }) => msPerSecond.p95);
    expect(times).toEqual([...times].sort((left, right) => left - right));
  });

  it.each([
    { kind: 'flat', who: 'other frames' },
    { kind: 'compressed', who: 'other frames' },
    { kind: 'expanded', who: 'other frames' },
    { kind: 'flat', who: 'the voice itself' },
    { kind: 'sq8', who: 'the voice itself' },
    { kind: 'compressed', who: 'the voice itself' },
    { kind: 'expanded', who: 'the voice itself' },
  ] as const)('$kind against the voice, asked with $who', async ({ kind, who }) => {
    const [asking, origin] = who === 'other frames' ? [queries, 'second-folder'] : [features, 'voice'];
    const others = who === 'other frames' ? ['--queries', queries] : [];
    const flags = ['--features', features, ...others, '--most', '100000', '--nprobe', '1,2'];
    const ours = (await voronoiceJson('measure', paths[kind], ...flags)) as Ours;
    const theirs = (await runPython('measureReference.py', paths[kind], asking, '1,2', features)) as Theirs;
    expect(ours).toMatchObject({ reference: 'voice', queries: { n: theirs.n, origin } });
    // Where a voice hardly moves, its expanded frames lie as near as the true eighth to float32 rounding.
    const recallDigits = kind === 'expanded' && who === 'the voice itself' ? 2 : 3;
    for (const point of ours.curve) expectAlike(point, theirs.points[String(point.nprobe)], recallDigits);
    if (ours.contents === null) throw new Error('The contents are held against the voice.');
    expectAlike(ours.contents, theirs.contents, recallDigits);
    const made = { flat: 'frames', sq8: 'rounded' } as const;
    if (kind === 'flat' || kind === 'sq8') {
      expect(ours.relation).toMatchObject({ kind: 'whole', vectors: made[kind], distance: null });
      expect(ours.relation).toMatchObject({ voiceInIndex: { value: 1 }, indexOfVoice: { value: 1 } });
    } else {
      expect((ours.relation?.distance?.value ?? 0) / theirs.distance).toBeCloseTo(1, 3);
      expect(ours.relation?.kind).not.toBe('other');
    }
  });
});

describe('an index behind a transform', () => {
  it('is measured, without the story of a search', async () => {
    const factory = 'PCA64,IVF8,Flat';
    const root = join(folder.path, 'wrapped');
    const voice = join(root, 'logs', 'sample');
    await voronoiceJson('sample', '--out', root, '--minutes', '0.5');
    const out = join(root, factory);
    const { index } = (await voronoiceJson('train', voice, '--factory', factory, '--out', out)) as { index: string };
    const { reference, stored } = (await voronoiceJson('measure', index, '--features', voice)) as Ours;
    expect(reference).toBe('voice');
    expect(stored.missing).toBeLessThan(1);
  });
});

describe('measuring without a second voice', () => {
  let voice = '';
  let index = '';

  beforeAll(async () => {
    const root = join(folder.path, 'alone');
    await voronoiceJson('sample', '--out', root, '--minutes', '1');
    voice = join(root, 'logs', 'sample');
    ({ index } = (await voronoiceJson('train', voice, '--recipe', 'rvc', '--out', join(root, 'built'))) as {
      index: string;
    });
  });

  it('names the question: the voice itself asks', async () => {
    const { queries, verdict } = (await voronoiceJson('measure', index, '--features', voice)) as Ours;
    expect(queries).toMatchObject({ optimistic: true, origin: 'voice' });
    expect(verdict).toMatchObject({ level: 'repair', reason: 'missing', action: 'setNprobe' });
  });

  it('and from stored vectors alone', async () => {
    const { reference, queries, stored } = (await voronoiceJson('measure', index, '--most', '800')) as Ours;
    expect(reference).toBe('itself');
    expect(queries).toMatchObject({ optimistic: true, origin: 'stored' });
    // Equal ones ask once.
    expect(queries.n).toBeGreaterThan(700);
    expect(queries.n).toBeLessThanOrEqual(800);
    expect(stored.droppedBlocks).toBeNull();
  });

  it('is mended by what it suggests, and then finds every neighbor', async () => {
    const mended = join(folder.path, 'alone', 'mended.index');
    const repair = ['repair', index, '--nprobe', 'auto', '--features', voice, '--out', mended];
    expect(await voronoiceJson(...repair)).toMatchObject({ index: mended, backup: null, nprobe: { before: 1 } });
    const { stored, verdict } = (await voronoiceJson('measure', mended, '--features', voice)) as Ours;
    expect(stored.missing).toBe(0);
    expect(verdict.level).toBe('good');
    const compared = shippedJson('compare', index, mended, '--features', voice) as {
      readonly rows: readonly { readonly metric: string; readonly winner: number | null }[];
    };
    expect(compared.rows.find(({ metric }) => metric === 'recall')?.winner).toBe(1);
    expect(compared.rows.find(({ metric }) => metric === 'bytes')?.winner).toBeNull();
  });

  it('refuses queries of another dimension with a sentence and an action', async () => {
    const other = join(folder.path, 'other');
    await voronoiceJson('sample', '--out', other, '--minutes', '0.5', '--version', 'v1');
    const { code, stdout } = shipped('measure', index, '--queries', join(other, 'logs', 'sample'), '--json');
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; action: string } };
    expect(code).toBe(3);
    expect(error.code).toBe('INDEX_DIMENSION');
    expect(error.action.length).toBeGreaterThan(10);
  });
});
