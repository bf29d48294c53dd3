import type { Settings } from '@shared/contract/channels';
import { FALLBACK, Locale } from '@shared/contract/languages';
import type en from '../../../resources/locales/en.json';

/** What main itself says: menus, dialogs, notifications. */
export type Texts = typeof en.main;

const TEXTS = import.meta.glob<Texts>('../../../resources/locales/*.json', { import: 'main', eager: true });

export function textsOf(locale: Locale): Texts {
  const texts = TEXTS[`../../../resources/locales/${locale}.json`];
  if (texts === undefined) throw new Error(`There are no words in "${locale}".`);
  return texts;
}

/** The person's choice, else the system's language where there is a translation, else English. */
export function localeOf(setting: Settings['locale'], systemLocale: string): Locale {
  const language = (tag: string): string => tag.replace(/[-_].*$/, '').toLowerCase();
  return setting ?? Locale.options.find((locale) => language(locale) === language(systemLocale)) ?? FALLBACK;
}
