import type { Locale, Settings } from '@shared/contract/channels';
import en from '../../../resources/locales/en.json';
import ko from '../../../resources/locales/ko.json';

/** What main itself says: menus, dialogs, notifications. */
export type Texts = typeof en.main;

const texts: Readonly<Record<Locale, Texts>> = { en: en.main, ko: ko.main };

export function textsOf(locale: Locale): Texts {
  return texts[locale];
}

/** The person's choice, else the system's language where there is a translation, else English. */
export function localeOf(setting: Settings['locale'], systemLocale: string): Locale {
  return setting ?? (/^ko\b/i.test(systemLocale) ? 'ko' : 'en');
}
