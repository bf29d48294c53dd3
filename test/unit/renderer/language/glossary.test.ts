import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FALLBACK, Locale } from '@shared/contract/languages';
import { explanationsIn, TERMS } from '@/language/glossary';

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

describe('what the glossary explains', () => {
  const root = 'src/renderer/src';
  const pages = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:vue|ts)$/.test(name) && !name.endsWith('glossary.ts'))
    .map((name) => readFileSync(join(root, name), 'utf8'))
    .filter((text) => /\bterms?\b|TERMS|\bTerm\b/.test(text));

  it.each(TERMS)('%s is explained beside a number somewhere', (term) => {
    expect(pages.some((text) => text.includes(`'${term}'`) || text.includes(`term="${term}"`))).toBe(true);
  });

  // The others are by their types: a forecast, a figure of a comparison, a repair or a search, a picture.
  it.each([
    ['pages/library/VoiceExplanation.vue', ['moment', 'dimension']],
    ['pages/voice/VoiceHeadline.vue', ['moment']],
    ['pages/repair/RepairDialog.vue', ['searched']],
    ['pages/tune/CandidateTable.vue', ['interval']],
    ['pages/build/RecipeCard.vue', ['same']],
  ])('%s explains its own', (file, terms) => {
    const text = readFileSync(join(root, file), 'utf8');
    for (const term of terms) expect(text, term).toMatch(new RegExp(`["']${term}["']`));
  });
});
