import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createI18n } from 'vue-i18n';
import { Locale } from '../../src/shared/contract/languages';
import { withParticles } from '../../src/renderer/src/language/particles';
import { PLURAL_RULES } from '../../src/renderer/src/language/plurals';
import type en from '../../resources/locales/en.json';
import { pseudoWords } from './pseudo';

const wordsOf = (locale: Locale): typeof en =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, `../../resources/locales/${locale}.json`), 'utf8')) as typeof en;

/** See pseudo.ts: no language of the app. */
export const PSEUDO = 'pseudo';
export const PSEUDO_WORDS = pseudoWords(wordsOf('en'));

const i18n = createI18n({
  legacy: false,
  pluralRules: PLURAL_RULES,
  postTranslation: (text) => (typeof text === 'string' ? withParticles(text) : text),
  messages: Object.fromEntries([
    ...Locale.options.map((locale) => [locale, wordsOf(locale)] as const),
    [PSEUDO, PSEUDO_WORDS] as const,
  ]),
  missing: (locale, key) => {
    throw new Error(`There is no text '${key}' in '${locale}'.`);
  },
});

/** A text of the app as the page shows it, with its values filled in; `count` chooses between one and many. */
export type Say = (key: string, values?: Readonly<Record<string, unknown>>, count?: number) => string;

export function wordsIn(locale: Locale | typeof PSEUDO): Say {
  const translate = i18n.global.t as (
    key: string,
    values: Readonly<Record<string, unknown>>,
    options: { readonly locale: Locale | typeof PSEUDO; readonly plural?: number },
  ) => string;
  return (key, values = {}, count) =>
    translate(key, values, count === undefined ? { locale } : { locale, plural: count });
}

export const say = wordsIn('en');

/** The pattern of a text with one value that is not known beforehand. */
export function pattern(key: string, name: string): RegExp {
  const [before = '', after = ''] = say(key, { [name]: '\u0000' }).split('\u0000');
  return new RegExp(`${escaped(before)}.+?${escaped(after)}`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
