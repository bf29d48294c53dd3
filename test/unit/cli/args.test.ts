import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SEED } from '@shared/domain/random';
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
        folder: resolve('voice'),
        recipe: 'balanced',
        seed: DEFAULT_SEED,
        measure: false,
        name: null,
        out: null,
        nprobe: null,
        totalFea: false,
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
    ['an unknown recipe', ['train', 'a', '--recipe', 'best']],
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
