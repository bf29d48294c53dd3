import { computed, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { valueOf } from '@shared/contract/api';
import type { LibraryChange, LibrarySnapshot, VoiceNews } from '@shared/contract/library';
import type { IndexFile, Voice } from '@shared/contract/voices';

const NOTHING: LibrarySnapshot = {
  sequence: 0,
  scanning: false,
  folders: [],
  voices: [],
  indexes: [],
  models: [],
  away: {},
};

/** Main's library, as last told. */
export const useLibrary = defineStore('library', () => {
  const snapshot = shallowRef<LibrarySnapshot>(NOTHING);
  /** What other programs have added, as last told, for the toast. */
  const news = shallowRef<readonly VoiceNews[]>([]);

  const voices = computed(() => snapshot.value.voices);
  const indexes = computed(() => snapshot.value.indexes);
  const models = computed(() => snapshot.value.models);
  const folders = computed(() => snapshot.value.folders);
  /** Names that several voices bear. */
  const namesakes = computed(() => {
    const seen = new Set<string>();
    return new Set(voices.value.map(({ name }) => name).filter((name) => seen.has(name) || !seen.add(name)));
  });
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

  /** What the page begins with. */
  function begin(first: LibrarySnapshot): void {
    snapshot.value = first;
  }

  /** Takes a change, each once and in order: it says only what is another. */
  function apply(change: LibraryChange): void {
    if (change.sequence <= snapshot.value.sequence) return;
    const { sequence, scanning, folders, voices: told, gone } = change;
    const known = told.length + gone.length === 0 ? snapshot.value.voices : merged(snapshot.value.voices, told, gone);
    const { indexes: knownIndexes, models: knownModels, away: knownAway } = snapshot.value;
    snapshot.value = {
      sequence,
      scanning,
      folders,
      voices: known,
      indexes: change.indexes ?? knownIndexes,
      models: change.models ?? knownModels,
      away: change.away ?? knownAway,
    };
  }

  function start(): void {
    window.api.on('library.changed', apply);
    window.api.on('library.news', (told) => (news.value = told));
    begin(valueOf(window.api.begin('library.get')));
  }

  function voice(id: string): Voice | undefined {
    return voicesById.value.get(id);
  }

  /** Any index the library knows, and the voice it belongs to. */
  function index(id: string): { readonly index: IndexFile; readonly voice: Voice | null } | undefined {
    return indexesById.value.get(id);
  }

  /** Why a voice or index cannot be reached now; undefined while it can. */
  function away(id: string): LibrarySnapshot['away'][string] | undefined {
    return snapshot.value.away[id];
  }

  /** Takes what was added off the library: a folder with all its voices, or one index. */
  function removeSource(source: string): Promise<null> {
    const isFolder = folders.value.some(({ id }) => id === source);
    if (isFolder) return removeFolder(source);
    const index = indexes.value.find(({ id }) => away(id)?.source === source);
    return closeIndex(index?.id ?? source);
  }

  const refresh = (): Promise<null> => window.api.call('library.refresh', null);
  const removeFolder = (id: string): Promise<null> => window.api.call('library.removeFolder', { id });
  const closeIndex = (id: string): Promise<null> => window.api.call('library.closeIndex', { id });

  /** Leaves files of features out of a voice, which is looked at again. */
  const leaveOut = (voice: string, files: readonly string[]): Promise<null> =>
    window.api.call('voices.leaveOut', { voice, files: [...files] });
  const useAgain = (voice: string): Promise<null> => window.api.call('voices.useAgain', { voice });

  /** Shows a folder, voice, index, model or a job's result in the system's file manager. */
  const reveal = (id: string): Promise<null> => window.api.call('app.reveal', { id });

  return {
    snapshot,
    news,
    voices,
    indexes,
    models,
    folders,
    namesakes,
    scanning,
    filled,
    empty,
    begin,
    apply,
    start,
    voice,
    index,
    away,
    removeSource,
    refresh,
    removeFolder,
    closeIndex,
    leaveOut,
    useAgain,
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
