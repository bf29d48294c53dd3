import { mkdirSync, readFileSync, rmSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { NOTHING_LEFT_OUT, plain } from '@shared/contract/build';
import { TrainResult } from '@shared/jobs/train';
import type { RequestOf } from '@shared/jobs';
import { FileTransaction } from '../../../../src/worker/files/atomic';
import { train } from '../../../../src/worker/jobs/train';
import { engineFailure, fakeEngine, type FakeEngineOptions } from '../fakeEngine';
import { npy, put, recordingContext, tree, useFolder, values } from '../support';

const folder = useFolder();

/** An RVC experiment of `files` files with `rows` frames each; the first value of a frame is its number. */
function voice(files = 20, rows = 50): string {
  const experiment = join(folder.path, 'logs', 'song');
  for (let file = 0; file < files; file++) {
    const data = values(rows, 256).map((value, at) => (at % 256 === 0 ? file * rows + at / 256 : value));
    const name = `0_${String(file).padStart(3, '0')}.npy`;
    put(join(experiment, '3_feature256', name), npy(rows, 256, { body: new Uint8Array(data.buffer) }));
  }
  return experiment;
}

function request(experiment: string, changes: Partial<RequestOf<'train'>> = {}): RequestOf<'train'> {
  const out = join(folder.path, 'out', 'deep');
  return {
    kind: 'train',
    sources: [{ path: experiment, weight: null }],
    ...plain('rvc'),
    seed: 7,
    name: null,
    out,
    totalFea: false,
    measure: false,
    traces: null,
    memoryLimit: null,
    ...changes,
  };
}

function run(asked: RequestOf<'train'>, options: FakeEngineOptions & { readonly abortAt?: string } = {}) {
  const fake = fakeEngine(options);
  const abortAt = options.abortAt === undefined ? {} : { abortAt: options.abortAt };
  const context = recordingContext({ engine: fake.engine, ...abortAt });
  return { fake, context, done: train(asked, context) };
}

describe('train', () => {
  it('follows the rules of RVC: name, groups, nprobe 1, every frame once, in shuffled order', async () => {
    const { fake, context, done } = run(request(voice()));
    const result = await done;
    expect(v.parse(TrainResult, result)).toEqual(result);
    expect(result).toMatchObject({ vectors: 1_000, dimension: 256, version: 'v1', nlist: 25, nprobe: 1, metric: 'l2' });
    expect(result.index).toBe(join(folder.path, 'out', 'deep', 'added_IVF25_Flat_nprobe_1_song_v1.index'));
    expect(await tree(join(folder.path, 'out'))).toEqual(['deep', 'deep/added_IVF25_Flat_nprobe_1_song_v1.index']);
    expect(result.bytes).toBe(readFileSync(result.index).length);
    expect(fake.trainedRows).toEqual([1_000]);
    expect(fake.added).not.toEqual([...fake.added].sort((a, b) => a - b));
    expect([...fake.added].sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, frame) => frame));
    expect(context.steps).toEqual(['read', 'train', 'add', 'write', 'check']);
    expect(fake.open.size).toBe(0);
  });

  it('shuffles by seed alone', async () => {
    const experiment = voice();
    const orders = [];
    for (const seed of [7, 7, 8]) {
      const { fake, done } = run(request(experiment, { seed, out: join(folder.path, `out ${orders.length}`) }));
      await done;
      orders.push(fake.added);
    }
    expect(orders[0]).toEqual(orders[1]);
    expect(orders[0]).not.toEqual(orders[2]);
  });

  it('keeps whole files apart for Balanced, asks with them, and adds them last', async () => {
    const { fake, done } = run(request(voice(), { recipe: 'balanced' }), { enough: 6 });
    const result = await done;
    expect(result.nprobe).toBe(6);
    expect(result.coverage).toMatchObject({
      seed: 7,
      missing: [{ nprobe: 1 }, { nprobe: 2 }, { nprobe: 3 }, { nprobe: 4 }, { nprobe: 6, share: 0 }],
    });
    const heldOut = result.coverage?.heldOut ?? 0;
    expect(heldOut).toBeGreaterThan(0);
    expect(fake.trainedRows).toEqual([1_000 - heldOut]);
    const filesOf = (frames: readonly number[]): Set<number> => new Set(frames.map((frame) => Math.floor(frame / 50)));
    const kept = filesOf(fake.added.slice(0, -heldOut));
    const apart = filesOf(fake.added.slice(-heldOut));
    expect([...apart].filter((file) => kept.has(file))).toEqual([]);
    expect(new Set(fake.added).size).toBe(1_000);
    expect(result.index).toContain('nprobe_6');
  });

  it('searches no wider than helps when every search leaves a frame short', async () => {
    const result = await run(request(voice(), { recipe: 'balanced' }), { enough: 1_000 }).done;
    expect(result.nprobe).toBe(1);
    expect(result.coverage).toMatchObject({ reason: 'best', missing: [{ nprobe: 1 }] });
    expect(result.coverage?.missing[0]?.share).toBeCloseTo(0.003, 2);
  });

  it('asks with stored frames when one long file leaves nothing to hold out', async () => {
    const { fake, done } = run(request(voice(1, 200), { recipe: 'balanced' }));
    const { coverage } = await done;
    expect(coverage).toEqual({ heldOut: 0, seed: 7, reason: 'target', missing: [{ nprobe: 1, share: 0 }] });
    expect(fake.trainedRows).toEqual([200]);
  });

  it('takes the nprobe it is told', async () => {
    const result = await run(request(voice(), { recipe: 'balanced', nprobe: 9 })).done;
    expect(result).toMatchObject({ nprobe: 9, coverage: null });
  });

  it('names an index for Applio after the voice', async () => {
    const result = await run(request(voice(), { recipe: 'applio', name: 'other' })).done;
    expect(result.index).toBe(join(folder.path, 'out', 'deep', 'other.index'));
  });

  it('writes total_fea.npy in the same order', async () => {
    const { fake, done } = run(request(voice(), { totalFea: true }));
    const { notes } = await done;
    const total = join(folder.path, 'out', 'deep', 'total_fea.npy');
    expect(notes).toEqual([expect.objectContaining({ code: 'TOTAL_FEA', file: total, count: 1_000 })]);
    const data = new Float32Array(Uint8Array.from(readFileSync(total).subarray(128)).buffer);
    expect(Array.from({ length: 1_000 }, (_, row) => data[row * 256])).toEqual(fake.added);
  });

  it('lets the index appear first, and what goes with it after', async () => {
    const move = vi.spyOn(FileTransaction.prototype, 'move');
    const selection = { moments: [], files: ['0_000.npy'], silence: false, duplicates: false, outliers: 0 };
    const { index } = await run(request(voice(), { totalFea: true, selection })).done;
    const appeared = move.mock.calls.map(([, to]) => to);
    move.mockRestore();
    expect(appeared).toEqual([index, `${index}.json`, join(folder.path, 'out', 'deep', 'total_fea.npy')]);
  });

  it('N6: leaves out frames that are no numbers and files that are no features, and says so by name', async () => {
    const experiment = voice();
    const broken = values(50, 256);
    broken[3] = NaN;
    broken[256 * 49] = Infinity;
    put(join(experiment, '3_feature256', '0_003.npy'), npy(50, 256, { body: new Uint8Array(broken.buffer) }));
    put(join(experiment, '3_feature256', 'notes.txt'), 'x');
    put(join(experiment, '3_feature256', 'object.npy'), npy(1, 1, { descr: '|O', body: new Uint8Array(8) }));
    const { fake, done } = run(request(experiment, { recipe: 'balanced' }));
    const result = await done;
    expect(result.vectors).toBe(998);
    expect(result.notes).toEqual([
      expect.objectContaining({ code: 'NON_FINITE', file: '0_003.npy', count: 2 }),
      expect.objectContaining({ code: 'SKIPPED', file: 'notes.txt' }),
      expect.objectContaining({ code: 'SKIPPED', file: 'object.npy' }),
    ]);
    expect(fake.added.every(Number.isFinite)).toBe(true);
  });
});

describe('odd voices', () => {
  const zeros = (rows: number, columns = 256): Uint8Array =>
    npy(rows, columns, { body: new Uint8Array(rows * columns * 4) });
  const notes = async (asked: RequestOf<'train'>) => (await run(asked).done).notes;

  it('moments of nothing but zeros are left out, and said', async () => {
    const experiment = voice();
    put(join(experiment, '3_feature256', '9_9.npy'), zeros(40));
    const { fake, done } = run(request(experiment));
    const result = await done;
    expect(result.vectors).toBe(1_000);
    expect(result.notes).toEqual([expect.objectContaining({ code: 'ZERO', file: '9_9.npy', count: 40 })]);
    expect(fake.added).toHaveLength(1_000);
  });

  it('files of several speakers are built together, and said', async () => {
    for (const name of ['0_0_0.npy', '0_0_1.npy', '1_0_0.npy']) {
      const data = values(50, 256).map((value) => value + name.length);
      put(join(folder.path, 'two', 'extracted', name), npy(50, 256, { body: new Uint8Array(data.buffer) }));
    }
    expect(await notes(request(join(folder.path, 'two')))).toEqual([
      expect.objectContaining({ code: 'SPEAKERS', file: 'two', count: 2 }),
    ]);
    const selection = { ...NOTHING_LEFT_OUT, speaker: '0' };
    const out = join(folder.path, 'one');
    const one = await run(request(join(folder.path, 'two'), { selection, out })).done;
    expect(one).toMatchObject({ vectors: 100, notes: [], record: { selection: { speaker: '0', kept: 100 } } });
    expect(basename(one.index)).toContain('two-0');
    const nobody = { ...selection, speaker: '7' };
    await expect(run(request(join(folder.path, 'two'), { selection: nobody })).done).rejects.toMatchObject({
      code: 'SELECTION_EMPTY',
    });
  });

  it('a file of the other version keeps a voice from being built until it is left out', async () => {
    const experiment = voice();
    put(join(experiment, '3_feature256', '9_9.npy'), npy(40, 768));
    await expect(run(request(experiment)).done).rejects.toMatchObject({
      code: 'FEATURES_MIXED_DIMENSIONS',
      details: { file: '9_9.npy' },
    });
    const selection = { files: ['9_9.npy'], moments: [], silence: false, duplicates: false, outliers: 0 };
    expect(await run(request(experiment, { selection })).done).toMatchObject({ vectors: 1_000, dimension: 256 });
  });

  it('a voice merged with itself is built, and said', async () => {
    const sources = [voice(), voice()].map((path) => ({ path, weight: null }));
    expect(await notes(request('', { sources }))).toEqual([
      expect.objectContaining({ code: 'REPEATED', file: 'song', count: 1_000 }),
    ]);
  });
});

describe('train refuses', () => {
  async function refused(asked: RequestOf<'train'>, options: FakeEngineOptions = {}): Promise<unknown> {
    const before = await tree(folder.path);
    const { fake, done } = run(asked, options);
    const error: unknown = await done.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(await tree(folder.path)).toEqual(before);
    expect(fake.open.size).toBe(0);
    return error;
  }

  it('a voice of 5 frames', async () => {
    expect(await refused(request(voice(1, 5)))).toMatchObject({
      code: 'FEATURES_TOO_FEW',
      details: { frames: 5, needed: 8 },
    });
  });

  it('a voice whose frames are all broken', async () => {
    const body = new Uint8Array(new Float32Array(20 * 256).fill(NaN).buffer);
    put(join(folder.path, 'bare', 'a.npy'), npy(20, 256, { body }));
    expect(await refused(request(join(folder.path, 'bare')))).toMatchObject({ code: 'FEATURES_EMPTY' });
  });

  it('a folder without features', async () => {
    mkdirSync(join(folder.path, 'empty'));
    expect(await refused(request(join(folder.path, 'empty')))).toMatchObject({ code: 'NO_FEATURES' });
  });

  it('a folder that is not there', async () => {
    expect(await refused(request(join(folder.path, 'gone')))).toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('a name that is no file name', async () => {
    expect(await refused(request(voice(), { name: 'a/b' }))).toMatchObject({ code: 'NAME_INVALID' });
  });

  it('to overwrite an index, before any work when the name is known', async () => {
    const experiment = voice();
    put(join(folder.path, 'out', 'deep', 'added_IVF25_Flat_nprobe_1_song_v1.index'), 'mine');
    const { fake, done } = run(request(experiment));
    await expect(done).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(fake.calls).not.toContain('train');
    const same = { recipe: 'balanced', factory: 'IVF25,Flat', nprobe: 1 } as const;
    expect(await refused(request(experiment, same))).toMatchObject({ code: 'FILE_EXISTS' });
  });

  it('to overwrite an index, before any work when its nprobe is yet to be chosen', async () => {
    const experiment = voice();
    put(join(folder.path, 'out', 'deep', 'added_IVF76_Flat_nprobe_6_song_v1.index'), 'mine');
    const { fake, done } = run(request(experiment, { recipe: 'balanced' }));
    await expect(done).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(fake.calls).not.toContain('train');
  });

  it('to overwrite a record, before any work', async () => {
    const experiment = voice();
    put(join(folder.path, 'out', 'deep', 'added_IVF25_Flat_nprobe_1_song_v1.index.json'), '{}');
    const { fake, done } = run(request(experiment));
    await expect(done).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(fake.calls).not.toContain('train');
  });

  it('to overwrite total_fea.npy', async () => {
    const experiment = voice();
    put(join(folder.path, 'out', 'deep', 'total_fea.npy'), 'mine');
    expect(await refused(request(experiment, { totalFea: true }))).toMatchObject({ code: 'FILE_EXISTS' });
  });

  it('an index that does not say what was written', async () => {
    expect(await refused(request(voice()), { garbage: Buffer.from('<html>') })).toMatchObject({
      code: 'INDEX_LOOKALIKE',
    });
  });

  it('a full disk', async () => {
    const onCall = (call: string): void => {
      if (call === 'save') throw engineFailure('IO', 'ENOSPC');
    };
    expect(await refused(request(voice(), { totalFea: true }), { onCall })).toMatchObject({ code: 'DISK_FULL' });
  });

  it('a lack of memory', async () => {
    const onCall = (call: string): void => {
      if (call === 'train') throw engineFailure('MEMORY');
    };
    expect(await refused(request(voice()), { onCall })).toMatchObject({ code: 'OUT_OF_MEMORY' });
  });
});

describe('features that do not hold still', () => {
  it('a file that grows while it is read', async () => {
    const experiment = voice();
    const onCall = (call: string): void => {
      if (call === 'readRegion') put(join(experiment, '3_feature256', '0_000.npy'), npy(60, 256));
    };
    await expect(run(request(experiment), { onCall }).done).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  it('a file that goes away', async () => {
    const experiment = voice();
    const onCall = (call: string): void => {
      if (call === 'readRegion') unlinkSync(join(experiment, '3_feature256', '0_000.npy'));
    };
    await expect(run(request(experiment), { onCall }).done).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('a folder that goes away', async () => {
    const experiment = voice();
    const onCall = (call: string): void => {
      if (call === 'readRegion') rmSync(join(experiment, '3_feature256'), { recursive: true, force: true });
    };
    await expect(run(request(experiment), { onCall }).done).rejects.toMatchObject({ code: 'FOLDER_VANISHED' });
    expect(await tree(folder.path)).toEqual(['logs', 'logs/song']);
  });
});

describe('a cancelled training leaves nothing behind', () => {
  it.each(['read', 'train', 'add', 'measure', 'write', 'check'])('at the step %s', async (step) => {
    const experiment = voice();
    const before = await tree(folder.path);
    const { fake, done } = run(request(experiment, { recipe: 'balanced', totalFea: true }), { abortAt: step });
    await expect(done).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(await tree(folder.path)).toEqual(before);
    expect(fake.open.size).toBe(0);
  });
});
