import type { RecipeId } from '../../contract/primitives';

/**
 * Share of the moments that come out the same as with the best possible index, to be expected before anything is built:
 * what three of four generated voices reach, measured by frames kept apart, rounded to a twentieth
 * (docs/decisions/0010-recipes-by-measurement.md, `node test/bench/chooseRecipes.mjs`). What a voice really gets is
 * measured while it is built.
 */
export const EXPECTED_SAME = {
  balanced: 0.95,
  best: 0.95,
  small: 0.9,
  rvc: 0.45,
  applio: 0.45,
} as const satisfies Record<RecipeId, number>;
