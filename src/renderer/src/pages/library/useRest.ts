import { onScopeDispose, ref } from 'vue';

/** Who goes from voice to voice sees nothing pop up. */
const REST_MS = 700;

/** Whether somebody rests on something, by the pointer or the keyboard; `on` belongs on the element. */
export function useRest() {
  const resting = ref(false);
  let timer: number | undefined;

  function begin(): void {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (resting.value = true), REST_MS);
  }

  function end(): void {
    window.clearTimeout(timer);
    resting.value = false;
  }

  function reach({ target }: FocusEvent): void {
    if (target instanceof Element && target.matches(':focus-visible')) begin();
  }

  onScopeDispose(end);
  return { resting, on: { pointerenter: begin, pointerleave: end, pointerdown: end, focusin: reach, focusout: end } };
}
