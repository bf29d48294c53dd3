import { computed, ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { LibrarySnapshot } from '@shared/contract/channels';
import type { IndexFile, Voice } from '@shared/contract/voices';

const NOTHING: LibrarySnapshot = { sequence: 0, scanning: false, folders: [], voices: [], indexes: [], models: [] };

/** Main's library, as last told. */
export const useLibrary = defineStore('library', () => {
  const snapshot = shallowRef<LibrarySnapshot>(NOTHING);
  const loaded = ref(false);

  const voices = computed(() => snapshot.value.voices);
  const indexes = computed(() => snapshot.value.indexes);
  const models = computed(() => snapshot.value.models);
  const folders = computed(() => snapshot.value.folders);
  const scanning = computed(() => snapshot.value.scanning);
  /** Whether anything was ever added that is still there. */
  const filled = computed(() => [voices, indexes, folders].some((list) => list.value.length > 0));
  const empty = computed(() => !filled.value && !scanning.value);

  /** Takes a snapshot unless a newer one is already here. */
  function apply(next: LibrarySnapshot): void {
    if (loaded.value && next.sequence <= snapshot.value.sequence) return;
    snapshot.value = next;
    loaded.value = true;
  }

  /** Subscribes before it asks, so that no change falls between the answer and the first event. */
  async function start(): Promise<void> {
    window.api.on('library.changed', apply);
    apply(await window.api.call('library.get', null));
  }

  function voice(id: string): Voice | undefined {
    return voices.value.find((candidate) => candidate.id === id);
  }

  /** Any index the library knows, and the voice it belongs to. */
  function index(id: string): { readonly index: IndexFile; readonly voice: Voice | null } | undefined {
    for (const owner of voices.value) {
      const found = owner.indexes.find((candidate) => candidate.id === id);
      if (found) return { index: found, voice: owner };
    }
    const loose = indexes.value.find((candidate) => candidate.id === id);
    return loose && { index: loose, voice: null };
  }

  const refresh = (): Promise<null> => window.api.call('library.refresh', null);
  const removeFolder = (id: string): Promise<null> => window.api.call('library.removeFolder', { id });
  const closeIndex = (id: string): Promise<null> => window.api.call('library.closeIndex', { id });

  /** Shows a folder, voice, index, model or a job's result in the system's file manager. */
  const reveal = (id: string): Promise<null> => window.api.call('app.reveal', { id });

  return {
    snapshot,
    loaded,
    voices,
    indexes,
    models,
    folders,
    scanning,
    filled,
    empty,
    apply,
    start,
    voice,
    index,
    refresh,
    removeFolder,
    closeIndex,
    reveal,
  };
});
