/** As long as parts of a page come in turns, or are asked for. */
const LONGEST_MS = 2_000;
/** What shows that a person has taken over. */
const MOVES = ['wheel', 'keydown', 'pointerdown'] as const;

/**
 * Brings a page to a place as soon as it is long enough for it, unless a person moves it meanwhile.
 *
 * @returns what ends the trying
 */
export function bringTo(scroller: HTMLElement, top: number): () => void {
  const isThere = (): boolean => {
    scroller.scrollTo(0, top);
    return scroller.scrollTop >= top - 1;
  };
  const page = scroller.firstElementChild;
  if (isThere() || page === null) return () => undefined;
  const grown = new ResizeObserver(() => {
    if (isThere()) stop();
  });
  const timer = setTimeout(stop, LONGEST_MS);
  for (const move of MOVES) window.addEventListener(move, stop, { passive: true });
  grown.observe(page);

  function stop(): void {
    grown.disconnect();
    clearTimeout(timer);
    for (const move of MOVES) window.removeEventListener(move, stop);
  }
  return stop;
}
