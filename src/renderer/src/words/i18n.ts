import { createI18n } from 'vue-i18n';
import type { Locale } from '@shared/contract/channels';
import en from '../../../../resources/locales/en.json';
import ko from '../../../../resources/locales/ko.json';

/** Each language under its own name. */
export const LANGUAGES: Readonly<Record<Locale, string>> = { en: 'English', ko: '한국어' };

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en, ko },
});

export function setLocale(locale: Locale): void {
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
}
