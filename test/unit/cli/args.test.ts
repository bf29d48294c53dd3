import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plain } from '@shared/contract/build';
import { DEFAULT_SEED } from '@shared/domain/maths/random';
import { COMMANDS, parseInvocation } from '../../../src/cli/args';
import { helpText } from '../../../src/cli/help';

const work = (...words: readonly string[]) => {
  const invocation = parseInvocation(words);
  if (invocation.kind !== 'work') throw new Error(`not work: ${invocation.kind}`);
  return invocation;
};

describe('parseInvocation', () => {
  it('gives train its defaults', () => {
    expect(work('train', 'voice')).toEqual({
      kind: 'work',
      json: false,
      request: {
        kind: 'train',
        sources: [{ path: resolve('voice'), weight: null }],
        ...plain('balanced'),
        seed: DEFAULT_SEED,
        measure: false,
        name: null,
        out: null,
        totalFea: false,
        memoryLimit: null,
      },
    });
  });

  it('reads every option of train', () => {
    const words = 'train voice --recipe rvc --seed 7 --name song --out there --nprobe 9 --total-fea --json'.split(' ');
    expect(work(...words)).toMatchObject({
      json: true,
      request: { recipe: 'rvc', seed: 7, name: 'song', out: resolve('there'), nprobe: 9, totalFea: true },
    });
    expect(work('train', '--json', '--seed=7', 'voice')).toMatchObject({ json: true, request: { seed: 7 } });
  });

  it('reads how an index is to be built', () => {
    const words =
      'train v --factory IVF64,PQ128x4fs,RFlat --metric ip --k-factor 4 --compress 500 --compress-method kmeans ' +
      '--alpha 2.5 --neighbours 7 --no-self --no-restore-norm --drop a.npy --drop b.npy --drop-silence --max-memory 200';
    expect(work(...words.split(' ')).request).toMatchObject({
      factory: 'IVF64,PQ128x4fs,RFlat',
      metric: 'ip',
      kFactor: 4,
      compression: { clusters: 500, method: 'kmeans' },
      expansion: { alpha: 2.5, neighbors: 7, includeSelf: false, restoreNorms: false, repetitions: 1, search: 'fast' },
      selection: { files: ['a.npy', 'b.npy'], silence: true, duplicates: false, outliers: 0 },
      memoryLimit: 200_000_000,
    });
    expect(work('train', 'v', '--compress', 'none').request).toMatchObject({ compression: 'none' });
    expect(work('train', 'v', '--neighbors', '5').request).toMatchObject({ expansion: { alpha: 3, neighbors: 5 } });
  });

  it('lets train look for the best way', () => {
    const words = 'train v --recipe auto --max-size 30 --max-ms 5 --budget 60'.split(' ');
    expect(work(...words).request).toMatchObject({
      kind: 'auto',
      train: { recipe: 'balanced', out: null },
      budgetSeconds: 60,
      limits: { maxBytes: 30_000_000, maxMs: 5, minQuality: null },
    });
  });

  it('expands a voice or an index into a new index, and frames that ask into new frames', () => {
    const words = 'expand a.index --alpha 2 --neighbours 4 --out there'.split(' ');
    expect(work(...words).request).toMatchObject({
      kind: 'train',
      sources: [{ path: resolve('a.index') }],
      expansion: { alpha: 2, neighbors: 4, includeSelf: true, restoreNorms: true },
      out: resolve('there'),
    });
    expect(work('expand', 'a', '--out', 'b').request).toMatchObject({ expansion: { alpha: 3, neighbors: 10 } });
    expect(work('expand', 'singer', '--by', 'a.index', '--out', 'b').request).toMatchObject({
      kind: 'expand',
      folder: resolve('singer'),
      by: resolve('a.index'),
      alpha: 3,
    });
  });

  it('merges voices by their shares', () => {
    expect(work('merge', 'a', 'b', '--share', '0.7,0.3', '--out', 'c').request).toMatchObject({
      kind: 'train',
      sources: [
        { path: resolve('a'), weight: 0.7 },
        { path: resolve('b'), weight: 0.3 },
      ],
    });
  });

  it('compresses and tunes', () => {
    expect(work('compress', 'a', '--clusters', '500', '--out', 'c.npy').request).toMatchObject({
      kind: 'compress',
      clusters: 500,
      method: 'minibatch',
      out: resolve('c.npy'),
    });
    expect(work('tune', 'a', '--budget', '30').request).toMatchObject({
      kind: 'tune',
      budgetSeconds: 30,
      options: null,
    });
  });

  it('reads the other commands', () => {
    expect(work('inspect', 'a.index').request).toEqual({ kind: 'inspect', path: resolve('a.index') });
    expect(work('scan', '.').request).toEqual({ kind: 'scan', path: resolve('.'), builtRoot: null });
    expect(work('sample').request).toMatchObject({ name: 'sample', minutes: 3, version: 'v2' });
    expect(work('sample', '--minutes', '0.5', '--version', 'v1').request).toMatchObject({
      minutes: 0.5,
      version: 'v1',
    });
    expect(work('export', 'a.index', '--host', 'rvc', '--root', 'r', '--name', '测试').request).toEqual({
      kind: 'export',
      index: resolve('a.index'),
      host: 'rvc',
      root: resolve('r'),
      name: '测试',
      setAside: false,
    });
  });

  it.each([
    ['an unknown command', ['build', 'x']],
    ['no folder', ['train']],
    ['an empty folder', ['train', '']],
    ['two folders', ['train', 'a', 'b']],
    ['an unknown option', ['train', 'a', '--fast']],
    ['an option without its value', ['train', 'a', '--seed']],
    ['an unknown recipe', ['train', 'a', '--recipe', 'dance']],
    ['an alpha that is no number', ['train', 'a', '--alpha', 'x']],
    ['a negative alpha', ['expand', 'a', '--alpha=-1', '--out', 'b']],
    ['no neighbors', ['expand', 'a', '--neighbours', '0', '--out', 'b']],
    ['nothing to keep', ['compress', 'a', '--clusters', '0', '--out', 'b']],
    ['one voice to merge', ['merge', 'a', '--out', 'b']],
    ['shares for other voices', ['merge', 'a', 'b', '--share', '1', '--out', 'c']],
    ['a merge into nowhere', ['merge', 'a', 'b']],
    ['a metric of its own', ['train', 'a', '--metric', 'dance']],
    ['most frames as outliers', ['train', 'a', '--drop-outliers', '0.9']],
    ['a seed that is no number', ['train', 'a', '--seed', 'x']],
    ['an empty seed', ['train', 'a', '--seed', '']],
    ['a seed that is negative', ['train', 'a', '--seed=-1']],
    ['a seed with a fraction', ['train', 'a', '--seed', '1.5']],
    ['nprobe 0', ['train', 'a', '--nprobe', '0']],
    ['nprobe without end', ['train', 'a', '--nprobe', 'Infinity']],
    ['an unknown host', ['export', 'a', '--host', 'wokada', '--root', 'r', '--name', 'n']],
    ['no host', ['export', 'a', '--root', 'r', '--name', 'n']],
    ['no root', ['export', 'a', '--host', 'rvc', '--name', 'n']],
    ['no name', ['export', 'a', '--host', 'rvc', '--root', 'r']],
    ['a folder for sample', ['sample', 'x']],
    ['endless minutes', ['sample', '--minutes', '100000']],
    ['an unknown topic', ['help', 'x']],
  ])('refuses %s', (_what, words) => {
    expect(() => parseInvocation(words)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('knows help and version', () => {
    expect(parseInvocation([])).toEqual({ kind: 'help', command: null });
    expect(parseInvocation(['-h'])).toEqual({ kind: 'help', command: null });
    expect(parseInvocation(['help', 'train'])).toEqual({ kind: 'help', command: 'train' });
    expect(parseInvocation(['train', '--help'])).toEqual({ kind: 'help', command: 'train' });
    expect(parseInvocation(['--version'])).toEqual({ kind: 'version' });
  });
});

describe('helpText', () => {
  it('names every command', () => {
    for (const command of COMMANDS) expect(helpText(null)).toContain(`  ${command} `);
  });

  it('names every option that is accepted', () => {
    expect(helpText('train').match(/--[a-z-]+/g)).toEqual(
      expect.arrayContaining(['--recipe', '--nprobe', '--seed', '--name', '--out', '--total-fea', '--json']),
    );
    expect(helpText('export').match(/--[a-z-]+/g)).toEqual(
      expect.arrayContaining(['--host', '--root', '--name', '--set-aside', '--json']),
    );
  });
});
