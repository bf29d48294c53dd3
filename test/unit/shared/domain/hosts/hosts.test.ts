import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HostMode } from '@shared/contract/measurement';
import { Host } from '@shared/contract/primitives';
import { VoiceLayout } from '@shared/contract/voices';
import { HOST_LIST, HOSTS, isHostLayout, LAYOUTS, MODES } from '@shared/domain/hosts';
import { hostOf } from '@shared/domain/hosts/hostOf';
import { confusedWith, hostTargets } from '@shared/domain/hosts/names';
import { wokada } from '@shared/domain/hosts/wokada';

describe('the table of hosts', () => {
  it('has every mode and layout of the contract in one host each', () => {
    const modes = HOST_LIST.flatMap((host) => Object.keys(host.modes));
    expect(modes.sort()).toEqual([...HostMode.options].sort());
    const layouts = HOST_LIST.flatMap((host) => Object.keys(host.layouts));
    expect(layouts.sort()).toEqual(VoiceLayout.options.filter(isHostLayout).sort());
    expect(Object.keys(LAYOUTS).sort()).toEqual(layouts);
  });

  it('names files that are inside the host, in ASCII and without the word that hides them', () => {
    const facts = { dimension: 768, nlist: 12, nprobe: 4 };
    for (const host of Host.options) {
      for (const target of hostTargets({ host, name: 'bob', slot: '0' }, facts)) {
        expect(target[0], host).toMatch(new RegExp(`^(${HOSTS[host].home}|assets)$`));
        expect(target.join('/')).toMatch(/^[A-Za-z0-9._/-]+\.index$/);
        expect(target.join('/')).not.toContain('trained');
      }
    }
  });

  it('knows who asks how much', () => {
    expect(Object.entries(MODES).map(([mode, { neighbors }]) => [mode, neighbors])).toEqual([
      ['rvc', 8],
      ['rvcRealtime', 8],
      ['applio', 8],
      ['applioRealtime', 8],
      ['mangio', 8],
      ['wokada', 1],
      ['deiteris', 8],
    ]);
  });
});

/** What only src/shared/domain/hosts may know, beside the lists of ids in the contract. */
const KNOWLEDGE = [
  /['"`/]assets\/?/,
  /['"]indices['"]/,
  /3_feature(256|768)/,
  /_extracted\b/,
  /sliced_audios|1_16k_wavs|0_gt_wavs|2a_f0/,
  /\bmodel_dir\b|\bparams\.json\b|model_info\.json/,
  /join\(.*['"]logs['"]/,
  /['"](mute|csvdb)['"]/,
  /\b(rvcRealtime|applioRealtime)\b/,
  /case '(rvc|applio|mangio|wokada|deiteris)'/,
  /[!=]== ?'(rvc|applio|mangio|wokada|deiteris)'/,
];

/** Where the ids are listed and where recipes are, which two hosts gave their names to. */
const ALLOWED: Readonly<Record<string, readonly RegExp[]>> = {
  'shared/contract/measurement.ts': [/\b(rvcRealtime|applioRealtime)\b/],
  'shared/domain/recipes/plan.ts': [
    /case '(rvc|applio|mangio|wokada|deiteris)'/,
    /[!=]== ?'(rvc|applio|mangio|wokada|deiteris)'/,
  ],
};

describe('what is known of a host', () => {
  const root = join(import.meta.dirname, '../../../../../src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => /\.(ts|vue)$/.test(file) && !file.startsWith('shared/domain/hosts/'));

  it('stands in its file and nowhere else', () => {
    const found = files.flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(\*|\/\*|\/\/)/.test(line))
        .flatMap((line) =>
          KNOWLEDGE.filter(
            (known) => known.test(line) && !ALLOWED[file]?.some(({ source }) => source === known.source),
          ).map(() => `${file}: ${line.trim()}`),
        ),
    );
    expect(files.length).toBeGreaterThan(200);
    expect(found).toEqual([]);
  });
});

describe('hostOf', () => {
  const voice = { layout: 'rvc', host: null } as const;
  it.each([
    [{ ...voice, host: 'wokada' }, undefined, 'wokada'],
    [voice, undefined, 'rvc'],
    [voice, { kind: 'applio' }, 'applio'],
    [{ ...voice, layout: 'applio' }, { kind: 'added' }, 'applio'],
    [{ ...voice, layout: 'bare' }, undefined, 'rvc'],
    [null, { kind: 'applio' }, 'applio'],
    [null, { kind: 'other' }, 'rvc'],
  ] as const)('of %j with %j is %s', (asked, index, host) => {
    expect(hostOf(asked, index)).toBe(host);
  });
});

describe('confusedWith, by the picker of a host', () => {
  it('a folder of the name up to its first dot or underscore', () => {
    expect(confusedWith('mangio', 'sing', ['singapore', 'sing_2', 'sing.old', 'bob'])).toEqual(['sing_2', 'sing.old']);
    expect(confusedWith('mangio', 'my-sing', ['my'])).toEqual([]);
  });

  it('nothing where the file is handed over', () => {
    expect(confusedWith('wokada', 'sing', ['singapore'])).toEqual([]);
  });
});

describe('the settings of a slot', () => {
  const { read, withIndex } = wokada.slots;

  it('are read, whatever the version wrote', () => {
    expect(read('{"voiceChangerType": "RVC", "name": "a", "indexFile": "x.index"}')).toEqual({
      name: 'a',
      index: 'x.index',
    });
    expect(read('{"voiceChangerType": "RVC", "indexFile": "model_dir/0/x.index"}')).toEqual({
      name: '',
      index: 'x.index',
    });
    expect(read('{"voiceChangerType": "RVC", "indexFile": "model_dir\\\\0\\\\x.index"}')?.index).toBe('x.index');
    expect(read('{"voiceChangerType": "RVC", "indexFile": null}')?.index).toBeNull();
    expect(read('{"voiceChangerType": "DDSP-SVC"}')).toBeNull();
    expect(read('[]')).toBeNull();
    expect(read('')).toBeNull();
  });

  it.each([
    ['{"a": 1.0, "indexFile": "old.index", "b": [1e3]}', '{"a": 1.0, "indexFile": "new.index", "b": [1e3]}'],
    ['{"indexFile": null}', '{"indexFile": "new.index"}'],
    ['{"indexFile":"model_dir/0/old.index"}', '{"indexFile":"model_dir/0/new.index"}'],
    ['{"x": {"indexFile": "deep"}, "indexFile": "old"}', '{"x": {"indexFile": "deep"}, "indexFile": "new.index"}'],
    ['{"indexFile": "a\\"b.index"}', '{"indexFile": "new.index"}'],
    ['{"name": "a"}', '{"indexFile": "new.index", "name": "a"}'],
    ['{}', '{"indexFile": "new.index"}'],
  ])('keep every other byte: %s', (before, after) => {
    expect(withIndex(before, 'new.index')).toBe(after);
  });

  it('take any file name', () => {
    for (const name of ['$&.index', 'a"b.index', '제니.index']) {
      const text = withIndex('{"voiceChangerType": "RVC", "indexFile": "old"}', name);
      expect(read(text)?.index).toBe(name);
    }
  });
});
