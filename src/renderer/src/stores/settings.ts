import { computed, ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { type Reply, valueOf } from '@shared/contract/api';
import type { AppInfo } from '@shared/contract/app';
import { DEFAULT_SETTINGS, type Settings } from '@shared/contract/settings';
import { FALLBACK } from '@shared/contract/languages';
import { knowsAll } from '@shared/domain/recipes/forecast';
import { setLocale } from '@/language/i18n';

/** The person's choices, and what the app knows about itself and this computer. */
export const useSettings = defineStore('settings', () => {
  const settings = shallowRef<Settings>(DEFAULT_SETTINGS);
  const info = shallowRef<AppInfo | null>(null);
  const systemDark = ref(false);

  const locale = computed(() => settings.value.locale ?? info.value?.locale ?? FALLBACK);
  const dark = computed(() => (settings.value.theme === 'system' ? systemDark.value : settings.value.theme === 'dark'));
  /** Whether the keyboard has ⌘. */
  const mac = computed(() => info.value?.platform.startsWith('darwin') ?? false);

  function showTheme(): void {
    document.documentElement.classList.toggle('dark', dark.value);
  }

  async function show(): Promise<void> {
    showTheme();
    await setLocale(locale.value);
  }

  /**
   * Begins with what the page was answered before there were words (language/begun.ts); they are there already.
   *
   * @throws the failure of an answer
   */
  function start(first: { readonly settings: Reply<Settings>; readonly info: Reply<AppInfo> }): void {
    const query = window.matchMedia('(prefers-color-scheme: dark)');
    systemDark.value = query.matches;
    query.addEventListener('change', (event) => {
      systemDark.value = event.matches;
      showTheme();
    });
    settings.value = valueOf(first.settings);
    info.value = valueOf(first.info);
    showTheme();
  }

  /** Shows the change at once, then keeps what main has stored. */
  async function change(part: Partial<Settings>): Promise<void> {
    settings.value = { ...settings.value, ...part };
    void show();
    settings.value = await window.api.call('settings.set', part);
    await show();
    // On as many threads nothing has been measured yet.
    if (part.threads !== undefined) await refreshInfo();
  }

  /** Asks again: main has changed something by itself. */
  async function refresh(): Promise<void> {
    settings.value = await window.api.call('settings.get', null);
    await show();
  }

  /** Asks again: a build has measured new speeds. */
  async function refreshInfo(): Promise<void> {
    info.value = await window.api.call('app.info', null);
  }

  /** Learns how fast this computer is, where no build has shown it. Without an answer it stays unknown. */
  async function learnRates(): Promise<void> {
    if (info.value === null || knowsAll(info.value.rates)) return;
    const rates = await window.api.call('app.rates', null).catch(() => null);
    if (rates !== null) info.value = { ...info.value, rates };
  }

  return { settings, info, locale, dark, mac, start, change, refresh, refreshInfo, learnRates };
});
