import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { valueOf } from '@shared/contract/api';
import type { ShelfEntry } from '@shared/contract/shelf';

const NOTHING = { starred: false, note: '', repairedFrom: null, recipe: null } as const;

/** What is said of indexes beside their files, as last told by main. */
export const useShelf = defineStore('shelf', () => {
  const entries = shallowRef<ReadonlyMap<string, ShelfEntry>>(new Map());

  function apply(told: readonly ShelfEntry[]): void {
    entries.value = new Map(told.map((entry) => [entry.index, entry]));
  }

  function start(): void {
    window.api.on('shelf.changed', apply);
    apply(valueOf(window.api.begin('shelf.get')));
  }

  const of = (index: string): Omit<ShelfEntry, 'index'> => entries.value.get(index) ?? NOTHING;
  const set = (index: string, change: Partial<Pick<ShelfEntry, 'starred' | 'note'>>): Promise<null> =>
    window.api.call('shelf.set', { index, ...change });

  /** Takes an index away, to be put back or to go to the trash at the next start. */
  const discard = (index: string): Promise<{ id: string }> => window.api.call('shelf.discard', { index });
  /** Null: everything that waits. */
  const restore = (id: string | null): Promise<null> => window.api.call('shelf.restore', { id });

  return { entries, apply, start, of, set, discard, restore };
});
