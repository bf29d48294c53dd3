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

const OPENING = /^[（「『【]/u;
const KANA = /^[\p{Script=Hiragana}\p{Script=Katakana}ー]/u;
const FULL_WIDTH = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー、。！？：；，（）「」『』【】〜…]/u;

/** Whether a text that was broken between two letters has a space there. Japanese has none around Latin ones, either. */
export function isBrokenAtSpace(before: string, after: string): boolean {
  if (FULL_WIDTH_STOP.test(before) || OPENING.test(after) || KANA.test(before) || KANA.test(after)) return false;
  return !(FULL_WIDTH.test(before) && FULL_WIDTH.test(after));
}
