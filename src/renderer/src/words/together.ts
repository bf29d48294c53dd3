/** These fill a letter's place, half of it empty: the next sentence stands far enough away without a space. */
const FULL_WIDTH_STOP = /[。！？：；，、）」』】]$/u;

/** What stands between a sentence and what follows it in the same line: a space, unless its writing has none there. */
export function spaceAfter(sentence: string): '' | ' ' {
  return sentence === '' || FULL_WIDTH_STOP.test(sentence) ? '' : ' ';
}

/** Sentences as one text, set apart as their language does. Those that there is no reason to say are empty or null. */
export function together(...sentences: readonly (string | null)[]): string {
  return sentences.reduce<string>((said, next) => {
    if (next === null || next === '') return said;
    return `${said}${spaceAfter(said)}${next}`;
  }, '');
}
