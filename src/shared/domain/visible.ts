/** What a terminal obeys, and what turns the direction of writing (Unicode Annex 9, 2.1 to 2.4), but for lines and tabs. */
const HIDDEN = /(?![\n\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text as it is to be read. Names of files and what models say of themselves may hold anything: what moves a cursor, hides
 * what was written before, or shows an ending that is another one.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
