import { onMounted, onUnmounted } from 'vue';
import { commandsIn } from '@shared/contract/commands';
import { assertNever } from '@shared/domain/assertNever';
import { pressed } from '@shared/domain/keys';
import { useFailure } from '@/words/useFailure';
import { TYPING } from '@/components/ui/focus';
import { useMarks } from '@/stores/marks';
import { usePlayer } from '@/stores/player';
import { useSettings } from '@/stores/settings';

/** What a key does by itself where the focus is, so that nothing is taken from it. */
const OWN_SPACE = `${TYPING}, button, summary, a[href], input[type=checkbox], input[type=radio], [role=switch], [role=option]`;
const OWN_ARROWS = `${TYPING}, input, [role=slider], [role=radio], [role=tab], [role=menu], [role=menuitem], [role=listbox], [role=option]`;

/**
 * The keys of the sound at hand: space plays and stops, arrows go on, a number switches takes, M leaves the passage out.
 * Without a sound at hand, and wherever a key has a meaning of its own, they do nothing.
 */
export function usePlayerKeys(): void {
  const player = usePlayer();
  const marks = useMarks();
  const settings = useSettings();
  const { attempt } = useFailure();

  function press(event: KeyboardEvent): void {
    const { current } = player;
    if (current === null || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actionOf(event);
    if (action === null) return;
    event.preventDefault();
    void attempt(action);
  }

  function actionOf(event: KeyboardEvent): (() => Promise<unknown>) | null {
    const focus = event.target instanceof Element ? event.target : document.body;
    const owns = (selector: string): boolean => focus.closest(selector) !== null;
    const { current, passage } = player;
    const found = pressed(commandsIn('sound'), event, settings.mac);
    if (found === null) return null;
    const { id, place } = found;
    switch (id) {
      case 'play':
        return owns(OWN_SPACE) ? null : player.resume;
      case 'previous':
      case 'next':
        if (current?.kind !== 'passages' || owns(OWN_ARROWS)) return null;
        return () => player.step(id === 'next' ? 1 : -1);
      case 'leaveOut':
        return passage === null || owns(TYPING) ? null : () => marks.toggle(passage);
      case 'take':
        if (current?.kind !== 'takes' || current.takes[place] === undefined || owns(TYPING)) return null;
        return () => {
          player.hear(place);
          return Promise.resolve();
        };
      default:
        return assertNever(id);
    }
  }

  onMounted(() => {
    window.addEventListener('keydown', press);
  });
  onUnmounted(() => {
    window.removeEventListener('keydown', press);
  });
}
