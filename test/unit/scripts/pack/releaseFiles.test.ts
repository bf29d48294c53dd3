import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { FALLBACK, Locale } from '@shared/contract/languages';
import { NewestFile } from '@shared/contract/newest';
import packageJson from '../../../../package.json';
import { draftArguments } from '../../../../scripts/pack/releaseDraft.mjs';
import { changelogLanguage, changelogPart, checksums, newestFile } from '../../../../scripts/pack/releaseFiles.mjs';

const CHANGELOG = `# Changelog

## Unreleased

## [1.10.0] - 2026-11-29

### Added

- One thing.

## 1.1.0

- Another.
`;

describe('what is new', () => {
  it.each(Locale.options)('is read in %s', (locale) => {
    expect(changelogLanguage(locale === FALLBACK ? 'CHANGELOG.md' : `CHANGELOG.${locale}.md`)).toBe(locale);
  });

  it('is in no other file', () => {
    expect(['README.md', 'CHANGELOG', 'CHANGELOG.old.md', 'CHANGELOG.md.bak'].map(changelogLanguage)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('is what stands below the heading of the version, and of no other', () => {
    expect(changelogPart(CHANGELOG, '1.10.0')).toBe('### Added\n\n- One thing.');
    expect(changelogPart(CHANGELOG.replaceAll('\n', '\r\n'), '1.1.0')).toBe('- Another.');
    expect(changelogPart(CHANGELOG, '1.1')).toBeNull();
    expect(changelogPart(CHANGELOG, 'Unreleased')).toBeNull();
  });

  it('is told in each language that has it', () => {
    expect(newestFile('1.1.0', { en: CHANGELOG, ko: '## 1.1.0\n\n- 다른 것.\n', de: '## 1.0.0\n\n- Nichts.' })).toEqual(
      {
        version: '1.1.0',
        notes: { en: '- Another.', ko: '- 다른 것.' },
      },
    );
  });

  it('must be said, and shortly', () => {
    expect(() => newestFile('2.0.0', { en: CHANGELOG })).toThrow('2.0.0');
    expect(() => newestFile('1.0.0', { en: `## 1.0.0\n\n${'x'.repeat(20_001)}` })).toThrow('20000');
  });

  it('is said of this version so that the app understands it', () => {
    const newest = newestFile(packageJson.version, { en: readFileSync('CHANGELOG.md', 'utf8') });
    expect(v.safeParse(NewestFile, newest).success).toBe(true);
  });
});

describe('beside the packages', () => {
  it('are checksums as sha256sum reads them', () => {
    expect(checksums({ 'b.zip': 'bb', 'a.deb': 'aa' })).toBe('aa  a.deb\nbb  b.zip\n');
  });

  it('is a draft, of a tag that exists', () => {
    const words = draftArguments('1.2.3', '- New.', ['dist/a b.deb']);
    expect(words.slice(0, 5)).toEqual(['release', 'create', 'v1.2.3', '--draft', '--verify-tag']);
    expect(words.slice(-3)).toEqual(['--notes', '- New.', 'dist/a b.deb']);
  });
});
