import type { Settings } from '@shared/contract/channels';
import { FALLBACK, Locale } from '@shared/contract/languages';
import type { Say } from '@shared/domain/jobs/title';
import type en from '../../../resources/locales/en.json';

/** What main itself says: menus, dialogs, notifications. */
export type Texts = typeof en.main;

/** Of what the page says, only what main says too: the names of jobs. */
const NAMES = {
  jobs: import.meta.glob<Words>('../../../resources/locales/*.json', { import: 'jobs', eager: true }),
  recipes: import.meta.glob<Words>('../../../resources/locales/*.json', { import: 'recipes', eager: true }),
  hosts: import.meta.glob<Words>('../../../resources/locales/*.json', { import: 'hosts', eager: true }),
} as const;
const TEXTS = import.meta.glob<Texts>('../../../resources/locales/*.json', { import: 'main', eager: true });

/** Words under their keys, as deep as there are sections. */
interface Words {
  readonly [key: string]: string | Words;
}

const fileOf = (locale: Locale): string => `../../../resources/locales/${locale}.json`;
const wordsOf = (locale: Locale): Words => TEXTS[fileOf(locale)] ?? {};

/** What a language lacks is said in the one that stands in for it. */
export function textsOf(locale: Locale): Texts {
  return completed(wordsOf(locale), wordsOf(FALLBACK)) as Texts;
}

/** Every word of `whole`: as `part` says it, and as it stands there where `part` does not. */
export function completed(part: Words, whole: Words): Words {
  const pairs = Object.entries(whole).map(([key, standing]): [string, string | Words] => {
    const own = part[key];
    if (typeof standing === 'string') return [key, typeof own === 'string' ? own : standing];
    return [key, completed(typeof own === 'object' ? own : {}, standing)];
  });
  return Object.fromEntries<string | Words>(pairs);
}

/** Says the names of jobs as the page does. */
export function namesIn(locale: Locale): Say {
  const section = (name: keyof typeof NAMES): Words => {
    const own = NAMES[name][fileOf(locale)] ?? {};
    return locale === FALLBACK ? own : completed(own, NAMES[name][fileOf(FALLBACK)] ?? {});
  };
  const names: Words = { jobs: section('jobs'), recipes: section('recipes'), hosts: section('hosts') };
  return (key, values = {}) => fill(textAt(names, key), values);
}

function textAt(words: Words, key: string): string {
  const text = key.split('.').reduce<string | Words | undefined>((at, part) => {
    return typeof at === 'object' ? at[part] : undefined;
  }, words);
  if (typeof text !== 'string') throw new Error(`There is no text "${key}".`);
  return text;
}

/** A text with its `{values}` filled in. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The person's choice, else the system's language where there is a translation, else English. */
export function localeOf(setting: Settings['locale'], systemLocale: string): Locale {
  const language = (tag: string): string => tag.replace(/[-_].*$/, '').toLowerCase();
  return setting ?? Locale.options.find((locale) => language(locale) === language(systemLocale)) ?? FALLBACK;
}
