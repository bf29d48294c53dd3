// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FALLBACK, type Locale } from '@shared/contract/languages';
import { DEFAULT_SETTINGS } from '@shared/contract/settings';
import { i18n, setLocale } from '@/language/i18n';
import { appInfo } from '../../../fixtures/contract';
import { fakeApi } from '../../../fixtures/fakeApi';

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
  const settings = (locale: Locale | null) => ({ 'settings.get': () => ({ ...DEFAULT_SETTINGS, locale }) });
  const info = { 'app.info': () => appInfo({ locale: 'ko' }) };

  it.each<[string, Parameters<typeof fakeApi>[0], Locale]>([
    ['that was chosen', { ...settings('ja'), ...info }, 'ja'],
    ['of the system', { ...settings(null), ...info }, 'ko'],
    ['that stands in, where nobody answers', {}, 'en'],
  ])('is the one %s', async (_, answers, locale) => {
    vi.resetModules();
    vi.stubGlobal('api', fakeApi(answers));
    const { begun } = await import('@/language/begun');
    await begun;
    expect(document.documentElement.lang).toBe(locale);
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
