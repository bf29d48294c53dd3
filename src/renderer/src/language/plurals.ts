import type { Locale } from '@shared/contract/languages';

/** Which of so many forms of a text is meant for so many things. */
type PluralRule = (count: number, forms: number) => number;

/** Of one, of a few, of many; before them, where there are four forms, of none (Unicode CLDR). */
const RUSSIAN = ['one', 'few', 'many'] as const;
const russian = new Intl.PluralRules('ru');

/** Languages whose forms are others than `one | other` and `none | one | other`. */
export const PLURAL_RULES = {
  ru: (count, forms) => {
    if (count === 0 && forms > RUSSIAN.length) return 0;
    const category = russian.select(count);
    // "1.5 of it" is said as "2 of it".
    const form = RUSSIAN.findIndex((name) => name === (category === 'other' ? 'few' : category));
    return Math.min(forms - 1, form + Math.max(0, forms - RUSSIAN.length));
  },
} as const satisfies Partial<Record<Locale, PluralRule>>;
