import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTHING_LEFT_OUT, plain, type Selection } from '@shared/contract/build';
import { type SiftRequest, SiftResult } from '@shared/jobs/sift';
import { createRandom } from '@shared/domain/maths/random';
import { siftEffect } from '@shared/domain/voice/sifting';
import type { Piece } from '../../src/worker/steps/load';
import { selectFrames } from '../../src/worker/steps/select';
import { loadEngine } from '../../src/worker/engine';
import type { StepName } from '@shared/jobs';
import type { StepContext } from '../../src/worker/context';
import { run } from '../../src/worker/run';

const ROWS = 3_000;
const FILE_ROWS = 150;
const COLUMNS = 256;
const SOUNDS = 30;

/** Planted: each row is told by one rule alone. */
const SILENT = [301, 302, 303, 1_500 + 1, 2_999];
const COPIES = [700, 1_650, 2_250];
const STRAY = [40, 399, 777, 1_204, 1_999, 2_000, 2_345, 2_600, 2_777, 2_950];
const NOT_FINITE = [9, 2_222];

const NOTHING = NOTHING_LEFT_OUT;
const ALL: Selection = { ...NOTHING, silence: true, duplicates: true };

let folder = '';
const steps: [string, number, number][] = [];
const context: StepContext<StepName> = {
  signal: new AbortController().signal,
  progress: (step, done, total) => steps.push([step, done, total]),
  iteration: () => undefined,
  leftOut: () => new Set(),
  log: () => undefined,
  engine: loadEngine,
};

/** Frames around a few sounds; the stray ones lie twice as far off as any, each in a direction of its own. */
function planted(): Float32Array {
  const random = createRandom(5);
  const sounds = Float32Array.from({ length: SOUNDS * COLUMNS }, () => random.normal());
  const data = new Float32Array(ROWS * COLUMNS);
  for (let row = 0; row < ROWS; row++) {
    const sound = random.integer(SOUNDS);
    const spread = STRAY.includes(row) ? 3 : 0.3;
    for (let column = 0; column < COLUMNS; column++) {
      data[row * COLUMNS + column] = (sounds[sound * COLUMNS + column] ?? 0) + spread * random.normal();
    }
  }
  const copy = (from: number, to: number) => data.copyWithin(to * COLUMNS, from * COLUMNS, (from + 1) * COLUMNS);
  for (const row of SILENT) copy(row - 1, row);
  for (const row of COPIES) copy(row - 600, row);
  for (const row of NOT_FINITE) data[row * COLUMNS + 7] = NaN;
  return data;
}

const pieces: Piece[] = Array.from({ length: ROWS / FILE_ROWS }, (_, file) => ({
  name: `0_${String(file).padStart(2, '0')}.npy`,
  source: 0,
  rows: FILE_ROWS,
  recorded: true,
}));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-select-'));
  const { Matrix } = await loadEngine();
  const matrix = Matrix.from(planted(), COLUMNS);
  const features = join(folder, '3_feature256');
  mkdirSync(features);
  for (const [file, { name }] of pieces.entries()) {
    await matrix.writeNpy(join(features, name), { from: file * FILE_ROWS, count: FILE_ROWS });
  }
  matrix.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function select(selection: Selection, seed = 1) {
  const engine = await loadEngine();
  const matrix = engine.Matrix.from(planted(), COLUMNS);
  try {
    const nonFinite = await matrix.nonFiniteRows();
    return await selectFrames(engine, { matrix, pieces, onDisk: false }, nonFinite, selection, seed, context);
  } finally {
    matrix.close();
  }
}

async function sift(selection: Selection, seed = 1): Promise<SiftResult> {
  const request: SiftRequest = { kind: 'sift', folder, pointed: null, selection, seed };
  return run(request, context);
}

describe('selectFrames', () => {
  it('finds planted silence and copies, and nothing else', async () => {
    const { dropped, report } = await select(ALL);
    expect([...dropped]).toEqual([...SILENT, ...COPIES].sort((a, b) => a - b));
    expect(report.dropped).toEqual({
      moments: 0,
      files: 0,
      silence: SILENT.length,
      duplicates: COPIES.length,
      outliers: 0,
    });
    expect(report).toMatchObject({ frames: ROWS - NOT_FINITE.length });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'finds the planted stray frames, whatever the sample is (seed %i)',
    async (seed) => {
      const outliers = STRAY.length / (ROWS - NOT_FINITE.length);
      const { dropped } = await select({ ...NOTHING, outliers }, seed);
      expect([...dropped]).toEqual(STRAY);
    },
  );

  it('gives the same for the same seed', async () => {
    const selection = { ...ALL, files: ['0_03.npy'], outliers: 0.05 };
    expect(await select(selection)).toEqual(await select(selection));
  });

  it('works on a handful of frames', async () => {
    const files = pieces.slice(1).map(({ name }) => name);
    const { report } = await select({ ...ALL, files, outliers: 0.1 });
    expect(report).toMatchObject({ kept: 134, dropped: { outliers: 15 } });
  });
});

describe('sift', () => {
  it('says what each rule would take of each file, and writes nothing', async () => {
    const before = readdirSync(folder, { recursive: true });
    steps.length = 0;
    const result = await sift({ ...ALL, outliers: STRAY.length / (ROWS - NOT_FINITE.length) });
    expect(v.parse(SiftResult, result)).toEqual(result);
    expect(readdirSync(folder, { recursive: true })).toEqual(before);

    const count = (rows: readonly number[], file: number) =>
      rows.filter((row) => Math.floor(row / FILE_ROWS) === file).length;
    expect([...result.files].sort((a, b) => a.name.localeCompare(b.name))).toEqual(
      pieces.map(({ name }, file) => ({
        name,
        frames: FILE_ROWS - count(NOT_FINITE, file),
        silence: count(SILENT, file),
        duplicates: count([...SILENT, ...COPIES], file),
        outliers: count(STRAY, file),
      })),
    );
    const losses = result.files.map(({ duplicates, outliers }) => duplicates + outliers);
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    expect(result.distances.reduce((sum, frames) => sum + frames)).toBe(ROWS - NOT_FINITE.length);
    expect(result.distances.slice(12).reduce((sum, frames) => sum + frames)).toBe(STRAY.length);

    const selecting = steps.filter(([step]) => step === 'select').map(([, done, total]) => done / total);
    expect(selecting).toEqual([...selecting].sort((a, b) => a - b));
    expect(selecting.at(-1)).toBeCloseTo(1);
  });

  it('tells about 1 % of outliers where no share is given', async () => {
    const { files, report } = await sift(NOTHING);
    expect(report).toMatchObject({ kept: ROWS - NOT_FINITE.length });
    expect(files.reduce((sum, { outliers }) => sum + outliers, 0)).toBe(30);
  });

  it('lets the effect of any selection be told beforehand', async () => {
    const found = await sift(ALL);
    for (const selection of [
      NOTHING,
      ALL,
      { ...ALL, outliers: 0.03 },
      { ...NOTHING, silence: true, outliers: 0.1 },
      { ...NOTHING, duplicates: true },
      { ...NOTHING, silence: true, files: ['0_02.npy', '0_07.npy'] },
      { ...ALL, files: ['0_11.npy', '0_19.npy'], outliers: 0.01 },
    ]) {
      const { report } = await select(selection);
      expect(siftEffect(found, selection)).toEqual(report);
    }
  });

  it('counts frames that hold nothing but zeros as building does', async () => {
    const whole = mkdtempSync(join(tmpdir(), 'voronoice-zeros-'));
    try {
      const features = join(whole, '3_feature256');
      mkdirSync(features);
      const data = planted().fill(0, 500 * COLUMNS, 510 * COLUMNS);
      const { Matrix } = await loadEngine();
      const matrix = Matrix.from(data, COLUMNS);
      await matrix.writeNpy(join(features, '0_0.npy'), { from: 0, count: ROWS });
      matrix.close();
      const request = { kind: 'sift', folder: whole, pointed: null, selection: ALL, seed: 1 } as const;
      const { report } = await run(request, context);
      const { record } = await run(
        {
          ...{ kind: 'train', sources: [{ path: whole, weight: null }], ...plain('rvc'), selection: ALL },
          ...{ out: join(whole, 'out'), name: 'zeros', totalFea: false, measure: false, traces: null },
          ...{ seed: 1, memoryLimit: null },
        },
        context,
      );
      expect(report.frames).toBe(ROWS - NOT_FINITE.length - 10);
      expect(report).toEqual(record.selection);
    } finally {
      rmSync(whole, { recursive: true });
    }
  });

  it('suspects a passage whose sounds lie far from every other', async () => {
    const whole = mkdtempSync(join(tmpdir(), 'voronoice-stray-'));
    try {
      const features = join(whole, '3_feature256');
      mkdirSync(features);
      const random = createRandom(6);
      const isOther = (row: number): boolean => row >= 600 && row < 640;
      const data = Float32Array.from({ length: ROWS * COLUMNS }, (_, cell) => {
        return random.normal() + (isOther(Math.floor(cell / COLUMNS)) ? 1.5 : 0);
      });
      const { Matrix } = await loadEngine();
      const matrix = Matrix.from(data, COLUMNS);
      await matrix.writeNpy(join(features, '0_0.npy'));
      matrix.close();
      const request = { kind: 'sift', folder: whole, pointed: null, selection: NOTHING, seed: 1 } as const;
      const { suspects } = await run(request, context);
      const stray = suspects.find(({ reason }) => reason === 'stray');
      expect(stray).toMatchObject({ moment: { file: '0_0.npy', frame: 600 }, frames: 40 });
      expect(stray?.strength).toBeGreaterThan(3);
    } finally {
      rmSync(whole, { recursive: true });
    }
  });

  it('stops when it is asked to, before and within', async () => {
    const done = Promise.all(
      ['read', 'select'].map((at) => {
        const abort = new AbortController();
        const progress = (step: string): void => {
          if (step === at) abort.abort();
        };
        const request: SiftRequest = { kind: 'sift', folder, pointed: null, selection: NOTHING, seed: 1 };
        return run(request, { ...context, signal: abort.signal, progress }).catch((error: unknown) => error);
      }),
    );
    expect(await done).toMatchObject([{ code: 'JOB_CANCELLED' }, { code: 'JOB_CANCELLED' }]);
  });
});
