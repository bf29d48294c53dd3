import { computed, ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { LibraryChange, LibrarySnapshot } from '@shared/contract/channels';
import type { IndexFile, Voice } from '@shared/contract/voices';

const NOTHING: LibrarySnapshot = { sequence: 0, scanning: false, folders: [], voices: [], indexes: [], models: [] };

/** Main's library, as last told. */
export const useLibrary = defineStore('library', () => {
  const snapshot = shallowRef<LibrarySnapshot>(NOTHING);
  const loaded = ref(false);
  /** Changes that came before what they change. */
  let early: LibraryChange[] = [];

  const voices = computed(() => snapshot.value.voices);
  const indexes = computed(() => snapshot.value.indexes);
  const models = computed(() => snapshot.value.models);
  const folders = computed(() => snapshot.value.folders);
  const scanning = computed(() => snapshot.value.scanning);
  const voicesById = computed(() => new Map(voices.value.map((voice) => [voice.id, voice])));
  const indexesById = computed(() => {
    const owned = voices.value.flatMap((voice) => voice.indexes.map((index) => [index.id, { index, voice }] as const));
    const loose = indexes.value.map((index) => [index.id, { index, voice: null }] as const);
    return new Map<string, { readonly index: IndexFile; readonly voice: Voice | null }>([...loose, ...owned]);
  });
  /** Whether anything was ever added that is still there. */
  const filled = computed(() => [voices, indexes, folders].some((list) => list.value.length > 0));
  const empty = computed(() => !filled.value && !scanning.value);

  /** What the page begins with, and what has changed since it was told. */
  function begin(first: LibrarySnapshot): void {
    snapshot.value = first;
    loaded.value = true;
    for (const change of early) apply(change);
    early = [];
  }

  /** Takes a change, each once and in order: it says only what is another. */
  function apply(change: LibraryChange): void {
    if (!loaded.value) {
      early.push(change);
      return;
    }
    if (change.sequence <= snapshot.value.sequence) return;
    const { sequence, scanning, folders, voices: told, gone } = change;
    const known = told.length + gone.length === 0 ? snapshot.value.voices : merged(snapshot.value.voices, told, gone);
    const { indexes: knownIndexes, models: knownModels } = snapshot.value;
    snapshot.value = {
      sequence,
      scanning,
      folders,
      voices: known,
      indexes: change.indexes ?? knownIndexes,
      models: change.models ?? knownModels,
    };
  }

  /** Subscribes before it asks, so that no change falls between the answer and the first event. */
  async function start(): Promise<void> {
    window.api.on('library.changed', apply);
    begin(await window.api.call('library.get', null));
  }

  function voice(id: string): Voice | undefined {
    return voicesById.value.get(id);
  }

  /** Any index the library knows, and the voice it belongs to. */
  function index(id: string): { readonly index: IndexFile; readonly voice: Voice | null } | undefined {
    return indexesById.value.get(id);
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
    begin,
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

/** The voices with those that are new or another, without those that are gone; each stays in its place. */
function merged(known: readonly Voice[], told: readonly Voice[], gone: readonly string[]): Voice[] {
  const byId = new Map(known.map((voice) => [voice.id, voice]));
  for (const voice of told) byId.set(voice.id, voice);
  for (const id of gone) byId.delete(id);
  return [...byId.values()];
}
