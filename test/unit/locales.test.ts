import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PLURAL_RULES } from '@/language/plurals';
import { Theme } from '@shared/contract/settings';
import { ERROR_CODES } from '@shared/contract/errors';
import { JobState } from '@shared/contract/jobs';
import { FALLBACK, Locale } from '@shared/contract/languages';
import { FINDINGS, HostMode, VerdictAction, VerdictCheck, VerdictLevel } from '@shared/contract/measurement';
import { Host, MetricName, RecipeId } from '@shared/contract/primitives';
import { IndexFile, IndexKind, VoiceLayout } from '@shared/contract/voices';
import { ExportPlan } from '@shared/jobs/exportPlan';
import { TrainResult } from '@shared/jobs/train';
import { JOB_KINDS, workKinds } from '@shared/jobs';
import { CANDIDATE_IDS } from '@shared/domain/recipes/tuning';
import { NOTHING_REASONS } from '@shared/domain/verdict/health';

/** Every text under its dotted key. */
function flatten(node: unknown, prefix = ''): Map<string, string> {
  if (typeof node === 'string') return new Map([[prefix, node]]);
  return new Map(
    Object.entries(node as Record<string, unknown>).flatMap(([key, value]) => [
      ...flatten(value, prefix === '' ? key : `${prefix}.${key}`),
    ]),
  );
}

const texts = Object.fromEntries(
  Locale.options.map((locale) => [
    locale,
    flatten(JSON.parse(readFileSync(`resources/locales/${locale}.json`, 'utf8'))),
  ]),
) as Readonly<Record<Locale, Map<string, string>>>;
const translated = Locale.options.filter((locale) => locale !== FALLBACK);
const formsOf = (text: string): readonly string[] => text.split(' | ');

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''))].sort();
}

describe('the languages', () => {
  it('are those that there are words for', () => {
    const files = readdirSync('resources/locales').map((name) => name.replace(/\.json$/, ''));
    expect(files.sort()).toEqual([...Locale.options].sort());
  });

  it.each(translated)('have the same keys in %s', (locale) => {
    expect([...texts[locale].keys()]).toEqual([...texts.en.keys()]);
  });

  it.each(translated)('have the same placeholders in every form of every text in %s', (locale) => {
    for (const [key, text] of texts.en) {
      const wanted = placeholders(text);
      const forms = formsOf(texts[locale].get(key) ?? '');
      expect({ key, names: placeholders(forms.join()) }).toEqual({ key, names: wanted });
      expect(placeholders(forms.at(-1) ?? ''), key).toEqual(placeholders(formsOf(text).at(-1) ?? ''));
    }
  });

  it.each(translated)('have a form for every number in %s', (locale) => {
    const own = locale in PLURAL_RULES;
    for (const [key, text] of texts.en) {
      const [said, forms] = [formsOf(text).length, formsOf(texts[locale].get(key) ?? '').length];
      // One form serves all numbers where a language has no plural; none at all is always a form of its own.
      const wanted = said === 1 ? [1] : own ? [said + 1] : said === 3 ? [3] : [1, 2];
      expect(wanted, `${key}: ${forms} forms`).toContain(forms);
    }
  });

  it.each(Object.entries(texts))('have no empty text and no stray sign in %s', (_locale, all) => {
    for (const [key, text] of all) {
      expect(text.trim(), key).not.toBe('');
      // Copy style: no exclamation marks. An @ would be read as a link to another text.
      expect(text, key).not.toMatch(/[!！¡@]|\p{Extended_Pictographic}/u);
    }
  });
});

describe('a thing has one name', () => {
  it.each([
    ['ru', 'a job is задача', /задани/i],
    ['es', 'a job is tarea', /\btrabajos\b|\bun trabajo\b|\bel trabajo (?:tarda|necesita)/i],
    ['ja', 'a job is 作業', /ジョブ/],
    ['pt-BR', 'a job is tarefa', /\btrabalhos\b|\bum trabalho\b|\bo trabalho (?:demora|precisa)/i],
    ['ko', 'the library is 보관함', /라이브러리/],
  ] as const)('in %s: %s', (locale, _name, other) => {
    expect([...texts[locale]].filter(([, text]) => other.test(text))).toEqual([]);
  });
});

describe('Korean particles', () => {
  /** Counts, shares and sizes: they end in a counter, in 퍼센트 or in 바이트. */
  const COUNTED = /\{(?:size|same|recall|own|different|figure|otherFigure|share|alpha|self|nearest|farthest)\}$/;

  it('fit whatever is put in: both forms are written, unless it ends in a counter', () => {
    const fixed = [...texts.ko].flatMap(([key, text]) =>
      [...text.matchAll(/(\{\w+\})["”’」]*(?:을|를|이|가|은|는|과|와|으로|로)(?![\p{L}(])/gu)]
        .filter(([, value]) => !COUNTED.test(value ?? ''))
        .map(([part]) => `${key}: ${part}`),
    );
    expect(fixed).toEqual([]);
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

/** What says something outside the page, too. */
const SHARED = ['src/shared/domain/jobs/title.ts'];

/** Source files of the page, with what stands before their keys: the pictures look up their own section. */
function sources(): { readonly text: string; readonly prefix: string }[] {
  const root = 'src/renderer/src';
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:vue|ts)$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => join(root, name))
    .concat(SHARED)
    .map((name) => {
      const text = readFileSync(name, 'utf8');
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
      [...text.matchAll(/\b(?:t|say)\(\s*'([\w.]+)'/g)].map(([, key]) => prefix + (key ?? '')),
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
