import type { Settings } from '@shared/contract/channels';
import { FALLBACK, Locale } from '@shared/contract/languages';
import type en from '../../../resources/locales/en.json';

/** What main itself says: menus, dialogs, notifications. */
export type Texts = typeof en.main;

const TEXTS = import.meta.glob<Texts>('../../../resources/locales/*.json', { import: 'main', eager: true });

/** Words under their keys, as deep as there are sections. */
interface Words {
  readonly [key: string]: string | Words;
}

const wordsOf = (locale: Locale): Words => TEXTS[`../../../resources/locales/${locale}.json`] ?? {};

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

/** The person's choice, else the system's language where there is a translation, else English. */
export function localeOf(setting: Settings['locale'], systemLocale: string): Locale {
  const language = (tag: string): string => tag.replace(/[-_].*$/, '').toLowerCase();
  return setting ?? Locale.options.find((locale) => language(locale) === language(systemLocale)) ?? FALLBACK;
}
