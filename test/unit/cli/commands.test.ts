import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plain } from '@shared/contract/build';
import { FULL_EFFORT } from '@shared/contract/effort';
import { DEFAULT_SEED } from '@shared/domain/maths/random';
import { type AnyCommand, type Command, generalHelp, helpOf } from '../../../src/cli/command';
import { COMMANDS } from '../../../src/cli/commands';
import { optionName } from '../../../src/cli/option';

const commands: Readonly<Record<string, Command<unknown>>> = COMMANDS;

/** What the words ask for. */
function work(name: string, ...words: readonly string[]): unknown {
  const command = commands[name];
  if (command === undefined) throw new Error(`no command ${name}`);
  return command.read(words);
}

describe('the words of a command', () => {
  it('gives train its defaults', () => {
    expect(work('train', 'voice')).toEqual({
      training: {
        kind: 'train',
        sources: [{ path: resolve('voice'), weight: null }],
        ...plain('balanced'),
        seed: DEFAULT_SEED,
        measure: false,
        name: null,
        out: null,
        totalFea: false,
        traces: null,
        memoryLimit: null,
      },
      search: null,
    });
  });

  it('reads every option of train', () => {
    const words = 'voice --recipe rvc --seed 7 --name song --out there --nprobe 9 --total-fea --measure --json'.split(
      ' ',
    );
    expect(work('train', ...words)).toMatchObject({
      training: {
        recipe: 'rvc',
        seed: 7,
        name: 'song',
        out: resolve('there'),
        nprobe: 9,
        totalFea: true,
        measure: true,
      },
    });
    expect(work('train', '--json', '--seed=7', 'voice')).toMatchObject({ training: { seed: 7 } });
  });

  it('reads of every command what it may take of the computer', () => {
    const effort = (...words: readonly string[]) => COMMANDS.measure.start(['a.index', ...words]).effort;
    expect(effort()).toEqual(FULL_EFFORT);
    expect(effort('--threads', '3', '--low-priority')).toEqual({ threads: 3, priority: 'low' });
    expect(() => effort('--threads', '0')).toThrow('--threads');
  });

  it('reads how an index is to be built', () => {
    const words =
      'v --factory IVF64,PQ128x4fs,RFlat --metric ip --k-factor 4 --compress 500 --compress-method kmeans ' +
      '--alpha 2.5 --neighbours 7 --no-self --no-restore-norm --speaker 7 --drop a.npy --drop b.npy --drop-moments a:b.npy:3-9 --drop-silence --max-memory 200';
    expect(work('train', ...words.split(' '))).toMatchObject({
      training: {
        factory: 'IVF64,PQ128x4fs,RFlat',
        metric: 'ip',
        kFactor: 4,
        compression: { clusters: 500, method: 'kmeans' },
        expansion: {
          alpha: 2.5,
          neighbors: 7,
          includeSelf: false,
          restoreNorms: false,
          repetitions: 1,
          search: 'fast',
        },
        selection: {
          moments: [{ file: 'a:b.npy', from: 3, to: 9 }],
          files: ['a.npy', 'b.npy'],
          speaker: '7',
          silence: true,
          duplicates: false,
          outliers: 0,
        },
        traces: null,
        memoryLimit: 200_000_000,
      },
    });
    expect(work('train', 'v', '--compress', 'none')).toMatchObject({ training: { compression: 'none' } });
    expect(work('train', 'v', '--neighbors', '5')).toMatchObject({
      training: { expansion: { alpha: 3, neighbors: 5 } },
    });
  });

  it('lets train look for the best way', () => {
    const words = 'v --recipe auto --max-size 30 --max-ms 5 --budget 60'.split(' ');
    expect(work('train', ...words)).toMatchObject({
      training: { recipe: 'balanced', out: null },
      search: { budgetSeconds: 60, limits: { maxBytes: 30_000_000, maxMs: 5, minQuality: null } },
    });
  });

  it('expands a voice or an index into a new index, and frames that ask into new frames', () => {
    const words = 'a.index --alpha 2 --neighbours 4 --out there'.split(' ');
    expect(work('expand', ...words)).toMatchObject({
      kind: 'train',
      sources: [{ path: resolve('a.index') }],
      expansion: { alpha: 2, neighbors: 4, includeSelf: true, restoreNorms: true },
      out: resolve('there'),
    });
    expect(work('expand', 'a', '--out', 'b', '--no-self', '--exact')).toMatchObject({
      expansion: { alpha: 3, neighbors: 10, includeSelf: false, search: 'exact' },
    });
    expect(work('expand', 'singer', '--by', 'a.index', '--out', 'b')).toMatchObject({
      kind: 'expand',
      folder: resolve('singer'),
      by: resolve('a.index'),
      alpha: 3,
    });
  });

  it('merges voices by their shares', () => {
    expect(work('merge', 'a', 'b', '--share', '0.7,0.3', '--out', 'c')).toMatchObject({
      kind: 'train',
      sources: [
        { path: resolve('a'), weight: 0.7 },
        { path: resolve('b'), weight: 0.3 },
      ],
    });
  });

  it('compresses and tunes', () => {
    expect(work('compress', 'a', '--clusters', '500', '--out', 'c.npy')).toMatchObject({
      kind: 'compress',
      clusters: 500,
      method: 'kmeans',
      out: resolve('c.npy'),
    });
    expect(work('tune', 'a', '--budget', '30')).toMatchObject({
      kind: 'tune',
      budgetSeconds: 30,
      options: null,
    });
  });

  it('reads the other commands', () => {
    expect(work('inspect', 'a.index')).toEqual({ file: resolve('a.index'), model: null });
    expect(work('inspect', 'a.index', '--model', 'b.pth')).toEqual({
      file: resolve('a.index'),
      model: resolve('b.pth'),
    });
    expect(work('unpack', 'a.zip', '--out', 'there')).toEqual({
      kind: 'unpack',
      archive: resolve('a.zip'),
      root: resolve('there'),
    });
    expect(work('scan', '.')).toEqual({ path: resolve('.'), uses: false });
    expect(work('scan', '.', '--uses')).toEqual({ path: resolve('.'), uses: true });
    expect(work('sample')).toMatchObject({ name: 'sample', minutes: 3, version: 'v2' });
    expect(work('sample', '--minutes', '0.5', '--version', 'v1')).toMatchObject({
      minutes: 0.5,
      version: 'v1',
    });
    expect(work('export', 'a.index', '--host', 'rvc', '--root', 'r', '--name', '测试')).toEqual({
      kind: 'export',
      index: resolve('a.index'),
      host: 'rvc',
      root: resolve('r'),
      name: '测试',
      slot: null,
      setAside: false,
      link: false,
    });
  });

  it.each([
    ['no folder', ['train']],
    ['an empty folder', ['train', '']],
    ['two folders', ['train', 'a', 'b']],
    ['an unknown option', ['train', 'a', '--fast']],
    ['an option without its value', ['train', 'a', '--seed']],
    ['an unknown recipe', ['train', 'a', '--recipe', 'dance']],
    ['an alpha that is no number', ['train', 'a', '--alpha', 'x']],
    ['a negative alpha', ['expand', 'a', '--alpha=-1', '--out', 'b']],
    ['no neighbors', ['expand', 'a', '--neighbours', '0', '--out', 'b']],
    ['nothing to keep', ['compress', 'a', '--clusters', '0', '--out', 'b.npy']],
    ['frames under the name of an index', ['compress', 'a', '--clusters', '5', '--out', 'b.index']],
    ['one voice to merge', ['merge', 'a', '--out', 'b']],
    ['shares for other voices', ['merge', 'a', 'b', '--share', '1', '--out', 'c']],
    ['a merge into nowhere', ['merge', 'a', 'b']],
    ['a metric of its own', ['train', 'a', '--metric', 'dance']],
    ['a moment without frames', ['train', 'a', '--drop-moments', 'b.npy:4-4']],
    ['a moment of no file', ['train', 'a', '--drop-moments', '4-5']],
    ['a moment without an end', ['train', 'a', '--drop-moments', 'b.npy:4']],
    ['most frames as outliers', ['train', 'a', '--drop-outliers', '0.9']],
    ['a seed that is no number', ['train', 'a', '--seed', 'x']],
    ['an empty seed', ['train', 'a', '--seed', '']],
    ['a seed that is negative', ['train', 'a', '--seed=-1']],
    ['a seed with a fraction', ['train', 'a', '--seed', '1.5']],
    ['nprobe 0', ['train', 'a', '--nprobe', '0']],
    ['nprobe without end', ['train', 'a', '--nprobe', 'Infinity']],
    ['an unknown host', ['export', 'a', '--host', 'nobody', '--root', 'r', '--name', 'n']],
    ['no host', ['export', 'a', '--root', 'r', '--name', 'n']],
    ['no root', ['export', 'a', '--host', 'rvc', '--name', 'n']],
    ['no name', ['export', 'a', '--host', 'rvc', '--root', 'r']],
    ['a folder for sample', ['sample', 'x']],
    ['endless minutes', ['sample', '--minutes', '100000']],
    ['nprobe 0 to measure', ['measure', 'a', '--nprobe', '1,0']],
    ['nprobe beyond what hosts read', ['repair', 'a', '--nprobe', '2147483648']],
    ['a word for nprobe', ['repair', 'a', '--nprobe', 'many']],
    ['a share below zero', ['merge', 'a', 'b', '--share=-1,2', '--out', 'c']],
    ['shares of nothing', ['merge', 'a', 'b', '--share', '0,0', '--out', 'c']],
    ['no memory at all', ['train', 'a', '--max-memory', '0']],
    ['memory without end', ['train', 'a', '--max-memory', '1e300']],
    ['a name without end', ['train', 'a', '--name', 'x'.repeat(301)]],
  ])('refuses %s', (_what, words) => {
    expect(() => work(words[0] ?? '', ...words.slice(1))).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('says what was expected of a number', () => {
    expect(() => work('train', 'a', '--nprobe', '1.5')).toThrow('--nprobe cannot be 1.5: expected a whole number.');
    expect(() => work('train', 'a', '--nprobe', '0')).toThrow('--nprobe cannot be 0: expected >=1.');
  });

  it.each([
    ['--budget without --recipe auto', ['train', 'a', '--budget', '5'], '--budget'],
    ['--max-size without --recipe auto', ['train', 'a', '--recipe', 'best', '--max-size', '5'], '--max-size'],
    ['--no-self without neighbors', ['train', 'a', '--no-self'], '--no-self'],
    [
      'a method without compressing',
      ['merge', 'a', 'b', '--out', 'c', '--compress-method', 'kmeans'],
      '--compress-method',
    ],
    ['a recipe for frames that ask', ['expand', 'a', '--by', 'b', '--out', 'c', '--recipe', 'best'], '--recipe'],
    ['features for a given nprobe', ['repair', 'a', '--nprobe', '4', '--features', 'b'], '--features'],
    ['nprobe when a repair is taken back', ['repair', 'a', '--undo', 'n.json', '--nprobe', '4'], '--nprobe'],
  ])('refuses what would have no effect: %s', (_what, [name = '', ...words], option) => {
    expect(() => work(name, ...words)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(`${option} has no effect`) as string }),
    );
  });

  it('goes on understanding older names', () => {
    const words = ['a', '--clusters', '5', '--out', 'b.npy'];
    const now = work('compress', ...words, '--compress-method', 'kmeans');
    expect(now).toMatchObject({ method: 'kmeans' });
    expect(work('compress', ...words, '--method', 'kmeans')).toEqual(now);
    expect(work('train', 'a', '--neighbours', '5')).toEqual(work('train', 'a', '--neighbors', '5'));
  });

  it('gives repair the frames that a measurement asks with', () => {
    expect(work('repair', 'a', '--nprobe', 'auto', '--features', 'b', '--seed', '7')).toMatchObject({
      nprobe: null,
      features: resolve('b'),
      seed: 7,
    });
  });
});

describe('the help', () => {
  it('names every command', () => {
    for (const command of Object.keys(COMMANDS))
      expect(generalHelp(COMMANDS)).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it.each(Object.entries<AnyCommand>(COMMANDS))('of %s says what each option does', (name, command) => {
    const text = helpOf(name, command);
    for (const key of Object.keys(command.options)) {
      expect(text).toMatch(new RegExp(`^  --${optionName(key)}( \\S+)? +\\S`, 'm'));
    }
    expect(text.split('\n').filter((line) => line.length > 130)).toEqual([]);
  });

  it('gives an option one meaning and one name in every command', () => {
    const meanings = new Map<string, Set<unknown>>();
    for (const { options } of Object.values<AnyCommand>(COMMANDS)) {
      for (const [key, { aliases }] of Object.entries(options)) {
        for (const old of aliases) expect(old === 'clusters' || !Object.hasOwn(options, old)).toBe(true);
        meanings.set(key, (meanings.get(key) ?? new Set()).add(options[key]?.metavar ?? null));
      }
    }
    // A command that writes one file names it as a file.
    expect([...meanings].filter(([key, metavars]) => metavars.size > 1 && key !== 'out').map(([key]) => key)).toEqual([
      'nprobe',
      'name',
    ]);
  });
});
