import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FALLBACK, Locale } from '@shared/contract/languages';
import { parse } from '@/pages/guide/markdown';
import { newsIn, partOf } from '@/pages/settings/news';

const CHANGELOG = parse(`# Changelog

## Unreleased

- soon

## [1.1.0] - 2026-12-01

### Added

- this

## 1.0.0

- that
`);

describe('what is new', () => {
  it('is what stands below the heading of the version', () => {
    const linesOf = (version: string) => partOf(CHANGELOG, version)?.map(({ raw }) => raw.trim());
    expect(linesOf('1.1.0')).toEqual(['### Added', '- this', '']);
    expect(linesOf('1.0.0')).toEqual(['- that']);
  });

  it('is nothing for a version that has no heading', () => {
    expect(partOf(CHANGELOG, '1.1')).toBeNull();
    expect(newsIn('en', '0.0.0')).toBeNull();
    expect(newsIn('en', '0.0.0-not-for-release')).toBeNull();
  });

  it('is the same for a trial of the version', () => {
    expect(newsIn('en', '1.0.0')).not.toBeNull();
    expect(newsIn('en', '1.0.0-not-for-release')).toEqual(newsIn('en', '1.0.0'));
  });
});

describe('each version', () => {
  const headings = readFileSync('CHANGELOG.md', 'utf8').matchAll(/^## \[?([\w.-]+)/gm);
  const versions = Array.from(headings, ([, version = '']) => version);
  const bulletsOf = (locale: Locale, version: string): number | undefined =>
    newsIn(locale, version)
      ?.find(({ type }) => type === 'list')
      ?.raw.match(/^- /gm)?.length;

  it.each(Locale.options.filter((locale) => locale !== FALLBACK))('is told in short in %s, as in English', (locale) => {
    expect(versions).toContain('1.0.0');
    for (const version of versions) {
      expect(newsIn(locale, version)).not.toEqual(newsIn(FALLBACK, version));
      expect(bulletsOf(locale, version)).toBe(bulletsOf(FALLBACK, version));
    }
  });
});
