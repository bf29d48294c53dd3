import { describe, expect, it } from 'vitest';
import { NOTHING_LEFT_OUT, type Selection } from '@shared/contract/build';
import type { Material } from '../../../../src/worker/steps/load';
import { DUPLICATE, findRepeats, NEW, selectFrames, SILENCE } from '../../../../src/worker/steps/select';
import type { Engine } from '../../../../src/worker/engine';
import { recordingContext } from '../support';

const NO_ENGINE = {} as Engine;
const NOTHING = NOTHING_LEFT_OUT;

/** Rows of two equal numbers, in files of the given contents; a name in capitals is an index's. */
function material(files: Readonly<Record<string, readonly number[]>>): Material & { readonly asked: number[] } {
  const values = Float32Array.from(Object.values(files).flat(2), (value) => value);
  const data = Float32Array.from({ length: 2 * values.length }, (_, cell) => values[cell >> 1] ?? 0);
  const asked: number[] = [];
  const matrix = {
    rows: values.length,
    columns: 2,
    toFloat32Array: (from: number, count: number) => {
      asked.push(count);
      return data.slice(2 * from, 2 * (from + count));
    },
  } as unknown as Material['matrix'];
  const pieces = Object.entries(files).map(([name, rows]) => ({
    name,
    source: 0,
    rows: rows.length,
    recorded: name !== name.toUpperCase(),
  }));
  return { matrix, pieces, onDisk: false, asked };
}

describe('findRepeats', () => {
  const find = async (files: Readonly<Record<string, readonly number[]>>, gone: readonly number[] = []) => {
    const { length } = Object.values(files).flat();
    const mask = Uint8Array.from({ length }, (_, row) => (gone.includes(row) ? 1 : 0));
    return [...(await findRepeats(material(files), mask, recordingContext()))];
  };

  it('tells silence from copies of earlier frames', async () => {
    expect(await find({ a: [1, 1, 1, 2, 1], b: [1, 3, 3] })).toEqual([
      NEW,
      SILENCE,
      SILENCE,
      NEW,
      DUPLICATE,
      DUPLICATE,
      NEW,
      SILENCE,
    ]);
  });

  it('knows no silence where rows do not follow each other in time', async () => {
    expect(await find({ INDEX: [1, 1, 2] })).toEqual([NEW, DUPLICATE, NEW]);
  });

  it('lets rows that take no part neither repeat nor be repeated', async () => {
    expect(await find({ a: [1, 1, 2, 1] }, [0])).toEqual([NEW, NEW, NEW, DUPLICATE]);
    expect(await find({ a: [NaN, NaN, 2, 2] }, [0, 1])).toEqual([NEW, NEW, NEW, SILENCE]);
  });

  it('finds copies far apart, and never holds all rows', async () => {
    const numbers = Array.from({ length: 5_000 }, (_, row) => row + 1);
    const files = material({ a: numbers, b: [...numbers].reverse() });
    const repeats = await findRepeats(files, new Uint8Array(10_000), recordingContext());
    expect(repeats.subarray(0, 5_000).every((repeat) => repeat === NEW)).toBe(true);
    expect(repeats.subarray(5_000).every((repeat) => repeat === DUPLICATE)).toBe(true);
    expect(Math.max(...files.asked)).toBeLessThan(5_000);
  });

  it('stops when it is asked to', async () => {
    const files = material({ a: [1, 2] });
    await expect(findRepeats(files, new Uint8Array(2), recordingContext({ abortAt: 'select' }))).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
  });
});

describe('selectFrames', () => {
  const files = { 'a.npy': [1, 1, 2, NaN, 2], 'b.npy': [3, 3, 4, 1], 'c.npy': [3, 5] };
  const select = async (selection: Partial<Selection>) => {
    const chosen = { ...NOTHING, ...selection };
    const context = recordingContext();
    const { dropped, report } = await selectFrames(NO_ENGINE, material(files), Int32Array.of(3), chosen, 1, context);
    expect(context.steps).toEqual(['select']);
    expect(report).toMatchObject({ ...chosen, frames: 10, kept: 10 - dropped.length });
    expect(Object.values(report.dropped).reduce((sum, count) => sum + count)).toBe(dropped.length);
    return { dropped: [...dropped], by: report.dropped };
  };

  it('keeps everything without a rule', async () => {
    expect((await select({})).dropped).toEqual([]);
  });

  it('counts every frame for the first rule that catches it', async () => {
    expect(await select({ silence: true, duplicates: true })).toEqual({
      dropped: [1, 4, 5 + 1, 8, 9],
      by: { moments: 0, files: 0, silence: 2, duplicates: 3, outliers: 0 },
    });
    expect(await select({ files: ['b.npy', 'unknown.npy'], silence: true })).toEqual({
      dropped: [1, 5, 6, 7, 8],
      by: { moments: 0, files: 4, silence: 1, duplicates: 0, outliers: 0 },
    });
  });

  it('leaves out what is marked before anything else', async () => {
    const moments = [
      { file: 'a.npy', from: 0, to: 4 },
      { file: 'b.npy', from: 3, to: 99 },
      { file: 'c.npy', from: 0, to: 1, source: 1 },
    ];
    expect(await select({ moments, files: ['b.npy'], silence: true, duplicates: true })).toEqual({
      // Row 4 repeats a frame that is gone, and stays; row 3 is no number, and counts for nothing.
      dropped: [0, 1, 2, 5, 6, 7, 8],
      by: { moments: 4, files: 3, silence: 0, duplicates: 0, outliers: 0 },
    });
  });

  it('takes silence for duplicates where only those go', async () => {
    expect(await select({ duplicates: true })).toEqual({
      dropped: [1, 4, 6, 8, 9],
      by: { moments: 0, files: 0, silence: 0, duplicates: 5, outliers: 0 },
    });
  });

  it('keeps a copy of what only a file that is left out has', async () => {
    expect((await select({ files: ['b.npy'], duplicates: true })).dropped).toEqual([1, 4, 5, 6, 7, 8]);
  });

  it('leaves nothing when every file is left out', async () => {
    const { by } = await select({ files: Object.keys(files), silence: true, duplicates: true, outliers: 0.5 });
    expect(by).toEqual({ moments: 0, files: 10, silence: 0, duplicates: 0, outliers: 0 });
  });
});
