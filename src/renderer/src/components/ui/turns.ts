import { onScopeDispose, type ShallowRef, shallowRef } from 'vue';

/** Those that wait, in the order in which they came. */
const waiting = new Set<() => void>();
let isCalling = false;

/**
 * For a part of a page that takes long to be drawn: true once its turn has come. One has its turn in a frame, so that the page
 * answers the person between two of them.
 */
export function useTurn(): Readonly<ShallowRef<boolean>> {
  const hasCome = shallowRef(false);
  const come = (): void => {
    hasCome.value = true;
  };
  waiting.add(come);
  onScopeDispose(() => waiting.delete(come));
  if (!isCalling) callNext();
  return hasCome;
}

function callNext(): void {
  isCalling = true;
  requestAnimationFrame(() =>
    // Once that frame is shown, and what was clicked meanwhile is answered.
    setTimeout(() => {
      const [next] = waiting;
      isCalling = next !== undefined;
      if (next === undefined) return;
      waiting.delete(next);
      next();
      callNext();
    }),
  );
}
