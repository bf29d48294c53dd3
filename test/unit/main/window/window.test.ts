import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { COMMAND_IDS, isPageCommand } from '@shared/contract/commands';
import { plain } from '@shared/contract/build';
import type { JobSnapshot, JobState } from '@shared/contract/jobs';
import { Locale, localeOf } from '@shared/contract/languages';
import type { JobRequest } from '@shared/jobs';
import { jobTitle } from '@shared/domain/jobs/title';
import { closingDetail, endingText } from '../../../../src/main/window/jobTexts';
import { Attention } from '../../../../src/main/window/attention';
import { menuTemplate } from '../../../../src/main/window/menu';
import { completed, namesIn, textsOf } from '../../../../src/main/window/texts';
import { newJob } from '../../../../src/main/jobs/transitions';
import { Throttle } from '../../../../src/main/jobs/throttle';

describe('what main says', () => {
  it('exists in every language, with the same keys', () => {
    const keys = (value: object, path = ''): string[] =>
      Object.entries(value).flatMap(([key, inner]) =>
        typeof inner === 'string' ? [`${path}${key}`] : keys(inner as object, `${path}${key}.`),
      );
    for (const locale of Locale.options) {
      expect(keys(textsOf(locale))).toEqual(keys(textsOf('en')));
      expect(textsOf(locale).menu.quit === textsOf('en').menu.quit).toBe(locale === 'en');
    }
  });

  it('is said in English where a language lacks it', () => {
    const whole = { menu: { file: 'File', edit: 'Edit' }, bye: 'Bye' };
    expect(completed({ menu: { file: 'Datei' }, own: 'Mehr' }, whole)).toEqual({
      menu: { file: 'Datei', edit: 'Edit' },
      bye: 'Bye',
    });
    expect(completed({ menu: 'Menü', bye: {} }, whole)).toEqual(whole);
    expect(completed({}, whole)).toEqual(whole);
  });

  it('follows the person, then the system', () => {
    expect(localeOf('ko', 'en-US')).toBe('ko');
    expect(localeOf('en', 'ko-KR')).toBe('en');
    expect(localeOf(null, 'ko-KR')).toBe('ko');
    expect(localeOf(null, 'ko')).toBe('ko');
    expect(localeOf(null, 'zh-TW')).toBe('zh-CN');
    expect(localeOf(null, 'pt-PT')).toBe('pt-BR');
    expect(localeOf(null, 'ES')).toBe('es');
    expect(localeOf(null, 'kok')).toBe('en');
    expect(localeOf(null, 'de-DE')).toBe('en');
    expect(localeOf(null, '')).toBe('en');
  });
});

describe('the menu', () => {
  const items = (development: boolean, locale: Locale = 'en'): MenuItemConstructorOptions[] => {
    const template = menuTemplate(textsOf(locale), (id) => ran.push(id), { mac: false, development });
    return template.flatMap(({ submenu }) => submenu as MenuItemConstructorOptions[]);
  };
  const ran: string[] = [];

  it.each(Locale.options)('knows every page and every command that is not about the sound, in %s', (locale) => {
    ran.length = 0;
    for (const item of items(false, locale)) item.click?.(undefined as never, undefined, undefined as never);
    expect(ran.toSorted()).toEqual(COMMAND_IDS.filter(isPageCommand).toSorted());
    expect(ran).toEqual(expect.arrayContaining(['library', 'jobs', 'compare', 'merge', 'guide', 'settings', 'listen']));
    const unnamed = items(false, locale).filter(({ label, type }) => type !== 'separator' && !label);
    expect(unnamed).toEqual([]);
  });

  it('takes no key that people type, and offers the developer tools only in development', () => {
    const keys = items(true).flatMap(({ accelerator }) => (accelerator === undefined ? [] : [accelerator]));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toContain('CmdOrCtrl+K');
    expect(keys).toContain('Alt+Left');
    expect(keys.filter((key) => !/^(?:CmdOrCtrl|Alt)\+|^F\d/.test(key))).toEqual([]);
    expect(items(true).some(({ role }) => role === 'toggleDevTools')).toBe(true);
    expect(items(false).some(({ role }) => role === 'toggleDevTools')).toBe(false);
  });
});

describe('the question before quitting', () => {
  const texts = textsOf('en').closing;
  const request = { kind: 'measure', index: 'index-00000001', queries: null } as const;

  it.each(Locale.options)('names jobs as the page does, in %s', (locale) => {
    const say = namesIn(locale);
    const built: JobRequest = { kind: 'train', sources: [], ...plain('rvc'), name: null, totalFea: false };
    expect(jobTitle({ request: built, subject: 'Aria' }, say)).toContain('Aria');
    expect(jobTitle({ request: built, subject: 'Aria' }, say)).toContain(say('recipes.rvc.name'));
    expect(jobTitle({ request, subject: 'a {b}.index' }, say)).toContain('a {b}.index');
    expect(() => say('jobs.titles.nothing')).toThrow();
  });

  it('names what runs and all that waits, as many as fit', () => {
    expect(closingDetail(texts, { running: 'A', waiting: [] })).toBe(`${texts.stops}\n• A`);
    const detail = closingDetail(texts, { running: 'A', waiting: ['B', 'C'] });
    expect(detail).toBe(`${texts.stops}\n• A\n\n${texts.waits}\n• B\n• C`);
    const long = closingDetail(texts, { running: 'A', waiting: Array.from({ length: 50 }, (_, i) => `B${i}`) });
    expect(long.split('\n')).toHaveLength(17);
    expect(long).toMatch(/and 38 more$/);
  });
});

describe('running jobs', () => {
  const done = newJob({ id: 'job-00000001', request: { kind: 'sample' }, subject: 's', voice: null, rank: 1, now: 0 });
  const ended = (...states: readonly JobState[]): JobSnapshot[] => states.map((state) => ({ ...done, state }));

  function follow(focused: boolean) {
    const seen: string[] = [];
    const attention = new Attention({
      setProgressBar: (fraction) => seen.push(`bar ${fraction}`),
      keepAwake: () => {
        seen.push('awake');
        return () => seen.push('asleep');
      },
      isFocused: () => focused,
      notify: (jobs) => seen.push(`notify ${jobs.map(({ state }) => state).join()}`),
    });
    return { seen, attention };
  }
  const progress = {
    step: 'read',
    stepNumber: 1,
    stepCount: 1,
    fraction: 0.5,
    elapsedMs: 1,
    remainingMs: null,
  } as const;

  it('keep the computer awake from the first to the last, fill the taskbar, and are told of once', () => {
    const { seen, attention } = follow(false);
    attention.follow({ ...done, state: 'queued' });
    attention.follow({ ...done, state: 'running' });
    attention.follow({ ...done, state: 'running', progress });
    attention.follow({ ...done, state: 'done' });
    attention.follow({ ...done, state: 'running' });
    attention.rest(ended('done', 'cancelled', 'failed'));
    expect(seen).toEqual(['awake', 'bar 2', 'bar 0.5', 'bar 2', 'asleep', 'bar -1', 'notify done,failed']);
  });

  it('say nothing to a person who is looking, or who cancelled', () => {
    for (const [focused, state] of [
      [true, 'done'],
      [true, 'failed'],
      [false, 'cancelled'],
    ] as const) {
      const { seen, attention } = follow(focused);
      attention.follow({ ...done, state: 'running' });
      attention.rest(ended(state));
      expect(seen).toEqual(['awake', 'bar 2', 'asleep', 'bar -1']);
    }
  });

  it('are told of by name when there was one, by number when there were several', () => {
    const { notification } = textsOf('en');
    const say = namesIn('en');
    const text = (...states: readonly JobState[]) => endingText(ended(...states), notification, say);
    expect(text('done')).toEqual({ title: 'Done', body: 'Making the sample voice' });
    expect(text('failed')).toEqual({ title: 'Did not finish', body: 'Making the sample voice' });
    expect(text('done', 'done')).toEqual({ title: 'All jobs have ended', body: 'Done: 2' });
    expect(text('done', 'failed', 'failed')).toEqual({
      title: 'All jobs have ended',
      body: 'Did not finish: 2 of 3',
    });
  });
});

describe('the throttle', () => {
  it('lets the first and the last of a burst through, spaced', () => {
    vi.useFakeTimers();
    const throttle = new Throttle(100);
    const seen: number[] = [];
    for (let i = 1; i <= 5; i++) throttle.run(() => seen.push(i));
    expect(seen).toEqual([1]);
    vi.advanceTimersByTime(100);
    expect(seen).toEqual([1, 5]);
    throttle.run(() => seen.push(6));
    throttle.clear();
    vi.advanceTimersByTime(1_000);
    expect(seen).toEqual([1, 5]);
    throttle.run(() => seen.push(7));
    expect(seen).toEqual([1, 5, 7]);
    vi.useRealTimers();
  });
});
