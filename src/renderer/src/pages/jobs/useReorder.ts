import { computed, nextTick, ref, watch, type Ref } from 'vue';

/** Where an item goes: before another one, or behind all (null). */
export interface Move {
  readonly id: string;
  readonly before: string | null;
}

/** Where a step up or down leads; null at either end. */
export function stepOf(ids: readonly string[], id: string, by: -1 | 1): Move | null {
  const place = ids.indexOf(id);
  const to = place + by;
  if (place === -1 || to < 0 || to >= ids.length) return null;
  // Down is before the one behind the next.
  return { id, before: ids[by === -1 ? to : to + 1] ?? null };
}

/** The item that a pointer is above: the first whose middle lies below it; null behind the last. */
export function beforeAt(middles: readonly { readonly id: string; readonly y: number }[], y: number): string | null {
  return middles.find((item) => y < item.y)?.id ?? null;
}

/** Whether a move leaves everything where it is. */
export function isIdle(ids: readonly string[], { id, before }: Move): boolean {
  const next = ids[ids.indexOf(id) + 1] ?? null;
  return before === id || before === next;
}

/**
 * Reordering a list by dragging a handle, or by Alt and an arrow key. Each item is `[data-id]` within the list, with a
 * `[data-handle]` that keeps the focus when its item has moved.
 */
export function useReorder(options: {
  readonly list: Readonly<Ref<HTMLElement | null>>;
  readonly ids: () => readonly string[];
  readonly move: (move: Move) => Promise<unknown>;
  readonly moved: (id: string) => void;
}) {
  const { list, ids, move, moved } = options;
  const dragged = ref<string | null>(null);
  /** Undefined: not dragged, or over its own place. */
  const before = ref<string | null>();
  /** Waits for its new place to be drawn. */
  let moving: string | null = null;

  const items = (): HTMLElement[] => [...(list.value?.querySelectorAll<HTMLElement>('[data-id]') ?? [])];
  const itemOf = (id: string | null): HTMLElement | undefined => items().find((item) => item.dataset['id'] === id);

  async function go(to: Move | null): Promise<void> {
    if (to === null || isIdle(ids(), to)) return;
    moving = to.id;
    await move(to);
  }

  function press(event: KeyboardEvent, id: string): void {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    void go(stepOf(ids(), id, event.key === 'ArrowUp' ? -1 : 1));
  }

  function grab(event: PointerEvent, id: string): void {
    if (event.button !== 0 || !(event.currentTarget instanceof HTMLElement)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    dragged.value = id;
    before.value = undefined;
  }

  function drag({ clientY }: PointerEvent): void {
    const id = dragged.value;
    if (id === null) return;
    const middles = items().map((item) => {
      const { top, height } = item.getBoundingClientRect();
      return { id: item.dataset['id'] ?? '', y: top + height / 2 };
    });
    const to = beforeAt(middles, clientY);
    before.value = isIdle(ids(), { id, before: to }) ? undefined : to;
    // Towards what lies outside the window.
    itemOf(to ?? ids().at(-1) ?? null)?.scrollIntoView({ block: 'nearest' });
  }

  function drop(): void {
    const id = dragged.value;
    dragged.value = null;
    if (id !== null && before.value !== undefined) void go({ id, before: before.value });
    before.value = undefined;
  }

  /** Let go without a move, e.g. by Escape or because the window lost the pointer. */
  function leave(): void {
    dragged.value = null;
    before.value = undefined;
  }

  const order = computed(() => ids().join());
  watch(order, async () => {
    const id = moving;
    moving = null;
    if (id === null) return;
    await nextTick();
    const handle = itemOf(id)?.querySelector<HTMLElement>('[data-handle]');
    handle?.focus();
    handle?.scrollIntoView({ block: 'nearest' });
    moved(id);
  });

  return { dragged, before, press, grab, drag, drop, leave };
}
