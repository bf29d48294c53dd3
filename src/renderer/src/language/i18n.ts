import { createI18n } from 'vue-i18n';
import { FALLBACK, type Locale } from '@shared/contract/languages';
import en from '../../../../resources/locales/en.json';
import { loadLetters, loadRules } from './letters';
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

/** Words are not held back longer for letters that are late. */
const LETTERS_WITHIN_MS = 500;
/** Until then the first page has been drawn. */
const OTHERS_AFTER_MS = 500;

/** Reads the words of a language, unless they are there. Without them everything is said in the language that stands in. */
async function loadWords(locale: Locale): Promise<void> {
  if (i18n.global.availableLocales.includes(locale)) return;
  const words = await WORDS[`../../../../resources/locales/${locale}.json`]?.().catch((error: unknown) => {
    console.warn(error);
  });
  if (words) i18n.global.setLocaleMessage(locale, words);
}

/** The letters of what is read first; those of all other words are read after it. */
async function loadFirstLetters(locale: Locale): Promise<void> {
  const { nav, library, welcome, ...others } = i18n.global.getLocaleMessage(locale);
  await Promise.race([
    loadLetters(locale, JSON.stringify([nav, library, welcome])),
    new Promise((resolve) => setTimeout(resolve, LETTERS_WITHIN_MS)),
  ]);
  setTimeout(() => void loadLetters(locale, JSON.stringify(others)), OTHERS_AFTER_MS);
}

function say(locale: Locale): void {
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
}

/** Shows the page in another language as soon as its words are there, and the letters of those that are read first. */
export async function setLocale(locale: Locale): Promise<void> {
  wanted = locale;
  await loadWords(locale);
  await loadFirstLetters(locale);
  if (wanted !== locale) return;
  say(locale);
}

/** Begins in a language before there is a page: what is called then does not wait for letters, as nobody sees it. */
export async function beginIn(locale: Locale): Promise<{ readonly letters: Promise<void> }> {
  void loadRules(locale);
  await loadWords(locale);
  say(locale);
  return { letters: loadFirstLetters(locale) };
}
