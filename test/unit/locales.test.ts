import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Theme } from '@shared/contract/channels';
import { ERROR_CODES } from '@shared/contract/errors';
import { JobState } from '@shared/contract/jobs';
import { FINDINGS, HostMode, VerdictAction, VerdictCheck, VerdictLevel } from '@shared/contract/measurement';
import { Host, MetricName, RecipeId } from '@shared/contract/primitives';
import { IndexFile, IndexKind, VoiceLayout } from '@shared/contract/voices';
import { ExportPlan } from '@shared/jobs/exportPlan';
import { TrainResult } from '@shared/jobs/train';
import { JOB_KINDS, workKinds } from '@shared/jobs';
import { CANDIDATE_IDS } from '@shared/domain/recipes/tuning';
import { NOTHING_REASONS } from '@shared/domain/verdict/health';
import en from '../../resources/locales/en.json';
import ko from '../../resources/locales/ko.json';

/** Every text under its dotted key. */
function flatten(node: unknown, prefix = ''): Map<string, string> {
  if (typeof node === 'string') return new Map([[prefix, node]]);
  return new Map(
    Object.entries(node as Record<string, unknown>).flatMap(([key, value]) => [
      ...flatten(value, prefix === '' ? key : `${prefix}.${key}`),
    ]),
  );
}

const texts = { en: flatten(en), ko: flatten(ko) };

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''))].sort();
}

describe('the languages', () => {
  it('have the same keys', () => {
    expect([...texts.ko.keys()].sort()).toEqual([...texts.en.keys()].sort());
  });

  it('have the same placeholders in every text', () => {
    for (const [key, text] of texts.en) {
      expect({ key, names: placeholders(texts.ko.get(key) ?? '') }).toEqual({ key, names: placeholders(text) });
    }
  });

  it.each(Object.entries(texts))('have no empty text and no stray sign in %s', (_locale, all) => {
    for (const [key, text] of all) {
      expect(text.trim(), key).not.toBe('');
      // Copy style: no exclamation marks. An @ would be read as a link to another text.
      expect(text, key).not.toMatch(/[!@]|\p{Extended_Pictographic}/u);
    }
  });
});

/** Where people choose how an index is made, or its technical name stands beside the plain one. */
const TECHNICAL =
  /^(?:build\.(?:advanced|compression|expansion|factory|hosts|metrics|try)|tune\.compressed)\.|^voice\.facts\.frames$|^index\.facts\.(?:vectors|dimension)$|^errors\.(?:INDEX_NO_VECTORS|FACTORY_INVALID|SOURCES_DIFFER)\.cause$/;

describe('the words are those of people who sing', () => {
  /** Without the names of values, which are those of the code. */
  const said = (text: string): string => text.replaceAll(/\{\w+\}/g, '');

  it.each([
    ['en', /\b(?:frames?|vectors?|neighbours?|process|IPC|token|null|undefined|valid|invalid)\b/i],
    ['ko', /프레임|벡터|프로세스|토큰/],
  ] as const)('in %s: moments and neighbors, no word for how the app works', (locale, words) => {
    const astray = [...texts[locale]].filter(([key, text]) => !TECHNICAL.test(key) && words.test(said(text)));
    expect(Object.fromEntries(astray)).toEqual({});
  });

  it.each(Object.entries(texts))('a reason says more than the sentence it is the reason of, in %s', (_locale, all) => {
    const plain = (text: string): string => text.replace(/[.\s]+$/, '').toLowerCase();
    const reasons = [...all].flatMap(([key, text]) => {
      const [, stem] = /^(.*)\.(?:why|cause)$/.exec(key) ?? [];
      const sentence = stem === undefined ? undefined : all.get(`${stem}.sentence`);
      return sentence === undefined ? [] : [{ key, why: plain(text), sentence: plain(sentence) }];
    });
    expect(reasons.length).toBeGreaterThan(90);
    expect(reasons.filter(({ why, sentence }) => why.startsWith(sentence))).toEqual([]);
  });
});

describe('every value that the page shows has its words', () => {
  const steps = JOB_KINDS.flatMap((kind) => Object.keys(workKinds[kind].steps));
  it.each<readonly [string, readonly string[]]>([
    ['errors', ERROR_CODES.flatMap((code) => [`${code}.sentence`, `${code}.cause`, `${code}.action`])],
    ['verdict.levels', VerdictLevel.options],
    ['verdict.actions', [...VerdictAction.options, 'build', 'mendLink']],
    ['verdict.hosts', HostMode.options],
    ['verdict.checks', VerdictCheck.options.map((check) => `${check}.title`)],
    [
      'verdict.checks',
      Object.entries(FINDINGS).flatMap(([check, findings]) =>
        findings.flatMap((finding) => [`${check}.${finding}.sentence`, `${check}.${finding}.why`]),
      ),
    ],
    ['verdict.nothing', NOTHING_REASONS.flatMap((reason) => [`${reason}.word`, `${reason}.sentence`, `${reason}.why`])],
    ['verdict.notes', TrainResult.entries.notes.pipe[0].item.entries.code.options],
    ['hosts', Host.options],
    ['recipes', RecipeId.options.flatMap((recipe) => [`${recipe}.name`, `${recipe}.sentence`])],
    ['jobs.states', JobState.options],
    ['jobs.steps', steps],
    ['index.kinds', IndexKind.options],
    ['index.places', IndexFile.entries.place.options],
    ['index.metrics', MetricName.options],
    ['voice.layouts', VoiceLayout.options],
    ['export.name', Host.options],
    ['export.next', Host.options],
    ['export.states', ExportPlan.entries.targets.pipe[0].item.entries.state.options],
    ['settings.themes', Theme.options],
    ['tune.candidates', CANDIDATE_IDS],
  ])('%s', (section, keys) => {
    for (const key of keys) expect([...texts.en.keys()]).toContain(`${section}.${key}`);
  });
});

/** Source files of the page, with what stands before their keys: the pictures look up their own section. */
function sources(): { readonly text: string; readonly prefix: string }[] {
  const root = 'src/renderer/src';
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:vue|ts)$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => {
      const text = readFileSync(join(root, name), 'utf8');
      const picture = name.includes(`charts${sep}`) && name.endsWith('.ts');
      return { text, prefix: picture ? 'charts.' : '' };
    });
}

/** Literal keys, and patterns of the computed ones: `jobs.states.${state}` stands for everything below `jobs.states`. */
function usedKeys(): { readonly literal: Set<string>; readonly computed: RegExp[] } {
  const literal = new Set<string>();
  const computed: RegExp[] = [];
  for (const { text, prefix } of sources()) {
    for (const [, quoted] of text.matchAll(/'([a-z]\w*(?:\.\w+)*)'/g)) {
      if (quoted !== undefined) literal.add(prefix + quoted);
    }
    for (const [, key] of text.matchAll(/keypath="([\w.]+)"/g)) if (key !== undefined) literal.add(key);
    for (const [, template] of text.matchAll(/`([a-z]\w*\.[^`\s]*\$\{[^`]*)`/g)) {
      // A lookup of a whole section by a variable proves nothing about its parts.
      if (template === undefined || template === 'charts.${key}') continue;
      const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'));
      computed.push(new RegExp(`^${prefix.replace('.', '\\.')}${parts.join('\\w+')}$`));
    }
  }
  return { literal, computed };
}

describe('the keys in use', () => {
  const { literal, computed } = usedKeys();

  it('all exist', () => {
    const calls = sources().flatMap(({ text, prefix }) =>
      [...text.matchAll(/\bt\(\s*'([\w.]+)'/g)].map(([, key]) => prefix + (key ?? '')),
    );
    expect(calls.length).toBeGreaterThan(100);
    expect(calls.filter((key) => !texts.en.has(key))).toEqual([]);
  });

  it('are all that there are', () => {
    /** Used by main (typed there) and by the command line. */
    const elsewhere = /^(?:main|errors)\./;
    const unused = [...texts.en.keys()].filter(
      (key) => !elsewhere.test(key) && !literal.has(key) && !computed.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });
});
