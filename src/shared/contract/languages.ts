import * as v from 'valibot';

/** Languages of the app, each under its own name. `resources/locales/<language>.json` has its words. */
export const LANGUAGES = {
  en: 'English',
  es: 'Español',
  'pt-BR': 'Português (Brasil)',
  ru: 'Русский',
  ko: '한국어',
  ja: '日本語',
  'zh-CN': '简体中文',
} as const;

export type Locale = keyof typeof LANGUAGES;
export const Locale = v.picklist(Object.keys(LANGUAGES) as Locale[]);

/** The language that stands in where a translation lacks anything. */
export const FALLBACK: Locale = 'en';

/** The person's choice, else the system's language where there is a translation, else English. */
export function localeOf(setting: Locale | null, systemLocale: string): Locale {
  const language = (tag: string): string => tag.replace(/[-_].*$/, '').toLowerCase();
  return setting ?? Locale.options.find((locale) => language(locale) === language(systemLocale)) ?? FALLBACK;
}
