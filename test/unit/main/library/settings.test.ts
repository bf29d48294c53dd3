import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '@shared/contract/settings';
import { SettingsStore } from '../../../../src/main/library/settings';
import { silentLog } from '../../../fixtures/mainServices';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-settings-'));
  path = join(folder, 'settings.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('settings', () => {
  it('begin with the defaults, and are kept', () => {
    const store = new SettingsStore(path, silentLog);
    expect(store.get()).toEqual(DEFAULT_SETTINGS);
    expect(readdirSync(folder)).toEqual([]);
    expect(store.set({ theme: 'dark', locale: 'ko' })).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark', locale: 'ko' });
    expect(new SettingsStore(path, silentLog).get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark', locale: 'ko' });
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  it('change one by one; null is a choice, undefined is none', () => {
    const store = new SettingsStore(path, silentLog);
    store.set({ locale: 'ko' });
    store.set({ libraryView: 'rows', locale: undefined, theme: undefined });
    expect(store.get()).toEqual({ ...DEFAULT_SETTINGS, locale: 'ko', libraryView: 'rows' });
    expect(store.set({ volume: 0 }).volume).toBe(0);
    store.set({ locale: null });
    expect(store.get().locale).toBeNull();
  });

  it.each(['', '{', 'null', '[]', '{"theme":"dark"}', '{"version":0}', '{"version":1,"theme":"pink"}', '\u0000\u0001'])(
    'that read %j are set aside and reset',
    (content) => {
      writeFileSync(path, content);
      writeFileSync(`${path}.broken`, 'an older one');
      const store = new SettingsStore(path, silentLog);
      expect(store.get()).toEqual(DEFAULT_SETTINGS);
      expect(store.trouble).toBe('broken');
      expect(new SettingsStore(path, silentLog).trouble, 'said at one start only').toBeNull();
      expect(readdirSync(folder)).toEqual(['settings.json.broken']);
      expect(readFileSync(`${path}.broken`, 'utf8')).toBe(content);
    },
  );

  it('that the disk does not give are set aside, and never taken for those of a first start', () => {
    mkdirSync(path);
    const store = new SettingsStore(path, silentLog);
    expect(store.trouble).toBe('broken');
    expect(readdirSync(folder)).toEqual(['settings.json.broken']);
  });

  it('W6: that are cut anywhere are read whole or set aside, and never read in part', () => {
    new SettingsStore(path, silentLog).set({ theme: 'dark', locale: 'ko', volume: 0.25, threads: 3 });
    const whole = readFileSync(path);
    const chosen = new SettingsStore(path, silentLog).get();
    for (let length = 0; length <= whole.length; length++) {
      rmSync(`${path}.broken`, { force: true });
      writeFileSync(path, whole.subarray(0, length));
      const store = new SettingsStore(path, silentLog);
      // The last byte is the end of a line.
      const isWhole = length >= whole.length - 1;
      expect(store.get()).toEqual(isWhole ? chosen : DEFAULT_SETTINGS);
      expect(store.trouble).toBe(isWhole ? null : 'broken');
      expect(readdirSync(folder)).toEqual([isWhole ? 'settings.json' : 'settings.json.broken']);
      expect(store.set({ theme: 'light' }).theme).toBe('light');
      expect(new SettingsStore(path, silentLog).get().theme).toBe('light');
    }
  });

  it('that cannot be set aside are reset all the same', () => {
    writeFileSync(path, '{');
    mkdirSync(join(`${path}.broken`, 'full'), { recursive: true });
    expect(new SettingsStore(path, silentLog).get()).toEqual(DEFAULT_SETTINGS);
  });

  it('that an older version did not know are as usual', () => {
    writeFileSync(path, '{"version":1,"theme":"dark"}');
    expect(new SettingsStore(path, silentLog).get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark' });
  });

  it('of a newer version hold as far as they are known, and are left alone', () => {
    const content = '{"version":2,"theme":"sepia","locale":"ko","volume":0.25,"threads":"many","glow":true}';
    writeFileSync(path, content);
    const store = new SettingsStore(path, silentLog);
    expect(store.get()).toEqual({ ...DEFAULT_SETTINGS, locale: 'ko', volume: 0.25 });
    expect(store.trouble).toBe('newer');
    expect(store.set({ theme: 'dark' }).theme).toBe('dark');
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });
});
