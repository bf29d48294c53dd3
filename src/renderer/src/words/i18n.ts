import { createI18n } from 'vue-i18n';
import { FALLBACK, type Locale } from '@shared/contract/languages';
import en from '../../../../resources/locales/en.json';
import { withParticles } from './particles';
import { PLURAL_RULES } from './plurals';

type Words = typeof en;

/** Loaded when somebody reads them. */
const WORDS = import.meta.glob<Words>(
  ['../../../../resources/locales/*.json', '!../../../../resources/locales/en.json'],
  {
    import: 'default',
  },
);

export const i18n = createI18n({
  legacy: false,
  locale: FALLBACK,
  fallbackLocale: FALLBACK,
  pluralRules: PLURAL_RULES,
  // Only a text with its values in it knows which particle fits. No other language has these signs.
  postTranslation: (text) => (typeof text === 'string' ? withParticles(text) : text),
  messages: { [FALLBACK]: en } as Record<Locale, Words>,
});

/** Asked for last: what is loaded for another in the meantime comes too late. */
let wanted: Locale = FALLBACK;

/** Shows the page in another language as soon as its words are there. */
export async function setLocale(locale: Locale): Promise<void> {
  wanted = locale;
  if (!i18n.global.availableLocales.includes(locale)) {
    const words = await WORDS[`../../../../resources/locales/${locale}.json`]?.().catch((error: unknown) => {
      // Then everything is said in the language that stands in.
      console.warn(error);
    });
    if (words) i18n.global.setLocaleMessage(locale, words);
  }
  if (wanted !== locale) return;
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
}
