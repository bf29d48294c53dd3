import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runPython, shippedJson, useCommandLine, voronoice, voronoiceJson } from './command';

const folder = useCommandLine();

interface Facts {
  readonly vectors: number;
  readonly dimension: number;
  readonly nlist: number | null;
  readonly nprobe: number | null;
  readonly imbalance: number | null;
}

interface InspectAnswer extends Facts {
  readonly type: string;
  readonly metric: string;
  readonly trained: boolean;
  readonly problems: readonly { readonly code: string }[];
}

let facts: Readonly<Record<string, Facts>> = {};

const indexPath = (name: string): string => join(folder.path, `${name}.index`);

beforeAll(async () => {
  facts = (await runPython('writeIndexes.py', folder.path)) as typeof facts;
});

describe('an index that Python wrote, inspected by ours', () => {
  it.each([
    ['ivf', 'IndexIVFFlat', []],
    ['flat', 'IndexFlatL2', []],
    ['hnsw', 'IndexHNSWFlat', []],
    ['ivf-hnsw', 'IndexIVFFlat', []],
    ['sq8', 'IndexIVFScalarQuantizer', []],
    ['fp16', 'IndexIVFScalarQuantizer', []],
    ['pq', 'IndexIVFPQ', []],
    ['fast-scan', 'IndexIVFPQFastScan', ['INDEX_NOT_FOR_HOST']],
    ['refine', 'IndexRefine', []],
    ['id-map', 'IndexIDMap', ['INDEX_NOT_FOR_HOST']],
    ['id-map2', 'IndexIDMap2', []],
    ['pca', 'IndexPreTransform', []],
    ['inner-product', 'IndexIVFFlat', ['INDEX_NOT_FOR_HOST']],
    ['trained', 'IndexIVFFlat', ['INDEX_NO_VECTORS']],
    ['removed', 'IndexIVFFlat', ['INDEX_NOT_FOR_HOST']],
  ])('%s is %s', async (name, type, problems) => {
    const ours = (await voronoiceJson('inspect', indexPath(name))) as InspectAnswer;
    const { vectors, dimension, nlist, nprobe, imbalance } = facts[name]!;
    expect(ours).toMatchObject({ type, vectors, dimension, trained: true });
    expect(ours.metric).toBe(name === 'inner-product' ? 'ip' : 'l2');
    expect(ours.problems.map(({ code }) => code)).toEqual(problems);
    // Python does not look inside IndexRefine for the groups.
    if (nlist !== null) expect([ours.nlist, ours.nprobe]).toEqual([nlist, nprobe]);
    if (name === 'ivf') expect(ours.imbalance).toBeCloseTo(imbalance!, 6);
  });

  it('cut off is refused with a code and what to do', async () => {
    const bytes = readFileSync(indexPath('ivf'));
    for (const length of [0, 3, 40, 200, bytes.length - 1]) {
      writeFileSync(indexPath('cut'), bytes.subarray(0, length));
      const { code, stdout } = await voronoice('inspect', indexPath('cut'), '--json');
      expect(code).toBe(3);
      const { error } = JSON.parse(stdout) as { error: { code: string; action: string } };
      expect(error.code).toBe(length === 0 ? 'INDEX_EMPTY_FILE' : 'INDEX_TRUNCATED');
      expect(error.action.length).toBeGreaterThan(10);
    }
  });
});

describe('export', () => {
  it('puts a sound index where RVC looks for it, twice', async () => {
    const root = join(folder.path, 'RVC');
    mkdirSync(join(root, 'logs', 'song'), { recursive: true });
    const words = ['export', indexPath('ivf'), '--host', 'rvc', '--root', root, '--name', 'song'];
    const { files } = shippedJson(...words) as { files: string[] };
    expect(files).toEqual([
      join(root, 'logs', 'song', 'added_IVF20_Flat_nprobe_3_song_v1.index'),
      join(root, 'assets', 'indices', 'song_added_IVF20_Flat_nprobe_3_song_v1.index'),
    ]);
    for (const file of files) expect(readFileSync(file).equals(readFileSync(indexPath('ivf')))).toBe(true);
    expect(((await voronoiceJson(...words)) as { backups: string[] }).backups).toEqual([]);
  });

  it.each([
    ['trained', 'INDEX_NO_VECTORS'],
    ['removed', 'INDEX_NOT_FOR_HOST'],
    ['inner-product', 'INDEX_NOT_FOR_HOST'],
    ['id-map', 'INDEX_NOT_FOR_HOST'],
    ['fast-scan', 'INDEX_NOT_FOR_HOST'],
  ])('refuses %s, which would not work there: %s', async (name, code) => {
    const root = join(folder.path, 'Applio');
    mkdirSync(join(root, 'logs'), { recursive: true });
    const answer = await voronoice(
      'export',
      indexPath(name),
      '--host',
      'applio',
      '--root',
      root,
      '--name',
      'song',
      '--json',
    );
    expect(answer.code).toBe(3);
    expect(JSON.parse(answer.stdout)).toMatchObject({ error: { code } });
    expect(readdirSync(join(root, 'logs'))).toEqual([]);
  });
});
