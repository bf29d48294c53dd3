import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '@shared/contract/errors';
import { FALLBACK, Locale } from '@shared/contract/languages';
import { SYMPTOM_OF, SYMPTOMS, TROUBLESHOOTING } from '@/words/symptoms';

const read = (locale: Locale): string =>
  readFileSync(join('docs/guide', locale === FALLBACK ? '' : locale, `${TROUBLESHOOTING}.md`), 'utf8');

describe.each(Locale.options)('the symptoms in %s', (locale) => {
  const parts = [...read(locale).matchAll(/<a id="([\w-]+)"><\/a>\n\n## .+\n\n.+/g)].map(([, id]) => id);

  it('are the parts of the lesson, each with its heading and text', () => {
    expect(parts).toEqual([...SYMPTOMS]);
    expect(read(locale).match(/^## /gm)).toHaveLength(SYMPTOMS.length);
  });
});

describe('every failure', () => {
  it('leads to its symptom, or is named as one that needs none', () => {
    expect(Object.keys(SYMPTOM_OF)).toEqual([...ERROR_CODES]);
  });

  it.each(Locale.options)('whose sentence is the heading of a symptom leads there, in %s', (locale) => {
    const { errors } = JSON.parse(readFileSync(`resources/locales/${locale}.json`, 'utf8')) as {
      readonly errors: Readonly<Record<ErrorCode, { readonly sentence: string }>>;
    };
    const headings = [...read(locale).matchAll(/<a id="([\w-]+)"><\/a>\n\n## (.+)/g)];
    const quoted = ERROR_CODES.flatMap((code) => {
      const sentence = errors[code].sentence.replace(/[.。]$/, '');
      const [, part] = headings.find(([, , heading]) => heading?.includes(sentence)) ?? [];
      return part === undefined ? [] : [{ code, part }];
    });
    expect(quoted.length).toBeGreaterThanOrEqual(9);
    for (const { code, part } of quoted) expect(SYMPTOM_OF[code], code).toBe(part);
  });
});
