import { computed, type ComputedRef, ref } from 'vue';

/** Drawn at once: thousands of rows would hold the page up for seconds, and each is felt in whatever opens over them. */
const PORTION = 30;

/** A list that begins with a portion; each press on "more" adds another. */
export function usePortions<Item>(items: () => readonly Item[]): {
  readonly shown: ComputedRef<readonly Item[]>;
  /** How many the next press adds. */
  readonly next: ComputedRef<number>;
  readonly more: () => void;
} {
  const most = ref(PORTION);
  const shown = computed(() => items().slice(0, most.value));
  const next = computed(() => Math.min(PORTION, items().length - shown.value.length));
  const more = (): void => {
    most.value += PORTION;
  };
  return { shown, next, more };
}
