import { builtinRules } from 'eslint/use-at-your-own-risk';

/** Rules of ESLint's own that oxlint lacks, run by it as they are. */
export const BORROWED = /** @type {const} */ (['no-restricted-imports', 'no-restricted-syntax']);

export const PLUGIN = 'borrowed';

export default {
  meta: { name: PLUGIN },
  rules: Object.fromEntries(BORROWED.map((name) => [name, builtinRules.get(name)])),
};
