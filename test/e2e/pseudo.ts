/**
 * A language nobody speaks, made of English: accented, longer by what most languages need more, and in brackets. What is
 * cut shows no closing bracket, and what stands without brackets was never translated. The closing bracket of a sentence fills
 * a letter, as the stops of Chinese and Japanese do: a space after it is one too many.
 */

const PAIRS = 'AÀBƁCÇDÐEÉFƑGĜHĤIÍJĴKĶLĻMṀNÑOÓPÞRŔSŠTŢUÛVṼWŴXẊYÝZŽaàbƀcçdđeéfƒgĝhĥiíjĵkķlļmṁnñoópþrŕsštţuûvṽwŵxẋyýzž';
const ACCENTED: ReadonlyMap<string, string> = new Map(
  (PAIRS.match(/../g) ?? []).map((pair) => [pair.charAt(0), pair.charAt(1)] as const),
);

/** Every vowel twice: two fifths more in each word, as a longer language has, and no more places to break a line. */
const drawn = (words: string): string =>
  words.replaceAll(/[a-z]/gi, (letter) => (ACCENTED.get(letter) ?? letter).repeat(/[aeiou]/i.test(letter) ? 2 : 1));

/** One text, with each form of a plural in brackets of its own and `{values}` as they are. */
export function pseudoText(text: string): string {
  const form = (one: string): string => {
    const pieces = one.split(/(\{\w+\})/).map((piece, at) => (at % 2 === 0 ? drawn(piece) : piece));
    return `[${pieces.join('')}${/[.!?]$/.test(one) ? '】' : ']'}`;
  };
  return text.split(' | ').map(form).join(' | ');
}

/** All words of a language. */
export function pseudoWords<T>(words: T): T {
  if (typeof words === 'string') return pseudoText(words) as T;
  return Object.fromEntries(
    Object.entries(words as Record<string, unknown>).map(([key, value]) => [key, pseudoWords(value)]),
  ) as T;
}
