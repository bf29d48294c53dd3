import { createI18n } from 'vue-i18n';
import type { Locale } from '@shared/contract/channels';
import en from '../../resources/locales/en.json' with { type: 'json' };
import ko from '../../resources/locales/ko.json' with { type: 'json' };

const i18n = createI18n({
  legacy: false,
  messages: { en, ko },
  missing: (locale, key) => {
    throw new Error(`There is no text '${key}' in '${locale}'.`);
  },
});

/** A text of the app as the page shows it, with its values filled in; `count` chooses between one and many. */
export type Say = (key: string, values?: Readonly<Record<string, unknown>>, count?: number) => string;

export function wordsIn(locale: Locale): Say {
  const translate = i18n.global.t as (
    key: string,
    values: Readonly<Record<string, unknown>>,
    options: { readonly locale: Locale; readonly plural?: number },
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
