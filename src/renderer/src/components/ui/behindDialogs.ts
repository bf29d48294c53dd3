import { onBeforeMount, onUnmounted } from 'vue';

/** Dialogs that are open, one over the other. */
let open = 0;

/**
 * What lies behind a dialog need not be told that nobody can press it: the dialog covers all of it. Else opening and closing
 * one gives every element of the page another style, which on a full page is felt.
 */
export function useStillPage(): void {
  const page = document.getElementById('app');
  onBeforeMount(() => {
    open += 1;
    page?.style.setProperty('pointer-events', 'auto');
  });
  // Once the dialog has let go of the page.
  onUnmounted(() =>
    setTimeout(() => {
      open -= 1;
      if (open === 0) page?.style.removeProperty('pointer-events');
    }),
  );
}
