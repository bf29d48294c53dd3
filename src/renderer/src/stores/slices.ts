/** Long enough to get on, short enough that a click in between is answered at once. */
const SLICE_MS = 8;

/**
 * For work that would hold up the page: it goes on for a slice, then lets the page answer the person, then goes on.
 * `isOver`: the slice has been used up.
 */
export function createSlices(): { readonly isOver: () => boolean; readonly pause: () => Promise<void> } {
  let begun = performance.now();
  return {
    isOver: () => performance.now() - begun > SLICE_MS,
    pause: async () => {
      await new Promise((resolve) => setTimeout(resolve));
      begun = performance.now();
    },
  };
}
