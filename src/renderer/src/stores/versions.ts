import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { Newer } from '@shared/contract/newest';
import { useSettings } from './settings';

/** Whether there is a newer version, as far as the person wants it to be found out, and what is new in this one. */
export const useVersions = defineStore('versions', () => {
  const settings = useSettings();
  /** Undefined until it was looked for, null when this is the newest. */
  const newer = shallowRef<Newer | null>();
  const isLooking = ref(false);
  const isNewsOpen = ref(false);

  /** Rejects with NEWEST_UNKNOWN. */
  async function look(): Promise<void> {
    isLooking.value = true;
    try {
      newer.value = await window.api.call('app.newer', null);
    } finally {
      isLooking.value = false;
    }
  }

  /** What comes of it is shown; that nothing came of it is no news. */
  async function start(): Promise<void> {
    if (!settings.settings.lookForNewer || settings.info?.hasReleases !== true) return;
    await look().catch(() => undefined);
  }

  return { newer, isLooking, isNewsOpen, look, start };
});
