import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOSTS } from '@shared/domain/hosts';
import { Host } from '@shared/contract/primitives';
import { applioName } from '@shared/domain/hosts/applio';
import {
  confusedWith,
  exportWarnings,
  type ExportSituation,
  hasCopyMark,
  hostTargets,
  MOST_FILE_NAME_BYTES,
  nameFault,
  parseIndexName,
  proposeName,
  renamed,
  usableName,
} from '@shared/domain/hosts/names';
import { addedName, outsideName } from '@shared/domain/hosts/rvc';

const parts = { nlist: 230, nprobe: 4, name: 'bob', version: 'v2' } as const;

describe('names of RVC and Applio', () => {
  it('are exactly theirs', () => {
    expect(addedName(parts)).toBe('added_IVF230_Flat_nprobe_4_bob_v2.index');
    expect(addedName({ ...parts, version: null })).toBe('added_IVF230_Flat_nprobe_4_bob.index');
    expect(outsideName(parts)).toBe('bob_added_IVF230_Flat_nprobe_4_bob_v2.index');
    expect(applioName('bob')).toBe('bob.index');
  });

  it('lie where each host looks', () => {
    const facts = { dimension: 768, nlist: 230, nprobe: 4 };
    expect(hostTargets({ host: 'rvc', name: 'bob', slot: null }, facts)).toEqual([
      ['logs', 'bob', 'added_IVF230_Flat_nprobe_4_bob_v2.index'],
      ['assets', 'indices', 'bob_added_IVF230_Flat_nprobe_4_bob_v2.index'],
    ]);
    expect(hostTargets({ host: 'applio', name: 'bob', slot: null }, facts)).toEqual([['logs', 'bob', 'bob.index']]);
  });

  it('are found by the picker of each host for one model of the voice', () => {
    const facts = { dimension: 768, nlist: 230, nprobe: 4 };
    const handed = { name: 'bob', slot: null };
    const rvcModel = { ...handed, model: 'bob_e100_s2000.pth' };
    expect(hostTargets({ ...rvcModel, host: 'rvc' }, facts)).toEqual([
      ['logs', 'bob', 'added_IVF230_Flat_nprobe_4_bob_e100_s2000_v2.index'],
      ['assets', 'indices', 'bob_e100_s2000_added_IVF230_Flat_nprobe_4_bob_e100_s2000_v2.index'],
    ]);
    for (const target of hostTargets({ ...rvcModel, host: 'rvc' }, facts)) {
      expect(target.join('/')).toContain(HOSTS.rvc.picker!.key('bob_e100_s2000.pth'));
    }
    expect(hostTargets({ ...handed, host: 'applio', model: 'bob_200e_4000s.pth' }, facts)).toEqual([
      ['logs', 'bob', 'bob_200e_4000s.index'],
    ]);
    expect(hostTargets({ ...rvcModel, host: 'mangio' }, facts)[0]?.[1]).toBe(
      HOSTS.mangio.picker!.key('bob_e100_s2000'),
    );
    expect(hostTargets({ ...handed, host: 'rvc', model: 'bob.pth' }, facts)).toEqual(
      hostTargets({ ...handed, host: 'rvc' }, facts),
    );
  });

  it('call an index without lists one list, searched whole', () => {
    const facts = { dimension: 256, nlist: null, nprobe: null };
    expect(hostTargets({ host: 'rvc', name: 'bob', slot: null }, facts)[0]?.at(-1)).toBe(
      'added_IVF1_Flat_nprobe_1_bob_v1.index',
    );
  });
});

describe('parseIndexName', () => {
  it.each([
    ['added_IVF822_Flat_nprobe_1_bob_v2.index', 'added', 822, 1, 'bob', 'v2'],
    ['trained_IVF822_Flat_nprobe_1_bob_v1.index', 'trained', 822, 1, 'bob', 'v1'],
    ['added_IVF256_Flat_nprobe_5.index', 'added', 256, 5, null, null],
    ['trained_IVF256_Flat_nprobe_5.index', 'trained', 256, 5, null, null],
    ['added_IVF256_Flat_nprobe_1_v2.index', 'added', 256, 1, null, 'v2'],
    ['added_IVF256_Flat_nprobe_1_my_v2_voice_v1.index', 'added', 256, 1, 'my_v2_voice', 'v1'],
    ['bob_IVF12_Flat_nprobe_1_bob_v2.index', 'added', 12, 1, 'bob', 'v2'],
    ['bob_added_IVF12_Flat_nprobe_1_bob_v2.index', 'added', 12, 1, 'bob', 'v2'],
    ['my_voice_added_IVF12_Flat_nprobe_1_my_voice_v2.index', 'added', 12, 1, 'my_voice', 'v2'],
    ['bob_IVF12_Flat_nprobe_1.index', 'added', 12, 1, 'bob', null],
    ['added_v2.index', 'added', null, null, null, 'v2'],
    ['added_bob_v2.index', 'added', null, null, 'bob', 'v2'],
    ['bob.index', 'applio', null, null, 'bob', null],
    ['BOB.INDEX', 'applio', null, null, 'BOB', null],
    ['제니.index', 'applio', null, null, '제니', null],
  ] as const)('reads %s', (fileName, kind, nlist, nprobe, name, version) => {
    expect(parseIndexName(fileName)).toEqual({ kind, nlist, nprobe, name, version });
  });

  it.each(['% (1)', '% - Copy', '% - Copy (2)', 'Copy of %', '% - 복사본', '% copy 2'])('reads a copy, %s', (mark) => {
    const copied = mark.replace('%', 'added_IVF153_Flat_nprobe_1_alice_v2');
    expect(parseIndexName(`${copied}.index`)).toMatchObject({
      kind: 'added',
      nlist: 153,
      name: 'alice',
      version: 'v2',
    });
  });

  it('takes a mark for a part of the name where the folder has it too', () => {
    expect(parseIndexName('Robin (1).index', 'Robin (1)')).toMatchObject({ kind: 'applio', name: 'Robin (1)' });
  });

  it('believes a plain name only in a folder of the same name, when the folder is known', () => {
    expect(parseIndexName('bob.index', 'bob')?.kind).toBe('applio');
    expect(parseIndexName('copy.index', 'bob')?.kind).toBe('other');
    expect(parseIndexName('added_IVF1_Flat_nprobe_1_bob_v2.index', 'x')?.kind).toBe('added');
  });

  it('refuses other files', () => {
    expect(parseIndexName('total_fea.npy')).toBeNull();
    expect(parseIndexName('index')).toBeNull();
  });

  it('reads back every name it writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999 }),
        fc.integer({ min: 1, max: 999 }),
        fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,20}[a-uw-z]$/),
        fc.constantFrom('v1', 'v2'),
        (nlist, nprobe, name, version) => {
          const written = { nlist, nprobe, name, version } as const;
          expect(parseIndexName(addedName(written))).toEqual({ kind: 'added', ...written });
          expect(parseIndexName(outsideName(written))).toEqual({ kind: 'added', ...written });
        },
      ),
    );
  });
});

describe('hasCopyMark', () => {
  it.each([
    ['aria (1).index', 'x', true],
    ['Copy of aria.INDEX', 'x', true],
    ['aria copy 2.index', 'x', true],
    ['aria - Kopie.index', 'x', true],
    ['aria.index', 'x', false],
    ['aria (1).index', 'aria (1)', false],
  ])('%s in %s: %s', (name, folder, has) => {
    expect(hasCopyMark(name, folder)).toBe(has);
  });
});

describe('renamed', () => {
  const facts = { dimension: 256, nlist: 7, nprobe: 2 };
  it.each([
    ['added_IVF230_Flat_nprobe_4_aria_v2.index', facts, false, 'added_IVF230_Flat_nprobe_4_bea_v1.index'],
    ['added_IVF230_Flat_nprobe_4_aria_v2.index', null, false, 'added_IVF230_Flat_nprobe_4_bea.index'],
    ['added_IVF230_Flat_nprobe_4_aria_v2.index', facts, true, 'bea_added_IVF230_Flat_nprobe_4_bea_v1.index'],
    ['aria.index', facts, false, 'bea.index'],
    ['trained_IVF230_Flat_nprobe_4_aria_v2.index', facts, false, 'bea.index'],
    ['anything else.index', null, true, 'bea.index'],
  ])('%s with facts %o, shared: %s, becomes %s', (name, known, shared, said) => {
    expect(renamed(name, { name: 'bea', facts: known, shared })).toBe(said);
  });
});

describe('nameFault', () => {
  it.each([
    ['a', 1],
    ['\u007f', 1],
    ['\u00a1', 2],
    ['ü', 2],
    ['\u07ff', 2],
    ['\u0800', 3],
    ['가', 3],
    ['\uffee', 3],
    ['𐀀', 4],
    ['🎤', 4],
  ])('counts %j as %i bytes', (letter, bytes) => {
    const within = `a${letter}a`;
    if (letter === '\u007f') expect(nameFault(within, 9)).toContain('contains');
    else expect([nameFault(within, bytes + 2), nameFault(within, bytes + 1)]).toEqual([null, expect.any(String)]);
  });

  it.each([
    [' ', /empty/],
    [' a', /space/],
    ['a ', /space/],
    ['a.', /dot/],
    ['a:b', /contains ":"/],
    ['nul.x', /device/],
  ])('says what is wrong with %j: %s', (name, fault) => {
    expect(nameFault(name, 9)).toMatch(fault);
  });

  it('leaves room for what hosts and endings add', () => {
    expect(usableName('a'.repeat(85))).toBe('a'.repeat(85));
    expect(usableName('a'.repeat(86))).toBe('a'.repeat(64));
    expect(MOST_FILE_NAME_BYTES).toBe(200);
  });
});

describe('confusedWith', () => {
  it('finds what RVC finds: a model name inside another path', () => {
    expect(confusedWith('rvc', 'sing', ['singapore', 'bob', 'sing'])).toEqual(['singapore']);
    expect(confusedWith('rvc', 'singapore', ['sing', 'bob'])).toEqual(['sing']);
    expect(confusedWith('rvc', 'bob.old', ['bobby'])).toEqual(['bobby']);
    expect(confusedWith('rvc', 'bob_a', ['bob_b'])).toEqual([]);
  });

  it('looks for nothing where a name begins with the separator', () => {
    for (const host of Host.options) {
      expect(confusedWith(host, 'bob', ['.ipynb_checkpoints', '_old', '-dash', '+x'])).toEqual([]);
    }
  });

  it('finds what Applio finds: the same beginning up to a separator', () => {
    expect(confusedWith('applio', 'bob_a', ['bob-b', 'alice'])).toEqual(['bob-b']);
    expect(confusedWith('applio', 'alice', ['bob'])).toEqual([]);
  });
});

describe('the name of a folder', () => {
  it('is that of its voice, unless no index could bear it', () => {
    for (const name of ['aria', '😀 Aria', '목소리', 'a b']) expect(usableName(name)).toBe(name);
    for (const name of ['é'.repeat(127), '😀'.repeat(30), 'a:b', 'con', ' a', 'a.', '']) {
      const usable = usableName(name);
      expect(usable).not.toBe(name);
      expect(usableName(usable)).toBe(usable);
    }
  });
});

describe('proposeName', () => {
  it('leaves a good name alone', () => {
    expect(proposeName('bob_v2.1', ['alice'])).toBe('bob_v2.1');
  });

  it.each([
    ['my voice!', 'my-voice'],
    ['retrained_bob', 're_bob'],
    ['..hidden. ', 'hidden'],
    ['Zoë', 'Zoe'],
    ['제니', 'jeni'],
    ['Мария v2', 'Mariya-v2'],
    ['王力宏', 'wanglihong'],
    ['さくら', 'sakura'],
    ['アイ 2', 'ai-2'],
    ['Straße', 'Strasse'],
  ])('makes %s into %s', (name, proposal) => {
    expect(proposeName(name)).toBe(proposal);
  });

  it.each(['trained', '', '...', '😀', 'สวัสดี'])('has a name that a person might choose for %j', (name) => {
    expect(proposeName(name)).toBe('voice');
    expect(proposeName(name, ['voice1'])).toBe('singer');
  });

  it.each(['CON', 'nul.index', 'com1'])('keeps Windows from taking %s for a device', (name) => {
    expect(proposeName(name)).toBe('voice');
  });

  it('falls back to a word that no other voice shares', () => {
    expect(proposeName('my_alice', ['my_bob'])).toBe('alice');
    expect(proposeName('bob_live', ['bob', 'live'])).toBe('voice');
    expect(proposeName('sing', ['singapore'])).toBe('sing2');
    expect(proposeName('my_my', ['my-b'])).not.toBe('my_my');
  });

  it('works in every host, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.array(fc.stringMatching(/^[A-Za-z0-9]{4,8}(_[a-z0-9]{1,4})?$/), { maxLength: 5 }),
        (name, others) => {
          const proposal = proposeName(name, others);
          expect(proposal).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
          expect(proposal).not.toMatch(/[._-]$/);
          expect(proposal).not.toMatch(/trained/i);
          expect(proposal).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
          expect(proposal.length).toBeLessThanOrEqual(64);
          expect(confusedWith('rvc', proposal, others)).toEqual([]);
          expect(confusedWith('applio', proposal, others)).toEqual([]);
          expect(others.map((other) => other.toLowerCase())).not.toContain(proposal.toLowerCase());
          expect(proposeName(proposal, others)).toBe(proposal);
        },
      ),
    );
  });
});

describe('exportWarnings', () => {
  const calm: ExportSituation = {
    host: 'rvc',
    requestedName: 'bob',
    name: 'bob',
    targets: ['C:\\RVC\\logs\\bob\\added_IVF1_Flat_nprobe_1_bob_v2.index'],
    otherNames: ['alice'],
    otherIndexes: [],
    replaced: [],
  };
  const codes = (situation: Partial<ExportSituation>): string[] =>
    exportWarnings({ ...calm, ...situation }).map((warning) => warning.code);

  it('says nothing when all is well', () => {
    expect(codes({})).toEqual([]);
  });

  it('warns of the word "trained" in a folder, which no other name cures', () => {
    expect(exportWarnings({ ...calm, targets: ['/home/Pretrained/logs/bob/x.index'] })).toEqual([
      { code: 'TRAINED_IN_PATH', details: { path: '/home/Pretrained/logs/bob/x.index' }, proposal: null },
    ]);
  });

  it('proposes a name when the name is the trouble', () => {
    const named = {
      requestedName: 'retrained_bob',
      name: 'retrained_bob',
      targets: ['/rvc/logs/retrained_bob/a.index'],
    };
    expect(exportWarnings({ ...calm, ...named })).toEqual([
      { code: 'TRAINED_IN_PATH', details: { path: '/rvc/logs/retrained_bob/a.index' }, proposal: 're_bob' },
    ]);
    const korean = exportWarnings({
      ...calm,
      requestedName: '제니',
      name: '제니',
      targets: ['/rvc/logs/제니/a.index'],
    });
    expect(korean.map((warning) => warning.code)).toEqual(['NON_ASCII_PATH']);
    expect(korean[0]?.proposal).toBe('jeni');
  });

  it('warns of a voice that the host would mix up, with a name that it would not', () => {
    const [warning] = exportWarnings({ ...calm, otherNames: ['bobby'] });
    expect(warning).toMatchObject({ code: 'AMBIGUOUS_NAME', details: { name: 'bob', other: 'bobby', count: 1 } });
    expect(confusedWith('rvc', warning?.proposal ?? 'bob', ['bobby'])).toEqual([]);
  });

  it('warns of a folder that is the same on Windows and macOS', () => {
    expect(exportWarnings({ ...calm, otherNames: ['Bob', 'alice'] })).toEqual([
      { code: 'CASE_DIFFERS', details: { name: 'bob', other: 'Bob' }, proposal: 'Bob' },
    ]);
  });

  it('tells of other indexes, replaced files and a changed name', () => {
    expect(codes({ otherIndexes: ['/a.index'], replaced: ['/b.index'], requestedName: 'Bob!' })).toEqual([
      'OTHER_INDEX',
      'REPLACES',
      'NAME_CHANGED',
    ]);
  });
});
