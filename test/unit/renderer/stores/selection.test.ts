// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { useLibrary } from '@/stores/library';
import { useSelection } from '@/stores/selection';
import { useVoiceList } from '@/stores/voiceList';
import { voice } from '../../../fixtures/contract';

const idOf = (name: string): string => `voice-0000000${name}`;
const chosen = (): string[] => useSelection().voices.map((judged) => judged.voice.name);

beforeEach(async () => {
  setActivePinia(createPinia());
  const voices = ['a', 'b', 'c', 'd'].map((name) => voice({ id: idOf(name), name }));
  useLibrary().begin({ sequence: 1, scanning: false, folders: [], voices, indexes: [], models: [], away: {} });
  await vi.waitFor(() => expect(useVoiceList().total).toBe(4));
});

it('takes one more or one less', () => {
  const selection = useSelection();
  selection.toggle(idOf('c'));
  selection.toggle(idOf('a'));
  expect(chosen()).toEqual(['a', 'c']);
  selection.toggle(idOf('c'));
  expect(chosen()).toEqual(['a']);
});

it('takes all from the last one to this one, as they are shown', () => {
  const selection = useSelection();
  selection.toggle(idOf('c'));
  selection.extend(idOf('a'));
  expect(chosen()).toEqual(['a', 'b', 'c']);
  selection.clear();
  selection.extend(idOf('d'));
  expect(chosen()).toEqual(['d']);
});

it('takes all that are shown, and no others', () => {
  const selection = useSelection();
  useVoiceList().query = 'b';
  selection.chooseAll();
  expect(chosen()).toEqual(['b']);
});

it('leaves a plain click to what it is for', () => {
  const selection = useSelection();
  const click = { ctrlKey: false, metaKey: false, shiftKey: false };
  expect(selection.take(idOf('a'), click)).toBe(false);
  expect(chosen()).toEqual([]);
  expect(selection.take(idOf('a'), { ...click, ctrlKey: true })).toBe(true);
  expect(selection.take(idOf('b'), { ...click, shiftKey: true })).toBe(true);
  expect(chosen()).toEqual(['a', 'b']);
});
