import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuildOptions, plain, USUAL_EXPANSION } from '@shared/contract/build';
import type { Measurement, QualityPoint } from '@shared/contract/measurement';
import { atNprobe } from '@shared/domain/measures/atNprobe';
import { compareMeasurements } from '@shared/domain/measures/compare';
import { indexHealth } from '@shared/domain/verdict/health';
import { forecast, UNKNOWN_RATES } from '@shared/domain/recipes/forecast';
import { generateVoice } from '@shared/domain/voice/sampleVoice';
import type { WorkKind } from '@shared/jobs';
import { loadEngine } from '../../src/worker/engine';
import type { JobContext } from '../../src/worker/context';
import { writeNpy } from '../../src/worker/features/npyFile';
import { run } from '../../src/worker/run';
import { indexFile } from '../fixtures/contract';
import { runPython } from './command';

/** What each place says of one index is one value, and the value that numpy gives. */

const context: JobContext<WorkKind> = {
  signal: new AbortController().signal,
  progress: () => undefined,
  iteration: () => undefined,
  leftOut: () => new Set(),
  log: () => undefined,
  engine: loadEngine,
};

const asking = { queries: null, seed: 1, most: 500, traces: null } as const;
const WAYS = ['rvc', 'balanced', 'small', 'expanded', 'merged', 'third', 'twice'] as const;
type Way = (typeof WAYS)[number];

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);
const voice = (name: string): string => at('logs', name);
const featuresOf = (name: string): string => at('logs', name, '3_feature256');
const built = {} as Record<Way, string>;
const measured = {} as Record<Way, Measurement>;

/** A voice of some files of another. */
function copyOf(name: string, wanted: (place: number) => boolean, prefixes: readonly string[]): void {
  mkdirSync(featuresOf(name), { recursive: true });
  for (const [place, file] of readdirSync(featuresOf('song')).sort().entries()) {
    if (!wanted(place)) continue;
    for (const prefix of prefixes) copyFileSync(join(featuresOf('song'), file), join(featuresOf(name), prefix + file));
  }
}

async function build(way: Way, options: BuildOptions, ...names: readonly string[]): Promise<void> {
  const sources = names.map((name) => ({ path: voice(name), weight: null }));
  const rest = { seed: 1, name: way, totalFea: false, measure: false, memoryLimit: null, traces: null };
  const { index } = await run({ kind: 'train', sources, ...options, out: at('built', way), ...rest }, context);
  built[way] = index;
}

const measure = (index: string, features: string | null, nprobes: number[] = []): Promise<Measurement> =>
  run({ kind: 'measure', index, features, nprobes, ...asking }, context);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-one-'));
  for (const [name, seed] of [
    ['song', 4],
    ['other', 5],
  ] as const) {
    await run({ kind: 'sample', root: folder, name, minutes: 1, version: 'v1', seed }, context);
  }
  copyOf('third', (place) => place % 3 === 0, ['']);
  copyOf('twice', () => true, ['', 'copy_']);
  await build('rvc', plain('rvc'), 'song');
  await build('balanced', plain('balanced'), 'song');
  await build('small', plain('small'), 'song');
  await build('expanded', { ...plain('balanced'), expansion: { ...USUAL_EXPANSION, search: 'exact' } }, 'song');
  await build('merged', plain('rvc'), 'song', 'other');
  await build('third', plain('rvc'), 'third');
  await build('twice', plain('rvc'), 'twice');
  for (const way of WAYS) measured[way] = await measure(built[way], voice('song'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('one reference', () => {
  it('is the voice, whatever the index holds, and all are asked the same', () => {
    for (const way of WAYS) {
      expect(measured[way]).toMatchObject({
        reference: 'voice',
        queries: { ...measured.rvc.queries, origin: 'voice' },
      });
    }
  });

  it('tells how index and voice relate', async () => {
    const relation = (way: Way) => measured[way].relation;
    const all = { voiceInIndex: { value: 1 }, indexOfVoice: { value: 1 }, missing: { frames: 0, files: [] } };
    for (const way of ['rvc', 'balanced', 'twice'] as const) {
      expect(relation(way), way).toMatchObject({ kind: 'whole', vectors: 'frames', by: 'bytes', ...all });
    }
    expect(relation('small')).toMatchObject({ kind: 'whole', vectors: 'rounded', by: 'distance', ...all });
    expect(relation('expanded')).toMatchObject({ kind: 'whole', vectors: 'expanded', by: 'record', ...all });
    expect(relation('merged')).toMatchObject({ kind: 'more', vectors: 'frames', voiceInIndex: { value: 1 } });
    expect(relation('merged')?.indexOfVoice.value).toBeCloseTo(0.5, 1);

    const third = relation('third');
    expect(third).toMatchObject({ kind: 'part', vectors: 'frames', by: 'bytes', indexOfVoice: { value: 1 } });
    const names = readdirSync(featuresOf('song')).sort();
    const missing = third?.missing.files ?? [];
    expect(missing.map(({ file }) => file).sort()).toEqual(names.filter((_, place) => place % 3 !== 0));
    for (const file of missing) expect(file.missing).toBe(file.frames);

    const other = await measure(built.rvc, voice('other'));
    expect(other.relation).toMatchObject({ kind: 'other', by: 'distance' });
    expect(other.verdict).toMatchObject({ action: 'chooseFeatures', reason: { check: 'features' } });
    expect(other.verdict.rows.map(({ action }) => action)).not.toContain('setNprobe');
  });

  it('takes frames of equal bytes for one: a voice twice is as hard to ask as once', async () => {
    const once = measured.rvc;
    const twice = await measure(built.twice, voice('twice'));
    expect(twice.relation).toMatchObject({ kind: 'whole', voiceInIndex: { value: 1 }, indexOfVoice: { value: 1 } });
    expect(twice.stored.same?.value).toBeLessThan(0.9);
    expect(once.stored.same?.value).toBeLessThan(0.9);
    expect(twice.contents?.same?.value).toBe(1);
  });

  it('lets no part of a voice beat the whole', async () => {
    for (const features of [voice('song'), null]) {
      const { items } = await run({ kind: 'compare', indexes: [built.third, built.rvc], features, ...asking }, context);
      const [part, whole] = items;
      expect(part?.stored.recall.value).toBeLessThan(whole?.stored.recall.value ?? 0);
      expect(part?.queries).toEqual(whole?.queries);
      expect(items.map(({ reference }) => reference)).toEqual(
        features === null ? ['another', 'another'] : ['voice', 'voice'],
      );
      const rows = compareMeasurements(items);
      expect(rows.find(({ metric }) => metric === 'recall')?.winner).toBe(1);
    }
  });
});

const exact = ({ recall, closeness, same, blend, missing, empty, droppedBlocks, normRatio }: QualityPoint): object => ({
  recall,
  closeness,
  same,
  blend,
  missing,
  empty,
  droppedBlocks,
  normRatio,
});

describe('one value', () => {
  it.each(WAYS)('%s: measured, measured again, compared, on the curve, with that nprobe stored', async (way) => {
    const { stored, curve, facts, verdict } = measured[way];
    const again = await measure(built[way], voice('song'), [1]);
    expect(exact(again.stored)).toEqual(exact(stored));
    const point = curve.find(({ nprobe }) => nprobe === stored.nprobe);
    expect(point && exact(point)).toEqual(exact(stored));
    const other = way === 'rvc' ? built.balanced : built.rvc;
    const indexes = [other, built[way]];
    const { items } = await run({ kind: 'compare', indexes, features: voice('song'), ...asking }, context);
    expect(items[1] && exact(items[1].stored)).toEqual(exact(stored));
    if (stored.nprobe === null) return;
    expect(atNprobe(measured[way], stored.nprobe, facts, 'ab')?.stored).toEqual(stored);
    const shown = indexHealth(indexFile({ facts }), measured[way]);
    expect(shown.finding).toMatchObject({ verdict: { level: verdict.level, reason: verdict.reason } });
  });

  it.each(WAYS)('%s: numpy gives it, too', async (way) => {
    const ours = await run(
      { kind: 'measure', index: built[way], features: voice('song'), nprobes: [1, 4], ...asking, most: 100_000 },
      context,
    );
    const probes = ours.curve.map(({ nprobe }) => nprobe).join(',');
    const theirs = (await runPython(
      'measureReference.py',
      built[way],
      featuresOf('song'),
      probes,
      featuresOf('song'),
    )) as {
      readonly n: number;
      readonly points: Readonly<Record<string, { recall: number; missing: number; blend: { same: number } }>>;
    };
    expect(ours.queries.n).toBe(theirs.n);
    for (const { nprobe, recall, missing, same } of ours.curve) {
      const their = theirs.points[String(nprobe)];
      // Where a voice hardly moves, its expanded frames lie at the limit of being the asking frame itself.
      const digits = way === 'expanded' ? 2 : 3;
      expect(recall.value).toBeCloseTo(their?.recall ?? NaN, digits);
      expect(missing.value).toBeCloseTo(their?.missing ?? NaN, digits);
      expect(Math.abs((same?.value ?? NaN) - (their?.blend.same ?? NaN))).toBeLessThan(
        way === 'expanded' ? 5e-3 : 2e-3,
      );
    }
  });
});

describe('twenty voices', () => {
  const ways: readonly (readonly [string, BuildOptions])[] = [
    ['balanced', plain('balanced')],
    ['best', plain('best')],
    ['small', plain('small')],
    ['rvc', plain('rvc')],
    ['expanded', { ...plain('balanced'), expansion: { ...USUAL_EXPANSION, search: 'exact' } }],
    ['compressed', { ...plain('balanced'), compression: { clusters: 400, method: 'kmeans' } }],
    ['half', { ...plain('balanced'), factory: 'IVF60,SQfp16' }],
  ];
  const shapes = [{}, { breathiness: 0.4 }, { variation: 1.8 }, { phones: 120, variation: 0.7 }, { pauses: 0.15 }];
  const voices = Array.from({ length: 20 }, (_, seed) => {
    const [way, options] = ways[seed % ways.length] ?? ['balanced', plain('balanced')];
    return { seed, way, options, shape: shapes[seed % shapes.length] ?? {} };
  });

  it.each(voices)('$seed, $way: tried, built, measured, recorded and compared', async ({ seed, options, shape }) => {
    const features = at('voices', String(seed));
    mkdirSync(features, { recursive: true });
    for (const { name, data } of generateVoice({ minutes: 0.5, dimension: 256, seed, shape })) {
      await writeNpy(join(features, name), data, 256);
    }
    const limits = { maxBytes: null, maxMs: null, minQuality: null };
    const tuned = await run(
      { kind: 'tune', folder: features, options: [options], budgetSeconds: 60, limits, seed: 1 },
      context,
    );
    const rest = { seed: 1, name: 'voice', totalFea: false, measure: true, memoryLimit: null, traces: null };
    const sources = [{ path: features, weight: null }];
    const out = at('built', String(seed));
    const made = await run({ kind: 'train', sources, ...options, out, ...rest }, context);
    const { stored, queries, relation, verdict } = made.measurement ?? {};
    // What is tried is asked by frames kept apart, also of a recipe that keeps none apart to be built.
    if (queries?.origin === 'held-out') {
      expect(tuned.candidates[0]).toMatchObject({
        nprobe: made.nprobe,
        quality: stored?.same,
        missing: stored?.missing.value,
      });
      // Of vectors that rounding made equally near, either may be taken for the eighth.
      expect(tuned.candidates[0]?.recall.value).toBeCloseTo(stored?.recall.value ?? NaN, 2);
    }
    expect(relation?.kind).toBe('whole');
    // What was said before it was built: by the cards, and by the search for the best.
    const said = forecast({ options, frames: relation?.voiceInIndex.n ?? 0, dimension: 256, rates: UNKNOWN_RATES });
    if (options.compression === null)
      expect([said.bytes, tuned.candidates[0]?.bytes]).toEqual([made.bytes, made.bytes]);
    expect(tuned.candidates[0]).toMatchObject({ factory: made.factory });

    const { facts, problems, record } = await run({ kind: 'inspect', path: made.index }, context);
    expect(facts).toEqual(made.measurement?.facts);
    expect(problems).toEqual([]);
    if (record !== null) expect(record).toEqual(made.record);
    // What its card in the library says.
    const card = indexHealth(indexFile({ facts: made.measurement?.facts ?? null }), made.measurement);
    expect(card).toMatchObject({ level: verdict?.level, queries, finding: { verdict: { reason: verdict?.reason } } });

    const indexes = [made.index, built.rvc];
    const { items } = await run({ kind: 'compare', indexes, features, ...asking }, context);
    const [later, other] = items;
    expect(later?.relation).toMatchObject({ kind: relation?.kind, vectors: relation?.vectors });
    if (options.recipe !== 'rvc') expect(later?.suggestion.nprobe).toBe(made.nprobe);
    expect(later?.verdict.rows.map(({ check }) => check)).toEqual(verdict?.rows.map(({ check }) => check));
    expect(other?.relation?.kind).toBe('other');
  });
});
