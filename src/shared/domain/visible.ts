/**
 * Of a class in a regular expression: what is obeyed rather than read. Controls, other ends of lines, what turns the direction
 * of writing (Unicode Annex 9, 2.1 to 2.4), and halves of characters.
 */
export const HIDDEN = String.raw`\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069`;

/** But for lines and tabs. */
const IN_TEXT = new RegExp(`(?![\\n\\t])[${HIDDEN}]`, 'gu');
const IN_LINE = new RegExp(`(?!\\t)[${HIDDEN}]`, 'gu');

/**
 * A text as it is to be read. Names of files and what models say of themselves may hold anything: what moves a cursor, hides
 * what was written before, or shows an ending that is another one.
 */
export function visible(text: string): string {
  return text.replace(IN_TEXT, shown);
}

/** The same of what is one line, whatever is in it: a name may end it and go on as if the program spoke. */
export function visibleLine(text: string): string {
  return text.replace(IN_LINE, shown);
}

function shown(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
