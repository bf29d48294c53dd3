import { onMounted, onUnmounted } from 'vue';
import { useFailure } from '@/words/useFailure';
import { useMarks } from '@/stores/marks';
import { usePlayer } from '@/stores/player';

/** What a key does by itself where the focus is, so that nothing is taken from it. */
const TYPING =
  'input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';
const OWN_SPACE = `${TYPING}, button, summary, a[href], input[type=checkbox], input[type=radio], [role=switch], [role=option]`;
const OWN_ARROWS = `${TYPING}, input, [role=slider], [role=radio], [role=tab], [role=menu], [role=menuitem], [role=listbox], [role=option]`;

/**
 * The keys of the sound at hand: space plays and stops, arrows go on, a number switches takes, M leaves the passage out.
 * Without a sound at hand, and wherever a key has a meaning of its own, they do nothing.
 */
export function usePlayerKeys(): void {
  const player = usePlayer();
  const marks = useMarks();
  const { attempt } = useFailure();

  function press(event: KeyboardEvent): void {
    const { current } = player;
    if (current === null || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actionOf(event);
    if (action === null) return;
    event.preventDefault();
    void attempt(action);
  }

  function actionOf({ key, target }: KeyboardEvent): (() => Promise<unknown>) | null {
    const focus = target instanceof Element ? target : document.body;
    const owns = (selector: string): boolean => focus.closest(selector) !== null;
    const { current, passage } = player;
    switch (key) {
      case ' ':
        return owns(OWN_SPACE) ? null : player.resume;
      case 'ArrowLeft':
      case 'ArrowRight':
        if (current?.kind !== 'passages' || owns(OWN_ARROWS)) return null;
        return () => player.step(key === 'ArrowRight' ? 1 : -1);
      case 'm':
      case 'M':
        return passage === null || owns(TYPING) ? null : () => marks.toggle(passage);
      default: {
        const place = Number(key) - 1;
        if (current?.kind !== 'takes' || current.takes[place] === undefined || owns(TYPING)) return null;
        return () => {
          player.hear(place);
          return Promise.resolve();
        };
      }
    }
  }

  onMounted(() => {
    window.addEventListener('keydown', press);
  });
  onUnmounted(() => {
    window.removeEventListener('keydown', press);
  });
}
