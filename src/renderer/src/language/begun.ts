import { beginIn, lastLocale } from './i18n';

/** Imported before everything else: the words come while the rest of the program is being read. */
export const begun = beginIn(lastLocale());
