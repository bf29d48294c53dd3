import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuildOptions, plain } from '@shared/contract/build';
import type { Measurement } from '@shared/contract/measurement';
import { BuildRecord } from '@shared/contract/record';
import { CompressResult } from '@shared/jobs/compress';
import { ExpandResult } from '@shared/jobs/expand';
import { type TrainRequest, TrainResult } from '@shared/jobs/train';
import { TuneResult } from '@shared/jobs/tune';
import { parseNpyHeader } from '@shared/formats/npy';
import { loadEngine } from '../../src/worker/engine';
import type { StepName } from '@shared/jobs';
import type { StepContext } from '../../src/worker/context';
import { run } from '../../src/worker/run';

let folder: string;
const context: StepContext<StepName> = {
  signal: new AbortController().signal,
  progress: () => undefined,
  iteration: () => undefined,
  leftOut: () => new Set(),
  log: () => undefined,
  engine: loadEngine,
};
const voice = (name: string): string => join(folder, 'logs', name);
const expansion = {
  alpha: 3,
  neighbors: 10,
  includeSelf: true,
  restoreNorms: true,
  repetitions: 1,
  search: 'exact',
} as const;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-ways-'));
  for (const [seed, name] of ['song', 'other'].entries()) {
    await run({ kind: 'sample', root: folder, name, minutes: 1, version: 'v1', seed }, context);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function build(
  out: string,
  options: Partial<BuildOptions> = {},
  changes: Partial<TrainRequest> = {},
): Promise<TrainResult> {
  const result = await run(
    {
      kind: 'train',
      sources: [{ path: voice('song'), weight: null }],
      ...plain('balanced'),
      ...options,
      seed: 1,
      name: null,
      out: join(folder, out),
      totalFea: false,
      measure: true,
      traces: null,
      memoryLimit: null,
      ...changes,
    },
    context,
  );
  expect(v.parse(TrainResult, result)).toEqual(result);
  return result;
}

async function measured(index: string, features: string | null): Promise<Measurement> {
  const asking = { features, queries: null, seed: 1, most: 1_000, nprobes: [], traces: null };
  return run({ kind: 'measure', index, ...asking }, context);
}

describe('a compressed index', () => {
  it('is made of every frame, asked by some that a trial was made without, and says what it cost', async () => {
    const compressing = { clusters: 1_500, method: 'minibatch' } as const;
    const result = await build('small', { compression: compressing });
    const { compression } = result.record;
    expect(compression).toMatchObject({ method: 'minibatch', clusters: 1_500 });
    expect(result.vectors).toBe(compression?.vectors);
    expect(compression?.frames).toBe(3_000);
    expect(result.measurement).toMatchObject({
      reference: 'voice',
      queries: { origin: 'held-out' },
      relation: { kind: 'whole', vectors: 'compressed', distance: { value: compression?.meanSquaredDistance } },
    });
    expect(result.measurement?.contents?.same?.value).toBeLessThan(1);
    const kept = v.parse(BuildRecord, JSON.parse(readFileSync(`${result.index}.json`, 'utf8')));
    expect(kept).toEqual(result.record);
    expect(await measured(result.index, voice('song'))).toMatchObject({
      reference: 'voice',
      queries: { origin: 'voice' },
      relation: { kind: 'whole', vectors: 'compressed', by: 'record', voiceInIndex: { value: 1 } },
    });
  });

  it('comes closer by full k-means', async () => {
    const clusters = 200;
    const [quick, full] = [
      await build('quick', { compression: { clusters, method: 'minibatch' } }),
      await build('full', { compression: { clusters, method: 'kmeans' } }),
    ];
    const distance = (result: TrainResult): number => result.record.compression?.meanSquaredDistance ?? 0;
    expect(distance(full)).toBeLessThan(distance(quick) * 1.02);
  });

  it('is the same from a scratch file as from memory', async () => {
    const compression = { clusters: 300, method: 'minibatch' } as const;
    const files = [
      await build('memory', { compression }),
      await build('scratch', { compression }, { memoryLimit: 100_000 }),
    ].map(({ index }) => readFileSync(index));
    expect(files[0]?.equals(files[1] ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('an expanded index', () => {
  it('holds every frame at its norm, moved towards its neighbors', async () => {
    const result = await build('expanded', { expansion });
    expect(result.vectors).toBe(3_000);
    const { strength, recall } = result.record.expansion ?? { strength: null, recall: 0 };
    expect(recall).toBe(1);
    expect(strength?.median).toBeGreaterThan(0.8);
    expect(strength?.median).toBeLessThan(1);
    expect(result.measurement).toMatchObject({ expansion: strength, verdict: { rows: expect.anything() as unknown } });
    expect(result.measurement?.relation).toMatchObject({ kind: 'whole', vectors: 'expanded' });
    expect(result.measurement?.stored.normRatio).toBeGreaterThan(0.8);
  });

  it('is what the formula gives over every frame, whether it is measured or not', async () => {
    const measuredBytes = readFileSync((await build('formula', { expansion, nprobe: 8 })).index);
    const bytes = readFileSync((await build('unmeasured', { expansion, nprobe: 8 }, { measure: false })).index);
    expect(measuredBytes.equals(bytes)).toBe(true);
  });

  it('that was not scaled back is found to be at the wrong scale', async () => {
    const { measurement } = await build('unscaled', { expansion: { ...expansion, restoreNorms: false } });
    expect(measurement?.verdict).toMatchObject({ level: 'repair', reason: { check: 'scale' } });
  });

  it('is made of an index as well', async () => {
    const plainIndex = await build('plain');
    const sources = [{ path: plainIndex.index, weight: null }];
    const result = await build('from-index', { expansion }, { sources });
    expect(result.vectors).toBe(3_000);
    expect(basename(result.index)).toMatch(/^added_IVF230_Flat_nprobe_\d+_song_v1\.index$/);
  });

  it('lends itself to frames that ask', async () => {
    const { index } = await build('lender');
    const out = join(folder, 'asking');
    const result = await run(
      { kind: 'expand', folder: voice('other'), by: index, ...expansion, seed: 1, out },
      context,
    );
    expect(v.parse(ExpandResult, result)).toEqual(result);
    expect(result.frames).toBe(3_000);
    expect(readdirSync(folder).filter((name) => name.includes('.voronoice-'))).toEqual([]);
    const again = await measured(index, out);
    expect(again.queries.n).toBeGreaterThan(500);
  });
});

describe('merged voices', () => {
  it('share the index as asked, and every group knows whose it is', async () => {
    const sources = ['song', 'other'].map((name, at) => ({ path: voice(name), weight: at === 0 ? 3 : 1 }));
    const result = await build('merged', {}, { sources, name: 'duo' });
    const vectorsOf = (name: string): number =>
      result.record.origins.filter((origin) => origin.name === name).reduce((sum, { vectors }) => sum + vectors, 0);
    expect([vectorsOf('song'), vectorsOf('other')]).toEqual([3_000, 1_000]);
    const { origins, map, lists } = result.measurement ?? {};
    expect(origins?.voices.map(({ name }) => name)).toEqual(['song', 'other']);
    expect(origins?.sorted.length).toBe(lists?.sorted.length);
    expect(new Set(map?.groups.map(({ origin }) => origin))).toEqual(new Set([0, 1]));
    expect((await measured(result.index, null)).origins).toEqual(origins);
  });

  it('that are one voice twice, one of them in part, are held against what was taken of them', async () => {
    const copy = await run(
      { kind: 'sample', root: folder, name: 'again', minutes: 1, version: 'v1', seed: 0 },
      context,
    );
    const sources = [voice('song'), copy.folder].map((path, at) => ({ path, weight: at === 0 ? 4 : 1 }));
    const { vectors, measurement } = await build('twins', {}, { sources, name: 'twins' });
    expect(vectors).toBe(3_000 + 750);
    // Frames of the second that its part leaves out would stand twice in the truth, and the index would miss half of it.
    expect(measurement?.stored.same?.value).toBeGreaterThan(0.9);
    expect(measurement?.contents?.recall.value).toBeGreaterThan(0.99);
  });

  it('of which centers are kept lie by voice', async () => {
    const sources = ['song', 'other'].map((name) => ({ path: voice(name), weight: null }));
    const { record, vectors } = await build(
      'small-merged',
      { compression: { clusters: 3_000, method: 'minibatch' } },
      { sources },
    );
    expect(record.origins.map(({ name }) => name)).toEqual(['song', 'other']);
    expect(record.origins.reduce((sum, origin) => sum + origin.vectors, 0)).toBe(vectors);
  });

  it('say what of them was shrunk, and what is in them twice', async () => {
    const { index } = await build('shrunk', { ...plain('rvc'), expansion: { ...expansion, restoreNorms: false } });
    const merged = async (...paths: readonly string[]): Promise<readonly string[]> => {
      const sources = paths.map((path) => ({ path, weight: null }));
      const { notes } = await build(`noted-${paths.length}`, plain('rvc'), { sources, measure: false, name: 'duo' });
      return notes.map(({ code, file }) => `${code} ${file ?? ''}`);
    };
    expect(await merged(index, voice('other'))).toEqual([expect.stringMatching(/^NORMALIZED /)]);
    const { index: plainIndex } = await build('once', plain('rvc'), { measure: false });
    expect(await merged(plainIndex, plainIndex, voice('other'))).toEqual(['REPEATED song']);
  });

  it('must be of one embedder, of indexes, too', async () => {
    const { index } = await build('embedded', plain('rvc'), { measure: false });
    for (const [place, model] of [
      [join(folder, 'embedded'), 'contentvec'],
      [voice('other'), 'korean-hubert-base'],
    ] as const) {
      writeFileSync(join(place, 'model_info.json'), JSON.stringify({ embedder_model: model }));
    }
    const sources = [index, voice('other')].map((path) => ({ path, weight: null }));
    await expect(build('never-embedded', {}, { sources })).rejects.toMatchObject({ code: 'SOURCES_DIFFER' });
    rmSync(join(voice('other'), 'model_info.json'));
  });

  it('must have the same dimension', async () => {
    await run({ kind: 'sample', root: folder, name: 'large', minutes: 0.5, version: 'v2', seed: 3 }, context);
    const sources = ['song', 'large'].map((name) => ({ path: voice(name), weight: null }));
    await expect(build('never', {}, { sources })).rejects.toMatchObject({ code: 'SOURCES_DIFFER' });
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });
});

describe('an index of another kind', () => {
  it.each([
    ['IVF64,SQ8', 'IndexIVFScalarQuantizer', 64],
    ['IVF64,SQfp16', 'IndexIVFScalarQuantizer', 64],
    ['Flat', 'IndexFlatL2', null],
    ['IVF64_HNSW16,Flat', 'IndexIVFFlat', 64],
    ['IVF16,PQ32x4fs,RFlat', 'IndexRefine', 16],
  ])('%s is built, measured and fit for the hosts', async (factory, type, nlist) => {
    const kFactor = factory.endsWith('RFlat') ? 8 : null;
    const result = await build(`kind-${factory}`, { factory, kFactor });
    expect(result).toMatchObject({ factory, nlist });
    // FAISS 1.7.3 in a host may end when FastScan looks at that many candidates.
    expect(result.notes.map(({ code }) => code)).toEqual(kFactor === null ? [] : ['FOR_STUDY']);
    expect(result.measurement?.facts.type).toBe(type);
    expect(result.measurement?.stored.recall.value).toBeGreaterThan(0.5);
  });

  it('by cosine is for study: not measured, and no host can use it', async () => {
    const { notes, measurement, metric } = await build('cosine', { metric: 'cosine' });
    expect(metric).toBe('ip');
    expect(measurement).toBeNull();
    expect(notes.map(({ code }) => code)).toEqual(['FOR_STUDY', 'NOT_MEASURED']);
  });
});

describe('trying', () => {
  it('what cannot be measured is not tried either', async () => {
    const limits = { maxBytes: null, maxMs: null, minQuality: null };
    for (const metric of ['cosine', 'ip'] as const) {
      const options = [{ ...plain('balanced'), metric }];
      const asked = { kind: 'tune', folder: voice('song'), limits, seed: 1 } as const;
      await expect(run({ ...asked, options, budgetSeconds: 240 }, context)).rejects.toMatchObject({
        code: 'NOT_MEASURABLE',
      });
      expect((await build(`untried-${metric}`, { metric })).notes.map(({ code }) => code)).toContain('NOT_MEASURED');
    }
  });
});

describe('the other jobs', () => {
  it('compress writes the centers as NumPy does', async () => {
    const out = join(folder, 'centers.npy');
    const options = {
      clusters: 400,
      method: 'minibatch',
      selection: null,
      seed: 1,
      memoryLimit: null,
      traces: null,
    } as const;
    const result = await run({ kind: 'compress', folder: voice('song'), ...options, out }, context);
    expect(v.parse(CompressResult, result)).toEqual(result);
    const bytes = readFileSync(out);
    expect(statSync(out).size).toBe(result.bytes);
    expect(parseNpyHeader(bytes.subarray(0, 512), bytes.length)).toMatchObject({
      rows: result.vectors,
      columns: 256,
      type: '<f4',
    });
  });

  it('tune tries what there is time for, and proposes one that keeps the limits', async () => {
    const limits = { maxBytes: 2_000_000, maxMs: null, minQuality: null };
    const asked = { kind: 'tune', folder: voice('song'), options: null, limits, seed: 1 } as const;
    const result = await run({ ...asked, budgetSeconds: 240 }, context);
    expect(v.parse(TuneResult, result)).toEqual(result);
    const best = result.candidates.find(({ id }) => id === result.proposal);
    expect(best?.fits).toBe(true);
    expect(best?.bytes).toBeLessThanOrEqual(2_000_000);
    expect(result.candidates.find(({ id }) => id === 'balanced')?.fits).toBe(false);
    // The size was foretold for the whole voice; building it gives that size.
    const built = await build('proposed', { ...best?.options, nprobe: best?.nprobe ?? null });
    expect(Math.abs(built.bytes / (best?.bytes ?? 1) - 1)).toBeLessThan(0.02);
    await expect(run({ ...asked, budgetSeconds: 0.001 }, context)).rejects.toMatchObject({ code: 'TUNE_NO_TIME' });
  });
});
