import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Locale } from '@shared/contract/languages';
import { spaceAfter, together } from '@/words/together';

type Words = string | { readonly [key: string]: Words };

/** Every text of a language, each form of a plural alone. */
function textsOf(words: Words): readonly string[] {
  return typeof words === 'string' ? words.split(' | ') : Object.values(words).flatMap(textsOf);
}

const textsIn = (locale: Locale): readonly string[] =>
  textsOf(
    JSON.parse(
      readFileSync(resolve(import.meta.dirname, `../../../../resources/locales/${locale}.json`), 'utf8'),
    ) as Words,
  );

const AFTER_FULL_WIDTH = /[。！？] /u;

describe('together', () => {
  it('puts a space between sentences', () => {
    expect(together('It ended.', 'Nothing was written.', 'Run it again.')).toBe(
      'It ended. Nothing was written. Run it again.',
    );
  });

  it('puts none where the stop fills a letter', () => {
    expect(together('終わりました。', '何も書かれていません。')).toBe('終わりました。何も書かれていません。');
    expect(together('什么都没找到！', '（拖入文件夹）', '再试一次')).toBe('什么都没找到！（拖入文件夹）再试一次');
  });

  it('passes over what there is no reason to say', () => {
    expect(together('', null, 'One.', '', null, 'Two.', '')).toBe('One. Two.');
    expect(together()).toBe('');
  });

  it.each(Locale.options)('sets any texts of %s apart as its writing does', (locale) => {
    const texts = textsIn(locale);
    expect(texts.filter((text) => AFTER_FULL_WIDTH.test(text))).toEqual([]);
    const isWide = locale === 'ja' || locale === 'zh-CN';
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...texts), { maxLength: 5 }), (said) => {
        const all = together(...said);
        expect(all).not.toMatch(AFTER_FULL_WIDTH);
        if (!isWide) expect(all).toBe(said.filter((text) => text !== '').join(' '));
      }),
      { numRuns: 300 },
    );
  });
});

describe('spaceAfter', () => {
  it('is what stands before a link that follows a sentence', () => {
    expect(spaceAfter('Voices become one.')).toBe(' ');
    expect(spaceAfter('一つの声になります。')).toBe('');
    expect(spaceAfter('')).toBe('');
  });
});
