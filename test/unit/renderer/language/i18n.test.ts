// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { FALLBACK } from '@shared/contract/languages';
import { i18n, lastLocale, setLocale } from '@/language/i18n';

afterEach(() => setLocale(FALLBACK));

describe('a language', () => {
  it('that lacks a text says it in English', async () => {
    await setLocale('ko');
    const words = i18n.global;
    const whole = words.getLocaleMessage('ko');
    const english = words.getLocaleMessage(FALLBACK).nav.library;
    expect(words.t('nav.library')).not.toBe(english);
    const { library: _, ...nav } = whole.nav;
    words.setLocaleMessage('ko', { ...whole, nav } as typeof whole);
    expect(words.t('nav.library')).toBe(english);
    expect(words.t('nav.jobs')).toBe(whole.nav.jobs);
    words.setLocaleMessage('ko', whole);
  });
});

describe('the language of the first words', () => {
  it('is the one that was read last, else that of the system', async () => {
    await setLocale('ko');
    expect(lastLocale()).toBe('ko');
    for (const broken of ['', 'xx', 'zh']) {
      localStorage.setItem('locale', broken);
      expect(lastLocale()).toBe(FALLBACK);
    }
    localStorage.clear();
    expect(navigator.language).toMatch(/^en/);
    expect(lastLocale()).toBe('en');
  });
});

describe('Korean', () => {
  it('says the particle that fits what was put in', async () => {
    await setLocale('ko');
    const say = (name: string): string => i18n.global.t('merge.after', { name });
    expect(say('균형')).toMatch(/^균형은 /);
    expect(say('아리아')).toMatch(/^아리아는 /);
  });
});

describe('the letters', () => {
  it('fall back to those of the system where a font cannot be loaded', () => {
    const theme = readFileSync('src/renderer/src/app/theme.css', 'utf8');
    const stacks = [...theme.matchAll(/--font-(sans|mono): ([^;]+);/g)].map(
      ([, name, stack]) => [name, stack] as const,
    );
    expect(stacks.map(([name]) => name)).toEqual(['sans', 'mono']);
    for (const [name, stack] of stacks) {
      const [generic, system] = (stack ?? '').split(/,\s*/).reverse();
      expect(generic).toBe(name === 'sans' ? 'sans-serif' : 'monospace');
      expect(system).not.toContain('Variable');
    }
  });
});
