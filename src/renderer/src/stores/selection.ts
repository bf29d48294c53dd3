import { computed, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { useJudged } from './judged';
import { useVoiceList } from './voiceList';

/** The voices that a person has chosen, to do something with all of them. */
export const useSelection = defineStore('selection', () => {
  const judged = useJudged();
  const list = useVoiceList();

  const ids = shallowRef<ReadonlySet<string>>(new Set());
  /** Where a range begins: the voice that was chosen last. */
  let anchor: string | null = null;

  /** What is still there of them, in the order of the library. */
  const voices = computed(() =>
    ids.value.size === 0 ? [] : judged.voices.filter(({ voice }) => ids.value.has(voice.id)),
  );
  const count = computed(() => voices.value.length);

  const isChosen = (id: string): boolean => ids.value.has(id);

  function toggle(id: string): void {
    const next = new Set(ids.value);
    if (!next.delete(id)) next.add(id);
    ids.value = next;
    anchor = id;
  }

  /** All from the voice that was chosen last to this one, as they are shown. */
  function extend(id: string): void {
    const order = list.shown.map(({ voice }) => voice.id);
    const [from, to] = [order.indexOf(anchor ?? id), order.indexOf(id)].sort((a, b) => a - b) as [number, number];
    if (from < 0) {
      toggle(id);
      return;
    }
    ids.value = new Set([...ids.value, ...order.slice(from, to + 1)]);
  }

  /** All that are shown. */
  function chooseAll(): void {
    ids.value = new Set(list.shown.map(({ voice }) => voice.id));
  }

  function clear(): void {
    ids.value = new Set();
    anchor = null;
  }

  /** Whether a click was meant to choose a voice; if so, it has. */
  function take(id: string, event: Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>): boolean {
    if (event.shiftKey) extend(id);
    else if (event.ctrlKey || event.metaKey) toggle(id);
    else return false;
    return true;
  }

  return { ids, voices, count, isChosen, toggle, extend, chooseAll, clear, take };
});
