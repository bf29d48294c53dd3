import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FALLBACK, Locale } from '@shared/contract/languages';
import { explanationsIn, TERMS } from '@/words/glossary';

describe.each(Locale.options)('the glossary in %s', (locale) => {
  const path = locale === FALLBACK ? 'docs/guide/glossary.md' : `docs/guide/${locale}/glossary.md`;
  const markdown = readFileSync(path, 'utf8');
  const found = explanationsIn(markdown);

  it('explains every term once, in the same order', () => {
    expect([...found.keys()]).toEqual([...TERMS]);
    expect(markdown.match(/^## /gm)).toHaveLength(TERMS.length);
  });

  it('says it in plain text that fits beside a number', () => {
    for (const [term, { name, text }] of found) {
      expect(name, term).not.toBe('');
      expect(text, term).not.toMatch(/[*_`[\]<>]/);
      expect(text.length, term).toBeGreaterThan(20);
      expect(text.length, term).toBeLessThan(260);
    }
  });
});
