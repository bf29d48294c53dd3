/**
 * What is a mark on a letter and not a letter of its own: accents of Latin, Greek and Cyrillic, vowel points of Hebrew and
 * Arabic. The two sound marks of kana make another syllable and stay; so do the vowel signs of Indic scripts and Thai.
 */
const MARKS = /(?![\u3099\u309a])(?:\p{Script=Inherited}|[\u0591-\u05bd\u05bf-\u05c7])/gu;

/** Letters that Unicode does not take apart, as people type them who do not have them. */
const PLAIN: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ς: 'σ',
};
const PLAIN_LETTERS = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');

/**
 * A name as it is compared in a search: without case, accents and the width of letters, however it is stored. Hangul is
 * taken apart into its letters, so that the beginning of a syllable finds it while it is still being typed.
 */
export function folded(text: string): string {
  // Small, capital and small again: a capital may have no small letter of its own, as ẞ, which is ß, which is SS.
  return text
    .normalize('NFKD')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(PLAIN_LETTERS, (letter) => PLAIN[letter] ?? letter)
    .trim();
}

/** Whether a name, folded already, holds every word of a search in any order. Without a word everything is found. */
export function finder(query: string): (foldedName: string) => boolean {
  const words = folded(query)
    .split(/\s+/u)
    .filter((word) => word !== '');
  return (name) => words.every((word) => name.includes(word));
}
