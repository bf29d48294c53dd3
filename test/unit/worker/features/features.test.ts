import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { byCodePoint, listFeatures, requireUsable } from '../../../../src/worker/features/features';
import { npy, put, useFolder } from '../support';

const folder = useFolder();
const signal = new AbortController().signal;

async function list(files: Readonly<Record<string, string | Uint8Array>>) {
  for (const [name, content] of Object.entries(files)) put(join(folder.path, name), content);
  return listFeatures(folder.path, signal);
}

describe('leaving files out', () => {
  it('names the fewer files of the other version, which keep all from being used', async () => {
    const found = await list({ 'a.npy': npy(3, 768), 'b.npy': npy(3, 256), 'c.npy': npy(3, 768) });
    expect(found).toMatchObject({ odd: ['b.npy'], problem: { code: 'FEATURES_MIXED_DIMENSIONS' } });
    expect((await listFeatures(folder.path, signal, { without: new Set(['b.npy']) })).odd).toEqual([]);
  });

  it('is as if they were not there, and says so of each that is', async () => {
    await list({ 'a.npy': npy(3, 768), 'b.npy': npy(5, 256), 'c.npy': 'damaged', 'd.npy': npy(7, 768) });
    const without = new Set(['b.npy', 'c.npy', 'd.npy', 'gone.npy']);
    const found = await listFeatures(folder.path, signal, { without });
    expect(found).toMatchObject({ frames: 3, dimension: 768, odd: [], problem: null });
    expect(found.skipped.map(({ name, problem }) => [name, problem.code])).toEqual(
      ['b.npy', 'c.npy', 'd.npy'].map((name) => [name, 'FEATURES_LEFT_OUT']),
    );
  });

  it('says why nothing is left', async () => {
    await list({ 'a.npy': npy(3, 768) });
    const found = await listFeatures(folder.path, signal, { without: new Set(['a.npy']) });
    expect(found.problem).toMatchObject({ code: 'FEATURES_LEFT_OUT', details: { file: 'a.npy' } });
  });
});

describe('listFeatures', () => {
  it('counts frames, and keeps the order in which RVC reads', async () => {
    const names = ['10_0.npy', '2_0.npy', 'a b.npy', 'ä.npy', 'ｚ.npy', '😀.npy', 'Z.npy'];
    const found = await list(Object.fromEntries(names.map((name) => [name, npy(3, 768)])));
    expect(found.files.map(({ name }) => name)).toEqual([
      '10_0.npy',
      '2_0.npy',
      'Z.npy',
      'a b.npy',
      'ä.npy',
      'ｚ.npy',
      '😀.npy',
    ]);
    expect(found).toMatchObject({ frames: 21, dimension: 768, skipped: [], problem: null });
    expect(found.modified).toBeGreaterThan(Date.now() - 60_000);
  });

  it('N3: takes every number type and order that can be read', async () => {
    const body = (bytes: number): Uint8Array => new Uint8Array(2 * 256 * bytes);
    const found = await list({
      'f2.npy': npy(2, 256, { descr: '<f2', body: body(2) }),
      'f8.npy': npy(2, 256, { descr: '<f8', body: body(8) }),
      'big.npy': npy(2, 256, { descr: '>f4', body: body(4) }),
      'fortran.npy': npy(2, 256, { fortran: true, version: 2 }),
    });
    expect(found.files).toHaveLength(4);
    expect(found.frames).toBe(8);
  });

  it.each([
    ['a stray text', 'notes.txt', 'hello', 'NPY_NOT_NPY'],
    ['text with the ending', 'x.npy', 'hello', 'NPY_NOT_NPY'],
    ['Python objects', 'x.npy', npy(1, 1, { descr: '|O', body: new Uint8Array(8) }), 'NPY_OBJECTS'],
    ['whole numbers', 'x.npy', npy(1, 256, { descr: '<i4' }), 'NPY_TYPE'],
    ['one dimension', 'x.npy', npy(5, 1, { shape: '(5,)' }), 'NPY_SHAPE'],
    ['too long a body', 'x.npy', npy(2, 256, { shape: '(1, 256)' }), 'NPY_SHAPE'],
    ['a body cut off', 'x.npy', npy(2, 256, { shape: '(3, 256)' }), 'NPY_TRUNCATED'],
    ['a shape beyond any file', 'x.npy', npy(1, 1, { shape: '(1099511627776, 768)' }), 'NPY_TRUNCATED'],
    ['a future version', 'x.npy', npy(1, 256, { version: 9 }), 'NPY_VERSION'],
    [
      'an endless header',
      'x.npy',
      Buffer.concat([npy(0, 256, { version: 2 }).subarray(0, 8), Buffer.from([255, 255, 255, 255]), Buffer.alloc(600)]),
      'NPY_HEADER',
    ],
    ['no rows', 'x.npy', npy(0, 256), 'FEATURES_EMPTY'],
    ['another dimension', 'x.npy', npy(2, 80), 'FEATURES_DIMENSION'],
    ['an empty file', 'x.npy', '', 'NPY_TRUNCATED'],
  ])('N5: leaves out %s, with its code', async (_what, name, content, code) => {
    const found = await list({ 'good.npy': npy(2, 256), [name]: content });
    expect(found.files.map((file) => file.name)).toEqual(['good.npy']);
    expect(found.skipped).toEqual([{ name, problem: expect.objectContaining({ code }) as unknown }]);
    expect(found.problem).toBeNull();
  });

  it('leaves out a folder named like a file, a link in a circle and a broken link', async () => {
    mkdirSync(join(folder.path, 'folder.npy'));
    symlinkSync('circle.npy', join(folder.path, 'circle.npy'));
    symlinkSync('nowhere', join(folder.path, 'broken.npy'));
    const { files, skipped } = await list({ 'good.npy': npy(2, 256) });
    expect(files).toHaveLength(1);
    expect(skipped.map(({ name, problem }) => [name, problem.code])).toEqual([
      ['broken.npy', 'FILE_NOT_FOUND'],
      ['circle.npy', 'FILE_UNREADABLE'],
      ['folder.npy', 'NPY_NOT_NPY'],
    ]);
  });

  it('follows links and reads what is read-only', async () => {
    chmodSync(put(join(folder.path, 'other', 'real.npy'), npy(2, 256)), 0o444);
    mkdirSync(join(folder.path, 'features'));
    symlinkSync(join('..', 'other', 'real.npy'), join(folder.path, 'features', 'link.npy'));
    expect((await listFeatures(join(folder.path, 'features'), signal)).frames).toBe(2);
  });

  it('says nothing about what training itself writes', async () => {
    const found = await list({ 'a.npy': npy(2, 256), 'total_fea.npy': npy(9, 256), 'added_x.index': 'x' });
    expect(found).toMatchObject({ frames: 2, skipped: [] });
  });

  it('N8: holds 10,000 files', async () => {
    const bytes = npy(1, 256);
    for (let file = 0; file < 10_000; file++) put(join(folder.path, `${file}.npy`), bytes);
    expect((await listFeatures(folder.path, signal)).frames).toBe(10_000);
  });

  it('stops when it is told', async () => {
    const abort = new AbortController();
    abort.abort();
    put(join(folder.path, 'a.npy'), npy(2, 256));
    await expect(listFeatures(folder.path, abort.signal)).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });
});

describe('a folder that cannot be used', () => {
  it.each<[string, Record<string, string | Uint8Array>, string]>([
    ['is empty', {}, 'FEATURES_EMPTY'],
    ['holds other files only', { 'readme.txt': 'x' }, 'FEATURES_EMPTY'],
    ['mixes v1 and v2', { 'a.npy': npy(2, 256), 'b.npy': npy(2, 768) }, 'FEATURES_MIXED_DIMENSIONS'],
    ['has 80 columns', { 'a.npy': npy(2, 80) }, 'FEATURES_DIMENSION'],
    ['holds Python objects only', { 'a.npy': npy(1, 1, { descr: '|O', body: new Uint8Array(8) }) }, 'NPY_OBJECTS'],
    ['holds empty matrices only', { 'a.npy': npy(0, 768) }, 'FEATURES_EMPTY'],
  ])('because it %s', async (_why, files, code) => {
    const found = await list(files);
    expect(found.problem?.code).toBe(code);
    expect(() => requireUsable(found)).toThrow(expect.objectContaining({ code }));
  });

  it('because it is not there', async () => {
    await expect(listFeatures(join(folder.path, 'gone'), signal)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('a file that cannot be read at this moment', () => {
  it('is not left out in silence, unless it is to be left out', async () => {
    const found = await list({ 'a.npy': npy(3, 768) });
    const problem = { code: 'DISK_FAILED', message: 'The disk answers with an error.', details: {} } as const;
    const folderWith = { ...found, skipped: [{ name: 'b.npy', problem }] };
    expect(() => requireUsable(folderWith)).toThrow(expect.objectContaining({ code: 'DISK_FAILED' }));
    expect(() => requireUsable(folderWith, new Set(['b.npy']))).not.toThrow();
    const damaged = { ...problem, code: 'NPY_TRUNCATED' } as const;
    expect(() => requireUsable({ ...found, skipped: [{ name: 'b.npy', problem: damaged }] })).not.toThrow();
  });
});

describe('byCodePoint', () => {
  it('sorts as Python does, not by UTF-16 units', () => {
    expect(['😀', 'ｚ', 'b', 'a'].sort(byCodePoint)).toEqual(['a', 'b', 'ｚ', '😀']);
    expect(['😀', 'ｚ'].sort()).toEqual(['😀', 'ｚ']);
  });
});
