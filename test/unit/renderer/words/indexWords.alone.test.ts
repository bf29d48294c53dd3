// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { defineComponent } from 'vue';
import type { IndexFile } from '@shared/contract/voices';
import { useLibrary } from '@/stores/library';
import { useShelf } from '@/stores/shelf';
import { i18n } from '@/language/i18n';
import { useIndexWords } from '@/words/useIndexWords';
import { indexFile, voice } from '../../../fixtures/contract';
import { fakeApi } from '../../../fixtures/fakeApi';

/** What the indexes of Aria are called, of which all were built by "Best match". */
function labels(...indexes: IndexFile[]): readonly string[] {
  const aria = voice({ name: 'Aria', indexes });
  useLibrary().begin({ sequence: 1, scanning: false, folders: [], voices: [aria], indexes: [], models: [], away: {} });
  useShelf().apply(
    indexes.map(({ id }) => ({ index: id, starred: false, note: '', repairedFrom: null, recipe: 'best' })),
  );
  let found: readonly string[] = [];
  mount(
    defineComponent({
      setup() {
        found = useIndexWords().labels(indexes);
        return () => null;
      },
    }),
    { global: { plugins: [i18n] } },
  );
  return found;
}

const called = (name: string, kind: IndexFile['kind']): IndexFile => indexFile({ name, kind });

beforeEach(() => {
  vi.stubGlobal('api', fakeApi({}));
  setActivePinia(createPinia());
});

it('calls an index by what it was built by, under any name that a build or a program would give it', () => {
  for (const index of [
    called('added_IVF8_Flat_nprobe_1_Aria_v2.index', 'added'),
    called('added_HNSW32_Aria_v2.index', 'other'),
    called('Aria.index', 'other'),
    called('Aria.index', 'applio'),
  ]) {
    expect(labels(index)).toEqual(['Best match']);
  }
});

it('calls it by the name that a person has given it', () => {
  expect(labels(called('Morning take.index', 'other'))).toEqual(['Morning take']);
});

it('calls a copy one, and counts them only where there are more', () => {
  const original = called('added_IVF8_Flat_nprobe_1_Aria_v2.index', 'added');
  const copy = (mark: string): IndexFile =>
    indexFile({ name: original.name.replace('.index', `${mark}.index`), kind: 'added', copyOf: original.name });
  expect(labels(original, copy(' (1)'))).toEqual(['Best match', 'Best match, copy']);
  expect(labels(original, copy(' (1)'), copy(' - Copy'))).toEqual([
    'Best match',
    'Best match, copy',
    'Best match, copy (2)',
  ]);
});
