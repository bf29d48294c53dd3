import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Host } from '@shared/contract/primitives';
import { HOSTS } from '@shared/domain/hosts';
import { hostTargets } from '@shared/domain/hosts/names';
import { mayLoadInstead } from '@shared/domain/hosts/picking';
import type { HostIndex, PickRule, Segments } from '@shared/domain/hosts/rules';

const split = (path: string): Segments => {
  const [first = '', ...rest] = path.split('/');
  return [first, ...rest];
};

/** Indexes in the order in which a host comes by them; `@3` after a path is when it was written. */
const listed = (paths: readonly string[]): HostIndex[] =>
  paths.map((written) => {
    const [path = '', modified = '0'] = written.split('@');
    return { segments: split(path), real: path, modified: Number(modified) };
  });

/** What a rule picks, as `why key path +rivals`. */
function picked({ pick }: PickRule, model: string, paths: readonly string[]): string {
  const { key, found } = pick(split(model), listed(paths));
  if (found === null) return `none ${key}`;
  return `${found.why} ${key} ${found.index.segments.join('/')}${found.rivals === 0 ? '' : ` +${found.rivals}`}`;
}

function ruleOf(host: Host, version = 0): PickRule {
  const rule = HOSTS[host].picker?.versions[version];
  if (rule === undefined) throw new Error(`${host} has no such rule`);
  return rule;
}

describe('RVC of 2024 loads the first index in logs', () => {
  const rule = ruleOf('rvc', 1);
  const W = 'assets/weights';

  it.each([
    // The name up to its first dot, anywhere in the path: the folder counts as well.
    ['aria.pth', ['logs/bob/added_bob.index', 'logs/aria/x.index'], 'path aria logs/aria/x.index'],
    ['aria.v2.pth', ['logs/b/aria_1.index'], 'path aria logs/b/aria_1.index'],
    // A checkpoint is named further than any index.
    ['aria_e100_s2000.pth', ['logs/aria/added_aria_v2.index'], 'none aria_e100_s2000'],
    // sing is in singapore, too: what the disk names first is taken, and the other is said.
    [
      'sing.pth',
      ['logs/singapore/added_singapore.index', 'logs/sing/added_sing.index'],
      'path sing logs/singapore/added_singapore.index +1',
    ],
    // Only the name of the file hides it, not its folder, and only in small letters.
    [
      'aria.pth',
      ['logs/aria/trained_aria.index', 'logs/aria/added_aria.index'],
      'path aria logs/aria/added_aria.index',
    ],
    ['aria.pth', ['logs/pretrained/aria.index'], 'path aria logs/pretrained/aria.index'],
    ['aria.pth', ['logs/aria/Trained_aria.index'], 'path aria logs/aria/Trained_aria.index'],
    // Letters count as they are, those of the ending as well.
    ['Aria.pth', ['logs/aria/added_aria.index'], 'none Aria'],
    ['aria.pth', ['logs/aria/added_aria.INDEX'], 'none aria'],
    ['aria.pth', [], 'none aria'],
  ])('for %s of %j', (model, paths, expected) => {
    expect(picked(rule, `${W}/${model}`, paths)).toBe(expected);
  });

  it('and looks nowhere else', () => {
    expect(rule.looksIn).toEqual([['logs']]);
    expect([rule.order, rule.followsLinks]).toEqual(['deepestFirst', false]);
  });
});

describe('RVC of 2026 loads by name', () => {
  const rule = ruleOf('rvc', 0);

  it.each([
    // Without the numbers of a checkpoint, in any case.
    ['aria_e100_s2000.pth', ['logs/aria/added_IVF1_aria_v2.index'], 'named aria logs/aria/added_IVF1_aria_v2.index'],
    ['Aria_E9_S1.pth', ['logs/aria/ADDED_ARIA_V1.INDEX'], 'named Aria logs/aria/ADDED_ARIA_V1.INDEX'],
    ['aria.pth', ['logs/b/aria_added_x.index'], 'named aria logs/b/aria_added_x.index'],
    // A folder says nothing here.
    ['aria.pth', ['logs/aria/best.index'], 'none aria'],
    // The numbers of Applio are a part of the name.
    ['aria_100e_2000s.pth', ['logs/aria/added_aria_v2.index'], 'none aria_100e_2000s'],
    // Only then the whole name of the model, with its numbers.
    ['aria_e1_s2.pth', ['logs/a/aria_e1_s2.index'], 'wholeName aria logs/a/aria_e1_s2.index'],
    ['aria_e1_s2.pth', ['logs/a/aria_e1_s2.index@9', 'logs/a/x_aria_v2.index@1'], 'named aria logs/a/x_aria_v2.index'],
    // singapore_v2 is no sing_v2, and trained is hidden in any case.
    ['sing.pth', ['logs/singapore/added_singapore_v2.index'], 'wholeName sing logs/singapore/added_singapore_v2.index'],
    ['aria.pth', ['logs/aria/TRAINED_aria_v2.index'], 'none aria'],
    // The folder for all indexes comes before the newest, the newest before the path.
    [
      'aria.pth',
      ['logs/aria/added_1_aria_v2.index@9', 'assets/indices/aria_added_1.index@1'],
      'named aria assets/indices/aria_added_1.index +1',
    ],
    [
      'aria.pth',
      ['logs/aria/added_1_aria_v2.index@3', 'logs/aria/added_2_aria_v2.index@7', 'logs/b/added_3_aria_v2.index@5'],
      'named aria logs/aria/added_2_aria_v2.index +2',
    ],
    ['aria.pth', ['logs/b/x_aria_v2.index@5', 'logs/A/x_aria_v2.index@5'], 'named aria logs/A/x_aria_v2.index +1'],
    ['.pth', ['logs/aria/added_aria_v2.index'], 'none .pth'],
    ['_e1_s2.pth', ['logs/aria/added_aria_v2.index'], 'none '],
  ])('for %s of %j', (model, paths, expected) => {
    expect(picked(rule, `assets/weights/${model}`, paths)).toBe(expected);
  });

  it('whatever the order of the disk', () => {
    const names = [
      'logs/a/x_aria_v2.index@1',
      'logs/b/x_aria_v1.index@2',
      'assets/indices/aria_added_1.index@1',
      'logs/c/aria.index@9',
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (order) => {
        expect(picked(rule, 'assets/weights/aria.pth', order)).toBe('named aria assets/indices/aria_added_1.index +2');
      }),
    );
  });
});

describe('Applio loads', () => {
  const rule = ruleOf('applio');

  it.each([
    // Beside the model: its own name, wherever it stands in the list.
    [
      'aria/aria_5e_9s.pth',
      ['logs/aria/aria.index', 'logs/aria/aria_5e_9s.index'],
      'sameName aria_5e_9s logs/aria/aria_5e_9s.index',
    ],
    // The only one, whatever it is called, also before one of the same name elsewhere.
    ['aria/aria.pth', ['logs/aria/whatever.index', 'logs/b/aria.index'], 'onlyOne aria logs/aria/whatever.index'],
    // Of several: the model's name up to the number of an epoch, step or version.
    ['aria/aria_v2.pth', ['logs/aria/b.index', 'logs/aria/x_aria.index'], 'contains aria logs/aria/x_aria.index'],
    [
      'aria/aria-e9_s4.pth',
      ['logs/aria/b.index', 'logs/aria/added_aria_v2.index'],
      'contains aria logs/aria/added_aria_v2.index',
    ],
    ['aria/aria_E9.pth', ['logs/aria/b.index', 'logs/aria/x_aria.index'], 'none aria'],
    // Its own numbers come before the letter: they are a part of the name, and only the beginning fits.
    [
      'aria/aria_5e_9s.pth',
      ['logs/aria/b.index', 'logs/aria/x_aria.index', 'logs/aria/aria_old.index'],
      'begins aria logs/aria/aria_old.index',
    ],
    // Nothing fits beside it: other folders, the same name first.
    ['aria/aria.pth', ['logs/b/aria_x.index', 'logs/c/aria.index'], 'elsewhere aria logs/c/aria.index'],
    ['aria/aria_5e.pth', ['logs/b/x_aria.index', 'logs/c/aria_7e.index'], 'elsewhere aria logs/c/aria_7e.index'],
    ['sing/sing.pth', ['logs/singapore/singapore.index'], 'elsewhere sing logs/singapore/singapore.index'],
    // Hidden by "trained" in the name of the file, as it is written, and not counted.
    ['aria/aria.pth', ['logs/aria/trained_aria.index', 'logs/aria/x.index'], 'onlyOne aria logs/aria/x.index'],
    ['aria/aria.pth', ['logs/aria/aria.INDEX'], 'none aria'],
    ['aria/Aria.pth', ['logs/aria/aria.index', 'logs/aria/b.index'], 'none Aria'],
    // Folders are the same in letters of either case, and those of models and indexes stand for each other.
    ['Aria/x.pth', ['logs/aria/x.index'], 'sameName x logs/aria/x.index'],
    ['models/aria/x.pth', ['logs/index/aria/x.index'], 'sameName x logs/index/aria/x.index'],
    ['models/aria/x.pth', ['logs/index/bob/y.index'], 'none x'],
    ['models/aria/x.pth', ['logs/weights/aria/y.index'], 'none x'],
    ['aria/aria.onnx', ['logs/aria/aria.index', 'logs/aria/b.index'], 'sameName aria logs/aria/aria.index'],
    ['aria/aria_x.pth', ['logs/aria/aria_1.index', 'logs/aria/aria_2.index'], 'begins aria logs/aria/aria_1.index +1'],
  ])('for %s of %j', (model, paths, expected) => {
    expect(picked(rule, `logs/${model}`, paths)).toBe(expected);
  });

  it('a file with two names once, by the one in a folder for indexes', () => {
    const file = (path: string): HostIndex => ({ segments: split(path), real: '/real', modified: 0 });
    const { found } = rule.pick(split('logs/models/a/x.pth'), [
      file('logs/models/a/y.index'),
      file('logs/index/a/y.index'),
    ]);
    expect(found).toEqual({ index: file('logs/index/a/y.index'), why: 'onlyOne', rivals: 0 });
  });

  it('of the models that it lists', () => {
    expect(['a.pth', 'a.onnx', 'G_1.pth', 'D_1.pth', 'a.PTH', 'a.index'].filter(rule.isModel)).toEqual([
      'a.pth',
      'a.onnx',
    ]);
  });
});

describe('Mangio-RVC loads the first file in one folder', () => {
  const rule = ruleOf('mangio');

  it.each([
    [
      'aria_e10_s20.pth',
      ['logs/aria/trained_x.index', 'logs/aria/added_x.index'],
      'folder aria logs/aria/trained_x.index +1',
    ],
    ['aria.best.pth', ['logs/b/aria.index', 'logs/aria/b.index'], 'folder aria logs/aria/b.index'],
    ['aria.pth', ['logs/aria/deeper/a.index', 'logs/Aria/a.index', 'logs/aria/a.INDEX'], 'none aria'],
    ['my-aria.pth', ['logs/my/a.index'], 'none my-aria'],
    ['_aria.pth', ['logs/aria/a.index', 'logs/a.index'], 'folder  logs/a.index'],
  ])('for %s of %j', (model, paths, expected) => {
    expect(picked(rule, `weights/${model}`, paths)).toBe(expected);
  });
});

describe('what is handed over', () => {
  const facts = { dimension: 768, nlist: 12, nprobe: 4 };
  const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{0,12}$/).filter((text) => !/trained/i.test(text));

  it('is found by every version of a host, where nothing else is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Host.options), name, (host, voice) => {
        const { picker, home } = HOSTS[host];
        const targets = hostTargets({ host, name: voice, slot: '0' }, facts);
        for (const { pick, looksIn } of picker?.versions ?? []) {
          const seen = targets.filter(([first]) => looksIn.some(([folder]) => folder === first));
          const indexes = seen.map((segments) => ({ segments, real: segments.join('/'), modified: 0 }));
          expect(pick([home, voice, `${voice}.pth`], indexes).found, `${host} ${voice}`).not.toBeNull();
        }
      }),
    );
  });

  it('gives way to what is taken before it, and to nothing else', () => {
    const instead = (host: Host, model: string, other: string, ours: string): boolean => {
      const { picker } = HOSTS[host];
      return picker !== null && mayLoadInstead(picker, split(model), split(other), [split(ours)]);
    };
    const rvc = 'logs/aria/added_IVF12_Flat_nprobe_4_aria_v2.index';
    expect(instead('rvc', 'logs/aria/aria.pth', 'logs/aria/x.index', rvc)).toBe(true);
    expect(instead('rvc', 'logs/aria/aria.pth', 'logs/bob/added_bob_v2.index', rvc)).toBe(false);
    expect(instead('rvc', 'logs/aria/aria.pth', 'logs/aria/trained_aria.index', rvc)).toBe(false);
    expect(instead('rvc', 'logs/aria/aria.pth', 'assets/indices/aria_added_1.index', rvc)).toBe(true);
    // The index of one model is not moved for another's.
    const own = 'logs/aria/added_IVF12_Flat_nprobe_4_aria_e9_s1_v2.index';
    expect(instead('rvc', 'logs/aria/aria_e9_s1.pth', 'logs/aria/best.index', own)).toBe(false);
    expect(instead('applio', 'logs/aria/aria.pth', 'logs/aria/x.index', 'logs/aria/aria.index')).toBe(false);
    expect(instead('mangio', 'logs/aria/aria.pth', 'logs/aria/trained_x.index', rvc)).toBe(true);
  });
});
